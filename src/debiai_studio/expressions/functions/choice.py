"""if, coalesce, is_missing, is_nan."""

from __future__ import annotations

from debiai_studio.expressions.functions.function import Case, Function, says
from debiai_studio.expressions.tree import Kind


def _first(arguments: tuple[str, ...], _: Kind) -> str:
    return f"coalesce({', '.join(arguments)})"


CHOICE = (
    Function(
        "if",
        "if(condition, a, b)",
        "The first value where the condition holds, else the second; also where it is missing.",
        (
            Case(
                (Kind.BOOLEAN, "same", "same"),
                "same",
                says("CASE WHEN {0} THEN {1} ELSE {2} END"),
            ),
        ),
    ),
    Function(
        "coalesce",
        "coalesce(a, b, …)",
        "The first value that is not missing.",
        (Case(("same", "same"), "same", _first, more=True),),
    ),
    Function(
        "is_missing",
        "is_missing(x)",
        "Whether there is no value.",
        (Case(("any",), Kind.BOOLEAN, says("({0} IS NULL)")),),
    ),
    Function(
        "is_nan",
        "is_nan(x)",
        "Whether a number is NaN, which is a value.",
        (Case((Kind.NUMBER,), Kind.BOOLEAN, says("isnan({0})")),),
    ),
)
