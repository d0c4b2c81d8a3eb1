"""Reads the stored values of one data set: the engine's ``ValueReader``."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import duckdb
import numpy as np
import pyarrow as pa
from pyroaring import BitMap

from debiai_studio.datasets.model import Column, ColumnType, DataSet
from debiai_studio.storage.samples.database import SAMPLE_NO, registered, results_table
from debiai_studio.storage.samples.id_file import Numbers
from debiai_studio.storage.samples.opened import OpenProject

# A span of the table that is at most this many times the rows wanted is read whole: cheaper
# than a join.
_DENSE = 4
# Sample numbers that are read at once.
_NUMBERS = 1 << 17


class StoredValues:
    """The values of one version: rows added since are not seen, changed values are.

    ``column`` and ``numbers`` raise DataChanged when rows were taken out or put in between since,
    so that what one reader gives always belongs together.
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

    def column(self, column: Column, model_number: int | None = None) -> pa.ChunkedArray[Any]:
        """All values in the order of ``numbers``; TIME as int64 microseconds."""
        value = f"epoch_us({column.field})" if column.type is ColumnType.TIME else column.field
        return self._scan(value, model_number)

    def numbers(self, model_number: int | None = None) -> Numbers:
        """The sample numbers of the stored rows (of one model's results), ascending."""
        numbers: Numbers = self._scan(SAMPLE_NO, model_number).to_numpy()
        return numbers

    def number_batches(self, model_number: int | None = None) -> Iterator[Numbers]:
        """The same numbers, some at a time."""
        with self._use().reading(self._dataset, by_position=True) as cursor:
            scan = self._scan_of(SAMPLE_NO, model_number)
            for batch in cursor.sql(scan).to_arrow_reader(_NUMBERS):
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
        numbers = pa.table({SAMPLE_NO: pa.array(np.asarray(samples.to_array(), np.int64))})
        with (
            self._use().reading(self._dataset) as cursor,
            registered(cursor, numbers) as source,
        ):
            sql = f"SELECT count(*) FROM {table} SEMI JOIN {source} USING ({SAMPLE_NO})"
            return int(cursor.execute(sql).fetchall()[0][0])

    def _scan(self, value: str, model_number: int | None) -> pa.ChunkedArray[Any]:
        with self._use().reading(self._dataset, by_position=True) as cursor:
            found: pa.Table = cursor.sql(self._scan_of(value, model_number)).to_arrow_table()
        return found.column(0)

    def _scan_of(self, value: str, model_number: int | None) -> str:
        table = "samples" if model_number is None else results_table(model_number)
        return f"SELECT {value} AS value FROM {table} WHERE {self._below}"

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
