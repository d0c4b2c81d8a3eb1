# ruff: noqa: PLR0917  (a compiled function takes its arguments by position)
"""Loops over the rows of several columns, or of two."""

from __future__ import annotations

from typing import Any

from debiai_studio.engine.codes import FIRST
from debiai_studio.engine.kernels.compiled import kernel


@kernel
def spread(codes: Any, table: Any, slot: Any, rejected: int, values: Any, marks: Any) -> int:
    """The table's entry of each accepted row with a value, else 0; ``marks`` are 1 or 0.

    All but ``table`` are by row of one block. Returns how many rows have an entry.
    """
    found = 0
    for i in range(codes.shape[0]):
        code = codes[i]
        counts = (code >= FIRST) & (slot[i] != rejected)
        values[i] = table[code] if counts else 0.0
        marks[i] = 1.0 if counts else 0.0
        found += counts
    return found


@kernel
def products(values: Any, marks: Any, n: Any, x: Any, xx: Any, xy: Any) -> None:
    """Sums over rows of marks, values, squares and products of each pair of columns, [K, K].

    ``values`` and ``marks`` are [rows, K]; with marks of no columns nothing is missing, and only
    ``xy`` is found. Every inner loop runs over neighbours, so that several are done at once.
    """
    marked = marks.shape[1] > 0
    for i in range(values.shape[0]):
        for a in range(values.shape[1]):
            value = values[i, a]
            if not marked:
                for b in range(values.shape[1]):
                    xy[a, b] += value * values[i, b]
            elif marks[i, a] > 0.0:
                square = value * value
                for b in range(values.shape[1]):
                    mark = marks[i, b]
                    n[a, b] += mark
                    x[a, b] += value * mark
                    xx[a, b] += square * mark
                    xy[a, b] += value * values[i, b]


@kernel
def pair_tally(
    x_codes: Any, y_codes: Any, slot: Any, rejected: int, x_counts: Any, y_counts: Any
) -> None:
    """How often each code of either column occurs in accepted rows with a value in both."""
    for block in range(slot.shape[0]):
        x_slab = block if x_codes.shape[0] > 1 else 0
        y_slab = block if y_codes.shape[0] > 1 else 0
        for i in range(slot.shape[1]):
            x, y = x_codes[x_slab, i], y_codes[y_slab, i]
            if slot[block, i] != rejected and x >= FIRST and y >= FIRST:
                x_counts[x] += 1
                y_counts[y] += 1


@kernel
def pair_sums(
    x_codes: Any, y_codes: Any, x_table: Any, y_table: Any, slot: Any, rejected: int, sums: Any
) -> None:
    """Sums of x, y, x x, y y and x y, by the tables, over accepted rows with a value in both."""
    for block in range(slot.shape[0]):
        x_slab = block if x_codes.shape[0] > 1 else 0
        y_slab = block if y_codes.shape[0] > 1 else 0
        for i in range(slot.shape[1]):
            x_code, y_code = x_codes[x_slab, i], y_codes[y_slab, i]
            if slot[block, i] != rejected and x_code >= FIRST and y_code >= FIRST:
                x, y = x_table[x_code], y_table[y_code]
                sums[0] += x
                sums[1] += y
                sums[2] += x * x
                sums[3] += y * y
                sums[4] += x * y
