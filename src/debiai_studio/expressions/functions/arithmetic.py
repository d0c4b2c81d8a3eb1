"""+ - * / ^: whole numbers stay exact, and are missing where they would leave 64 bits.

Numbers follow IEEE 754: 1 / 0 is infinite, 0 / 0 is NaN.
"""

from __future__ import annotations

from debiai_studio.expressions.functions.function import Case, Function, says
from debiai_studio.expressions.tree import Kind

_INTEGERS = (Kind.INTEGER, Kind.INTEGER)
_NUMBERS = (Kind.NUMBER, Kind.NUMBER)
_TIMES = (Kind.TIME, Kind.ZONED_TIME)
_LATER = "TRY({0} {sign} CAST(round({1} * 1000000.0) AS BIGINT))"


def _moved(sign: str) -> tuple[Case, ...]:
    """A moment that many seconds later or earlier."""
    sql = says(_LATER.replace("{sign}", sign))
    return tuple(Case((kind, Kind.NUMBER), kind, sql) for kind in _TIMES)


ARITHMETIC = (
    Function(
        "+",
        "a + b",
        "Sum; of texts one after the other; of a moment and seconds the later moment.",
        (
            Case(_INTEGERS, Kind.INTEGER, says("TRY({0} + {1})")),
            Case(_NUMBERS, Kind.NUMBER, says("({0} + {1})")),
            Case((Kind.TEXT, Kind.TEXT), Kind.TEXT, says("({0} || {1})")),
            *_moved("+"),
        ),
    ),
    Function(
        "-",
        "a - b",
        "Difference; of two moments the seconds between them.",
        (
            # DuckDB 2.0 gives a value beyond 64 bits for -(-2^63); 0 - x is checked.
            Case((Kind.INTEGER,), Kind.INTEGER, says("TRY(0::BIGINT - {0})")),
            Case((Kind.NUMBER,), Kind.NUMBER, says("(-{0})")),
            Case(_INTEGERS, Kind.INTEGER, says("TRY({0} - {1})")),
            Case(_NUMBERS, Kind.NUMBER, says("({0} - {1})")),
            *(
                Case((kind, kind), Kind.NUMBER, says("(TRY({0} - {1})::DOUBLE / 1000000.0)"))
                for kind in _TIMES
            ),
            *_moved("-"),
        ),
    ),
    Function(
        "*",
        "a * b",
        "Product.",
        (
            Case(_INTEGERS, Kind.INTEGER, says("TRY({0} * {1})")),
            Case(_NUMBERS, Kind.NUMBER, says("({0} * {1})")),
        ),
    ),
    Function(
        "/",
        "a / b",
        "Quotient, always with decimals; of 1 / 0 infinite, of 0 / 0 NaN.",
        (Case(_NUMBERS, Kind.NUMBER, says("({0} / {1})")),),
    ),
    Function(
        "^",
        "a ^ b",
        "Power, always with decimals.",
        (Case(_NUMBERS, Kind.NUMBER, says("pow({0}, {1})")),),
    ),
)
