"""Rows of JSON objects as batches of columns, each value kept as what JSON says it is."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

import pyarrow as pa

from debiai_studio.sources.arrow_types import json_text

ROWS_PER_BATCH = 8192
BYTES_PER_BATCH = 1 << 23

_INT64 = range(-(2**63), 2**63)
_NONE = type(None)

Row = dict[str, object]


def batches_of(rows: Iterable[tuple[Row, int]]) -> Iterator[pa.RecordBatch]:
    """Batches of rows that come with their size in bytes; columns in order of appearance."""
    names: dict[str, None] = {}
    pending: list[Row] = []
    size = 0
    for row, n_bytes in rows:
        pending.append(row)
        size += n_bytes
        if len(pending) == ROWS_PER_BATCH or size >= BYTES_PER_BATCH:
            yield _batch(pending, names)
            pending, size = [], 0
    if pending:
        yield _batch(pending, names)


def _batch(rows: list[Row], names: dict[str, None]) -> pa.RecordBatch:
    for row in rows:
        if row.keys() - names.keys():
            names.update(dict.fromkeys(row))
    arrays, fields = [], []
    for name in names:
        array, meta = _column([row.get(name) for row in rows])
        arrays.append(array)
        fields.append(pa.field(name, array.type, metadata={"json": meta} if meta else None))
    if not names:
        # A batch without columns forgets how many rows it has.
        return pa.RecordBatch.from_struct_array(pa.array([{}] * len(rows), pa.struct([])))
    return pa.RecordBatch.from_arrays(arrays, schema=pa.schema(fields))


def _column(values: list[object]) -> tuple[pa.Array, str]:  # noqa: PLR0911  one per kind
    kinds = set(map(type, values)) - {_NONE}
    if not kinds:
        return pa.nulls(len(values), pa.string()), ""
    if kinds == {bool}:
        return pa.array(values, pa.bool_()), ""
    if kinds == {int}:
        if all(value is None or value in _INT64 for value in values):
            return pa.array(values, pa.int64()), ""
        return _texts(values), "long"
    if kinds <= {int, float}:
        numbers = [None if value is None else float(str(value)) for value in values]
        return pa.array(numbers, pa.float64(), from_pandas=False), ""
    if kinds == {str}:
        return pa.array(values, pa.string()), ""
    meta = "array" if kinds == {list} else "dict" if kinds == {dict} else "mixed"
    return _texts(values), meta


def _texts(values: list[object]) -> pa.Array:
    return pa.array([value if value is None else _text(value) for value in values], pa.string())


def _text(value: object) -> str:
    if isinstance(value, str):
        return value
    if isinstance(value, bool):
        return "true" if value else "false"
    return repr(value) if isinstance(value, int | float) else json_text(value)
