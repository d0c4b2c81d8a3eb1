"""Twenty million rows in a real server: counted as DuckDB does, in memory that is limited."""

from __future__ import annotations

import re
import shutil
import threading
import time
from contextlib import ExitStack
from pathlib import Path

import duckdb
import httpx
import numpy as np
import psutil
import pyarrow as pa
import pytest
from pyarrow import parquet
from tests.e2e.server import Studio

pytestmark = pytest.mark.slow

ROWS, GROUP = 20_000_000, 1_000_000
GIGABYTES = 12
PATIENCE = 1800
# Megabytes of anonymous memory: what the engine keeps at most, DuckDB's cache, and the rest.
SERVER_MB, IMPORT_MB = 3500, 1200
CATEGORIES = ["north", "south", "east", "west", ""]


def write_rows(path):
    """An id, numbers that are dense, all differ or repeat, text, and results of a model."""
    chance = np.random.default_rng(12)
    with pa.OSFile(str(path), "wb") as file:
        writer = None
        for start in range(0, ROWS, GROUP):
            number = np.arange(start, start + GROUP)
            repeated = chance.normal(0, 20, GROUP).round(1)
            half = pa.array(repeated + 1, mask=number % 2 == 0)
            table = pa.table(
                {
                    "id": pa.array([f"s{n:09d}" for n in range(start, start + GROUP)]),
                    "number": number,
                    "different": chance.normal(0, 1, GROUP),
                    "repeated": pa.array(repeated, mask=number % 50 == 0),
                    "place": pa.array(CATEGORIES).take(pa.array(chance.integers(0, 5, GROUP))),
                    "m.score": half,
                }
            )
            writer = writer or parquet.ParquetWriter(file, table.schema)
            writer.write_table(table)
        writer.close()


class Watch:
    """The highest anonymous memory of a server, and of a process that it started."""

    def __init__(self, process):
        self.server = self.started = 0.0
        self._process, self._over = process, threading.Event()
        self._thread = threading.Thread(target=self._look, daemon=True)
        self._thread.start()

    def end(self):
        self._over.set()
        self._thread.join()

    def _look(self):
        while not self._over.wait(0.05):
            self.server = max(self.server, anonymous(self._process.pid))
            for child in self._process.children():
                self.started = max(self.started, anonymous(child.pid))


def anonymous(pid):
    try:
        status = Path(f"/proc/{pid}/status").read_text()
    except OSError:
        return 0.0  # it ended just now
    found = re.search(r"RssAnon:\s+(\d+) kB", status)
    return int(found[1]) / 1024 if found else 0.0


@pytest.fixture(scope="module")
def rows_file(tmp_path_factory):
    folder = tmp_path_factory.mktemp("twenty million")
    if shutil.disk_usage(folder).free < GIGABYTES << 30:
        pytest.skip(f"twenty million rows need {GIGABYTES} GB of disk")
    path = folder / "rows.parquet"
    write_rows(path)
    yield path
    path.unlink()


def imported(api, path):
    with path.open("rb") as file:
        answer = api.post("/imports/files", params={"name": "rows.parquet"}, content=file)
    file_id = answer.raise_for_status().json()["file_id"]
    found = api.post(f"/imports/files/{file_id}/inspect").raise_for_status().json()
    assert (found["rows"], found["id_column"]) == (ROWS, "id")
    wanted = {"file_id": file_id, "project": "rows", "id_column": "id"}
    job = api.post("/imports", json=wanted).raise_for_status().json()
    deadline = time.monotonic() + PATIENCE
    while job["state"] in ("waiting", "running") and time.monotonic() < deadline:
        time.sleep(0.2)
        job = api.get(f"/imports/{job['id']}").json()
    assert job["state"] == "done", job


def counted(rows):
    return rows.count("*").fetchall()[0][0]


def leaf(column, low=None, high=None):
    return {"op": "range", "id": column, "column": column, "min": low, "max": high}


def rule(*leaves, models=()):
    filters = {"op": "and", "id": "root", "children": list(leaves)}
    return {"filters": filters, "models": list(models)}


RULES = [
    (rule(leaf("different", "-0.25", "1.5")), "different BETWEEN -0.25 AND 1.5"),
    (rule(leaf("repeated", "-3", "7.3")), "repeated BETWEEN -3 AND 7.3"),
    (rule(leaf("repeated", "100")), "repeated >= 100"),
    (
        rule(leaf("number", "1000000", "15000000"), leaf("different", None, "0")),
        "number BETWEEN 1000000 AND 15000000 AND different <= 0",
    ),
    (
        rule({"op": "one_of", "id": "p", "column": "place", "values": ["east", ""]}),
        "place IN ('east', '')",
    ),
    (rule(leaf("score", "0", "5"), models=["m"]), '"m.score" BETWEEN 0 AND 5'),
]


def test_twenty_million_rows_are_counted_as_duckdb_does_in_limited_memory(tmp_path, rows_file):
    with ExitStack() as stack:
        studio = Studio(tmp_path, "start").start()
        stack.callback(studio.stop)
        watch = Watch(psutil.Process(studio.pid))
        stack.callback(watch.end)
        api = stack.enter_context(httpx.Client(base_url=f"{studio.url}/api/v2", timeout=PATIENCE))
        imported(api, rows_file)
        path = "/projects/local/rows"
        figures = {one["name"]: one for one in api.get(path).raise_for_status().json()["columns"]}
        rows = duckdb.read_parquet(str(rows_file))
        for name in ("number", "different", "repeated", "place"):
            found = figures[name]["missing"], figures[name]["distinct"]
            wanted = rows.aggregate(f"count(*) - count({name}), count(DISTINCT {name})")
            assert [found] == wanted.fetchall(), name
        for number, (asked, condition) in enumerate(RULES):
            body = {"name": f"part {number}", "rule": asked}
            saved = api.post(f"{path}/selections", json=body).raise_for_status().json()
            assert saved["n_samples"] == counted(rows.filter(condition)), condition
        wanted = counted(rows.filter(RULES[0][1]).filter(RULES[1][1]))
        both = {"operation": "intersection", "selection_ids": ["part-0", "part-1"]}
        answer = api.post(f"{path}/selections/combine/count", json=both).raise_for_status()
        assert answer.json()["n_samples"] == wanted
    assert watch.server < SERVER_MB
    assert watch.started < IMPORT_MB
