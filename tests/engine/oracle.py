"""What a filter means, in plain Python over one row at a time."""

from __future__ import annotations

import math
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any

from debiai_studio.datasets.model import Column, ColumnType
from debiai_studio.datasets.predicate import (
    And,
    Contains,
    InSelection,
    Missing,
    Not,
    OneOf,
    Or,
    Predicate,
    Range,
)

T = ColumnType
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


def canonical(column: Column, value: Any) -> str | None:
    """The text of a value by the book."""
    if value is None:
        return None
    if column.type is T.NUMBER:
        return repr(value + 0.0)
    if column.type is T.BOOLEAN:
        return "true" if value else "false"
    if column.type is T.TIME:
        moment = EPOCH + timedelta(microseconds=value)
        return moment.replace(tzinfo=None).isoformat() + ("Z" if column.zoned else "")
    return str(value)


def is_finite(value: Any) -> bool:
    return value is not None and not (isinstance(value, float) and not math.isfinite(value))


def meaning(type_: ColumnType, text: str) -> Any:
    """The value that a text names, in a form that compares exactly."""
    if type_ in (T.NUMBER, T.INTEGER):
        return Decimal(text) if type_ is T.INTEGER else float(text)
    if type_ is T.BOOLEAN:
        return text == "true"
    if type_ is T.TIME:
        epoch = datetime(1970, 1, 1, tzinfo=UTC)
        moment = datetime.fromisoformat(text).replace(tzinfo=UTC) - epoch
        return (moment.days * 86400 + moment.seconds) * 10**6 + moment.microseconds
    return text


def holds(node: Predicate, row: dict[str, Any], types: dict[str, ColumnType], members: Any) -> bool:
    """Whether a row passes."""
    if isinstance(node, And | Or):
        join = all if isinstance(node, And) else any
        return join(holds(child, row, types, members) for child in node.children)
    if isinstance(node, Not):
        return not holds(node.child, row, types, members)
    if isinstance(node, InSelection):
        return row["_sample"] in members[node.selection_id]
    return leaf_holds(node, row[node.column], types[node.column])


def leaf_holds(leaf: Any, value: Any, type_: ColumnType) -> bool:
    is_nan = isinstance(value, float) and math.isnan(value)
    if isinstance(leaf, Missing) or value is None:
        wants_missing = isinstance(leaf, Missing) or (isinstance(leaf, OneOf) and leaf.missing)
        return value is None and wants_missing
    if isinstance(leaf, OneOf):
        return leaf.nan if is_nan else any(value == meaning(type_, t) for t in leaf.values)
    if isinstance(leaf, Contains):
        return leaf.text in value if leaf.case else leaf.text.lower() in value.lower()
    assert isinstance(leaf, Range)
    above = leaf.min is None or meaning(type_, leaf.min) <= value
    return not is_nan and above and (leaf.max is None or value <= meaning(type_, leaf.max))


def seen_by(node: Predicate | None, origin: str) -> Predicate | None:
    """The tree that the widget ``origin`` sees: its own leaves neutral, hollow groups gone."""
    if isinstance(node, And | Or):
        children = [seen_by(child, origin) for child in node.children]
        kept = [child for child in children if child is not None]
        return type(node)(children=kept) if kept or not children else None
    if isinstance(node, Not):
        child = seen_by(node.child, origin)
        return None if child is None else Not(child=child)
    return None if getattr(node, "origin", None) == origin else node
