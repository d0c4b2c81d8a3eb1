"""Filters: which rows pass a tree, exactly, and what a widget sees without its own leaves."""

from __future__ import annotations

from collections.abc import Mapping
from typing import cast

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from pyroaring import BitMap

from debiai_studio.datasets.model import ColumnType
from debiai_studio.datasets.predicate import (
    And,
    Contains,
    InSelection,
    Lasso,
    Leaf,
    Missing,
    Not,
    OneOf,
    Or,
    Predicate,
    Range,
)
from debiai_studio.engine import kernels
from debiai_studio.engine.axes import axis_of
from debiai_studio.engine.codes import FIRST, MINUS_INF, NAN, NULL, PLUS_INF, Coded
from debiai_studio.engine.errors import InvalidFilter, Unsuitable
from debiai_studio.engine.rows import Mask, Rows
from debiai_studio.engine.values import bound_of, value_of

Selections = Mapping[str, BitMap]

_MIN_POLYGON = 3


def without(node: Predicate | None, origin: str) -> Predicate | None:
    """The tree as the widget ``origin`` sees it: without the leaves it made itself.

    A leaf that goes is neutral in its group; a group or ``not`` left without anything goes too.
    """
    if isinstance(node, And | Or):
        if not node.children:
            return node
        kept = tuple(c for c in (without(c, origin) for c in node.children) if c is not None)
        return node.model_copy(update={"children": kept}) if kept else None
    if isinstance(node, Not):
        child = without(node.child, origin)
        return None if child is None else node.model_copy(update={"child": child})
    return None if node is not None and node.origin == origin else node


def passing(rows: Rows, node: Predicate | None, selections: Selections) -> Mask:
    """The rows of the scope that pass the tree, [blocks, samples]: not to be changed.

    Raises UnknownColumn or InvalidFilter.
    """
    if node is None:
        return rows.mask
    held = truth(rows, node, selections)
    is_everything = rows.total_rows == rows.mask.size
    return held if is_everything and held.shape == rows.mask.shape else rows.mask & held


def truth(rows: Rows, node: Predicate, selections: Selections) -> Mask:
    """Whether the tree holds, for every row, in the scope or not: [1 or blocks, samples]."""
    if isinstance(node, And | Or):
        join = np.bitwise_and if isinstance(node, And) else np.bitwise_or
        if not node.children:
            return np.full((1, rows.n_samples), isinstance(node, And), np.uint8)
        first, *others = (truth(rows, child, selections) for child in node.children)
        for other in others:
            first = join(first, other)
        return first
    if isinstance(node, Not):
        return np.bitwise_xor(truth(rows, node.child, selections), np.uint8(1))
    if isinstance(node, InSelection):
        if node.selection_id not in selections:
            raise InvalidFilter("selection", node.selection_id, "it names no saved selection")
        return rows.samples(selections[node.selection_id])
    nameless = node.model_copy(update={"id": "", "origin": None})
    return rows.array(("leaf", nameless), lambda: _leaf(rows, node))


def _leaf(rows: Rows, leaf: Leaf) -> Mask:
    try:
        if isinstance(leaf, Lasso):
            return _lasso(rows, leaf)
        coded = rows.coded(cast("Range | OneOf | Missing | Contains", leaf).column)
    except Unsuitable as error:
        raise InvalidFilter(error.name, leaf.op, error.reason.rstrip(".")) from error
    if isinstance(leaf, Range):
        return _range(coded, leaf)
    table = np.zeros(coded.size, np.uint8)
    if isinstance(leaf, Missing):
        table[NULL] = 1
    elif isinstance(leaf, OneOf):
        _mark_values(coded, leaf, table)
    elif isinstance(leaf, Contains):
        _mark_containing(coded, leaf, table)
    out = np.empty(coded.codes.shape, np.uint8)
    kernels.take(table, coded.codes, out)
    return out


def _range(coded: Coded, leaf: Range) -> Mask:
    column = coded.column
    low = None if leaf.min is None else bound_of(column, leaf.min, upper=False)
    high = None if leaf.max is None else bound_of(column, leaf.max, upper=True)
    first = FIRST if low is None else coded.position(low)
    last = coded.size if high is None else coded.position(high, after=True)
    special = np.zeros(FIRST + 1, np.uint8)
    # An infinity is compared like any value: only a bound on its own side can shut it out.
    special[MINUS_INF] = low is None or low == -np.inf
    special[PLUS_INF] = high is None or high == np.inf
    out = np.empty(coded.codes.shape, np.uint8)
    kernels.within(coded.codes, first, last, special, out)
    return out


def _mark_values(coded: Coded, leaf: OneOf, table: Mask) -> None:
    table[NULL], table[NAN] = leaf.missing, leaf.nan
    for text in leaf.values:
        value = value_of(coded.column, text)
        if isinstance(value, float) and not np.isfinite(value):
            table[NAN if np.isnan(value) else PLUS_INF if value > 0 else MINUS_INF] = 1
        elif value is not None and (code := coded.code_of(value)) is not None:
            table[code] = 1


def _mark_containing(coded: Coded, leaf: Contains, table: Mask) -> None:
    if coded.column.type is not ColumnType.TEXT:
        raise InvalidFilter(leaf.column, leaf.text, "only a text column can be searched")
    found = pc.match_substring(
        cast("pa.StringArray", coded.dictionary), leaf.text, ignore_case=not leaf.case
    )
    table[FIRST:] = found.to_numpy(zero_copy_only=False)


def _lasso(rows: Rows, leaf: Lasso) -> Mask:
    x, y = axis_of(rows, leaf.x), axis_of(rows, leaf.y)
    x_codes, y_codes = rows.coded(leaf.x).codes, rows.coded(leaf.y).codes
    out = np.zeros((max(len(x_codes), len(y_codes)), rows.n_samples), np.uint8)
    polygon = np.array(leaf.points, np.float64).reshape(-1, 2)
    if len(polygon) >= _MIN_POLYGON:
        kernels.lasso(x_codes, y_codes, x.coordinates, y.coordinates, polygon, out)
    return out
