"""abs, sqrt, exp, log, log10, round, floor, ceil, min, max."""

from __future__ import annotations

from debiai_studio.expressions.functions.function import Case, Function, says
from debiai_studio.expressions.tree import Kind, Sql

_ORDERED = (Kind.INTEGER, Kind.NUMBER, Kind.TEXT, Kind.TIME, Kind.ZONED_TIME)


def _number(name: str, usage: str, description: str, sql: str) -> Function:
    return Function(
        name, usage, description, (Case((Kind.NUMBER,), Kind.NUMBER, says(f"{sql}({{0}})")),)
    )


def _whole(name: str, usage: str, description: str) -> Function:
    return Function(
        name,
        usage,
        description,
        (
            Case((Kind.INTEGER,), Kind.INTEGER, says("{0}")),
            Case((Kind.NUMBER,), Kind.NUMBER, says(f"{name}({{0}})")),
        ),
    )


def _extreme(function: str) -> Sql:
    def sql(arguments: tuple[str, ...], kind: Kind) -> str:
        lacking = " OR ".join(f"{one} IS NULL" for one in arguments)
        nan = ""
        if kind is Kind.NUMBER:
            any_nan = " OR ".join(f"isnan({one})" for one in arguments)
            nan = f" WHEN {any_nan} THEN 'nan'::DOUBLE"
        found = f"{function}({', '.join(arguments)})"
        return f"CASE WHEN {lacking} THEN NULL{nan} ELSE {found} END"

    return sql


MATHEMATICS = (
    Function(
        "abs",
        "abs(x)",
        "Without its sign.",
        (
            Case((Kind.INTEGER,), Kind.INTEGER, says("TRY(abs({0}))")),
            Case((Kind.NUMBER,), Kind.NUMBER, says("abs({0})")),
        ),
    ),
    _number("sqrt", "sqrt(x)", "Square root; NaN of what is below 0.", "sqrt"),
    _number("exp", "exp(x)", "e to the power x.", "exp"),
    _number("log", "log(x)", "Natural logarithm; of 0 -inf, below 0 NaN.", "ln"),
    _number("log10", "log10(x)", "Logarithm to the base of 10.", "log10"),
    Function(
        "round",
        "round(x) or round(x, digits)",
        "To the nearest whole number, or so many digits; halves away from 0.",
        (
            Case((Kind.INTEGER,), Kind.INTEGER, says("{0}")),
            Case((Kind.NUMBER,), Kind.NUMBER, says("round({0})")),
            Case(
                (Kind.NUMBER, Kind.INTEGER),
                Kind.NUMBER,
                says("round({0}, CAST(greatest(-300, least(300, {1})) AS INTEGER))"),
            ),
        ),
    ),
    _whole("floor", "floor(x)", "The whole number at or below."),
    _whole("ceil", "ceil(x)", "The whole number at or above."),
    Function(
        "min",
        "min(a, b, …)",
        "The least of several; missing if one is, NaN if one is.",
        (Case(("same", "same"), "same", _extreme("least"), same=_ORDERED, more=True),),
    ),
    Function(
        "max",
        "max(a, b, …)",
        "The most of several; missing if one is, NaN if one is.",
        (Case(("same", "same"), "same", _extreme("greatest"), same=_ORDERED, more=True),),
    ),
)
