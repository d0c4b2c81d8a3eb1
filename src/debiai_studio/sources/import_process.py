"""The process in which one import runs, apart from the server: ``python -m`` of this module.

Its first line of input is an ``ImportOrder``. It answers with one JSON object per line:
``{"step", "fraction", "rows"}`` now and then, and at last ``{"written"}`` or ``{"error"}``.
When its input ends, the server is gone and it ends too.
"""

from __future__ import annotations

import contextlib
import importlib
import os
import sys
import threading
import time
from pathlib import Path
from typing import IO, Any, cast

import orjson
import pyarrow as pa
from pydantic import BaseModel

from debiai_studio.errors import StudioError
from debiai_studio.sources.columns import project_columns
from debiai_studio.sources.errors import DiskFull
from debiai_studio.sources.formats import Formats
from debiai_studio.sources.importing import Goal, import_rows
from debiai_studio.sources.model import ColumnDraft
from debiai_studio.sources.ports import WriterFactory, Written
from debiai_studio.sources.uploads import is_disk_full

ORPHANED = 3
FAILED = 4

_SECONDS_BETWEEN_REPORTS = 0.2
_DISK_FULL_SIGNS = ("no space left", "file too large", "disk full", "quota exceeded")


class ImportOrder(BaseModel):
    """What is to be imported, and where to."""

    file: str
    rows: int | None  # as counted before
    paths: list[Path]
    columns: list[ColumnDraft]
    id_column: str | None
    staging: Path
    writer: str  # module:attribute


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


def run(order: ImportOrder, reports: _Reports) -> Written:
    """Carry out the order. Raises StudioError; the staging folder may then hold remains."""
    columns = project_columns(order.columns, order.id_column)
    _, table = Formats.installed().open(order.paths)
    writer = _writer_factory(order.writer)(
        order.staging,
        columns.id_type,
        list(columns.sample_columns),
        list(columns.result_columns),
        list(columns.models),
    )
    try:
        return import_rows(table, columns, writer, Goal(order.file, order.rows), reports.progress)
    except BaseException:
        # A writer that is out of room may fail at this too; the server removes the folder.
        with contextlib.suppress(OSError, pa.ArrowException):
            writer.abort()
        raise


def problem_of(error: StudioError) -> dict[str, Any]:
    """The error as a problem document."""
    return {"type": error.code, "title": error.title, "detail": str(error)}


def main() -> int:
    """Read the order, carry it out, answer; returns the exit code."""
    # Whatever prints must not get between the messages.
    output = os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)
    order = ImportOrder.model_validate_json(sys.stdin.buffer.readline())
    threading.Thread(target=_end_with_server, daemon=True).start()
    reports = _Reports(output)
    try:
        written = run(order, reports)
    except StudioError as error:
        reports.tell({"error": problem_of(error)})
        return FAILED
    except OSError as error:
        if not is_disk_full(error):
            raise
        reports.tell({"error": problem_of(DiskFull(f'"{order.file}"'))})
        return FAILED
    except Exception as error:
        # A database says in words alone that the disk is full.
        if not any(sign in str(error).lower() for sign in _DISK_FULL_SIGNS):
            raise
        reports.tell({"error": problem_of(DiskFull(f'"{order.file}"'))})
        return FAILED
    reports.tell(
        {
            "written": {
                "segments": list(written.segments),
                "next_sample_no": written.next_sample_no,
                "n_results": written.n_results,
            }
        }
    )
    return 0


def _end_with_server() -> None:
    # Past the buffered reader: its lock would be held when the process ends.
    while os.read(0, 1):
        pass
    os._exit(ORPHANED)


def _writer_factory(name: str) -> WriterFactory:
    module, _, attribute = name.partition(":")
    return cast("WriterFactory", getattr(importlib.import_module(module), attribute))


if __name__ == "__main__":
    sys.exit(main())
