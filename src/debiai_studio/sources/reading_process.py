"""The process in which a file is read, apart from the server: ``python -m`` of this module.

Its first line of input is one of ``orders``. It answers with one JSON object per line:
``{"step", "fraction", "rows"}`` now and then, and at last ``{"answer"}`` or ``{"error"}``.
When its input ends, the server is gone and it ends too.
"""

from __future__ import annotations

import contextlib
import importlib
import os
import resource
import sys
import threading
import time
import traceback
from pathlib import Path
from typing import IO, Any, NoReturn, cast

import orjson
import pyarrow as pa
from pydantic import TypeAdapter

from debiai_studio.errors import StudioError
from debiai_studio.sources import light_arrow  # noqa: F401 - before all that makes arrays
from debiai_studio.sources.columns import project_columns
from debiai_studio.sources.errors import DiskFull, OutOfMemory, problem_of
from debiai_studio.sources.formats import Formats
from debiai_studio.sources.importing import Goal, import_rows
from debiai_studio.sources.inspection import inspected
from debiai_studio.sources.model import Inspection
from debiai_studio.sources.orders import GroupingOrder, ImportOrder, InspectionOrder, Order
from debiai_studio.sources.ports import WriterFactory
from debiai_studio.sources.uploads import is_disk_full

ORPHANED = 3
FAILED = 4

_SECONDS_BETWEEN_REPORTS = 0.2
# A database says in words alone that something ran out.
_OUT_OF_MEMORY_SIGN = "out of memory error"
_DISK_FULL_SIGNS = ("no space left", "file too large", "disk full", "quota exceeded")
_KILL_ME_FIRST = "500"

_ORDERS: TypeAdapter[Order] = TypeAdapter(Order)


class _Reports:
    """Tells the server, not more often than a person can read."""

    def __init__(self, output: IO[bytes]) -> None:
        self._output = output
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


def main() -> int:
    """Read the order, carry it out, answer; returns the exit code."""
    # Whatever prints must not get between the messages.
    output = os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)
    _spare_the_server()
    line = sys.stdin.buffer.readline()
    if not line:
        return ORPHANED
    order = _ORDERS.validate_json(line)
    threading.Thread(target=_end_with_server, daemon=True).start()
    reports = _Reports(output)
    try:
        answer = _carried_out(order, reports)
    except Exception as error:
        told = _told(error, order.name)
        if told is None:
            raise
        reports.tell({"error": problem_of(told)})
        return FAILED
    reports.tell({"answer": answer})
    return 0


def _carried_out(order: Order, reports: _Reports) -> dict[str, Any]:
    """The answer. Raises StudioError, and what reading and writing raise."""
    if isinstance(order, GroupingOrder):
        groups = Formats.installed().grouped(order.folder)
        return {"groups": [[str(path) for path in group] for group in groups]}
    if isinstance(order, InspectionOrder):
        return _inspection(order, reports)
    return _import(order, reports)


def _inspection(order: InspectionOrder, reports: _Reports) -> dict[str, Any]:
    kind, table = Formats.installed().open(order.paths)
    findings = inspected(table, reports.progress)
    inspection = Inspection(
        file_id=order.file_id,
        name=order.name,
        project=order.project,
        format=kind.name,
        bytes=table.n_bytes,
        rows=findings.rows,
        id_column=findings.id_column,
        id_note=findings.id_note,
        columns=findings.columns,
        preview=findings.preview,
    )
    return inspection.model_dump(mode="json")


def _import(order: ImportOrder, reports: _Reports) -> dict[str, Any]:
    """Write everything; the staging folder holds remains when it fails."""
    columns = project_columns(order.columns, order.id_column)
    _, table = Formats.installed().open(order.paths)
    writer = _writer_factory(order.writer)(
        order.staging,
        columns.id_type,
        list(columns.sample_columns),
        list(columns.result_columns),
        list(columns.models),
    )
    goal = Goal(order.name, order.rows)
    try:
        written = import_rows(table, columns, writer, goal, reports.progress)
    except BaseException:
        # A writer that is out of room may fail at this too; the server removes the folder.
        with contextlib.suppress(OSError, pa.ArrowException):
            writer.abort()
        raise
    return {
        "segments": list(written.segments),
        "next_sample_no": written.next_sample_no,
        "n_results": written.n_results,
    }


def _told(error: Exception, name: str) -> StudioError | None:
    """The error as a person is told of it; None for a bug."""
    if isinstance(error, StudioError):
        return error
    words = str(error).lower()
    if isinstance(error, MemoryError) or _OUT_OF_MEMORY_SIGN in words:
        return OutOfMemory(f'"{name}"')
    is_full = any(sign in words for sign in _DISK_FULL_SIGNS)
    if is_full or (isinstance(error, OSError) and is_disk_full(error)):
        return DiskFull(f'"{name}"')
    return None


def _spare_the_server() -> None:
    """A file that asks for too much memory ends this process, and no other."""
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


def _writer_factory(name: str) -> WriterFactory:
    module, _, attribute = name.partition(":")
    return cast("WriterFactory", getattr(importlib.import_module(module), attribute))


def _run() -> NoReturn:
    """Run to the end that is meant: Arrow's threads may outlive what they read for.

    An ordinary exit takes down what they use; the process then dies of it ("terminate called
    without an active exception"), though its answer is given.
    """
    try:
        code = main()
    except BaseException:  # noqa: BLE001 - told to the server, which logs it
        traceback.print_exc()
        code = 1
    sys.stderr.flush()
    os._exit(code)


if __name__ == "__main__":
    _run()
