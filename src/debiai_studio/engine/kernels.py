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
def sizes(slot: Any, counts: Any) -> None:
    """Rows by colour group; ``counts`` is [groups + 1]."""
    for block in range(slot.shape[0]):
        for i in range(slot.shape[1]):
            counts[slot[block, i]] += 1


@kernel
def accepted_in(x_bins: Any, y_bins: Any, slot: Any, rejected: int) -> int:
    """How many accepted rows lie in bin 0 both ways."""
    found = 0
    for block in range(slot.shape[0]):
        x_slab = block if x_bins.shape[0] > 1 else 0
        y_slab = block if y_bins.shape[0] > 1 else 0
        for i in range(slot.shape[1]):
            placed = x_bins[x_slab, i] | y_bins[y_slab, i]
            found += (placed == 0) & (slot[block, i] != rejected)
    return found


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
def first_in_order(order: Any, slot: Any, rejected: int, skipped: int, found: Any) -> int:
    """The accepted rows of an order after the first ``skipped``; returns how many were found."""
    n, left = 0, skipped
    for k in range(order.shape[0]):
        if slot[order[k]] == rejected:
            continue
        if left > 0:
            left -= 1
            continue
        found[n] = order[k]
        n += 1
        if n == found.shape[0]:
            break
    return n


@kernel
def gather(
    order: Any, keys: Any, slot: Any, bins: Any, special: Any, ends: Any, kept: Any, runs: Any
) -> int:
    """Gather the keys of selected rows with a value, in order; returns how many.

    ``slot`` and ``bins`` are by row; one bin alone holds every row. ``special`` is [groups,
    bins, 4] and counts the rows without a value, by key. ``kept`` takes the keys of all cells,
    ``runs`` those of each cell by itself: ``ends`` [(groups + 1) * (bins + 1)] has where each
    run starts, the rejected last, and is left with where it ends.
    """
    rejected, n_bins = special.shape[0], special.shape[1]
    binned = bins.shape[0] > 1
    first = 0
    while first < order.shape[0] and keys[first] < FIRST:
        row = order[first]
        place = bins[row] if binned else 0
        if slot[row] < rejected and place < n_bins:
            special[slot[row], place, keys[first]] += 1
        first += 1
    found = 0
    for k in range(first, order.shape[0]):
        row = order[k]
        group = slot[row]
        place = bins[row] if binned else 0
        cell = group * (n_bins + 1) + place
        # Always written, counted only when it belongs: no branch to predict.
        kept[found] = keys[k]
        runs[ends[cell]] = keys[k]
        ends[cell] += 1
        found += group < rejected and place < n_bins
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


@kernel
def moments(codes: Any, table: Any, bins: Any, slot: Any, values: Any, out: Any) -> None:
    """Count, origin, sums of deviation and of its square, lowest and highest code by cell.

    ``out`` is [groups + 1, bins + 1, 6]; deviations are from the first value of the cell, its
    origin. ``table`` gives another code for each, unless it is empty.
    """
    for block in range(slot.shape[0]):
        slab = block if codes.shape[0] > 1 else 0
        bin_slab = block if bins.shape[0] > 1 else 0
        for i in range(slot.shape[1]):
            code = codes[slab, i]
            if code < FIRST:
                continue
            known = table[code] if table.shape[0] > 0 else code
            cell = out[slot[block, i], bins[bin_slab, i]]
            if cell[0] == 0:
                cell[1] = values[known]
            deviation = values[known] - cell[1]
            cell[0] += 1
            cell[2] += deviation
            cell[3] += deviation * deviation
            cell[4] = min(cell[4], known)
            cell[5] = max(cell[5], known)


# What `scan` finds per cell: 0 mean, 1 sum of squared deviations; 2, 3 the lowest and highest
# code; 4 to 9 for each quartile the codes at the positions below and above it; 10 distinct
# codes; 11, 12 the code of the longest run of equal codes, and its length.
SCANNED = 13


@kernel
def scan(codes: Any, starts: Any, ends: Any, values: Any, out: Any) -> None:
    """Statistics of runs of ascending codes, from ``starts[c]`` to before ``ends[c]``."""
    for c in range(out.shape[0]):
        n = ends[c] - starts[c]
        if n <= 0:
            continue
        run = codes[starts[c] : ends[c]]
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
        moments(codes, pairs[0][:0], bins, mask, numbers, np.zeros((2, 2, 6)))
        for other in (np.uint16, np.uint32):
            points = np.zeros((3, 2))
            lasso(codes, np.full((1, 2), 4, other), numbers, numbers, points, mask.copy())
    slots(mask, mask, 1, mask.copy())
    histogram(bins, mask, np.zeros((2, 2), np.uint32))
    raster(bins, bins, mask, np.zeros((2, 2, 2), np.uint32))
    accepted_in(bins, bins, mask, 1)
    sizes(mask, np.zeros(2, np.int64))
    radix_pass(pairs[0], pairs[1], 0, np.zeros(3, np.int64), pairs[2], pairs[3])
    ends = np.zeros(4, np.int64)
    gather(order, order, mask[0], bins[0], np.zeros((1, 1, 4), np.int64), ends, *pairs[:2])
    scan(pairs[0], ends[:1], ends[:1], numbers, np.zeros((1, SCANNED)))
    first_in_order(order, mask[0], 1, 0, order.copy())
    first_rows(order, mask, 1, np.zeros(1, np.uint8), np.zeros(1, np.uint32))
