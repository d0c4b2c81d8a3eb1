"""Whether the values of an expression fit a column."""

from __future__ import annotations

from debiai_studio.datasets.model import Column
from debiai_studio.expressions.tree import Bound, Kind


def fits(column: Column, bound: Bound) -> bool:
    """Whether the column keeps such values exactly."""
    kind = Kind.of(column)
    return bound.kind is kind or (kind, bound.kind) == (Kind.NUMBER, Kind.INTEGER)
