"""Writes the data of a new project into a folder of its own, in bounded memory.

It knows nothing of the catalogue: what it wrote becomes a project when
``storage.catalogue.projects`` moves the folder into place and records it.
"""

from __future__ import annotations

import shutil
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

import duckdb
import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from debiai_studio.datasets.errors import MissingSampleId
from debiai_studio.datasets.id_hashing import Hashes, hash_ids
from debiai_studio.datasets.model import Column, ColumnType, IdSegment
from debiai_studio.storage.samples.database import (
    SAMPLE_NO,
    arrow_type,
    create_tables,
    give_back_cache,
    make_database,
    registered,
    results_table,
    row_group_size,
    sql_type,
)
from debiai_studio.storage.samples.id_file import SEGMENT, IdFile, SegmentWriter, sync_folder
from debiai_studio.storage.samples.id_index import IdIndex
from debiai_studio.storage.samples.id_runs import RUN, build_run
from debiai_studio.storage.samples.work_behind import WorkBehind

# Rows with huge values are not held until they are a whole row group.
_MOST_PENDING = 64 << 20
# What is inserted until the database's cache is given back: doing it costs as much as 0.1 s.
_BYTES_CACHED = 128 << 20


@dataclass(frozen=True, slots=True)
class WrittenData:
    """What was written: to be recorded in the catalogue."""

    segments: tuple[IdSegment, ...]
    next_sample_no: int
    n_results: dict[str, int]


@dataclass(frozen=True, slots=True)
class _Tables:
    connection: duckdb.DuckDBPyConnection
    samples: _TableWriter
    results: list[_TableWriter]


class SampleWriter:
    """Writes samples in the order of the source. ``write`` … ``check_duplicates``, ``finish``."""

    def __init__(
        self,
        folder: Path,
        id_type: ColumnType,
        sample_columns: list[Column],
        result_columns: list[Column],
        models: list[str],
    ) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        self._folder = folder
        self._id_type = id_type
        self._models = models
        self._n_results = dict.fromkeys(models, 0)
        self._next = 0
        self._segments: list[IdSegment] = []
        self._segment: SegmentWriter | None = None
        self._hashes: list[Hashes] = []
        self._first_hashed = self._n_hashed = 0
        self._sample_columns = sample_columns
        self._result_columns = result_columns
        self._behind = WorkBehind()
        self._tables: _Tables | None = None

    def write(
        self, ids: pa.Array[Any], values: pa.RecordBatch, results: dict[str, pa.RecordBatch]
    ) -> int:
        """Add samples; columns are named by ``Column.field``. Returns the samples so far.

        A column that is absent is NULL. A result row of only NULLs is no result. Raises
        MissingSampleId.
        """
        if ids.null_count:
            raise MissingSampleId(self._next + pc.index(pc.is_null(ids), True).as_py())
        numbers = pa.array(np.arange(self._next, self._next + len(ids)))
        self._write_ids(ids)
        tables = self._made_for(values)
        tables.samples.write(numbers, values)
        for model, table in zip(self._models, tables.results, strict=True):
            if model in results:
                there = _has_result(results[model])
                table.write(numbers.filter(there), results[model].filter(there))
                self._n_results[model] += pc.sum(there).as_py() or 0
        self._next += len(ids)
        return self._next

    def check_duplicates(self, limit: int = 10) -> list[tuple[str | int, list[int]]]:
        """The first ids that occur more than once, each with its first positions (0-based).

        To be called when everything is written.
        """
        self._flush()
        self._close_segment()
        ids = IdFile(self._folder, self._id_type, self._segments)
        return IdIndex(self._folder, ids).duplicates(limit)

    def finish(self) -> WrittenData:
        """Close everything so that it survives a power cut."""
        connection = self._flush()
        self._close_segment()
        self._behind.wait()
        self._behind.close()
        connection.execute("CHECKPOINT")
        connection.close()
        shutil.rmtree(self._folder / "spill", ignore_errors=True)
        sync_folder(self._folder)
        return WrittenData(tuple(self._segments), self._next, dict(self._n_results))

    def abort(self) -> None:
        """Stop, and leave nothing."""
        self._behind.close()
        if self._tables is not None:
            self._tables.connection.close()
        if self._segment is not None:
            self._segment.abort()
        shutil.rmtree(self._folder, ignore_errors=True)

    def _made_for(self, rows: pa.RecordBatch | None) -> _Tables:
        """The tables, made when the first rows tell how large rows are."""
        if self._tables is None:
            n_columns = max(len(self._sample_columns), len(self._result_columns))
            row_bytes = rows.nbytes // max(rows.num_rows, 1) if rows is not None else 0
            group = row_group_size(n_columns, row_bytes)
            connection = make_database(self._folder, group)
            n_models = len(self._models)
            create_tables(connection, self._sample_columns, self._result_columns, n_models)
            self._tables = _Tables(
                connection,
                _TableWriter(connection, self._behind, "samples", self._sample_columns, group),
                [
                    _TableWriter(
                        connection, self._behind, results_table(n), self._result_columns, group
                    )
                    for n in range(n_models)
                ],
            )
        return self._tables

    def _flush(self) -> duckdb.DuckDBPyConnection:
        """Have all rows inserted that wait for more."""
        tables = self._made_for(None)
        for table in (tables.samples, *tables.results):
            table.finish()
        return tables.connection

    def _write_ids(self, ids: pa.Array[Any]) -> None:
        start = 0
        while start < len(ids):
            if self._segment is None:
                self._segment = SegmentWriter(
                    self._folder, len(self._segments), self._next + start, self._id_type
                )
            part = ids.slice(start, RUN - self._n_hashed)
            self._segment.write(part)
            self._hashes.append(hash_ids(part))
            self._n_hashed += len(part)
            start += len(part)
            if self._n_hashed == RUN:
                self._close_run()
            if self._segment.count == SEGMENT:
                self._close_segment()

    def _close_segment(self) -> None:
        if self._segment is None:
            return
        self._segments.append(self._segment.close())
        self._segment = None
        self._close_run()

    def _close_run(self) -> None:
        if self._hashes:
            build_run(self._folder, self._first_hashed, np.concatenate(self._hashes))
            self._first_hashed += self._n_hashed
            self._hashes, self._n_hashed = [], 0


