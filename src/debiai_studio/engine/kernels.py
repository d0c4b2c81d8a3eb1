# ruff: noqa: PLR0917  (a compiled function takes its arguments by position)
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

from debiai_studio.engine.codes import FIRST

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
            out[slab, i] = inside | special[min(code, FIRST)]


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
def collect(
    codes: Any, table: Any, bins: Any, slot: Any, special: Any, kept: Any, cells: Any
) -> int:
    """Gather the codes of selected rows with a value, and the cell of each; returns how many.

    ``special`` is [groups, bins, 4] and counts the rows without a value, by code. ``table``
    gives another code for each, unless it is empty. The cell is ``group * bins + bin``.
    """
    rejected, n_bins = special.shape[0], special.shape[1]
    found = 0
    for block in range(slot.shape[0]):
        slab = block if codes.shape[0] > 1 else 0
        bin_slab = block if bins.shape[0] > 1 else 0
        for i in range(slot.shape[1]):
            group = slot[block, i]
            place = bins[bin_slab, i]
            code = codes[slab, i]
            inside = group < rejected and place < n_bins
            # Always written, counted only when it belongs: no branch to predict.
            kept[found] = table[code] if table.shape[0] > 0 else code
            cells[found] = group * n_bins + place
            found += inside and code >= FIRST
            if inside and code < FIRST:
                special[group, place, code] += 1
    return found


@kernel
def radix_pass(
    keys: Any, others: Any, shift: int, starts: Any, sorted_keys: Any, sorted_others: Any
) -> None:
    """Sort pairs, stably, by some bits of the key.

    ``starts`` has one place more than there are digits (a power of two), and is left with the
    end of each digit's run.
    """
    digits = starts.shape[0] - 1
    starts[:] = 0
    for k in range(keys.shape[0]):
        starts[((keys[k] >> shift) & (digits - 1)) + 1] += 1
    for digit in range(digits):
        starts[digit + 1] += starts[digit]
    for k in range(keys.shape[0]):
        digit = (keys[k] >> shift) & (digits - 1)
        place = starts[digit]
        starts[digit] = place + 1
        sorted_keys[place] = keys[k]
        sorted_others[place] = others[k]


# What `scan` finds per cell: 0 mean, 1 sum of squared deviations; 2, 3 the lowest and highest
# code; 4 to 9 for each quartile the codes at the positions below and above it; 10 distinct
# codes; 11, 12 the code of the longest run of equal codes, and its length.
SCANNED = 13


@kernel
def scan(codes: Any, ends: Any, values: Any, out: Any) -> None:
    """Statistics of runs of ascending codes: run ``c`` ends before ``ends[c]``."""
    start = 0
    for c in range(out.shape[0]):
        n = ends[c] - start
        if n <= 0:
            continue
        run = codes[start : start + n]
        start += n
        # Around the middle value, so that large values far from zero lose nothing.
        origin = values[run[n // 2]]
        total = 0.0
        for k in range(n):
            total += values[run[k]] - origin
        mean = total / n
        squares = 0.0
        distinct, length, longest, top = 0, 0, 0, 0
        for k in range(n):
            deviation = values[run[k]] - origin - mean
            squares += deviation * deviation
            length = length + 1 if k > 0 and run[k] == run[k - 1] else 1
            distinct += length == 1
            if length > longest:
                longest, top = length, run[k]
        out[c, 0], out[c, 1] = origin + mean, squares
        out[c, 2], out[c, 3] = run[0], run[n - 1]
        for quarter in range(1, 4):
            below = ((n - 1) * quarter) // 4
            out[c, 2 + 2 * quarter] = run[below]
            out[c, 3 + 2 * quarter] = run[min(below + 1, n - 1)]
        out[c, 10], out[c, 11], out[c, 12] = distinct, top, longest


def compile() -> None:  # noqa: A001  (bootstrap reads `engine.kernels.compile()`)
    """Compile every kernel for every type it is used with; seconds once, then from disk."""
    mask = np.ones((1, 2), np.uint8)
    bins = np.zeros((1, 2), np.uint16)
    order = np.zeros(2, np.uint32)
    numbers = np.zeros(6)
    pairs = np.zeros((4, 2), np.uint32)
    for width in (np.uint16, np.uint32):
        codes = np.full((1, 2), 4, width)
        take(np.zeros(6, np.uint8), codes, mask.copy())
        take(np.zeros(6, np.uint16), codes, bins.copy())
        within(codes, 4, 5, np.zeros(5, np.uint8), mask.copy())
        tally(codes, mask, np.zeros(6, np.uint32))
        none = np.zeros(0, np.uint32)
        collect(codes, none, bins, mask, np.zeros((1, 1, 4), np.int64), pairs[0], pairs[1])
        for other in (np.uint16, np.uint32):
            points = np.zeros((3, 2))
            lasso(codes, np.full((1, 2), 4, other), numbers, numbers, points, mask.copy())
    slots(mask, mask, 1, mask.copy())
    histogram(bins, mask, np.zeros((2, 2), np.uint32))
    raster(bins, bins, mask, np.zeros((2, 2, 2), np.uint32))
    radix_pass(pairs[0], pairs[1], 0, np.zeros(3, np.int64), pairs[2], pairs[3])
    scan(pairs[0], np.ones(1, np.int64), numbers, np.zeros((1, SCANNED)))
    first_rows(order, mask, 1, np.zeros(1, np.uint8), np.zeros(1, np.uint32))
