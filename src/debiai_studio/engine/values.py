"""Values as text: the canonical form that crosses the wire, and what it means in a column."""

from __future__ import annotations

import math
from datetime import UTC, datetime, timedelta
from decimal import Decimal, InvalidOperation

import numpy as np

from debiai_studio.datasets.model import Column, ColumnType
from debiai_studio.engine.errors import InvalidFilter

Value = float | int | str
"""A value as a column stores it: a time is microseconds since the epoch, a boolean 0 or 1."""

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_BOOLEANS = {"false": 0, "true": 1}
_INT64 = (-(2**63), 2**63 - 1)


def text_of(column: Column, value: Value) -> str:
    """The canonical text of a value: shortest for numbers, ISO 8601 for times."""
    match column.type:
        case ColumnType.INTEGER:
            return str(int(value))
        case ColumnType.NUMBER:
            return repr(float(value))
        case ColumnType.BOOLEAN:
            return "true" if value else "false"
        case ColumnType.TIME:
            return _time_text(int(value), zoned=column.zoned)
        case _:
            return str(value)


def value_of(column: Column, text: str) -> Value | None:
    """The stored value that ``text`` names, None when no such value can exist in the column.

    Raises InvalidFilter when the text does not fit the column's type.
    """
    match column.type:
        case ColumnType.INTEGER:
            number = _decimal(column, text)
            fits = number.is_finite() and number == number.to_integral_value()
            return int(number) if fits and _INT64[0] <= number <= _INT64[1] else None
        case ColumnType.NUMBER:
            number = _decimal(column, text)
            return math.nan if number.is_nan() else float(number)
        case ColumnType.BOOLEAN:
            if text not in _BOOLEANS:
                raise InvalidFilter(column.name, text, 'it must be "true" or "false"')
            return _BOOLEANS[text]
        case ColumnType.TIME:
            return _time_value(column, text)
        case _:
            return text


def bound_of(column: Column, text: str, *, upper: bool) -> Value | None:
    """The bound of a range as a stored value; None when every value lies inside it.

    An integer column takes any decimal: the bound is moved to the next integer inside.
    Raises InvalidFilter when the text does not fit the column's type.
    """
    if column.type is not ColumnType.INTEGER:
        bound = value_of(column, text)
        if isinstance(bound, float) and math.isnan(bound):
            raise InvalidFilter(column.name, text, "a bound cannot be NaN")
        return bound
    number = _decimal(column, text)
    if number.is_nan():
        raise InvalidFilter(column.name, text, "a bound cannot be NaN")
    if number.is_infinite():
        inside = (number > 0) == upper
        return None if inside else (_INT64[0] - 1 if upper else _INT64[1] + 1)
    rounding = "ROUND_FLOOR" if upper else "ROUND_CEILING"
    clamped = min(max(number, Decimal(_INT64[0] - 1)), Decimal(_INT64[1] + 1))
    return int(clamped.to_integral_value(rounding=rounding))


def _decimal(column: Column, text: str) -> Decimal:
    try:
        return Decimal(text.strip())
    except InvalidOperation as error:
        raise InvalidFilter(column.name, text, "it must be a number") from error


def _time_text(microseconds: int, *, zoned: bool) -> str:
    moment = str(np.datetime64(microseconds, "us"))
    return moment.removesuffix(".000000") + ("Z" if zoned else "")


def _time_value(column: Column, text: str) -> int:
    example = "2013-01-01T10:00:00" + ("Z" if column.zoned else "")
    expected = f"it must be a date and time such as {example}"
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        return _distant_time(column, text, expected)
    if (moment.tzinfo is not None) != column.zoned:
        raise InvalidFilter(column.name, text, expected)
    since = moment.replace(tzinfo=moment.tzinfo or UTC) - _EPOCH
    return since // timedelta(microseconds=1)


def _distant_time(column: Column, text: str, expected: str) -> int:
    """A time before year 1 or after 9999, which Python's datetime does not know."""
    if text.endswith("Z") != column.zoned:
        raise InvalidFilter(column.name, text, expected)
    try:
        moment = np.datetime64(text.removesuffix("Z"), "us")
    except ValueError as error:
        raise InvalidFilter(column.name, text, expected) from error
    if np.isnat(moment):
        raise InvalidFilter(column.name, text, expected)
    return int(moment.astype(np.int64))
