"""What Arrow's types become here, and arrays brought into the few forms that are kept."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from typing import Any

import orjson
import pyarrow as pa
import pyarrow.compute as pc

from debiai_studio.datasets.model import ColumnType

NAIVE = pa.timestamp("us")
ZONED = pa.timestamp("us", tz="UTC")

_DIGITS_OF_INT64 = 18


@dataclass(frozen=True, slots=True)
class Kept:
    """How values of an Arrow type are kept."""

    type: ColumnType
    zoned: bool = False
    note: str | None = None
    skip: bool = False


def arrow_type(type_: ColumnType, *, zoned: bool) -> pa.DataType:
    """The Arrow type in which values of a column type are written."""
    if type_ is ColumnType.TIME:
        return ZONED if zoned else NAIVE
    return {
        ColumnType.NUMBER: pa.float64(),
        ColumnType.INTEGER: pa.int64(),
        ColumnType.BOOLEAN: pa.bool_(),
    }.get(type_, pa.string())


def is_text(type_: pa.DataType) -> bool:
    """Whether values are text."""
    return bool(
        pa.types.is_string(type_)
        or pa.types.is_large_string(type_)
        or pa.types.is_string_view(type_)
    )


def is_binary(type_: pa.DataType) -> bool:
    """Whether values are bytes."""
    return bool(
        pa.types.is_binary(type_)
        or pa.types.is_large_binary(type_)
        or pa.types.is_binary_view(type_)
        or pa.types.is_fixed_size_binary(type_)
    )


def is_list(type_: pa.DataType) -> bool:
    """Whether values are arrays."""
    return bool(
        pa.types.is_list(type_)
        or pa.types.is_large_list(type_)
        or pa.types.is_fixed_size_list(type_)
        or pa.types.is_list_view(type_)
        or pa.types.is_large_list_view(type_)
    )


def kept(type_: pa.DataType) -> Kept:  # noqa: PLR0911, C901  one line per family of types
    """How values of ``type_`` are kept."""
    type_ = _value_type(type_)
    if pa.types.is_boolean(type_):
        return Kept(ColumnType.BOOLEAN)
    if pa.types.is_integer(type_):
        return Kept(ColumnType.INTEGER)
    if pa.types.is_floating(type_):
        return Kept(ColumnType.NUMBER)
    if pa.types.is_decimal(type_):
        if type_.scale == 0 and type_.precision <= _DIGITS_OF_INT64:
            return Kept(ColumnType.INTEGER)
        return Kept(ColumnType.NUMBER, note=f"{type_} is kept as the nearest 64-bit number.")
    if pa.types.is_timestamp(type_):
        note = "Nanoseconds are cut to microseconds." if type_.unit == "ns" else None
        return Kept(ColumnType.TIME, zoned=type_.tz is not None, note=note)
    if pa.types.is_date(type_):
        return Kept(ColumnType.TIME)
    if pa.types.is_duration(type_):
        return Kept(ColumnType.NUMBER, note="A duration is kept in seconds.")
    if is_list(type_):
        return Kept(ColumnType.ARRAY)
    if pa.types.is_struct(type_) or pa.types.is_map(type_):
        return Kept(ColumnType.DICT)
    if is_binary(type_):
        return Kept(ColumnType.TEXT, note="Bytes are left out; as text they are hex.", skip=True)
    if pa.types.is_null(type_):
        return Kept(ColumnType.TEXT, note="There are no values.")
    note = None if is_text(type_) else f"{type_} is kept as text."
    return Kept(ColumnType.TEXT, note=note)


def plain(array: pa.Array) -> pa.Array:  # noqa: PLR0911, C901  one line per family of types
    """The array as int64, uint64, float64, bool, string or timestamp in microseconds.

    Arrays and dicts become JSON text. Raises ArrowInvalid when a time is out of range.
    """
    array = _decoded(array)
    type_ = array.type
    if pa.types.is_uint64(type_) or pa.types.is_boolean(type_) or pa.types.is_string(type_):
        return array
    if pa.types.is_integer(type_):
        return array.cast(pa.int64())
    if pa.types.is_floating(type_):
        return array.cast(pa.float64())
    if pa.types.is_decimal(type_):
        whole = type_.scale == 0 and type_.precision <= _DIGITS_OF_INT64
        return array.cast(pa.int64() if whole else pa.float64(), safe=False)
    if pa.types.is_timestamp(type_):
        to = ZONED if type_.tz is not None else NAIVE
        return array.cast(to, safe=type_.unit != "ns")
    if pa.types.is_date(type_):
        return array.cast(NAIVE)
    if pa.types.is_duration(type_):
        per_second = {"s": 1, "ms": 10**3, "us": 10**6, "ns": 10**9}[type_.unit]
        return pc.divide(array.cast(pa.int64()).cast(pa.float64(), safe=False), float(per_second))
    if is_list(type_) or pa.types.is_struct(type_) or pa.types.is_map(type_):
        return _as_json(array)
    if is_binary(type_):
        values = [None if value is None else value.hex() for value in array.to_pylist()]
        return pa.array(values, pa.string())
    if pa.types.is_null(type_):
        return pa.nulls(len(array), pa.string())
    return array.cast(pa.string())


def text_of(array: pa.Array) -> list[str | None]:
    """A plain array's values in their canonical text form."""
    type_ = array.type
    if pa.types.is_boolean(type_):
        return [None if value is None else str(value).lower() for value in array.to_pylist()]
    if pa.types.is_timestamp(type_):
        ending = "Z" if type_.tz is not None else ""
        naive = array.cast(NAIVE).cast(pa.string()).to_pylist()
        return [None if value is None else _moment(value) + ending for value in naive]
    if pa.types.is_floating(type_):
        return [None if value is None else repr(value) for value in array.to_pylist()]
    return [None if value is None else str(value) for value in array.to_pylist()]


def _moment(text: str) -> str:
    day, _, time = text.partition(" ")
    return f"{day}T{time.rstrip('0').rstrip('.') if '.' in time else time}"


def _value_type(type_: pa.DataType) -> pa.DataType:
    while True:
        if isinstance(type_, pa.BaseExtensionType):
            type_ = type_.storage_type
        elif pa.types.is_dictionary(type_) or pa.types.is_run_end_encoded(type_):
            type_ = type_.value_type
        else:
            return type_


def _decoded(array: pa.Array) -> pa.Array:
    while True:
        if isinstance(array, pa.ExtensionArray):
            array = array.storage
        elif pa.types.is_dictionary(array.type):
            array = array.dictionary_decode()
        elif pa.types.is_run_end_encoded(array.type):
            array = pc.run_end_decode(array)
        else:
            return array


def _as_json(array: pa.Array) -> pa.Array:
    values = array.to_pylist(maps_as_pydicts="lossy")
    texts = [None if value is None else json_text(value) for value in values]
    return pa.array(texts, pa.string())


def json_text(value: object) -> str:
    """The value as compact JSON."""
    options = orjson.OPT_NON_STR_KEYS | orjson.OPT_SERIALIZE_NUMPY
    return orjson.dumps(value, default=_json_value, option=options).decode()


def _json_value(value: object) -> Any:
    if isinstance(value, bytes):
        return value.hex()
    if isinstance(value, Decimal):
        return float(value)
    return str(value)
