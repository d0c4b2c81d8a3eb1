"""A server as a person starts it, and scripts that use DebiAI's client on it."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import httpx
import pytest
from tests.real.debiai_client import client_python
from tests.real.environments import skipped_if_missing

PROGRAM = [sys.executable, "-c", "from debiai_studio.cli import main; main()"]
SCRIPT = Path(__file__).with_name("session.py")


class Server:
    """One server on a folder; started again after it was killed, it has the same data."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.url = ""
        self._process: subprocess.Popen[str] | None = None

    def start(self, **environ: str) -> Server:
        kept = {name: value for name, value in os.environ.items() if "DEBIAI" not in name}
        command = [*PROGRAM, "start", "--no-browser", "--port", "0", "--data-folder", self.folder]
        with (self.folder / "errors.log").open("a") as errors:
            self._process = subprocess.Popen(
                command,
                cwd=self.folder,
                env={**kept, **environ},
                stdin=subprocess.DEVNULL,
                stdout=subprocess.PIPE,
                stderr=errors,
                text=True,
            )
        for line in self._process.stdout:
            if "  open   " in line:
                self.url = line.split()[-1].split("#")[0].split("?")[0].rstrip("/")
                return self
        raise AssertionError((self.folder / "errors.log").read_text())

    def kill(self) -> None:
        self._process.kill()
        self._process.wait()
        self._process.stdout.close()

    def page(self, method: str, path: str, **body: object) -> httpx.Response:
        """What the page asks."""
        answer = httpx.request(method, f"{self.url}/api/v2{path}", json=body or None, timeout=60)
        return answer.raise_for_status()


@pytest.fixture(scope="session")
def python():
    """The client's Python; when it cannot be fetched the tests are skipped, but never in CI."""
    with skipped_if_missing():
        return client_python()


@pytest.fixture(scope="module")
def new_server(tmp_path_factory):
    """Starts servers on folders of their own; they end with the module."""
    started = []

    def start(**environ: str) -> Server:
        started.append(Server(tmp_path_factory.mktemp("server")))
        return started[-1].start(**environ)

    yield start
    for server in started:
        server.kill()


@pytest.fixture(scope="module")
def server(new_server):
    return new_server()


@pytest.fixture
def client(python, tmp_path):
    """Runs a function of the script with the client; what it returned."""

    def run(url: str, function: str, *arguments: str) -> object:
        out = tmp_path / "out.json"
        # The client writes its log into the current folder.
        done = subprocess.run(
            [python, SCRIPT, url, out, function, *arguments],
            cwd=tmp_path,
            capture_output=True,
            text=True,
            timeout=120,
            check=False,
        )
        assert done.returncode == 0, done.stderr
        return json.loads(out.read_text())

    return run
