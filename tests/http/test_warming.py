"""A new project's codes are there before anybody asks for them."""

from __future__ import annotations

import time
from collections import Counter
from pathlib import Path

PATIENCE = 60.0
N_COLUMNS = 3  # beside the sample id


def test_after_an_import_all_columns_are_coded_without_a_question(serve):
    served = serve()

    served.import_flights()

    wait_for_coded(served.folder, 1)


def test_a_project_that_is_deleted_at_once_does_not_keep_the_next_one_waiting(serve):
    served = serve()
    served.import_flights()
    wait_for_coded(served.folder, 1)
    served.client.delete(served.flights).raise_for_status()
    served.import_flights()
    served.client.delete(served.flights).raise_for_status()
    before = coded_projects(served.folder)

    served.import_flights()

    wait_for_coded(served.folder, 1, besides=before)


def wait_for_coded(folder: Path, wanted: int, besides: frozenset[Path] = frozenset()) -> None:
    until = time.monotonic() + PATIENCE
    while len(coded_projects(folder) - besides) < wanted:
        assert time.monotonic() < until, list(folder.rglob("codes"))
        time.sleep(0.02)


def coded_projects(folder: Path) -> frozenset[Path]:
    """The folders of codes that hold every column; nobody has asked for one."""
    found = Counter(path.parents[2] for path in folder.rglob("codes/samples/*/*/layout.json"))
    return frozenset(path for path, columns in found.items() if columns == N_COLUMNS)
