"""The data folder lies on a file system that is really full."""

from __future__ import annotations

import subprocess
import sys

import orjson
import pytest

MOUNTED = 'mount -t tmpfs -o size=64m studio-test "$1" && exec "$2" -c "$3" "$1"'

# Runs where the small file system is mounted; answers with one line of JSON.
PROGRAM = """
import json, os, secrets, shutil, sys
from pathlib import Path
from starlette.testclient import TestClient
from debiai_studio.bootstrap import build
from debiai_studio.settings import load_settings

folder = Path(sys.argv[1])
studio = folder / "debiai_data" / "studio"
application = build(load_settings({}, {}, folder))
imports = "/api/v2/imports"

def upload(client, body):
    return client.post(f"{imports}/files?name=a.csv", content=body)

def imported(client, file_id):
    job = client.post(imports, json={"file_id": file_id, "project": "p", "id_column": "id"}).json()
    application.services.sources._jobs._pool.submit(lambda: None).result()
    return client.get(f"{imports}/{job['id']}").json()

def there(name):
    place = studio / name
    return sorted(str(path.relative_to(place)) for path in place.rglob("*"))

with TestClient(application.asgi, base_url="http://127.0.0.1:3000") as client:
    found = {"upload": upload(client, b"x\\n" + b"1\\n" * (40 << 20)).json()}
    found["kept"] = there("uploads")
    rows = "".join(f"{number},{secrets.token_hex(40)}\\n" for number in range(200_000))
    file_id = upload(client, b"id,text\\n" + rows.encode()).json()["file_id"]
    assert client.post(f"{imports}/files/{file_id}/inspect").json()["rows"] == 200_000
    filler = folder / "filler"
    with filler.open("wb") as file:
        file.write(b"x" * (shutil.disk_usage(folder).free - (4 << 20)))
    found |= {"import": imported(client, file_id), "left": there("staging") + there("projects")}
    found["projects"] = client.get("/api/v2/projects").json()
    filler.unlink()
    found["again"] = imported(client, file_id)
application.close()
print("\\n" + json.dumps(found), flush=True)
"""

# Codes columns with more and more room, in the same place; answers likewise.
CODING = """
import json, os, shutil, sys
from pathlib import Path
import numpy as np
import pyarrow as pa
from debiai_studio.datasets.model import Column, ColumnType, DataSet
from debiai_studio.engine import coding
from debiai_studio.engine.store import CodeStore
from debiai_studio.errors import Unavailable

coding._MOST_KEYS = 1 << 16  # several runs
N, MOST, STEP = 200_000, 8 << 20, 400_000
folder = Path(sys.argv[1])
filler, codes = folder / "filler", folder / "codes"
numbers = np.random.default_rng(1).permutation(N)
values = {"number": pa.array(numbers.astype(float)), "text": pa.array(numbers.astype(str))}
columns = [Column("number", ColumnType.NUMBER, "c0"), Column("text", ColumnType.TEXT, "c1")]
dataset = DataSet(1, "x", ColumnType.TEXT, "id", tuple(columns), (), (), (), N, 0, 1)

class Reader:
    def batches(self, column, model_number=None):
        for k in range(0, N, 50_000):
            yield np.arange(k, k + 50_000), values[column.name][k : k + 50_000]

def outcome(column):
    store = CodeStore(dataset, lambda _: Reader(), codes)
    try:
        coded = store.sample_column(column)
    except Unavailable as error:
        assert column.name in str(error)
        return error.code
    found = np.asarray(coded.dictionary)[coded.codes[0] - coding.FIRST]
    return "coded" if found.tolist() == values[column.name].to_pylist() else "wrong"

found = {}
for column in columns:
    for room in range(0, MOST, STEP):
        with filler.open("wb") as file:
            os.posix_fallocate(file.fileno(), 0, shutil.disk_usage(folder).free - room)
        result = outcome(column)
        found.setdefault(column.name, []).append(result)
        left = [path.name for path in codes.rglob("*") if path.is_file()]
        assert result == "coded" or not left, left
        filler.unlink()
        shutil.rmtree(codes, ignore_errors=True)
print("\\n" + json.dumps(found), flush=True)
"""


def can_mount() -> bool:
    """Whether a file system can be mounted where this process alone sees it."""
    try:
        tried = subprocess.run(
            ["unshare", "-m", "mount", "-t", "tmpfs", "none", "/mnt"],
            check=False,
            capture_output=True,
        )
    except FileNotFoundError:
        return False
    return tried.returncode == 0


@pytest.fixture(scope="module")
def found(tmp_path_factory):
    """What happened to an upload and an import without room, and to an import with room."""
    return run(PROGRAM, tmp_path_factory)


def run(program, tmp_path_factory):
    """What a program tells of a small file system."""
    if not can_mount():
        pytest.skip("Mounting a small file system needs root and unshare; run the tests as root.")
    folder = tmp_path_factory.mktemp("small")
    ran = subprocess.run(
        ["unshare", "-m", "sh", "-c", MOUNTED, "sh", folder, sys.executable, program],
        check=False,
        capture_output=True,
    )
    assert ran.returncode == 0, ran.stderr.decode()
    return orjson.loads(ran.stdout.splitlines()[-1])


def test_an_upload_without_room_is_refused_and_leaves_nothing(found):
    problem = found["upload"]
    assert (problem["status"], problem["type"]) == (503, "sources.disk_full")
    assert 'The disk is full: "a.csv" could not be kept' in problem["detail"]
    assert found["kept"] == []


def test_an_import_without_room_fails_and_leaves_nothing(found):
    job = found["import"]
    assert (job["state"], job["error"]["type"]) == ("failed", "sources.disk_full")
    assert "Make room in the data folder" in job["error"]["detail"]
    assert (found["left"], found["projects"]) == ([], [])


def test_once_there_is_room_the_same_file_is_imported(found):
    assert (found["again"]["state"], found["again"]["rows"]) == ("done", 200_000)


def test_columns_without_room_for_their_codes_are_refused_however_little_is_missing(
    tmp_path_factory,
):
    """A mapped file without blocks ends the process at its first write."""
    for outcomes in run(CODING, tmp_path_factory).values():
        refused = outcomes.count("engine.disk_full")
        assert 0 < refused < len(outcomes)
        assert outcomes == ["engine.disk_full"] * refused + ["coded"] * (len(outcomes) - refused)
