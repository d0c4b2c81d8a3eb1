"""What a filter means, in plain Python over one row at a time."""

from __future__ import annotations

import math
from datetime import datetime
from decimal import Decimal
from typing import Any

from debiai_studio.datasets.model import ColumnType
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


def meaning(type_: ColumnType, text: str) -> Any:
    """The value that a text names, in a form that compares exactly."""
    if type_ in (T.NUMBER, T.INTEGER):
        return Decimal(text) if type_ is T.INTEGER else float(text)
    if type_ is T.BOOLEAN:
        return text == "true"
    if type_ is T.TIME:
        moment = datetime.fromisoformat(text).replace(tzinfo=None) - datetime(1970, 1, 1)
        return (moment.days * 86400 + moment.seconds) * 10**6 + moment.microseconds
    return text


def holds(node: Predicate, row: dict[str, Any], types: dict[str, ColumnType], members: Any) -> bool:
    """Whether a row passes."""
    if isinstance(node, And):
        return all(holds(child, row, types, members) for child in node.children)
    if isinstance(node, Or):
        return any(holds(child, row, types, members) for child in node.children)
    if isinstance(node, Not):
        return not holds(node.child, row, types, members)
    if isinstance(node, InSelection):
        return row["_sample"] in members[node.selection_id]
    value, type_ = row[node.column], types[node.column]
    if isinstance(node, Missing):
        return value is None
    if isinstance(node, OneOf):
        if value is None:
            return node.missing
        if isinstance(value, float) and math.isnan(value):
            return node.nan
        return any(value == meaning(type_, text) for text in node.values)
    if value is None or (isinstance(value, float) and math.isnan(value)):
        return False
    if isinstance(node, Contains):
        text, part = (value, node.text) if node.case else (value.lower(), node.text.lower())
        return part in text
    assert isinstance(node, Range)
    low = node.min is None or meaning(type_, node.min) <= value
    return low and (node.max is None or value <= meaning(type_, node.max))


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
