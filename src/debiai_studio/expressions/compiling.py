"""Says a typed tree in DuckDB's words. Values are parameters, columns their fields."""

from __future__ import annotations

from collections.abc import Callable

from debiai_studio.expressions.errors import InvalidExpression
from debiai_studio.expressions.tree import Bound, ColumnValue, Constant, Kind

Parameters = dict[str, int | float | str | bool | None]

# Some functions say an argument twice; what is nested in itself grows.
_LONGEST = 200_000
_MOMENT = {Kind.TIME, Kind.ZONED_TIME}
_TYPES = {
    Kind.NUMBER: "DOUBLE",
    Kind.INTEGER: "BIGINT",
    Kind.TEXT: "VARCHAR",
    Kind.BOOLEAN: "BOOLEAN",
    Kind.TIME: "BIGINT",
    Kind.ZONED_TIME: "BIGINT",
    Kind.ARRAY: "VARCHAR",
    Kind.DICT: "VARCHAR",
    Kind.MISSING: "BOOLEAN",
}


def compiled(bound: Bound, field_of: Callable[[ColumnValue], str]) -> tuple[str, Parameters]:
    """The words, and the values of their parameters. Raises InvalidExpression when too long.

    The value is that of a column: never an error, missing where there can be none.
    """
    parameters: Parameters = {}
    sql = _said(bound, field_of, parameters)
    if bound.kind in _MOMENT:
        sql = f"make_timestamp({sql})"
    if bound.kind is Kind.ZONED_TIME:
        sql = f"{sql}::TIMESTAMPTZ"
    return f"TRY({sql})", parameters


def _said(bound: Bound, field_of: Callable[[ColumnValue], str], parameters: Parameters) -> str:
    if isinstance(bound, Constant):
        name = f"k{len(parameters)}"
        parameters[name] = bound.value
        return f"CAST(${name} AS {_TYPES[bound.kind]})"
    if isinstance(bound, ColumnValue):
        field = field_of(bound)
        return f"epoch_us({field})" if bound.kind in _MOMENT else field
    said = tuple(_said(argument, field_of, parameters) for argument in bound.arguments)
    sql = bound.sql(said, bound.common)
    if len(sql) > _LONGEST:
        raise InvalidExpression(
            0, "too much is nested in itself; derive a column of a part of it first."
        )
    return sql
