"""Reads the stored values of one data set: the engine's ``ValueReader``."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import duckdb
import numpy as np
import pyarrow as pa
from pyroaring import BitMap

from debiai_studio.datasets.model import Column, ColumnType, DataSet
from debiai_studio.datasets.number_sets import set_of
from debiai_studio.storage.samples.database import SAMPLE_NO, registered, results_table
from debiai_studio.storage.samples.id_file import Numbers
from debiai_studio.storage.samples.opened import OpenProject

# A span of the table that is at most this many times the rows wanted is read whole: cheaper
# than a join.
_DENSE = 4
# Rows that are read at once.
_AT_ONCE = 1 << 17


class StoredValues:
    """The values of one version: rows added since are not seen, changed values are.

    ``batches`` and ``number_batches`` raise DataChanged when rows were taken out or put in between
    since, so that what one reader gives always belongs together.
    """

    def __init__(
        self,
        use: Callable[[], OpenProject],
        dataset: DataSet,
        tombstones_of: Callable[[int], BitMap],
    ) -> None:
        self._use = use
        self._dataset = dataset
        self._tombstones_of = tombstones_of

    def batches(
        self, column: Column, model_number: int | None = None
    ) -> Iterator[tuple[Numbers, pa.Array[Any]]]:
        """Sample numbers, ascending, and values; TIME as int64 microseconds."""
        value = f"epoch_us({column.field})" if column.type is ColumnType.TIME else column.field
        for batch in self._scan([SAMPLE_NO, value], model_number):
            yield batch.column(0).to_numpy(), batch.column(1)

    def number_batches(self, model_number: int | None = None) -> Iterator[Numbers]:
        """The sample numbers alone."""
        for batch in self._scan([SAMPLE_NO], model_number):
            yield batch.column(0).to_numpy()

    def rows(self, sample_numbers: Numbers, columns: list[Column]) -> pa.Table:
        """Sample columns by field, in the order asked; TIME as Arrow timestamps."""
        return self._fetch("samples", sample_numbers, columns)

    def results(
        self, model_number: int, sample_numbers: Numbers, columns: list[Column]
    ) -> pa.Table:
        """One model's results by field, in the order asked; null where there is none."""
        return self._fetch(results_table(model_number), sample_numbers, columns)

    def ids(self, sample_numbers: Numbers) -> pa.Array[Any]:
        """The sample ids, exactly as given, in the order asked."""
        return self._use().id_file(self._dataset).ids(np.asarray(sample_numbers, np.int64))

    def deleted(self) -> BitMap:
        """The tombstones."""
        return self._use().tombstones(self._dataset, self._tombstones_of).copy()

    def count(self, table: str, samples: BitMap) -> int:
        """How many of the samples have a row in a table."""
        if not samples:
            return 0
        scan = (
            f"SELECT {SAMPLE_NO} FROM {table}"
            f" WHERE {SAMPLE_NO} BETWEEN {samples.min()} AND {samples.max()}"
        )
        with self._use().reading(self._dataset) as cursor:
            stored = cursor.sql(scan).to_arrow_reader(_AT_ONCE)
            return sum(
                samples.intersection_cardinality(set_of(batch.column(0).to_numpy()))
                for batch in stored
            )

    def _scan(self, values: list[str], model_number: int | None) -> Iterator[pa.RecordBatch]:
        table = "samples" if model_number is None else results_table(model_number)
        scan = f"SELECT {', '.join(values)} FROM {table} WHERE {self._below}"
        with self._use().reading(self._dataset, by_position=True) as cursor:
            yield from cursor.sql(scan).to_arrow_reader(_AT_ONCE)

    @property
    def _below(self) -> str:
        return f"{SAMPLE_NO} < {self._dataset.next_sample_no}"

    def _fetch(self, table: str, numbers: Numbers, columns: list[Column]) -> pa.Table:
        numbers = np.asarray(numbers, np.int64)
        with self._use().reading(self._dataset) as cursor:
            found = self._rows_of(cursor, table, numbers, [column.field for column in columns])
        stored = found.column(SAMPLE_NO).to_numpy()
        if not bool(np.all(stored[1:] > stored[:-1])):
            order = np.argsort(stored)
            found, stored = found.take(order), stored[order]
        values = found.drop_columns([SAMPLE_NO])
        if np.array_equal(stored, numbers):
            return values
        places = np.searchsorted(stored, numbers)
        inside = np.minimum(places, max(len(stored) - 1, 0))
        missing = stored[inside] != numbers if len(stored) else np.ones(len(numbers), bool)
        positions: pa.Array[Any] = pa.array(inside, mask=missing)
        return values.take(positions)

    def _rows_of(
        self,
        cursor: duckdb.DuckDBPyConnection,
        table: str,
        numbers: Numbers,
        fields: list[str],
    ) -> pa.Table:
        low, high = (int(numbers.min()), int(numbers.max())) if len(numbers) else (0, -1)
        chosen = ", ".join([SAMPLE_NO, *fields])
        span = f"{SAMPLE_NO} BETWEEN {low} AND {high} AND {self._below}"
        found: pa.Table
        if high - low < _DENSE * len(numbers) + 1:
            found = cursor.sql(f"SELECT {chosen} FROM {table} WHERE {span}").to_arrow_table()
            return found
        wanted = pa.table({SAMPLE_NO: pa.array(np.unique(numbers))})
        with registered(cursor, wanted) as source:
            sql = (
                f"SELECT {chosen} FROM {table} SEMI JOIN {source} USING ({SAMPLE_NO}) WHERE {span}"
            )
            found = cursor.sql(sql).to_arrow_table()
        return found
