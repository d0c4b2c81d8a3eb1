# ruff: noqa: PLR0917  (a compiled function takes its arguments by position)
"""Loops over rows for sums of products of columns, two by two."""

from __future__ import annotations

from typing import Any

import numpy as np

from debiai_studio.engine.codes import FIRST
from debiai_studio.engine.kernels.compiled import kernel, reordering_kernel

# Rows looked at together: those of two columns fit in the nearest cache.
_TILE = 512


@kernel
def spread(codes: Any, table: Any, slot: Any, rejected: int, values: Any, marks: Any) -> int:
    """The table's entry of each accepted row with a value, else 0; ``marks`` are 1 or 0.

    All but ``table`` are by row of one block; it has finite numbers, and zeros for codes below
    ``FIRST``. Returns how many rows have an entry.
    """
    found = 0
    for i in range(codes.shape[0]):
        code = codes[i]
        # In arithmetic: no branch to predict.
        counts: Any = np.int64(code >= FIRST) & np.int64(slot[i] != rejected)
        values[i] = table[code] * counts
        marks[i] = counts
        found += counts
    return found


@reordering_kernel
def products(left: Any, right: Any, sums: Any) -> None:
    """Add the sums over rows of the product of each of ``left`` [K, rows] with each of ``right``.

    ``sums`` is [K, K]. Not by BLAS: its threads and those of the engine would compete.
    """
    for start in range(0, left.shape[1], _TILE):
        stop = min(start + _TILE, left.shape[1])
        for a in range(left.shape[0]):
            for b in range(right.shape[0]):
                total = 0.0
                for i in range(start, stop):
                    total += left[a, i] * right[b, i]
                sums[a, b] += total


@kernel
def rank(counts: Any, ranks: Any) -> int:
    """Twice the mean rank of the rows of each code from ``FIRST`` on; returns how many rows.

    ``counts`` are the rows with each code; ``ranks`` float64, from 0 to twice the rows.
    """
    below = 0
    for code in range(FIRST, counts.shape[0]):
        ranks[code] = 2 * below + counts[code]
        below += counts[code]
    return below
