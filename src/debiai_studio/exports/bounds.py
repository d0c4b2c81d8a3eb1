"""The bounds of a drawn range: checked against the column's type, and written as JSON."""

from __future__ import annotations

import math
import re
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

import orjson

from debiai_studio.datasets.model import ColumnType, DataSet
from debiai_studio.exports.errors import RangeNotExportable
from debiai_studio.exports.request import AxisRange

_INTEGER = re.compile(r"-?\d{1,19}", re.ASCII)
_INT64 = range(-(2**63), 2**63)
_TIME = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d{1,6})?(Z?)", re.ASCII)


@dataclass(frozen=True, slots=True)
class Bound:
    """One bound: its canonical text (what a filter takes) and its JSON literal."""

    canonical: str
    literal: str


@dataclass(frozen=True, slots=True)
class AxisType:
    """What the values on an axis are."""

    type: ColumnType
    zoned: bool = False


def axis_type(dataset: DataSet, models: tuple[str, ...], column: str) -> AxisType:
    """The type of a sample column, a result, or ``model``. Raises RangeNotExportable."""
    for known in dataset.sample_columns:
        if known.name == column:
            return AxisType(known.type, known.zoned)
    if models:
        named = {m.name for m in dataset.models} | {m.id for m in dataset.models}
        for known in dataset.result_columns:
            if column == known.name or column in {f"{m}.{known.name}" for m in named}:
                return AxisType(known.type, known.zoned)
        if column == "model":
            return AxisType(ColumnType.TEXT)
    raise RangeNotExportable(f'there is no column "{column}" in this analysis.')


def checked(axis: AxisRange, kind: AxisType) -> tuple[Bound, Bound]:
    """Both bounds of an axis, minimum first. Raises RangeNotExportable."""
    if not kind.type.is_plottable:
        raise RangeNotExportable(
            f'the values of "{axis.column}" are of type {kind.type.value} and have no order.'
        )
    low, high = (_bound(axis.column, text, kind) for text in (axis.min, axis.max))
    low_value: Any = low[0]
    if low_value > high[0]:
        raise RangeNotExportable(
            f'on "{axis.column}" the minimum {axis.min} is above the maximum {axis.max}.'
        )
    return low[1], high[1]


def _bound(column: str, text: str, kind: AxisType) -> tuple[float | int | str | datetime, Bound]:
    match kind.type:
        case ColumnType.INTEGER:
            return _integer(column, text)
        case ColumnType.NUMBER:
            return _number(column, text)
        case ColumnType.TIME:
            return _time(column, text, zoned=kind.zoned)
        case ColumnType.BOOLEAN:
            if text not in ("false", "true"):
                raise _unfit(column, text, "true or false")
            return text, Bound(text, text)
        case _:
            return text, Bound(text, orjson.dumps(text).decode())


def _integer(column: str, text: str) -> tuple[int, Bound]:
    if text.strip("+-").lower() in ("inf", "infinity"):
        raise _infinite(column)
    if not _INTEGER.fullmatch(text) or int(text) not in _INT64:
        raise _unfit(column, text, "a whole number of 64 bits")
    value = int(text)
    return value, Bound(str(value), str(value))


def _number(column: str, text: str) -> tuple[float, Bound]:
    try:
        value = float(text)
    except ValueError:
        raise _unfit(column, text, "a number") from None
    if math.isnan(value):
        raise _unfit(column, text, "a number")
    if math.isinf(value):
        raise _infinite(column)
    return value, Bound(repr(value), repr(value))


def _time(column: str, text: str, *, zoned: bool) -> tuple[datetime, Bound]:
    expected = "a moment like 2013-01-01T10:00:00" + ("Z" if zoned else "")
    match = _TIME.fullmatch(text)
    if match is None or bool(match.group(2)) is not zoned:
        raise _unfit(column, text, expected)
    try:
        value = datetime.fromisoformat(text.removesuffix("Z"))
    except ValueError:
        raise _unfit(column, text, expected) from None
    canonical = value.isoformat() + ("Z" if zoned else "")
    return value.replace(tzinfo=UTC), Bound(canonical, f'"{canonical}"')


def _unfit(column: str, text: str, expected: str) -> RangeNotExportable:
    return RangeNotExportable(f'"{text}" is no bound of "{column}", which takes {expected}.')


def _infinite(column: str) -> RangeNotExportable:
    return RangeNotExportable(
        f'a bound on "{column}" is infinite, which JSON cannot write; '
        "draw the range between two values."
    )
