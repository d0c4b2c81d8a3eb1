"""The real server, started by its command, is killed at every step of an export."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import time
from pathlib import Path

import httpx
import pytest

STEPS = ["accepted", "claimed", "rendered", "sending", "acknowledged", "recorded"]
ROWS = 40_000
WAIT_SECONDS = 60


class Server:
    """`debiai start` in a process of its own."""

    def __init__(self, folder: Path, url: str, failpoint: str = "", file: Path | None = None):
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            port = probe.getsockname()[1]
        program = "from debiai_studio.cli import main; main()"
        self.api = httpx.Client(base_url=f"http://127.0.0.1:{port}/api/v2", timeout=30)
        self._process = subprocess.Popen(
            [sys.executable, "-c", program, "start", *([str(file)] if file else []),
             "--port", str(port), "--no-browser", "--data-folder", str(folder / "data")],
            env={**os.environ, "DEBIAI_EXPORT_METHOD_receiver": f"post, {url}",
                 "DEBIAI_FAILPOINT": failpoint, "DEBIAI_RETRY_SCHEDULE": "0.1,0.1,0.1,0.1"},
            stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, cwd=folder,
        )  # fmt: skip
        self._until(lambda: self.api.get("/about").status_code == 200)

    def _until(self, reached) -> None:
        """Wait for something, or for the end of the process."""
        until = time.monotonic() + WAIT_SECONDS
        while time.monotonic() < until and self._process.poll() is None:
            try:
                if reached():
                    return
            except httpx.HTTPError:
                pass
            time.sleep(0.05)
        assert self._process.poll() is not None, "the server did not get there"

    def wait_for(self, reached) -> None:
        self._until(reached)
        assert self._process.poll() is None

    def wait_for_death(self) -> int:
        return self._process.wait(WAIT_SECONDS)

    def export(self, name: str) -> None:
        """Ask for an export; the server may die before, while or after it is recorded."""
        rule = {"filters": {"op": "range", "id": "r", "column": "value", "min": "10"}}
        try:
            method = self.api.get("/export-methods").json()["methods"][0]["id"]
            body = {
                "subject": {"kind": "selected", "rule": rule},
                "method_id": method,
                "name": name,
                "idempotency_key": name,
            }
            self.api.post("/projects/local/samples/exports", json=body).raise_for_status()
        except httpx.TransportError:
            assert self.wait_for_death() == -signal.SIGKILL

    def deliveries(self) -> list[dict]:
        return self.api.get("/deliveries", params={"limit": 500}).json()

    def stop(self) -> None:
        self.api.close()
        self._process.send_signal(signal.SIGINT)
        self._process.wait(WAIT_SECONDS)


@pytest.fixture
def samples(tmp_path: Path) -> Path:
    path = tmp_path / "samples.csv"
    lines = [f"sample-{number:06d},{number % 1000}" for number in range(ROWS)]
    path.write_text("id,value\n" + "\n".join(lines) + "\n")
    return path


def test_an_export_survives_the_death_of_the_server_at_every_step(tmp_path, samples, receiver):
    url = receiver.url("/ok")
    first = Server(tmp_path, url, file=samples)
    first.wait_for(lambda: first.api.get("/projects").json())
    first.stop()

    for step in STEPS:
        server = Server(tmp_path, url, failpoint=step)
        server.export(f"killed when {step}")
        assert server.wait_for_death() == -signal.SIGKILL
    last = Server(tmp_path, url)
    # Who got no answer asks again under the same key; what was accepted before stays one.
    for step in STEPS:
        last.export(f"killed when {step}")
    last.wait_for(lambda: all(one["state"] == "delivered" for one in last.deliveries()))

    known = {one["id"]: one["name"] for one in last.deliveries()}
    assert sorted(known.values()) == sorted(f"killed when {step}" for step in STEPS)
    arrived = receiver.received()
    assert {one.id for one in arrived} == set(known)
    for delivery_id in known:
        document = last.api.get(f"/deliveries/{delivery_id}/document").content
        assert {one.body for one in arrived if one.id == delivery_id} == {document}
        assert document.count(b'{"id":"sample-') == ROWS - ROWS // 100
    last.stop()
