"""Exact statistics of a column in cells of rows: moments, extremes, quartiles, distinct values."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from debiai_studio.datasets.model import ColumnType
from debiai_studio.engine import kernels
from debiai_studio.engine.axes import Bins
from debiai_studio.engine.codes import FIRST, Coded
from debiai_studio.engine.frame import Frame
from debiai_studio.engine.rows import Rows
from debiai_studio.engine.values import text_of

Floats = npt.NDArray[np.float64]
Counts = npt.NDArray[np.int64]
Codes = npt.NDArray[np.uint32]

# Bits sorted by in one pass: two thousand runs are written to at once.
_RADIX_BITS = 11


@dataclass(frozen=True, slots=True)
class Figures:
    """Statistics per cell; NaN where nothing counts.

    ``lowest``, ``highest`` and ``top`` are codes (0: none), ``special`` [cells, 4] counts
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


@dataclass(frozen=True, slots=True)
class Values:
    """A column to take statistics of: its codes, and what each of them stands for.

    ``table`` gives the code among ``numbers`` for each code; it is empty when they are the same.
    ``magnitudes`` are the exact absolute values, when it is those that are taken.
    """

    coded: Coded
    numbers: Floats
    table: Codes
    magnitudes: npt.NDArray[Any] | None

    @property
    def size(self) -> int:
        """How many codes there are."""
        return len(self.numbers)

    def text(self, code: int) -> str | None:
        """The canonical text of a code among ``numbers``."""
        if self.magnitudes is None or code < FIRST:
            return self.coded.text(code)
        return text_of(self.coded.column, self.magnitudes[code - FIRST].item())


def values_of(rows: Rows, name: str, *, absolute: bool) -> Values:
    """The values of a column, or the absolute ones of numbers."""
    signed = rows.place(name).column.type in (ColumnType.NUMBER, ColumnType.INTEGER)
    absolute = absolute and signed

    def make() -> Values:
        coded = rows.coded(name)
        return _absolute(coded) if absolute else _values(coded, coded.numbers())

    return rows.kept(("values", name, absolute), make, lambda made: 3 * made.numbers.nbytes)


def _absolute(coded: Coded) -> Values:
    signed = np.asarray(coded.dictionary)
    if signed.dtype == np.int64:
        # As uint64, which alone holds the magnitude of every int64; -x overflows, -(x + 1) not.
        below = (-(np.minimum(signed, -1) + 1)).astype(np.uint64) + np.uint64(1)
        magnitude = np.where(signed < 0, below, signed.astype(np.uint64))
    else:
        magnitude = np.abs(signed)
    distinct, place = np.unique(magnitude, return_inverse=True)
    numbers = np.concatenate([np.zeros(FIRST), distinct.astype(np.float64)])
    table = np.concatenate([np.arange(FIRST), place + FIRST]).astype(np.uint32)
    return _values(coded, numbers, table, distinct)


def _values(
    coded: Coded,
    numbers: Floats,
    table: Codes | None = None,
    magnitudes: npt.NDArray[Any] | None = None,
) -> Values:
    table = np.zeros(0, np.uint32) if table is None else table
    return Values(coded, numbers, table, magnitudes)


def figures(values: Values, frame: Frame, bins: Bins, n_bins: int) -> tuple[Figures, Figures]:
    """Statistics of the selected rows: all together, and by colour group and bin.

    The first has one cell, the second ``groups * n_bins``; rows outside the bins count in none.
    """
    size = frame.slot.size + 1
    codes, cells, codes_aside, cells_aside = (np.empty(size, np.uint32) for _ in range(4))
    special = np.zeros((frame.groups, n_bins, FIRST), np.int64)
    found = kernels.collect(
        values.coded.codes, values.table, bins, frame.slot, special, codes, cells
    )
    pairs, aside = (codes[:found], cells[:found]), (codes_aside[:found], cells_aside[:found])
    for shift in range(0, values.size.bit_length(), _RADIX_BITS):
        bits = min(_RADIX_BITS, values.size.bit_length() - shift)
        kernels.radix_pass(*pairs, shift, np.zeros(2**bits + 1, np.int64), *aside)
        pairs, aside = aside, pairs
    aside_counts = special.reshape(-1, FIRST)
    everything = aside_counts.sum(axis=0, keepdims=True)
    overall = _scanned(values, pairs[0], np.array([found]), everything)
    n_cells = frame.groups * n_bins
    if n_cells == 1:
        return overall, overall
    digits = 2 ** (n_cells - 1).bit_length()
    ends = np.zeros(digits + 1, np.int64)
    kernels.radix_pass(pairs[1], pairs[0], 0, ends, aside[1], aside[0])
    return overall, _scanned(values, aside[0], ends[:n_cells], aside_counts)


def _scanned(values: Values, codes: Codes, ends: Counts, special: Counts) -> Figures:
    numbers = values.numbers
    scanned = np.zeros((len(ends), kernels.SCANNED))
    n = np.diff(ends, prepend=0)
    with np.errstate(invalid="ignore", over="ignore"):
        kernels.scan(codes, ends, numbers, scanned)
        mean = np.where(n > 0, scanned[:, 0], np.nan)
        std = np.where(n > 0, np.sqrt(scanned[:, 1] / np.maximum(n - 1, 1)), np.nan)
        found = scanned[:, 2:].astype(np.int64)
        q1, median, q3 = (_quartile(numbers, found, n, quarter) for quarter in (1, 2, 3))
    return Figures(
        count=n,
        special=special,
        mean=mean,
        std=std,
        q1=q1,
        median=median,
        q3=q3,
        lowest=found[:, 0],
        highest=found[:, 1],
        distinct=found[:, 8],
        top=found[:, 9],
        frequency=found[:, 10],
    )


def _quartile(numbers: Floats, found: Counts, n: Counts, quarter: int) -> Floats:
    """Between the two values around the position, as NumPy's default method does."""
    below, above = numbers[found[:, 2 * quarter]], numbers[found[:, 2 * quarter + 1]]
    part = ((n - 1) * quarter % 4) / 4
    # From the nearer end, as NumPy does, so that the ends are exact.
    near_end = part >= 0.5  # noqa: PLR2004  (half way)
    width = above - below
    between = np.where(near_end, above - width * (1 - part), below + width * part)
    return np.where(n > 0, between, np.nan)


def everywhere(frame: Frame) -> Bins:
    """One bin for every row."""
    return frame.rows.array("everywhere", lambda: np.zeros((1, frame.rows.n_samples), np.uint16))
