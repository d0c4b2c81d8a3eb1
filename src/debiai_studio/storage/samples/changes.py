"""Changes of stored values: written down first, applied in one DuckDB transaction.

The catalogue's commit is the moment of truth. A change lies in ``changes/<data version>/`` before
that commit and is applied with it; after a crash between the two it is applied from there. Once
the DuckDB file has reached the version, the folder is removed.
"""

from __future__ import annotations

import os
import shutil
from pathlib import Path
from typing import Any

import duckdb
import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from pyroaring import BitMap

from debiai_studio.datasets.errors import LostChange
from debiai_studio.datasets.model import DataSet
from debiai_studio.datasets.ports import Reshape
from debiai_studio.storage.samples.database import (
    SAMPLE_NO,
    registered,
    results_table,
)
from debiai_studio.storage.samples.deriving import Deriving
from debiai_studio.storage.samples.id_file import Numbers, sync_folder
from debiai_studio.storage.samples.reshaping import SHAPE, described, reshape
from debiai_studio.storage.samples.results import (
    PREFIX,
    file_name,
    make_room,
    model_of,
    put_results,
)
from debiai_studio.storage.samples.writer import insert_rows

CHANGES = "changes"
KIND = "kind"
KNOWN, FRESH, REVIVED = 0, 1, 2

_REMOVED = "removed.roaring"


class ChangeLog:
    """Writes one change: batches of rows in order, each an Arrow file of its own columns."""

    def __init__(self, folder: Path, data_version: int) -> None:
        self._folder = folder / CHANGES / str(data_version)
        shutil.rmtree(self._folder, ignore_errors=True)
        self._folder.mkdir(parents=True)
        self._writer: pa.ipc.RecordBatchFileWriter | None = None
        self._file: pa.OSFile | None = None
        self._schema: pa.Schema | None = None
        self._count = 0

    def add(self, numbers: Numbers, kinds: Numbers, values: dict[str, pa.Array[Any]]) -> None:
        """Rows, by ``Column.field``; each sample number occurs once in a batch."""
        batch = pa.record_batch(
            [pa.array(numbers), pa.array(kinds.astype(np.int8)), *values.values()],
            [SAMPLE_NO, KIND, *values],
        )
        if self._schema is None or not batch.schema.equals(self._schema):
            self._end_file()
            self._schema = batch.schema
            self._file = pa.OSFile(str(self._folder / f"{self._count:06d}.arrow"), "wb")
            self._writer = pa.ipc.new_file(self._file, batch.schema)
            self._count += 1
        assert self._writer is not None  # noqa: S101 - opened above
        self._writer.write_batch(batch)

    def results(self, model_number: int, rows: pa.RecordBatch) -> None:
        """Results of one model, by ``Column.field``; each sample number occurs once."""
        path = str(self._folder / file_name(model_number))
        with pa.OSFile(path, "wb") as file, pa.ipc.new_file(file, rows.schema) as writer:
            writer.write_batch(rows)

    def reshape(self, change: Reshape) -> None:
        """Change columns or models."""
        (self._folder / SHAPE).write_bytes(described(change))

    def remove(self, samples: BitMap) -> None:
        """Take the rows of these samples out."""
        (self._folder / _REMOVED).write_bytes(samples.serialize())

    def close(self) -> None:
        """Make it survive a power cut."""
        self._end_file()
        for path in self._folder.iterdir():
            with path.open("rb") as file:
                os.fsync(file.fileno())
        for folder in (self._folder, self._folder.parent, self._folder.parent.parent):
            sync_folder(folder)

    def discard(self) -> None:
        """The change was not recorded."""
        self._end_file()
        shutil.rmtree(self._folder, ignore_errors=True)

    def _end_file(self) -> None:
        if self._writer is not None and self._file is not None:
            self._writer.close()
            self._file.close()
        self._writer = self._file = self._schema = None


