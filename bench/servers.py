"""Starts and ends the two servers, each in its own process and data folder."""

from __future__ import annotations

import os
import shutil
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Self

import httpx
import psutil

PEER_PACKAGES = ["debiai-gui==1.0.4", "debiai==0.30.1"]
START_SECONDS = 120

# DebiAI's command binds every address; the bench talks to loopback only.
PEER_LAUNCHER = """
import sys, waitress
serve = waitress.serve
waitress.serve = lambda app, **settings: serve(app, **{**settings, "host": "127.0.0.1"})
from debiaiServer.debiai_gui_utils import main
sys.argv[0] = "debiai-gui"
sys.exit(main())
"""


@dataclass(frozen=True, slots=True)
class Server:
    url: str
    process: psutil.Process

    def anonymous_mb(self) -> float:
        """Memory of the process that is neither a file nor shared; files that it maps are not."""
        status = Path(f"/proc/{self.process.pid}/status")
        if status.exists():
            return int(status.read_text().partition("RssAnon:")[2].split()[0]) * 1024 / 1e6
        full = self.process.memory_full_info()
        return (full.uss if hasattr(full, "uss") else full.rss) / 1e6


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@contextmanager
def studio(data: Path) -> Iterator[Server]:
    port = free_port()
    command = [sys.executable, "-c", "from debiai_studio.cli import main; main()", "start",
               "--port", str(port), "--no-browser", "--data-folder", str(data)]  # fmt: skip
    with _running(command, f"http://127.0.0.1:{port}", "/health", data.parent) as server:
        yield server


@contextmanager
def peer(folder: Path) -> Iterator[Server]:
    port = free_port()
    data = folder / "peer-data"
    data.mkdir(parents=True, exist_ok=True)
    command = [str(peer_python(folder)), "-c", PEER_LAUNCHER, "start", "--port", str(port),
               "--no-browser", "--data-folder", str(data)]  # fmt: skip
    with _running(command, f"http://127.0.0.1:{port}", "/version", folder) as server:
        yield server


def peer_python(folder: Path) -> Path:
    """Python of a virtual environment that holds DebiAI."""
    environment = folder / "peer-venv"
    python = environment / "bin" / "python"
    if not python.exists():
        print("Installing DebiAI in a virtual environment of its own …", flush=True)
        subprocess.run([sys.executable, "-m", "venv", str(environment)], check=True)
        subprocess.run([str(python), "-m", "pip", "install", "-q", *PEER_PACKAGES], check=True)
    return python


@contextmanager
def _running(command: list[str], url: str, path: str, folder: Path) -> Iterator[Server]:
    with (folder / "server.log").open("w") as log:
        process = subprocess.Popen(
            command, cwd=folder, stdout=log, stderr=log, stdin=subprocess.DEVNULL,
            env={name: value for name, value in os.environ.items() if "DEBIAI" not in name},
        )  # fmt: skip
        try:
            _wait(url + path, process)
            yield Server(url, psutil.Process(process.pid))
        finally:
            process.send_signal(signal.SIGINT)
            try:
                process.wait(15)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()


def _wait(url: str, process: subprocess.Popen[bytes]) -> None:
    until = time.monotonic() + START_SECONDS
    while time.monotonic() < until and process.poll() is None:
        try:
            if httpx.get(url, timeout=2).status_code < 500:
                return
        except httpx.HTTPError:
            time.sleep(0.05)
    message = f"The server behind {url} did not start."
    raise SystemExit(message)


class Peak:
    """The highest memory of a process while it lives, above what it had at the start.

    ``children``: with that of the processes that it started.
    """

    def __init__(self, server: Server, *, children: bool = False) -> None:
        self._server = server
        self._children = children
        self._before = self._now()
        self._highest = self._before
        self._ended = threading.Event()
        self._thread = threading.Thread(target=self._watch, daemon=True)

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(self, *_error: object) -> None:
        self._ended.set()
        self._thread.join()

    @property
    def highest_mb(self) -> float:
        return self._highest

    @property
    def extra_mb(self) -> float:
        return self._highest - self._before

    def _now(self) -> float:
        found = self._server.anonymous_mb()
        if self._children:
            for child in self._server.process.children(recursive=True):
                with suppress(psutil.Error, OSError, ValueError, IndexError):
                    found += Server(self._server.url, child).anonymous_mb()
        return found

    def _watch(self) -> None:
        while not self._ended.wait(0.05 if self._children else 0.01):
            self._highest = max(self._highest, self._now())


def fresh(folder: Path) -> Path:
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    return folder
