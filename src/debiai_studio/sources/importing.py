"""Writing the rows of a table as samples: the work of an import, whoever runs it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import pyarrow as pa
import pyarrow.compute as pc

from debiai_studio.datasets.model import Column
from debiai_studio.sources.arrow_types import arrow_type
from debiai_studio.sources.columns import ProjectColumns
from debiai_studio.sources.conversion import UnfitValueError, converted
from debiai_studio.sources.file_errors import BadValue, DuplicateIds, MissingId
from debiai_studio.sources.ports import SampleWriter, Table, Written
from debiai_studio.sources.reading_ahead import read_ahead

# Told now and then: the step, the share done and the rows so far.
Report = Callable[[str, float | None, int], None]

READING = "Reading rows"
CHECKING = "Checking ids"
FINISHING = "Writing to disk"


@dataclass(frozen=True, slots=True)
class Goal:
    """The file's name, for sentences, and its rows if they were counted, for progress."""

    file: str
    rows: int | None = None


def import_rows(
    table: Table, columns: ProjectColumns, writer: SampleWriter, goal: Goal, report: Report
) -> Written:
    """Write every row. Raises UnreadableFile; the caller then aborts the writer."""
    n_rows = 0
    for batch in read_ahead(table.batches()):
        conversion = _Conversion(batch, n_rows, goal.file)
        ids = conversion.ids(columns)
        values = conversion.record(columns.sample_columns, columns.sample_sources)
        results = {
            model: conversion.record(columns.result_columns, sources)
            for model, sources in columns.result_sources.items()
        }
        writer.write(ids, values, results)
        n_rows += batch.num_rows
        report(READING, share_done(table, n_rows, goal.rows), n_rows)
    if columns.id_column is not None:
        report(CHECKING, None, n_rows)
        if examples := writer.check_duplicates():
            rows = [(value, [each + 1 for each in positions]) for value, positions in examples]
            raise DuplicateIds(goal.file, columns.id_column, rows)
    report(FINISHING, None, n_rows)
    return writer.finish()


def share_done(table: Table, n_rows: int, expected: int | None) -> float:
    """How much is done; the bytes read run ahead of the rows, so they are second best."""
    done = n_rows / expected if expected else table.bytes_read / max(table.n_bytes, 1)
    return min(done, 1.0)


class _Conversion:
    """The values of one batch, in the types that were chosen."""

    def __init__(self, batch: pa.RecordBatch, first_row: int, file: str) -> None:
        self._batch = batch
        self._names = set(batch.schema.names)
        self._first_row = first_row
        self._file = file

    def ids(self, columns: ProjectColumns) -> pa.Array:
        """The ids, or the positions in the file."""
        n_rows = self._batch.num_rows
        if columns.id_column is None:
            return pa.array(range(self._first_row, self._first_row + n_rows), pa.int64())
        wanted = Column(columns.id_column, columns.id_type, "id")
        ids = self._column(wanted, columns.id_column)
        if ids.null_count:
            position = pc.index(pc.is_null(ids), pa.scalar(value=True)).as_py()
            raise MissingId(self._file, columns.id_column, self._first_row + position + 1)
        return ids

    def record(self, columns: tuple[Column, ...], sources: dict[str, str]) -> pa.RecordBatch:
        """The columns by field; those without a source are missing everywhere."""
        if not columns:
            nothing = pa.array([{}] * self._batch.num_rows, pa.struct([]))
            return pa.RecordBatch.from_struct_array(nothing)
        arrays = [self._column(column, sources.get(column.field)) for column in columns]
        return pa.RecordBatch.from_arrays(arrays, names=[column.field for column in columns])

    def _column(self, column: Column, source: str | None) -> pa.Array:
        if source is None or source not in self._names:
            return pa.nulls(self._batch.num_rows, arrow_type(column.type, zoned=column.zoned))
        try:
            return converted(self._batch.column(source), column.type, zoned=column.zoned)
        except UnfitValueError as error:
            row = self._first_row + error.position + 1
            raise BadValue(self._file, source, row, error.value, column.type.value) from error
