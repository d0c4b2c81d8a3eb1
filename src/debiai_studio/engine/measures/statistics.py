"""Exact statistics of a column in cells of rows: moments, extremes, quartiles, distinct values."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt

from debiai_studio.engine import kernels
from debiai_studio.engine.axes import Bins
from debiai_studio.engine.codes import FIRST, Coded
from debiai_studio.engine.frame import Frame
from debiai_studio.engine.rows import Mask, Order, Rows

Floats = npt.NDArray[np.float64]
Counts = npt.NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Figures:
    """Statistics per colour group and bin, arrays [groups, bins]; NaN where nothing counts.

    ``lowest``, ``highest`` and ``top`` are codes (0: none), ``special`` [groups, bins, 4] counts
    missing, NaN, -inf and +inf. ``std`` is the sample standard deviation, 0 for one value.
    """

    count: Counts
    special: Counts
    mean: Floats
    std: Floats
    q1: Floats
    median: Floats
    q3: Floats
    lowest: Counts
    highest: Counts
    distinct: Counts
    top: Counts
    frequency: Counts


def figures(
    coded: Coded, order: Order, slot: Mask, *, groups: int, bins: Bins, n_bins: int
) -> Figures:
    """The statistics of the rows that a slot accepts, by colour group and bin."""
    values = coded.numbers()
    # Sums are taken around the middle value, so that large values far from zero lose nothing.
    shift = values[FIRST + (coded.size - FIRST) // 2] if coded.size > FIRST else 0.0
    centred = values - shift
    centred[:FIRST] = 0
    cells = np.zeros((groups, n_bins, FIRST + 1), np.int64)
    totals = np.zeros((groups, n_bins))
    kernels.sums(coded.codes, bins, slot, centred, cells, totals)
    n = np.ascontiguousarray(cells[:, :, FIRST])
    with np.errstate(invalid="ignore", over="ignore"):
        mean = np.where(n > 0, totals / np.maximum(n, 1), np.nan)
        walked = np.zeros((groups, n_bins, kernels.WALKED))
        kernels.walk(order.places, order.starts, bins, slot, centred, mean, n, walked)
        std = np.where(n > 0, np.sqrt(walked[:, :, 0] / np.maximum(n - 1, 1)), np.nan)
        mean = mean + shift
    codes = walked.astype(np.int64)
    return Figures(
        n, cells[:, :, :FIRST], mean, std,
        *(_quartile(values, codes, n, q) for q in (1, 2, 3)),
        codes[:, :, 1], codes[:, :, 2], codes[:, :, 9], codes[:, :, 10], codes[:, :, 11],
    )  # fmt: skip


def _quartile(values: Floats, codes: Counts, n: Counts, quarter: int) -> Floats:
    """Between the two values around the position, as NumPy's default method does."""
    below = values[codes[:, :, 1 + 2 * quarter]]
    above = values[codes[:, :, 2 + 2 * quarter]]
    part = ((n - 1) * quarter % 4) / 4
    between = np.where(
        part < 0.5,  # noqa: PLR2004  (from the nearer end, as NumPy does, so that ends are exact)
        below + (above - below) * part,
        above - (above - below) * (1 - part),
    )
    return np.where(n > 0, between, np.nan)


def absolute(rows: Rows, coded: Coded) -> Coded:
    """The column of absolute values."""

    def make() -> Coded:
        signed = np.asarray(coded.dictionary)
        if len(signed) and signed[0] == np.iinfo(np.int64).min:
            signed = signed.astype(np.float64)  # |-2**63| is no int64
        dictionary, place = np.unique(np.abs(signed), return_inverse=True)
        width = coded.codes.dtype.type
        table = np.concatenate([np.arange(FIRST), place + FIRST]).astype(width)
        return replace(coded, dictionary=dictionary, codes=table[coded.codes])

    return rows.kept(("absolute", coded.column.name), make, lambda made: made.codes.nbytes)


def everywhere(frame: Frame) -> Bins:
    """One bin for every row."""
    make: Callable[[], Bins] = lambda: np.zeros((1, frame.rows.n_samples), np.uint16)  # noqa: E731
    return frame.rows.array("everywhere", make)
