"""DebiAI itself, from the package index, in an environment of its own."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import time
from pathlib import Path

import httpx
from tests.real.environments import python_with

VERSION = "1.0.4"
PATIENCE = 120.0
# Its command binds every address; tests talk to loopback only.
LAUNCHER = """
import sys, waitress
serve = waitress.serve
waitress.serve = lambda app, **settings: serve(app, **{**settings, "host": "127.0.0.1"})
from debiaiServer.debiai_gui_utils import main
sys.argv[0] = "debiai-gui"
sys.exit(main())
"""


def gui_python() -> Path:
    """The Python that has DebiAI."""
    return python_with(f"debiai-gui-{VERSION}", f"debiai-gui=={VERSION}", "setuptools<81")


class DebiaiGui:
    """DebiAI on a data folder, as a person starts it."""

    def __init__(self, folder: Path) -> None:
        self.data = folder / "debiai_data"
        self.data.mkdir()  # it would ask for it at a terminal
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            port = probe.getsockname()[1]
        self.url = f"http://127.0.0.1:{port}"
        kept = {name: value for name, value in os.environ.items() if "DEBIAI" not in name}
        command = [gui_python(), "-c", LAUNCHER, "start", "-nb", "-p", str(port), "-d", self.data]
        self._log = (folder / "debiai.log").open("w")
        self._process = subprocess.Popen(
            command,
            cwd=folder,
            env=kept,
            stdin=subprocess.DEVNULL,
            stdout=self._log,
            stderr=self._log,
        )
        deadline = time.monotonic() + PATIENCE
        while not self._answers():
            if time.monotonic() > deadline or self._process.poll() is not None:
                raise AssertionError((folder / "debiai.log").read_text())
            time.sleep(0.1)

    def _answers(self) -> bool:
        try:
            return httpx.get(f"{self.url}/version", timeout=5).status_code == 200
        except httpx.HTTPError:
            return False

    def stop(self) -> None:
        """End it."""
        self._process.send_signal(signal.SIGINT)
        try:
            self._process.wait(15)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()
        self._log.close()
