"""The log of a server holds no sample, no id, no annotation and no secret."""

from __future__ import annotations

import json
import time

import httpx

VALUE, ID, NOTE, TOKEN, NAME, PATH = (
    f"marker-{word}" for word in ("value", "id", "note", "token", "name", "path")
)


def wait_until(done) -> None:
    until = time.monotonic() + 60
    while not done():
        assert time.monotonic() < until
        time.sleep(0.05)


def test_markers_in_data_and_secrets_are_not_in_the_log(command):
    (command.folder / "flights.csv").write_text(f"id,text\n{ID}-1,{VALUE}-1\n{ID}-2,{VALUE}-2\n")
    broken = f"id,text\n{ID}-3,{VALUE}-3\n{ID}-3,{VALUE}-4,{VALUE}-5\n"
    (command.folder / "broken.csv").write_text(broken)
    process, url = command.start(
        "--port",
        "0",
        "flights.csv",
        "broken.csv",
        DEBIAI_EXPORT_METHOD_Closed=f"post, http://127.0.0.1:9/x?key={PATH}, "
        "header.Authorization=${MARKED}",
        DEBIAI_EXPORT_METHOD_Folder="file, out, format=csv",
        MARKED=TOKEN,
        DEBIAI_RETRY_SCHEDULE="0.1",
    )
    for line in process.stdout:
        if line.startswith("broken.csv: "):
            break
    with httpx.Client(base_url=url, timeout=30) as client:
        flights = "/api/v2/projects/local/flights"
        rule = {"filters": {"op": "one_of", "id": "f", "column": "text", "values": [f"{VALUE}-1"]}}
        saved = client.post(f"{flights}/selections", json={"name": NAME, "rule": rule})
        assert saved.json()["n_samples"] == 1
        methods = client.get("/api/v2/export-methods").json()["methods"]
        for method in methods:
            subject = {"kind": "selected", "rule": rule}
            export = {"subject": subject, "method_id": method["id"], "annotation": NOTE}
            assert client.post(f"{flights}/exports", json=export).status_code == 202
        twice = f"id,text\n{ID}-8,{VALUE}\n{ID}-9,{VALUE}\n".encode()
        file_id = client.post("/api/v2/imports/files?name=x.csv", content=twice).json()["file_id"]
        client.post(f"/api/v2/imports/files/{file_id}/inspect")
        order = {"file_id": file_id, "project": "x", "id_column": "text"}
        job = client.post("/api/v2/imports", json=order).json()
        for path, body in (
            ("/samples/delete", {"ids": [f"{ID}-unknown"]}),
            ("/analysis/count", {"filters": {"op": "range", "id": "x", "column": VALUE}}),
            ("/analysis/count", {"filters": VALUE}),
        ):
            assert client.post(f"{flights}{path}", json=body).status_code in (404, 422)

        def states() -> list[str]:
            return sorted(each["state"] for each in client.get("/api/v2/deliveries").json())

        imports = f"/api/v2/imports/{job['id']}"
        wait_until(lambda: client.get(imports).json()["state"] == "failed")
        wait_until(lambda: states() == ["dead", "delivered"])
    process.terminate()
    process.wait(30)

    (written,) = (command.folder / "debiai_data" / "exports" / "out").glob("*.csv")
    assert f"{VALUE}-1" in written.read_text()
    log = command.stderr()
    events = {json.loads(line)["event"] for line in log.splitlines()}
    assert {"import.done", "import.failed", "delivery.attempted"} <= events
    for marker in (VALUE, ID, NOTE, TOKEN, NAME, PATH):
        assert marker not in log