class _TableWriter:
    """Fills one table a whole row group at a time, while the next is gathered.

    DuckDB writes such a group to disk at once. Parts of one stay in memory until the table is
    closed, and so do all Arrow tables of a transaction.
    """

    def __init__(
        self,
        connection: duckdb.DuckDBPyConnection,
        behind: WorkBehind,
        table: str,
        columns: list[Column],
        group: int,
    ) -> None:
        self._connection = connection
        self._behind = behind
        self._table = table
        self._columns = columns
        self._group = group
        self._pending: list[pa.RecordBatch] = []
        self._n_pending = self._n_bytes = self._n_cached = 0

    def write(self, numbers: pa.Array[Any], values: pa.RecordBatch) -> None:
        """Add rows; a column that ``values`` lacks is NULL."""
        rows = pa.RecordBatch.from_arrays(
            [numbers, *values.columns], names=[SAMPLE_NO, *values.schema.names]
        )
        while self._n_pending + rows.num_rows >= self._group:
            room = self._group - self._n_pending
            self._add(rows.slice(0, room))
            self.finish()
            rows = rows.slice(room)
        self._add(rows)

    def finish(self) -> None:
        """Have what is left inserted."""
        if self._n_pending:
            rows = pa.Table.from_batches(self._pending)
            self._pending, self._n_pending, self._n_bytes = [], 0, 0
            self._behind.do(partial(self._insert, rows))

    def _insert(self, rows: pa.Table) -> None:
        insert_rows(self._connection, self._table, self._columns, rows.column(SAMPLE_NO), rows)
        self._n_cached += rows.nbytes
        if self._n_cached > _BYTES_CACHED:
            give_back_cache(self._connection)
            self._n_cached = 0

    def _add(self, rows: pa.RecordBatch) -> None:
        if rows.num_rows:
            self._pending.append(rows)
            self._n_pending += rows.num_rows
            self._n_bytes += rows.nbytes
        if self._n_bytes > _MOST_PENDING:
            self.finish()


def insert_rows(
    connection: duckdb.DuckDBPyConnection,
    table: str,
    columns: list[Column],
    numbers: pa.Array[Any] | pa.ChunkedArray[Any],
    values: pa.RecordBatch | pa.Table,
) -> None:
    """Add rows in the order given; a column that ``values`` lacks is NULL."""
    if len(numbers) == 0:
        return
    present = [column for column in columns if column.field in values.schema.names]
    given = pa.table(
        [numbers, *(values.column(c.field).cast(arrow_type(c)) for c in present)],
        [SAMPLE_NO, *(c.field for c in present)],
    )
    names = ", ".join([SAMPLE_NO, *(c.field for c in present)])
    chosen = ", ".join([SAMPLE_NO, *(f"{c.field}::{sql_type(c)}" for c in present)])
    with registered(connection, given) as source:
        connection.execute(f"INSERT INTO {table} ({names}) SELECT {chosen} FROM {source}")


def _has_result(batch: pa.RecordBatch) -> pa.Array[Any]:
    there = pa.array(np.zeros(batch.num_rows, bool))
    for values in batch.columns:
        there = pc.or_(there, pc.is_valid(values))
    return there