def apply_change(
    connection: duckdb.DuckDBPyConnection, folder: Path, dataset: DataSet, data_version: int
) -> None:
    """Bring the tables to ``data_version``, inside a transaction that the caller has begun.

    ``dataset`` is that of this version or a later one.
    """
    change = folder / CHANGES / str(data_version)
    if not change.is_dir():
        raise LostChange(folder.name, data_version)
    reordered = False
    deriving = Deriving(connection, dataset)
    layout_changed = any(change.glob(f"{PREFIX}*"))
    if (change / SHAPE).exists():
        reshape(connection, dataset, (change / SHAPE).read_bytes())
        layout_changed = True
    for path in sorted(change.glob("*.arrow")):
        with pa.memory_map(str(path)) as source, pa.ipc.open_file(source) as batches:
            for index in range(batches.num_record_batches):
                batch = batches.get_batch(index)
                if path.name.startswith(PREFIX):
                    make_room(connection, dataset)
                    put_results(connection, dataset, model_of(path.name), batch)
                    deriving.results_came(model_of(path.name), batch.column(SAMPLE_NO))
                else:
                    reordered |= _apply_rows(connection, dataset, batch)
                    is_change = pc.all(pc.equal(batch.column(KIND), KNOWN)).as_py()
                    fields = frozenset(batch.schema.names) if is_change else None
                    deriving.rows_came(batch.column(SAMPLE_NO), fields)
    if reordered:
        _restore_order(connection)
        layout_changed = True
    removed = change / _REMOVED
    if removed.exists():
        numbers = BitMap.deserialize(removed.read_bytes()).to_array()
        _delete(connection, dataset, pa.array(np.asarray(numbers, np.int64)))
        layout_changed = True
    deriving.carry_out()
    layout = ", layout_version = data_version + 1" if layout_changed else ""
    connection.execute(f"UPDATE state SET data_version = data_version + 1{layout}")


def forget_change(folder: Path, data_version: int) -> None:
    """Remove a change that was applied."""
    shutil.rmtree(folder / CHANGES / str(data_version), ignore_errors=True)


def _apply_rows(
    connection: duckdb.DuckDBPyConnection, dataset: DataSet, batch: pa.RecordBatch
) -> bool:
    """Apply one batch; returns whether rows were put in between."""
    columns = [c for c in dataset.sample_columns if c.field in batch.schema.names]
    kinds = batch.column(KIND)
    known = batch.filter(pc.equal(kinds, pa.scalar(KNOWN, pa.int8())))
    if known.num_rows and columns:
        sets = ", ".join(f"{c.field} = given.{c.field}" for c in columns)
        with registered(connection, known) as source:
            connection.execute(
                f"UPDATE samples SET {sets} FROM {source} AS given"
                f" WHERE samples.{SAMPLE_NO} = given.{SAMPLE_NO}"
            )
    revived = batch.filter(pc.equal(kinds, pa.scalar(REVIVED, pa.int8())))
    if revived.num_rows:
        _delete(connection, dataset, revived.column(SAMPLE_NO))
        insert_rows(connection, "samples", columns, revived.column(SAMPLE_NO), revived)
    fresh = batch.filter(pc.equal(kinds, pa.scalar(FRESH, pa.int8())))
    insert_rows(connection, "samples", columns, fresh.column(SAMPLE_NO), fresh)
    return bool(revived.num_rows)


def _delete(
    connection: duckdb.DuckDBPyConnection, dataset: DataSet, numbers: pa.Array[Any]
) -> None:
    with registered(connection, pa.table({SAMPLE_NO: numbers})) as source:
        for table in ["samples", *(results_table(model.number) for model in dataset.models)]:
            connection.execute(
                f"DELETE FROM {table} WHERE {SAMPLE_NO} IN (SELECT {SAMPLE_NO} FROM {source})"
            )


def _restore_order(connection: duckdb.DuckDBPyConnection) -> None:
    """Rows put in between stand at the end: write the table anew in order."""
    connection.execute(f"CREATE TEMP TABLE in_order AS SELECT * FROM samples ORDER BY {SAMPLE_NO}")
    connection.execute("DELETE FROM samples")
    connection.execute(f"INSERT INTO samples SELECT * FROM in_order ORDER BY {SAMPLE_NO}")
    connection.execute("DROP TABLE in_order")
