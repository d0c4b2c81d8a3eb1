"""Text read as numbers, booleans and times: the spellings that are understood."""

from __future__ import annotations

import pyarrow as pa
import pyarrow.compute as pc

from debiai_studio.sources.arrow_types import ZONED

_TRUE = pa.array(["true", "1", "yes"])
_FALSE = pa.array(["false", "0", "no"])
_TRUE_OR_FALSE = pa.array(["true", "false"])
_BLANKS = " \t\r\n"


def trimmed(values: pa.Array) -> pa.Array:
    """Without blanks around."""
    return pc.utf8_trim(values, characters=_BLANKS)


def as_integers(values: pa.Array) -> pa.Array | None:
    """int64; None when a value is not one."""
    return _cast(values, pa.int64())


def as_numbers(values: pa.Array) -> pa.Array | None:
    """float64, with nan, inf and -inf in any case, or their long names; None when one is not."""
    found = _cast(values, pa.float64())
    if found is None and pc.any(pc.starts_with(values, "+")).as_py():
        return _cast(pc.replace_substring_regex(values, r"^\+([0-9.iI])", r"\1"), pa.float64())
    return found


def is_boolean(values: pa.Array) -> bool:
    """Whether every value is true or false, in any case."""
    return bool(pc.all(pc.is_in(pc.utf8_lower(values), _TRUE_OR_FALSE)).as_py())


def as_booleans(values: pa.Array) -> pa.Array | None:
    """Booleans of true/false, yes/no and 1/0; None when a value is none of these."""
    lowered = pc.utf8_lower(values)
    true, false = pc.is_in(lowered, _TRUE), pc.is_in(lowered, _FALSE)
    known = pc.or_(pc.or_(true, false), pc.is_null(values))
    if not pc.all(known).as_py():
        return None
    return pc.if_else(pc.is_null(values), pa.scalar(None, pa.bool_()), true)


def as_times(values: pa.Array, to: pa.DataType) -> pa.Array | None:
    """ISO dates and times; digits after microseconds are cut. None when a value is not one.

    ``to`` is NAIVE, for times without a zone, or ZONED, for those that all have one.
    """
    found = _cast(values, to)
    if found is not None or not len(values):
        return found
    # Lower-case t and z, and nanoseconds, are ISO 8601 too; the cast knows neither.
    if not pc.any(pc.match_substring_regex(values, r"^\d{4}-\d\d-\d\d[Tt ]\d\d")).as_py():
        return None
    cut = pc.replace_substring_regex(values, r"(\.\d{6})\d{1,6}", r"\1")
    cut = pc.utf8_upper(cut)
    return None if cut.equals(values) else _cast(cut, to)


def as_any_times(values: pa.Array, to: pa.DataType) -> pa.Array | None:
    """Times with or without zone, one without is taken as UTC; None when a value is not one."""
    if (found := as_times(values, to)) is not None:
        return found
    suffixed = pc.match_substring_regex(values, r"(?:[Zz]|\d[+-]\d\d(?::?\d\d)?)$")
    with_time = pc.match_substring_regex(values, r"^\d{4}-\d\d-\d\d[Tt ]\d\d")
    zone_is_there = pc.and_(suffixed, with_time)
    full = pc.if_else(
        zone_is_there,
        values,
        pc.if_else(
            with_time,
            pc.binary_join_element_wise(values, "Z", ""),
            pc.binary_join_element_wise(values, "T00:00Z", ""),
        ),
    )
    found = as_times(full, ZONED)
    return None if found is None else found.cast(to)


def _cast(values: pa.Array, to: pa.DataType) -> pa.Array | None:
    try:
        return values.cast(to)
    except pa.ArrowInvalid:
        return None
