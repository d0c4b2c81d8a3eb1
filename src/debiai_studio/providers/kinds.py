"""Which kinds of values a column holds, and the type that keeps all of them as they are."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from typing import Any

from debiai_studio.blocks.model import TYPES
from debiai_studio.datasets.model import ColumnType

# The first are exact as decimals too, the second as whole numbers of 64 bits, the third as text.
_EXACT = 2**53
_LARGEST = 2**63
_WHOLE, _LONG, _HUGE, _DECIMAL = "whole", "long", "huge", "decimal"
_BOOLEAN, _TEXT, _LIST, _DICT = "boolean", "text", "list", "dict"

_BY_TYPE = {bool: _BOOLEAN, float: _DECIMAL, str: _TEXT, list: _LIST, dict: _DICT}
_TOGETHER: tuple[tuple[frozenset[str], ColumnType], ...] = (
    (frozenset({_BOOLEAN}), ColumnType.BOOLEAN),
    (frozenset({_WHOLE, _LONG}), ColumnType.INTEGER),
    (frozenset({_WHOLE, _DECIMAL}), ColumnType.NUMBER),
    (frozenset({_LIST}), ColumnType.ARRAY),
    (frozenset({_DICT}), ColumnType.DICT),
)
# As easy-to-write providers name it, beside DebiAI's names.
_DECLARED = TYPES | {"bool": ColumnType.BOOLEAN, "array": ColumnType.ARRAY}


def kinds_of(values: Iterable[Any]) -> set[str]:
    """The kinds of the values that are there."""
    found = {_BY_TYPE.get(kind) for kind in set(map(type, values)) - {int, type(None)}}
    whole = [value for value in values if type(value) is int]
    if whole:
        low, high = min(whole), max(whole)
        if low < -_LARGEST or high >= _LARGEST:
            found.add(_HUGE)
        elif low < -_EXACT or high > _EXACT:
            found.add(_LONG)
        else:
            found.add(_WHOLE)
    return {kind for kind in found if kind is not None}


def fitting(declared: str, kinds: Collection[str]) -> ColumnType:
    """The type of a column: what holds each value unchanged, whatever was declared.

    A column declared as text is text; one without values is what it was declared.
    """
    if declared == _TEXT or not kinds:
        return _DECLARED.get(declared, ColumnType.TEXT)
    together = (type_ for allowed, type_ in _TOGETHER if allowed.issuperset(kinds))
    return next(together, ColumnType.TEXT)
