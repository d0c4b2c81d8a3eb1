"""The process in which a file is read, apart from the server; its order is one of ``orders``."""

from __future__ import annotations

import contextlib
import importlib
from typing import Any, cast

import pyarrow as pa
from pydantic import TypeAdapter

from debiai_studio.errors import StudioError, problem_of
from debiai_studio.processes import FAILED, ORPHANED, Reports, order_given, run_to_the_end
from debiai_studio.sources import light_arrow  # noqa: F401 - before all that makes arrays
from debiai_studio.sources.columns import project_columns
from debiai_studio.sources.errors import DiskFull, OutOfMemory
from debiai_studio.sources.formats import Formats
from debiai_studio.sources.importing import Goal, import_rows
from debiai_studio.sources.inspection import inspected
from debiai_studio.sources.model import Inspection
from debiai_studio.sources.orders import GroupingOrder, ImportOrder, InspectionOrder, Order
from debiai_studio.sources.ports import WriterFactory
from debiai_studio.sources.uploads import is_disk_full

# A database says in words alone that something ran out.
_OUT_OF_MEMORY_SIGN = "out of memory error"
_DISK_FULL_SIGNS = ("no space left", "file too large", "disk full", "quota exceeded")

_ORDERS: TypeAdapter[Order] = TypeAdapter(Order)


def main() -> int:
    """Read the order, carry it out, answer; returns the exit code."""
    reports = Reports()
    line = order_given()
    if line is None:
        return ORPHANED
    order = _ORDERS.validate_json(line)
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


def _carried_out(order: Order, reports: Reports) -> dict[str, Any]:
    """The answer. Raises StudioError, and what reading and writing raise."""
    if isinstance(order, GroupingOrder):
        groups = Formats.installed().grouped(order.folder)
        return {"groups": [[str(path) for path in group] for group in groups]}
    if isinstance(order, InspectionOrder):
        return _inspection(order, reports)
    return _import(order, reports)


def _inspection(order: InspectionOrder, reports: Reports) -> dict[str, Any]:
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


def _import(order: ImportOrder, reports: Reports) -> dict[str, Any]:
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


def _writer_factory(name: str) -> WriterFactory:
    module, _, attribute = name.partition(":")
    return cast("WriterFactory", getattr(importlib.import_module(module), attribute))


if __name__ == "__main__":
    run_to_the_end(main)
