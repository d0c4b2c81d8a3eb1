"""A ValueReader over Arrow tables in memory: the stand-in for storage in engine tests."""

from __future__ import annotations

import numpy as np
import pyarrow as pa
from pyroaring import BitMap

from debiai_studio.datasets.model import Column, ColumnType

ARROW = {
    ColumnType.NUMBER: pa.float64(),
    ColumnType.INTEGER: pa.int64(),
    ColumnType.TEXT: pa.string(),
    ColumnType.BOOLEAN: pa.bool_(),
    ColumnType.TIME: pa.int64(),
    ColumnType.ARRAY: pa.string(),
    ColumnType.DICT: pa.string(),
}


class MemoryReader:
    """``samples`` and each entry of ``model_results`` are (numbers, {field: values})."""

    def __init__(self, ids, samples, model_results, tombstones=()):
        self._ids = ids
        self._tables = {None: samples, **model_results}
        self._deleted = BitMap(tombstones)

    def column(self, column: Column, model_number: int | None = None) -> pa.ChunkedArray:
        values = self._tables[model_number][1][column.field]
        array = values if isinstance(values, pa.Array) else pa.array(values, ARROW[column.type])
        half = len(array) // 2
        return pa.chunked_array([array[:half], array[half:]], type=array.type)

    def numbers(self, model_number: int | None = None):
        return np.asarray(self._tables[model_number][0], np.int64)

    def number_batches(self, model_number: int | None = None):
        numbers = self.numbers(model_number)
        half = len(numbers) // 2
        yield from (numbers[:half], numbers[half:])

    def rows(self, sample_numbers, columns) -> pa.Table:
        return self._cut(None, sample_numbers, columns)

    def results(self, model_number, sample_numbers, columns) -> pa.Table:
        return self._cut(model_number, sample_numbers, columns)

    def ids(self, sample_numbers) -> pa.Array:
        return pa.array([self._ids[int(number)] for number in sample_numbers])

    def deleted(self) -> BitMap:
        return self._deleted

    def _cut(self, model_number, sample_numbers, columns):
        place = {int(number): k for k, number in enumerate(self.numbers(model_number))}
        wanted = pa.array([place.get(int(number)) for number in sample_numbers], pa.int64())
        return pa.table(
            {c.name: self.column(c, model_number).combine_chunks().take(wanted) for c in columns}
        )
