"""= != < <= > >=: of numbers as IEEE 754 has them, of texts by code point.

A missing value makes a comparison missing. DuckDB takes NaN for the largest number and equal to
itself, so that NaN is asked for before.
"""

from __future__ import annotations

from debiai_studio.expressions.functions.function import Case, Function
from debiai_studio.expressions.tree import Kind, Sql

_ORDERED = (
    Kind.INTEGER,
    Kind.NUMBER,
    Kind.TEXT,
    Kind.BOOLEAN,
    Kind.TIME,
    Kind.ZONED_TIME,
    Kind.MISSING,
)


def _compared(sign: str) -> Sql:
    with_nan = "true" if sign == "<>" else "false"

    def sql(arguments: tuple[str, ...], kind: Kind) -> str:
        a, b = arguments
        if kind is not Kind.NUMBER:
            return f"({a} {sign} {b})"
        return (
            f"CASE WHEN {a} IS NULL OR {b} IS NULL THEN NULL"
            f" WHEN isnan({a}) OR isnan({b}) THEN {with_nan} ELSE {a} {sign} {b} END"
        )

    return sql


_WORDS = {
    "=": "Whether both are the same.",
    "!=": "Whether they differ.",
    "<": "Whether the first is less.",
    "<=": "Whether the first is less or the same.",
    ">": "Whether the first is more.",
    ">=": "Whether the first is more or the same.",
}

COMPARISON = tuple(
    Function(
        sign,
        f"a {sign} b",
        words,
        (
            Case(
                ("same", "same"),
                Kind.BOOLEAN,
                _compared("<>" if sign == "!=" else sign),
                same=_ORDERED,
            ),
        ),
    )
    for sign, words in _WORDS.items()
)
