"""The filter language: one definition for the page, the API, the engine and the exports.

Two-valued logic: a leaf is true or false for every row. A missing value (NULL) fails every leaf
but ``missing``; ``not`` turns that around. NaN and the infinities are values: NaN passes no
range, an infinity passes a range that has no bound on its side or names it (``inf``).

Values are written as text in the canonical form of the column's type, so that no int64 ever
becomes a JavaScript number: ``"9007199254740993"``, ``"15.5"``, ``"true"``,
``"2013-01-01T10:00:00Z"`` (zoned) or ``"2013-01-01T10:00:00"`` (naive).
"""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field


class _Node(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class _Leaf(_Node):
    """``id`` names the leaf (chips, remaining counts); ``origin`` the widget that made it."""

    id: str
    origin: str | None = None


class Range(_Leaf):
    """``min <= value <= max``; a bound that is absent is open. Text compares by code point."""

    op: Literal["range"] = "range"
    column: str
    min: str | None = None
    max: str | None = None


class OneOf(_Leaf):
    """The value is one of ``values``; ``missing`` adds NULL, ``nan`` adds NaN."""

    op: Literal["one_of"] = "one_of"
    column: str
    values: tuple[str, ...] = ()
    missing: bool = False
    nan: bool = False


class Missing(_Leaf):
    """The value is NULL."""

    op: Literal["missing"] = "missing"
    column: str


class Contains(_Leaf):
    """A text value that contains ``text``; case is ignored unless ``case`` is set."""

    op: Literal["contains"] = "contains"
    column: str
    text: str
    case: bool = False


class Lasso(_Leaf):
    """The point (x, y) lies inside the polygon; even-odd rule, vertices in axis coordinates.

    A coordinate on a number axis is the value, on a time axis microseconds since the epoch, on
    a category axis the position in drawn order (0 = first; +-0.5 covers the value).
    """

    op: Literal["lasso"] = "lasso"
    x: str
    y: str
    points: tuple[tuple[float, float], ...]


class InSelection(_Leaf):
    """The sample belongs to a saved selection."""

    op: Literal["selection"] = "selection"
    selection_id: str


class And(_Node):
    """True when every child is true; an empty one is true."""

    op: Literal["and"] = "and"
    id: str = ""
    children: tuple[Predicate, ...] = ()


class Or(_Node):
    """True when some child is true; an empty one is false."""

    op: Literal["or"] = "or"
    id: str = ""
    children: tuple[Predicate, ...] = ()


class Not(_Node):
    """True when the child is false."""

    op: Literal["not"] = "not"
    id: str = ""
    child: Predicate


Leaf = Range | OneOf | Missing | Contains | Lasso | InSelection
Predicate = Annotated[
    Range | OneOf | Missing | Contains | Lasso | InSelection | And | Or | Not,
    Field(discriminator="op"),
]

And.model_rebuild()
Or.model_rebuild()
Not.model_rebuild()


def leaves(node: Predicate | None) -> list[Leaf]:
    """Every leaf below ``node``, left to right."""
    if node is None:
        return []
    if isinstance(node, And | Or):
        return [leaf for child in node.children for leaf in leaves(child)]
    if isinstance(node, Not):
        return leaves(node.child)
    return [node]
