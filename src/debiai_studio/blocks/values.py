"""Values as they come in JSON, fitted to their column without loss, and back."""

from __future__ import annotations

import math
from collections.abc import Iterable
from typing import Any

import orjson
import pyarrow as pa
import pyarrow.compute as pc

from debiai_studio.datasets.canonical import canonical_text
from debiai_studio.datasets.errors import UnsuitableValues
from debiai_studio.datasets.model import Column, ColumnType
from debiai_studio.sources.conversion import UnfitValueError, converted

_LARGEST = 2**63
# Up to here every whole number is a decimal of its own.
_EXACT = 2**53
_SHOWN = 60
_BOOLEANS = {"true": True, "false": False, "1": True, "0": False, "1.0": True, "0.0": False}


def fitted(
    name: str, type_: ColumnType, values: list[Any], *, zoned: bool = False
) -> pa.Array[Any]:
    """The values in the Arrow type of the column.

    Those of a column of whole numbers come as decimals when one of them is. Raises
    UnsuitableValues.
    """
    try:
        return _read(name, type_, values, zoned=zoned)
    except UnfitValueError as error:
        raise _unsuitable(name, type_, error.value) from error
    except (pa.ArrowInvalid, OverflowError) as error:
        reason = "a whole number is too large to be kept exactly beside decimals."
        raise UnsuitableValues(name, type_.value, reason) from error
    except UnicodeEncodeError as error:
        reason = "a text has half a surrogate pair, which is no character."
        raise UnsuitableValues(name, type_.value, reason) from error
    except orjson.JSONEncodeError as error:
        raise UnsuitableValues(name, type_.value, f"{error}.") from error


def _read(name: str, type_: ColumnType, values: list[Any], *, zoned: bool) -> pa.Array[Any]:
    if type_ in (ColumnType.NUMBER, ColumnType.INTEGER):
        numbers = _numbers(name, values)
        return numbers.cast(pa.float64()) if type_ is ColumnType.NUMBER else numbers
    if type_ is ColumnType.BOOLEAN:
        return pa.array([_boolean(name, value) for value in values], pa.bool_())
    if type_ in (ColumnType.ARRAY, ColumnType.DICT):
        return pa.array([_json(value) for value in values], pa.string())
    texts = _texts(values)
    return converted(texts, type_, zoned=zoned) if type_ is ColumnType.TIME else texts


def whole_numbers(name: str, decimals: pa.Array[Any]) -> pa.Array[Any]:
    """Decimals as whole numbers, exactly. Raises UnsuitableValues.

    Not beyond 2 ** 53, where a decimal may be another whole number rounded.
    """
    largest = pc.max(pc.abs(decimals)).as_py() or 0
    try:
        if largest <= _EXACT:
            return decimals.cast(pa.int64())
    except pa.ArrowInvalid:
        pass
    reason = "decimals came, and a stored whole number is too large to be kept so."
    raise UnsuitableValues(name, ColumnType.INTEGER.value, reason)


def type_of(values: Iterable[Any]) -> ColumnType:
    """The type that fits values of which none was declared; text when they are of several."""
    found = {_KINDS.get(type(value), ColumnType.TEXT) for value in values if value is not None}
    if len(found) == 1:
        return found.pop()
    return ColumnType.NUMBER if found == _NUMERIC else ColumnType.TEXT


def as_json(column: Column, values: pa.ChunkedArray[Any]) -> list[Any]:
    """The values for ``orjson``: NULL, NaN and the infinities are null, times are text."""
    if column.type in (ColumnType.ARRAY, ColumnType.DICT):
        return [None if text is None else orjson.Fragment(text) for text in values.to_pylist()]
    if column.type is ColumnType.TIME:
        return [canonical_text(column, value) for value in values]
    found: list[Any] = values.to_pylist()
    return found


_NUMERIC = {ColumnType.INTEGER, ColumnType.NUMBER}
_KINDS = {
    bool: ColumnType.BOOLEAN,
    int: ColumnType.INTEGER,
    float: ColumnType.NUMBER,
    list: ColumnType.ARRAY,
    dict: ColumnType.DICT,
}


def _numbers(name: str, values: list[Any]) -> pa.Array[Any]:
    try:
        found = pa.array(values)
    except (pa.ArrowInvalid, pa.ArrowTypeError, OverflowError, UnicodeEncodeError):
        found = None
    if found is not None:
        if pa.types.is_null(found.type):
            return found.cast(pa.int64())
        if pa.types.is_int64(found.type) or pa.types.is_float64(found.type):
            return found
    numbers = [_number(name, value) for value in values]
    for number in numbers:
        if isinstance(number, int) and not -_LARGEST <= number < _LARGEST:
            reason = f"{str(number)[:_SHOWN]} does not fit into 64 bits."
            raise UnsuitableValues(name, "number", reason)
    if any(isinstance(number, float) for number in numbers):
        return pa.array(numbers, pa.float64())
    return pa.array(numbers, pa.int64())


def _number(name: str, value: Any) -> int | float | None:
    if value is None or isinstance(value, int | float):
        return int(value) if isinstance(value, bool) else value
    if isinstance(value, str):
        for read in (int, float):
            try:
                number: int | float = read(value)
            except ValueError:
                continue
            if math.isfinite(number):
                return number
    raise _unsuitable(name, ColumnType.NUMBER, value)


def _boolean(name: str, value: Any) -> bool | None:
    if value is None or isinstance(value, bool):
        return value
    found = _BOOLEANS.get(str(value).lower())
    if found is None:
        raise _unsuitable(name, ColumnType.BOOLEAN, value)
    return found


def _texts(values: list[Any]) -> pa.Array[Any]:
    try:
        return pa.array(values, pa.string())
    except (pa.ArrowTypeError, pa.ArrowInvalid):
        return pa.array([_text(value) for value in values], pa.string())


def _text(value: Any) -> str | None:
    if value is None or isinstance(value, str):
        return value
    return _json(value) if isinstance(value, list | dict) else str(value)


def _json(value: Any) -> str | None:
    return None if value is None else orjson.dumps(value).decode()


def _unsuitable(name: str, type_: ColumnType, value: Any) -> UnsuitableValues:
    shown = value if isinstance(value, str) else repr(value)
    if len(shown) > _SHOWN:
        shown = f"{shown[:_SHOWN]}…"
    return UnsuitableValues(name, type_.value, f'"{shown}" is none.')
