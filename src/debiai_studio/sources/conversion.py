"""The values of a batch, brought to the types that were chosen for their columns."""

from __future__ import annotations

import orjson
import pyarrow as pa

from debiai_studio.datasets.model import ColumnType
from debiai_studio.sources.arrow_types import arrow_type, is_text, plain, text_of
from debiai_studio.sources.text_values import (
    as_any_times,
    as_booleans,
    as_integers,
    as_numbers,
    trimmed,
)


class UnfitValueError(ValueError):
    """The value at ``position`` of the array is not of the type."""

    def __init__(self, position: int, value: str) -> None:
        super().__init__(f"value {position} is unfit")
        self.position = position
        self.value = value


def converted(array: pa.Array, type_: ColumnType, *, zoned: bool = False) -> pa.Array:
    """The array in the Arrow type of ``type_``. Raises UnfitValueError at the first value unfit."""
    found = _attempt(array, type_, zoned=zoned)
    if found is not None:
        return found
    low, high = 0, len(array)
    while high - low > 1:
        middle = (low + high) // 2
        if _attempt(array.slice(low, middle - low), type_, zoned=zoned) is None:
            high = middle
        else:
            low = middle
    raise UnfitValueError(low, str(array[low]))


def _attempt(array: pa.Array, type_: ColumnType, *, zoned: bool) -> pa.Array | None:  # noqa: PLR0911  one line per case
    to = arrow_type(type_, zoned=zoned)
    try:
        values = plain(array)
        if type_ in (ColumnType.ARRAY, ColumnType.DICT):
            return _checked_json(values, type_)
        if values.type == to:
            return values
        if is_text(values.type):
            return _from_text(values, type_, to)
        if type_ is ColumnType.TEXT:
            return pa.array(text_of(values), pa.string())
        if type_ is ColumnType.NUMBER and pa.types.is_integer(values.type):
            return values.cast(to, safe=False)
        if type_ is ColumnType.TIME and not pa.types.is_timestamp(values.type):
            return None
        if type_ is ColumnType.BOOLEAN:
            return as_booleans(values.cast(pa.int64()).cast(pa.string()))
        return values.cast(to)
    except (pa.ArrowInvalid, pa.ArrowNotImplementedError, OverflowError):
        return None


def _from_text(values: pa.Array, type_: ColumnType, to: pa.DataType) -> pa.Array | None:
    found = _read(values, type_, to)
    return _read(trimmed(values), type_, to) if found is None else found


def _read(values: pa.Array, type_: ColumnType, to: pa.DataType) -> pa.Array | None:
    if type_ is ColumnType.INTEGER:
        return as_integers(values)
    if type_ is ColumnType.NUMBER:
        return as_numbers(values)
    if type_ is ColumnType.BOOLEAN:
        return as_booleans(values)
    return as_any_times(values, to)


def _checked_json(values: pa.Array, type_: ColumnType) -> pa.Array | None:
    """The values, when each is JSON text of an array (or a dict)."""
    if not is_text(values.type):
        return None
    wanted = list if type_ is ColumnType.ARRAY else dict
    for text in values.to_pylist():
        try:
            if text is not None and not isinstance(orjson.loads(text), wanted):
                return None
        except orjson.JSONDecodeError:
            return None
    return values
