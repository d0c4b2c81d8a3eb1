"""A process that carries out one order: as the server sees it, and as it sees itself.

It runs ``python -m`` of a module of ours. Its first line of input is the order, JSON. It answers
with one JSON object per line: progress (it has a ``step``) now and then, and at last ``{"answer"}``
or ``{"error"}``. When its input ends, the server is gone and it ends too.
"""

from __future__ import annotations

import contextlib
import os
import resource
import signal
import subprocess
import sys
import threading
import time
import traceback
from collections.abc import Callable
from pathlib import Path
from typing import IO, Any, NoReturn

import orjson
import structlog
from pydantic import BaseModel

from debiai_studio.errors import error_of

log = structlog.get_logger(__name__)

# Told what a process says of its progress: ``step``, ``fraction``, and counts.
Follow = Callable[[dict[str, Any]], None]

ORPHANED = 3
FAILED = 4

_SECONDS_TO_END = 5
_LONGEST_LOG = 4000
_SECONDS_BETWEEN_REPORTS = 0.2
_KILL_ME_FIRST = "500"


class ProcessDiedError(Exception):
    """The process ended without an answer."""

    def __init__(self, exit_code: int) -> None:
        super().__init__(f"exit code {exit_code}")
        self.exit_code = exit_code


class ChildProcess:
    """One process for one order."""

    def __init__(self, module: str) -> None:
        # Our own interpreter and module; the order goes through a pipe. A group of its own, so
        # that what it starts ends with it.
        self._process = subprocess.Popen(  # noqa: S603
            (sys.executable, "-m", module),
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            start_new_session=True,
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
            log.error("process.died", code=process.returncode, output=output)
            raise ProcessDiedError(process.returncode)
        answer: dict[str, Any] = message["answer"]
        return answer

    def stop(self) -> None:
        """Let it end at once, from any thread; an order under way gets no answer."""
        self._process.terminate()

    def kill(self) -> None:
        """End it and what it started, whatever they do; from any thread."""
        with contextlib.suppress(ProcessLookupError):
            os.killpg(self._process.pid, signal.SIGKILL)

    def dismiss(self) -> None:
        """End a process that got no order."""
        with self._process:
            self.stop()


class Reports:
    """Inside the process: tells the server, not more often than a person can read."""

    def __init__(self) -> None:
        # Whatever prints must not get between the messages.
        self._output: IO[bytes] = os.fdopen(os.dup(1), "wb")
        os.dup2(2, 1)
        self._step = ""
        self._told_at = 0.0

    def progress(self, step: str, fraction: float | None, rows: int) -> None:
        """Tell how far it is, when it is time or a new step begins."""
        now = time.monotonic()
        if step != self._step or now - self._told_at > _SECONDS_BETWEEN_REPORTS:
            self._step, self._told_at = step, now
            self.tell({"step": step, "fraction": fraction, "rows": rows})

    def tell(self, message: dict[str, Any]) -> None:
        """Send one message."""
        self._output.write(orjson.dumps(message) + b"\n")
        self._output.flush()


def order_given() -> bytes | None:
    """Inside the process: the order, once there is one; None when the server is gone."""
    _spare_the_server()
    line = sys.stdin.buffer.readline()
    if not line:
        return None
    threading.Thread(target=_end_with_server, daemon=True).start()
    return line


def run_to_the_end(main: Callable[[], int]) -> NoReturn:
    """Inside the process: run to the end that is meant.

    Arrow's threads may outlive what they read for. An ordinary exit takes down what they use; the
    process then dies of it ("terminate called without an active exception"), though its answer is
    given.
    """
    try:
        code = main()
    except BaseException:  # noqa: BLE001 - told to the server, which logs it
        traceback.print_exc()
        code = 1
    sys.stderr.flush()
    os._exit(code)


def _spare_the_server() -> None:
    """What asks for too much memory ends this process, and no other."""
    pages = os.sysconf("SC_PHYS_PAGES") * os.sysconf("SC_PAGE_SIZE")
    soft, hard = resource.getrlimit(resource.RLIMIT_DATA)
    most = pages // 2
    lower = most if soft == resource.RLIM_INFINITY else min(most, soft)
    resource.setrlimit(resource.RLIMIT_DATA, (lower, hard))
    with contextlib.suppress(OSError):  # Linux alone has it
        Path("/proc/self/oom_score_adj").write_text(_KILL_ME_FIRST, encoding="ascii")


def _end_with_server() -> None:
    # Past the buffered reader: its lock would be held when the process ends.
    while os.read(0, 1):
        pass
    os._exit(ORPHANED)


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
