"""The shape of whole rows: the id first, then sample columns, then results of each model."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np
import pyarrow as pa
from pyroaring import BitMap

from debiai_studio.datasets.canonical import canonical_text
from debiai_studio.datasets.errors import NoSuchColumns
from debiai_studio.datasets.model import Column, DataSet, Model
from debiai_studio.datasets.ports import Numbers, Values

_MOST_ROWS = 65_536
_MOST_VALUES = 2_000_000


@dataclass(frozen=True, slots=True)
class RowShape:
    """Which columns rows have, in order: (name, column, model or None)."""

    id_name: str
    columns: tuple[tuple[str, Column, Model | None], ...]

    @classmethod
    def of(cls, dataset: DataSet, names: list[str] | None) -> RowShape:
        """The chosen columns in the order chosen, or all. Raises NoSuchColumns."""
        everything: list[tuple[str, Column, Model | None]] = [
            (column.name, column, None) for column in dataset.sample_columns
        ]
        everything += [
            (f"{model.name}.{column.name}", column, model)
            for model in dataset.models
            for column in dataset.result_columns
        ]
        taken = {name for name, _, _ in everything}
        id_name = dataset.id_name
        while id_name in taken:
            id_name = f"{id_name} (sample id)"
        if names is None:
            return cls(id_name, tuple(everything))
        by_name = {entry[0]: entry for entry in reversed(everything)}
        unknown = [name for name in names if name not in by_name]
        if unknown:
            raise NoSuchColumns(unknown, list(by_name))
        return cls(id_name, tuple(by_name[name] for name in names))

    @property
    def rows_at_once(self) -> int:
        """How many rows are read together: fewer when they are wide."""
        return max(1024, min(_MOST_ROWS, _MOST_VALUES // (len(self.columns) + 1)))

    def batches(self, values: Values, samples: BitMap) -> Iterator[pa.RecordBatch]:
        """The rows of samples, ascending; of none one batch without rows."""
        total, size = len(samples), self.rows_at_once
        for start in range(0, max(total, 1), size):
            part = samples[start : min(start + size, total)]
            yield self.batch(values, np.asarray(part.to_array(), np.int64))

    def batch(self, values: Values, numbers: Numbers) -> pa.RecordBatch:
        """The rows of these samples."""
        read: dict[str | None, pa.Table] = {}
        for model in {entry[2].id: entry[2] for entry in self.columns if entry[2]}.values():
            chosen = _distinct([c for _, c, of in self.columns if of == model])
            read[model.id] = values.results(model.number, numbers, chosen)
        chosen = _distinct([c for _, c, of in self.columns if of is None])
        if chosen:
            read[None] = values.rows(numbers, chosen)
        arrays = [
            _one_array(read[model.id if model else None].column(column.field))
            for _, column, model in self.columns
        ]
        return pa.record_batch(
            [values.ids(numbers), *arrays], [self.id_name, *(name for name, _, _ in self.columns)]
        )


def sample_texts(dataset: DataSet, values: Values, sample: int) -> dict[str, object]:
    """One sample as canonical text: id, values, and the results of each model that has some."""
    numbers = np.array([sample], np.int64)
    results = {}
    for model in dataset.models:
        found = _texts(
            values.results(model.number, numbers, list(dataset.result_columns)),
            dataset.result_columns,
        )
        if any(text is not None for text in found.values()):
            results[model.id] = found
    stored = values.rows(numbers, list(dataset.sample_columns))
    return {
        "id": str(values.ids(numbers)[0].as_py()),
        "values": _texts(stored, dataset.sample_columns),
        "results": results,
    }


def _texts(row: pa.Table, columns: tuple[Column, ...]) -> dict[str, str | None]:
    return {c.name: canonical_text(c, row.column(c.field)[0]) for c in columns}


def _distinct(columns: list[Column]) -> list[Column]:
    return list({column.field: column for column in columns}.values())


def _one_array(values: pa.ChunkedArray[Any]) -> pa.Array[Any]:
    return pa.concat_arrays(values.chunks) if values.num_chunks else pa.array([], values.type)
