# ruff: noqa: PLR0917  (a compiled function takes its arguments by position)
"""Loops over the rows in import order."""

from __future__ import annotations

from typing import Any

import numpy as np

from debiai_studio.engine.codes import FIRST
from debiai_studio.engine.kernels.compiled import kernel


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
        row, marks = codes[slab], out[slab]
        for i in range(row.shape[0]):
            marks[i] = (row[i] >= low) & (row[i] < high)
        if special.any():
            for i in range(row.shape[0]):
                marks[i] |= special[min(row[i], FIRST)]


@kernel
def slots(passed: Any, group: Any, rejected: int, out: Any) -> None:
    """The colour group of each row that passed, ``rejected`` for the others."""
    aside = np.uint8(rejected)
    for block in range(passed.shape[0]):
        marks, groups = passed[block], group[block if group.shape[0] > 1 else 0]
        slot = out[block]
        for i in range(marks.shape[0]):
            # In arithmetic of bytes, which the compiler does for many rows at once.
            slot[i] = aside + marks[i] * np.uint8(groups[i] - aside)


@kernel
def listed(passed: Any, out: Any) -> None:
    """The marked rows in import order, each as ``block * samples + sample``.

    ``out`` has one place more than there are such rows.
    """
    found = 0
    for i in range(passed.shape[1]):
        for block in range(passed.shape[0]):
            # Always written, counted only when it is marked: no branch to predict.
            out[found] = block * passed.shape[1] + i
            found += passed[block, i]


@kernel
def pick(values: Any, listed: Any, n_samples: int, out: Any) -> None:
    """The values of listed rows, ``out`` [1, rows]."""
    for k in range(listed.shape[0]):
        block, i = divmod(listed[k], n_samples)
        out[0, k] = values[block if values.shape[0] > 1 else 0, i]


@kernel
def tally(codes: Any, mask: Any, counts: Any) -> None:
    """How often each code occurs among the marked rows."""
    for block in range(mask.shape[0]):
        slab = block if codes.shape[0] > 1 else 0
        for i in range(mask.shape[1]):
            counts[codes[slab, i]] += mask[block, i]


@kernel
def tally_cells(codes: Any, table: Any, slot: Any, counts: Any) -> None:
    """How often each code occurs in each colour group; ``counts`` is [groups + 1, codes].

    ``table`` gives another code for each, unless it is empty.
    """
    renamed = table.shape[0] > 0
    for block in range(slot.shape[0]):
        slab = block if codes.shape[0] > 1 else 0
        for i in range(slot.shape[1]):
            code = codes[slab, i]
            counts[slot[block, i], table[code] if renamed else code] += 1


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
def raster(x_bins: Any, y_bins: Any, slot: Any, counts: Any) -> None:
    """Rows by colour group and bins; ``counts`` is [groups + 1, bins of y, bins of x]."""
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


# What `moments` keeps per cell: 0 count, 1 mean, 2 sum of squared deviations from it, 3 and 4 the
# lowest and highest code; of the batch under way 5 count, 6 origin, 7 and 8 the sums of deviations
# from the origin and of their squares.
MOMENTS = 9
_BATCH = 128


@kernel
def _join(cell: Any) -> None:
    """Add the batch under way to what was there before.

    By the formula of Chan, Golub and LeVeque, "Algorithms for Computing the Sample Variance"
    (The American Statistician 37, 1983), for two samples of any sizes.
    """
    n, count = cell[5], cell[0] + cell[5]
    shift = cell[7] / n
    away = cell[6] + shift - cell[1]
    squares = cell[8] - cell[7] * shift
    # Rounding alone takes it below zero; NaN, of squares beyond float64, stays.
    cell[2] += away * away * (cell[0] * n / count) + (0.0 if squares < 0 else squares)
    cell[1] += away * (n / count)
    cell[0], cell[5], cell[7], cell[8] = count, 0, 0, 0


@kernel
def moments(codes: Any, table: Any, bins: Any, slot: Any, values: Any, out: Any) -> None:
    """Count, mean, sum of squared deviations, lowest and highest code by cell.

    ``out`` is [groups + 1, bins + 1, MOMENTS], its lowest codes infinite at first. ``table`` gives
    another code for each, unless it is empty.

    Deviations are taken from the first value of each batch, an origin that costs two digits at
    most: the squares of n values add up to no less than that of one's distance from their mean.
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
            if cell[5] == 0:
                cell[6] = values[known]
            deviation = values[known] - cell[6]
            cell[5] += 1
            cell[7] += deviation
            cell[8] += deviation * deviation
            cell[3] = min(cell[3], known)
            cell[4] = max(cell[4], known)
            if cell[5] == _BATCH:
                _join(cell)
    for group in range(out.shape[0]):
        for place in range(out.shape[1]):
            if out[group, place, 5] > 0:
                _join(out[group, place])
