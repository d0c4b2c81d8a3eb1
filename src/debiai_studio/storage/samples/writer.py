"""Writes the data of a new project into a folder of its own, in bounded memory.

It knows nothing of the catalogue: what it wrote becomes a project when
``storage.catalogue.projects`` moves the folder into place and records it.
"""

from __future__ import annotations

import shutil
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import duckdb
import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from debiai_studio.datasets.errors import MissingSampleId
from debiai_studio.datasets.model import Column, ColumnType, IdSegment
from debiai_studio.storage.samples.database import (
    SAMPLE_NO,
    arrow_type,
    create_tables,
    give_back_cache,
    make_database,
    registered,
    results_table,
    sql_type,
)
from debiai_studio.storage.samples.id_file import SEGMENT, IdFile, SegmentWriter, sync_folder
from debiai_studio.storage.samples.id_hashing import Hashes, hash_ids
from debiai_studio.storage.samples.id_index import IdIndex
from debiai_studio.storage.samples.id_runs import build_run

_TRANSACTION = 64 << 20


@dataclass(frozen=True, slots=True)
class WrittenData:
    """What was written: to be recorded in the catalogue."""

    segments: tuple[IdSegment, ...]
    next_sample_no: int
    n_results: dict[str, int]


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
        self._sample_columns = sample_columns
        self._result_columns = result_columns
        self._models = models
        self._n_results = dict.fromkeys(models, 0)
        self._next = 0
        self._segments: list[IdSegment] = []
        self._segment: SegmentWriter | None = None
        self._hashes: list[Hashes] = []
        self._connection = make_database(folder, max(len(sample_columns), len(result_columns)))
        create_tables(self._connection, sample_columns, result_columns, len(models))
        self._connection.execute("BEGIN")
        self._uncommitted = 0

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
        insert_rows(self._connection, "samples", self._sample_columns, numbers, values)
        for number, model in enumerate(self._models):
            if model in results:
                there = _has_result(results[model])
                insert_rows(
                    self._connection,
                    results_table(number),
                    self._result_columns,
                    numbers.filter(there),
                    results[model].filter(there),
                )
                self._n_results[model] += pc.sum(there).as_py() or 0
        self._next += len(ids)
        self._commit_now_and_then(values.nbytes + sum(each.nbytes for each in results.values()))
        return self._next

    def check_duplicates(self, limit: int = 10) -> list[tuple[str | int, list[int]]]:
        """The first ids that occur more than once, each with its first positions (0-based).

        To be called when everything is written.
        """
        self._close_segment()
        ids = IdFile(self._folder, self._id_type, self._segments)
        return IdIndex(self._folder, ids).duplicates(limit)

    def finish(self) -> WrittenData:
        """Close everything so that it survives a power cut."""
        self._close_segment()
        self._connection.execute("COMMIT")
        self._connection.execute("CHECKPOINT")
        self._connection.close()
        shutil.rmtree(self._folder / "spill", ignore_errors=True)
        sync_folder(self._folder)
        return WrittenData(tuple(self._segments), self._next, dict(self._n_results))

    def abort(self) -> None:
        """Stop, and leave nothing."""
        self._connection.close()
        if self._segment is not None:
            self._segment.abort()
        shutil.rmtree(self._folder, ignore_errors=True)

    def _commit_now_and_then(self, n_bytes: int) -> None:
        # DuckDB 2.0 holds on to every Arrow table of a transaction until the transaction ends.
        self._uncommitted += n_bytes
        if self._uncommitted > _TRANSACTION:
            self._connection.execute("COMMIT")
            give_back_cache(self._connection)
            self._connection.execute("BEGIN")
            self._uncommitted = 0

    def _write_ids(self, ids: pa.Array[Any]) -> None:
        start = 0
        while start < len(ids):
            if self._segment is None:
                self._segment = SegmentWriter(
                    self._folder, len(self._segments), self._next + start, self._id_type
                )
            part = ids.slice(start, SEGMENT - self._segment.count)
            self._segment.write(part)
            self._hashes.append(hash_ids(part))
            start += len(part)
            if self._segment.count == SEGMENT:
                self._close_segment()

    def _close_segment(self) -> None:
        if self._segment is None:
            return
        segment = self._segment.close()
        self._segments.append(segment)
        build_run(self._folder, segment.first, np.concatenate(self._hashes))
        self._segment, self._hashes = None, []


def insert_rows(
    connection: duckdb.DuckDBPyConnection,
    table: str,
    columns: list[Column],
    numbers: pa.Array[Any],
    values: pa.RecordBatch,
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
