"""The loops over rows, compiled by numba: without the GIL, kept on disk between starts.

Arrays are [slabs, samples]: one slab for a sample column, one per block of rows for others; a
kernel reads slab 0 for every block when there is only one. Masks are uint8 of 0 and 1. A *slot*
is a row's colour group, or ``rejected`` (= number of groups) for a row that does not pass;
results have one extra place at the end of each dimension that takes what is not counted, so
that the loops need no branches.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar, cast

import numba
import numpy as np

F = TypeVar("F", bound=Callable[..., Any])


def kernel(function: F) -> F:
    """Compile at the first call for the types given."""
    return cast("F", numba.njit(nogil=True, cache=True)(function))


@kernel
def take(table: Any, codes: Any, out: Any) -> None:
    """``out = table[codes]``."""
    for slab in range(codes.shape[0]):
        for i in range(codes.shape[1]):
            out[slab, i] = table[codes[slab, i]]


@kernel
def within(codes: Any, low: int, high: int, special: Any, out: Any) -> None:
    """Mark codes in [low, high), and those below four that ``special`` marks."""
    for slab in range(codes.shape[0]):
        for i in range(codes.shape[1]):
            code = codes[slab, i]
            inside = np.uint8((code >= low) & (code < high))
            out[slab, i] = inside | special[min(code, 4)]


@kernel
def slots(passed: Any, group: Any, rejected: int, out: Any) -> None:
    """The colour group of each row that passed, ``rejected`` for the others."""
    for block in range(passed.shape[0]):
        slab = block if group.shape[0] > 1 else 0
        for i in range(passed.shape[1]):
            out[block, i] = group[slab, i] if passed[block, i] else rejected


@kernel
def tally(codes: Any, mask: Any, counts: Any) -> None:
    """How often each code occurs among the marked rows."""
    for block in range(mask.shape[0]):
        slab = block if codes.shape[0] > 1 else 0
        for i in range(mask.shape[1]):
            counts[codes[slab, i]] += mask[block, i]


@kernel
def histogram(bins: Any, slot: Any, counts: Any) -> None:
    """Rows by colour group and bin; ``counts`` is [groups + 1, bins + 1]."""
    for block in range(slot.shape[0]):
        slab = block if bins.shape[0] > 1 else 0
        for i in range(slot.shape[1]):
            counts[slot[block, i], bins[slab, i]] += 1


@kernel
def raster(x_bins: Any, y_bins: Any, slot: Any, counts: Any) -> None:
    """Rows by colour group and cell; ``counts`` is [groups + 1, height + 1, width + 1]."""
    for block in range(slot.shape[0]):
        x_slab = block if x_bins.shape[0] > 1 else 0
        y_slab = block if y_bins.shape[0] > 1 else 0
        for i in range(slot.shape[1]):
            counts[slot[block, i], y_bins[y_slab, i], x_bins[x_slab, i]] += 1


@kernel
def lasso(x_codes: Any, y_codes: Any, x: Any, y: Any, polygon: Any, out: Any) -> None:
    """Mark the points inside the polygon by the even-odd rule.

    ``x`` and ``y`` are coordinates by code, NaN where a code has no place.
    """
    n = polygon.shape[0]
    left, right = polygon[:, 0].min(), polygon[:, 0].max()
    low, high = polygon[:, 1].min(), polygon[:, 1].max()
    for block in range(out.shape[0]):
        x_slab = block if x_codes.shape[0] > 1 else 0
        y_slab = block if y_codes.shape[0] > 1 else 0
        for i in range(out.shape[1]):
            px = x[x_codes[x_slab, i]]
            py = y[y_codes[y_slab, i]]
            out[block, i] = 0
            if not (left <= px <= right and low <= py <= high):
                continue
            inside = False
            k = n - 1
            for j in range(n):
                ay, by = polygon[j, 1], polygon[k, 1]
                if (ay > py) != (by > py):
                    ax, bx = polygon[j, 0], polygon[k, 0]
                    if px < (bx - ax) * (py - ay) / (by - ay) + ax:
                        inside = not inside
                k = j
            out[block, i] = inside


@kernel
def first_rows(order: Any, slot: Any, rejected: int, blocks: Any, samples: Any) -> int:
    """The first accepted rows in an order of samples; returns how many were found."""
    found = 0
    for k in range(order.shape[0]):
        i = order[k]
        for block in range(slot.shape[0]):
            if slot[block, i] != rejected:
                blocks[found] = block
                samples[found] = i
                found += 1
                if found == blocks.shape[0]:
                    return found
    return found


@kernel
def sums(codes: Any, bins: Any, slot: Any, values: Any, cells: Any, totals: Any) -> None:
    """Per cell: rows by special code and rows with a value (``cells`` [n, 5]), and their sum.

    The cell of a row is ``slot * bins + bin``; ``totals`` must be zero and gets sums of
    ``values`` by code.
    """
    n_bins = cells.shape[1]
    rejected = cells.shape[0]
    for block in range(slot.shape[0]):
        slab = block if codes.shape[0] > 1 else 0
        bin_slab = block if bins.shape[0] > 1 else 0
        for i in range(slot.shape[1]):
            group = slot[block, i]
            place = bins[bin_slab, i]
            if group < rejected and place < n_bins:
                code = codes[slab, i]
                cells[group, place, min(code, 4)] += 1
                totals[group, place] += values[code]


# What `walk` keeps per cell: 0 the sum of squared deviations; 1, 2 the lowest and highest code;
# 3 to 8 for each quartile the codes at the positions below and above it; 9 distinct codes;
# 10, 11 the code of the longest run of equal codes, and its length; 12 rows; 13 the run so far.
WALKED = 14


@kernel
def visit(cell: Any, code: int, value: float, mean: float, n: int) -> None:
    """Take one more row of a cell of ``n`` into account; rows come by ascending code."""
    k = int(cell[12])
    cell[12] += 1
    if k == 0:
        cell[1] = code
    if k == 0 or cell[2] != code:
        cell[2] = code
        cell[9] += 1
        cell[13] = 0
    cell[13] += 1
    if cell[13] > cell[11]:
        cell[10] = code
        cell[11] = cell[13]
    cell[0] += (value - mean) * (value - mean)
    for quarter in range(1, 4):
        below = ((n - 1) * quarter) // 4
        if k == below:
            cell[1 + 2 * quarter] = code
        if k == min(below + 1, n - 1):
            cell[2 + 2 * quarter] = code


@kernel
def walk(
    order: Any, starts: Any, bins: Any, slot: Any, values: Any, means: Any, n: Any, out: Any
) -> None:
    """Visit rows by ascending code and keep what only their order can tell, per cell.

    ``order`` holds the places [slab, sample] of a column's codes, flat and by code; code ``c``
    has those from ``starts[c]`` to ``starts[c + 1]``. ``means`` and ``n`` are [groups, bins],
    from `sums`; ``out`` must be zero and is [groups, bins, WALKED].
    """
    rejected, n_bins = n.shape
    blocks, samples = slot.shape
    # A sample column's place stands for a row in each block.
    repeats = blocks if order.shape[0] == samples else 1
    slot_of = slot.reshape(-1)
    bin_of = bins.reshape(-1)
    for code in range(4, starts.shape[0] - 1):
        for k in range(starts[code], starts[code + 1]):
            for block in range(repeats):
                row = order[k] + block * samples
                group = slot_of[row]
                if group >= rejected:
                    continue
                place = bin_of[row if bins.shape[0] > 1 else row % samples]
                if place < n_bins:
                    visit(
                        out[group, place], code, values[code], means[group, place], n[group, place]
                    )


def compile() -> None:  # noqa: A001  (bootstrap reads `engine.kernels.compile()`)
    """Compile every kernel for every type it is used with; seconds once, then from disk."""
    mask = np.ones((1, 2), np.uint8)
    bins = np.zeros((1, 2), np.uint16)
    order = np.zeros(2, np.uint32)
    numbers = np.zeros(6)
    for width in (np.uint16, np.uint32):
        codes = np.full((1, 2), 4, width)
        take(np.zeros(6, np.uint8), codes, mask.copy())
        take(np.zeros(6, np.uint16), codes, bins.copy())
        within(codes, 4, 5, np.zeros(5, np.uint8), mask.copy())
        tally(codes, mask, np.zeros(6, np.uint32))
        sums(codes, bins, mask, numbers, np.zeros((1, 1, 5), np.int64), np.zeros((1, 1)))
        for other in (np.uint16, np.uint32):
            points = np.zeros((3, 2))
            lasso(codes, np.full((1, 2), 4, other), numbers, numbers, points, mask.copy())
    slots(mask, mask, 1, mask.copy())
    histogram(bins, mask, np.zeros((2, 2), np.uint32))
    raster(bins, bins, mask, np.zeros((2, 2, 2), np.uint32))
    count = np.zeros((1, 1), np.int64)
    starts = np.zeros(7, np.int64)
    walk(order, starts, bins, mask, numbers, np.zeros((1, 1)), count, np.zeros((1, 1, WALKED)))
    first_rows(order, mask, 1, np.zeros(1, np.uint8), np.zeros(1, np.uint32))
