"""Reading processes as the server sees them: started, given an order, followed, ended."""

from __future__ import annotations

import contextlib
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from typing import Any

import orjson
import structlog
from pydantic import BaseModel

from debiai_studio.sources.errors import error_of

log = structlog.get_logger(__name__)

# Told what a process says of its progress: ``step``, ``fraction`` and ``rows``.
Follow = Callable[[dict[str, Any]], None]

_COMMAND = (sys.executable, "-m", "debiai_studio.sources.reading_process")
_SECONDS_TO_END = 5
_SPARE_SECONDS = 600.0
_LONGEST_LOG = 4000


class ProcessDiedError(Exception):
    """The process ended without an answer."""

    def __init__(self, exit_code: int) -> None:
        super().__init__(f"exit code {exit_code}")
        self.exit_code = exit_code


class ReadingProcess:
    """One process for one order."""

    def __init__(self) -> None:
        # Our own interpreter and module; the order goes through a pipe.
        self._process = subprocess.Popen(  # noqa: S603
            _COMMAND, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE
        )
        self.started = time.monotonic()

    @property
    def pid(self) -> int:
        """The system's number of the process."""
        return self._process.pid

    def carry_out(self, order: BaseModel, follow: Follow) -> dict[str, Any]:
        """The answer. Raises the StudioError that the process tells of, or ProcessDiedError."""
        with self._process as process:
            errors: list[bytes] = []
            drain = threading.Thread(target=_drain, args=(process, errors), daemon=True)
            drain.start()
            try:
                message = _conversation(process, order, follow)
            finally:
                _wait(process)
                drain.join()
        if "error" in message:
            raise error_of(message["error"])
        if "answer" not in message or process.returncode:
            output = b"".join(errors)[-_LONGEST_LOG:].decode("utf-8", "replace")
            log.error("reading.died", code=process.returncode, output=output)
            raise ProcessDiedError(process.returncode)
        answer: dict[str, Any] = message["answer"]
        return answer

    def stop(self) -> None:
        """Let it end at once, from any thread; an order under way gets no answer."""
        self._process.terminate()

    def dismiss(self) -> None:
        """End a process that got no order."""
        with self._process:
            self.stop()


class Processes:
    """Starts reading processes, one ahead when it is known that it will be needed.

    A start takes as long as reading a small file.
    """

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._spare: ReadingProcess | None = None

    def prepare(self) -> None:
        """Have one ready soon."""
        with self._lock:
            self._drop_old()
            self._spare = self._spare or ReadingProcess()

    def take(self) -> ReadingProcess:
        """One that waits for its order."""
        with self._lock:
            self._drop_old()
            taken, self._spare = self._spare or ReadingProcess(), None
        return taken

    def give_back(self) -> None:
        """End a spare one that nobody has needed for long."""
        with self._lock:
            self._drop_old()

    def close(self) -> None:
        """End the spare one."""
        with self._lock:
            self._drop_old(seconds=0)

    def _drop_old(self, seconds: float = _SPARE_SECONDS) -> None:
        spare = self._spare
        if spare is not None and time.monotonic() - spare.started >= seconds:
            spare.dismiss()
            self._spare = None


def _conversation(
    process: subprocess.Popen[bytes], order: BaseModel, follow: Follow
) -> dict[str, Any]:
    """Give the order, follow the progress; the last message, empty when there was none."""
    if process.stdin is None or process.stdout is None:
        return {}
    try:
        process.stdin.write(order.model_dump_json().encode() + b"\n")
        process.stdin.flush()
    except BrokenPipeError:
        # It has ended already; what it did not take would be written again at the end.
        with contextlib.suppress(BrokenPipeError):
            process.stdin.close()
    for line in process.stdout:
        if not line.endswith(b"\n"):
            break
        message: dict[str, Any] = orjson.loads(line)
        if "step" not in message:
            return message
        follow(message)
    return {}


def _drain(process: subprocess.Popen[bytes], into: list[bytes]) -> None:
    for line in process.stderr or ():
        into.append(line)
        del into[:-100]


def _wait(process: subprocess.Popen[bytes]) -> None:
    """Wait for a process that has given its last message; one that does not end is killed."""
    try:
        process.wait(_SECONDS_TO_END)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()
