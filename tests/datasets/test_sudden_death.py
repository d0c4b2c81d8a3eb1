"""Killed at any step of a change: afterwards all of it is there, or nothing."""

from __future__ import annotations

import signal
import subprocess
import sys
from pathlib import Path

import pyarrow as pa
import pytest
from pyroaring import BitMap
from tests.datasets.studio import Studio, batch, numbers_of

from debiai_studio.derived.planning import Wish, with_derived
from debiai_studio.projects.model import LOCAL, ProjectRef

REF = ProjectRef(LOCAL, "flights")
ROOT = Path(__file__).parents[2]


def _die(folder: Path, action: str, place: str) -> None:
    program = [sys.executable, "-m", "tests.datasets.dying", str(folder), action, place]
    died = subprocess.run(program, cwd=ROOT, capture_output=True, text=True, check=False)
    assert died.returncode == -signal.SIGKILL, died.stderr


@pytest.fixture
def folder(tmp_path):
    path = tmp_path / "studio"
    studio = Studio(path)
    studio.make_small(4)
    studio.datasets.delete_samples(REF, pa.array(["s3"]))
    studio.close()
    return path


@pytest.fixture
def opened(folder):
    studios = []

    def open_again():
        studios.append(Studio(folder))
        return studios[-1]

    yield open_again
    for studio in studios:
        studio.close()


@pytest.mark.parametrize("place", ["change drafted", "change recorded", "change applied"])
@pytest.mark.parametrize("action", ["append", "put values"])
def test_b9_derived_columns_hold_whatever_became_of_a_change(folder, opened, action, place):
    studio = Studio(folder)
    wish = Wish("double", "value * 2", "", "")
    studio.datasets.reshape(REF, lambda before: with_derived(before, wish))
    studio.close()

    _die(folder, action, place)

    rows = opened().rows(REF)
    assert len(rows) >= 3
    assert all(row["double"] == row["value"] * 2 for row in rows if row["value"] is not None)
    assert all(row["double"] is None for row in rows if row["value"] is None)


@pytest.mark.parametrize(
    ("place", "happened"),
    [("change drafted", False), ("change recorded", True), ("change applied", True)],
)
def test_a_column_and_its_values_come_together_or_not_at_all(folder, opened, place, happened):
    _die(folder, "put values", place)
    studio = opened()
    rows = [row.get("weather", "no column") for row in studio.rows(REF)]
    assert rows == (["fog", None, "sun"] if happened else ["no column"] * 3)


@pytest.mark.parametrize(
    ("place", "happened"),
    [("change drafted", False), ("change recorded", True), ("change applied", True)],
)
def test_results_of_a_new_model_are_whole_or_nothing(folder, opened, place, happened):
    _die(folder, "put results", place)
    studio = opened()
    rows = [row.get("Answers.answer") for row in studio.rows(REF)]
    assert rows == (["a", None, "b"] if happened else [None, None, None])
    assert len(studio.datasets.of(REF).models) == (2 if happened else 1)


@pytest.mark.parametrize(
    ("place", "happened"),
    [("change drafted", False), ("change recorded", True), ("change applied", True)],
)
def test_a_new_column_is_whole_or_nothing(folder, opened, place, happened):
    _die(folder, "reshape", place)
    studio = opened()
    assert [row.get("weather", "none") for row in studio.rows(REF)] == (
        [None] * 3 if happened else ["none"] * 3
    )


@pytest.mark.parametrize(
    ("place", "happened"),
    [("change drafted", False), ("change recorded", True), ("change applied", True)],
)
def test_b7_an_append_is_whole_or_nothing(folder, opened, place, happened):
    _die(folder, "append", place)
    studio = opened()
    rows = [(row["id"], row["value"]) for row in studio.rows(REF)]
    if happened:
        assert rows == [("s0", 0.0), ("s1", 10.0), ("s2", 2.0), ("n", 20.0)]
    else:
        assert rows == [("s0", 0.0), ("s1", 1.0), ("s2", 2.0)]
    assert studio.datasets.of(REF).data_version == (2 if happened else 1)
    studio.datasets.append(REF, [batch(["s2", "n"], value=[5.0, 6.0])])
    assert [row["id"] for row in studio.rows(REF)] == ["s0", "s1", "s2", "n"]
    assert [row["value"] for row in studio.rows(REF)][2:] == [5.0, 6.0]


@pytest.mark.parametrize(
    ("place", "happened"),
    [("change drafted", False), ("change recorded", True), ("change applied", True)],
)
def test_a_compaction_is_whole_or_nothing(folder, opened, place, happened):
    _die(folder, "compact", place)
    studio = opened()
    numbers = numbers_of(studio.store.reader(studio.datasets.of(REF))).tolist()
    assert numbers == ([0, 1, 2] if happened else [0, 1, 2, 3])
    assert [row["id"] for row in studio.rows(REF)] == ["s0", "s1", "s2"]


@pytest.mark.parametrize(
    ("place", "happened"),
    [("project moved", False), ("project named", False), ("project recorded", True)],
)
def test_an_import_is_a_whole_project_or_nothing(folder, opened, place, happened):
    _die(folder, "import", place)
    studio = opened()
    names = [project.name for project in studio.projects.list()]
    assert names == (["other", "flights"] if happened else ["flights"])
    folders = list(studio.catalogue.projects_folder.iterdir())
    assert len(folders) == len(names)
    assert not list(studio.catalogue.staging_folder.iterdir())
    if happened:
        assert len(studio.rows(ProjectRef(LOCAL, "other"))) == 5


def test_a_deletion_that_was_not_recorded_did_not_happen(folder, opened):
    _die(folder, "delete", "project taken out")
    studio = opened()
    assert len(studio.rows(REF)) == 3
    assert studio.ids(REF, BitMap([3])) == ["s3"]
