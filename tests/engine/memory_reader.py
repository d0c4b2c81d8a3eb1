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

    def batches(self, column: Column, model_number: int | None = None):
        values = self._values(column, model_number)
        half = len(values) // 2
        numbers = self._numbers(model_number)
        yield from ((numbers[:half], values[:half]), (numbers[half:], values[half:]))

    def number_batches(self, model_number: int | None = None):
        numbers = self._numbers(model_number)
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

    def _values(self, column: Column, model_number: int | None) -> pa.Array:
        values = self._tables[model_number][1][column.field]
        return values if isinstance(values, pa.Array) else pa.array(values, ARROW[column.type])

    def _numbers(self, model_number: int | None):
        return np.asarray(self._tables[model_number][0], np.int64)

    def _cut(self, model_number, sample_numbers, columns):
        place = {int(number): k for k, number in enumerate(self._numbers(model_number))}
        wanted = pa.array([place.get(int(number)) for number in sample_numbers], pa.int64())
        return pa.table({c.name: self._values(c, model_number).take(wanted) for c in columns})
