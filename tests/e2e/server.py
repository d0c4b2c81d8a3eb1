"""A real server in a process of its own, as a person starts it."""

from __future__ import annotations

import os
import re
import signal
import subprocess
import sys
import threading
import time
from pathlib import Path

import httpx

PATIENCE = 120.0
PROGRAM = "from debiai_studio.cli import main; main()"


class Studio:
    """Starts ``debiai`` with a data folder; stop and start keep what is in it."""

    def __init__(self, folder: Path, *arguments: str, **environment: str) -> None:
        self.folder = folder
        self.url = ""
        self._command = [sys.executable, "-c", PROGRAM, *arguments, "--no-browser"]
        self._command += ["--data-folder", str(folder / "data")]
        self._environment = environment
        self._port = "0"
        self._process: subprocess.Popen[str] | None = None
        self._said: list[str] = []
        folder.mkdir(parents=True, exist_ok=True)

    def start(self) -> Studio:
        """Returns once it answers; a second start takes the port of the first."""
        inherited = {name: value for name, value in os.environ.items() if "DEBIAI" not in name}
        self._process = subprocess.Popen(
            [*self._command, "--port", self._port],
            cwd=self.folder,
            env={**inherited, **self._environment},
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )
        self._said = []
        threading.Thread(target=self._listen, args=(self._process,), daemon=True).start()
        self.url = self._wait_for(r"open +(http://\S+)/$").group(1)
        self._port = self.url.rpartition(":")[2]
        self._wait_for_answer()
        return self

    @property
    def pid(self) -> int:
        """The id of its process, while it runs."""
        return self._process.pid

    def stop(self, how: signal.Signals = signal.SIGINT) -> None:
        """End it by its process id."""
        if self._process is None:
            return
        self._process.send_signal(how)
        try:
            self._process.wait(20)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()
        self._process = None

    def wait_for_project(self, name: str) -> dict[str, object]:
        """The project once its import has ended."""
        deadline = time.monotonic() + PATIENCE
        while time.monotonic() < deadline:
            found = [one for one in self.get("/projects") if one["project"] == name]
            if found:
                return found[0]
            time.sleep(0.1)
        raise AssertionError(f"No project {name}: {self.said}")

    def get(self, path: str):
        """What the API answers."""
        return httpx.get(f"{self.url}/api/v2{path}", timeout=30).raise_for_status().json()

    @property
    def said(self) -> str:
        """What it printed since its start."""
        return "".join(self._said)

    def _listen(self, process: subprocess.Popen[str]) -> None:
        with process.stdout as lines:
            for line in lines:
                self._said.append(line)

    def _wait_for(self, pattern: str) -> re.Match[str]:
        deadline = time.monotonic() + PATIENCE
        while time.monotonic() < deadline and self._process.poll() is None:
            found = re.search(pattern, self.said, re.MULTILINE)
            if found:
                return found
            time.sleep(0.05)
        raise AssertionError(f"The server did not start: {self.said}")

    def _wait_for_answer(self) -> None:
        deadline = time.monotonic() + PATIENCE
        while time.monotonic() < deadline:
            try:
                if httpx.get(f"{self.url}/health", timeout=2).status_code == httpx.codes.OK:
                    return
            except httpx.HTTPError:
                time.sleep(0.05)
        raise AssertionError(f"The server does not answer: {self.said}")
