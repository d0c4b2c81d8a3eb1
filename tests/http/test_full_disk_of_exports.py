"""While the disk is really full no export is accepted that could be lost, and none is lost."""

from __future__ import annotations

import subprocess
import sys

import orjson
import pytest
from tests.http.test_full_disk import MOUNTED, can_mount

# Runs where the small file system is mounted; answers with one line of JSON. The exports are
# written beside it, where there is room.
PROGRAM = """
import json, os, secrets, shutil, sys, tempfile, time
from pathlib import Path
from starlette.testclient import TestClient
from debiai_studio.bootstrap import build
from debiai_studio.settings import load_settings

folder, out = Path(sys.argv[1]), Path(tempfile.mkdtemp())
environ = {
    "DEBIAI_EXPORT_METHOD_Out": f"file, {out}",
    "DEBIAI_RETRY_SCHEDULE": ",".join(["0.3"] * 400),
}
application = build(load_settings({}, environ, folder))
api = "/api/v2"

def fill(free):
    with (folder / "filler").open("ab", 0) as file:
        while (left := shutil.disk_usage(folder).free - free) > 0:
            file.write(b"x" * min(left, 1 << 20))

def until(reached):
    deadline = time.monotonic() + 60
    while not reached() and time.monotonic() < deadline:
        time.sleep(0.05)
    return reached()

with TestClient(application.asgi, base_url="http://127.0.0.1:3000") as client:
    rows = "".join(f"sample-{number:06d}-{secrets.token_hex(8)}\\n" for number in range(100_000))
    uploaded = client.post(f"{api}/imports/files?name=a.csv", content="id\\n" + rows)
    file_id = uploaded.json()["file_id"]
    client.post(f"{api}/imports/files/{file_id}/inspect")
    client.post(f"{api}/imports", json={"file_id": file_id, "project": "p", "id_column": "id"})
    application.services.sources._jobs._pool.submit(lambda: None).result()
    method = client.get(f"{api}/export-methods").json()["methods"][0]["id"]

    def ask(name, subject):
        asked = {"subject": subject, "method_id": method, "name": name}
        return client.post(f"{api}/projects/local/p/exports", json=asked)

    def state(delivery_id):
        return client.get(f"{api}/deliveries/{delivery_id}").json()["delivery"]

    everything = {"kind": "selected", "rule": {}}
    few = {"kind": "listed", "ids": [rows.splitlines()[0]]}
    fill(1 << 20)
    large = ask("large", everything).json()["id"]
    until(lambda: state(large)["state"] == "retry")
    found = {"waiting": state(large)}
    fill(0)
    accepted = []
    for number in range(3000):
        answer = ask(f"few {number}", few)
        if answer.status_code != 202:
            found["refused"] = answer.json()
            break
        accepted.append(answer.json()["id"])
    (folder / "filler").unlink()
    accepted += [large, ask("after", everything).json()["id"]]
    until(lambda: all(state(one)["state"] == "delivered" for one in accepted))
    found["states"] = sorted({state(one)["state"] for one in accepted})
    known = []
    while page := client.get(f"{api}/deliveries", params={
        "limit": 500, **({"before": known[-1]} if known else {})
    }).json():
        known += [one["id"] for one in page]
    found["lost"] = len(set(accepted) ^ set(known))
    arrived = [path.name.split("-")[0] for path in out.iterdir() if not path.name.endswith(".part")]
    found["not once"] = len(accepted) - len(arrived) + len(set(accepted) ^ set(arrived))
application.close()
shutil.rmtree(out)
print("\\n" + json.dumps(found), flush=True)
"""


@pytest.fixture(scope="module")
def found(tmp_path_factory):
    """What happened to exports before, while and after the disk was full."""
    if not can_mount():
        pytest.skip("Mounting a small file system needs root and unshare; run the tests as root.")
    folder = tmp_path_factory.mktemp("small")
    ran = subprocess.run(
        ["unshare", "-m", "sh", "-c", MOUNTED, "sh", folder, sys.executable, PROGRAM],
        check=False,
        capture_output=True,
    )
    assert ran.returncode == 0, ran.stderr.decode()
    return orjson.loads(ran.stdout.splitlines()[-1])


def test_a_document_without_room_waits_and_says_so(found):
    waiting = found["waiting"]
    assert waiting["state"] == "retry"
    assert "No space left on device" in waiting["error"]
    assert "Free some space there" in waiting["error"]


def test_an_export_that_cannot_be_recorded_is_refused_with_the_remedy(found):
    assert found["refused"]["status"] == 503
    assert "disk is full" in found["refused"]["detail"]
    assert "free some space" in found["refused"]["detail"]


def test_once_there_is_room_everything_that_was_accepted_arrives_once(found):
    assert found["states"] == ["delivered"]
    assert (found["lost"], found["not once"]) == (0, 0)
