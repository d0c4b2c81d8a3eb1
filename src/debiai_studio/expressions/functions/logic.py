"""and, or, not: a missing value counts only where the other side does not decide."""

from __future__ import annotations

from debiai_studio.expressions.functions.function import Case, Function, says
from debiai_studio.expressions.tree import Kind

_BOTH = (Kind.BOOLEAN, Kind.BOOLEAN)

LOGIC = (
    Function(
        "and",
        "a and b",
        "Whether both hold; false and missing is false.",
        (Case(_BOTH, Kind.BOOLEAN, says("({0} AND {1})")),),
    ),
    Function(
        "or",
        "a or b",
        "Whether one holds; true or missing is true.",
        (Case(_BOTH, Kind.BOOLEAN, says("({0} OR {1})")),),
    ),
    Function(
        "not",
        "not a",
        "Whether it does not hold.",
        (Case((Kind.BOOLEAN,), Kind.BOOLEAN, says("(NOT {0})")),),
    ),
)
