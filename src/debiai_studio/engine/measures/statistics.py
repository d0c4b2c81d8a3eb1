"""Exact statistics of a column in cells of rows: moments, extremes, quartiles, distinct values."""

from __future__ import annotations

from collections.abc import Hashable
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import numpy.typing as npt

from debiai_studio.datasets.model import ColumnType
from debiai_studio.engine import kernels
from debiai_studio.engine.axes import Bins
from debiai_studio.engine.codes import FIRST, Coded
from debiai_studio.engine.frame import Frame
from debiai_studio.engine.order import order_of
from debiai_studio.engine.rows import Rows
from debiai_studio.engine.values import text_of

Floats = npt.NDArray[np.float64]
Counts = npt.NDArray[np.int64]
Codes = npt.NDArray[np.uint32]

# So many counts are always cheaper than an order of the rows.
_FEW = 65_536

# Counts that are looked through in the time in which one listed row is counted.
_COUNTS_A_ROW = 6
_MOST_COUNTS = 1 << 24

# One bin for every row.
EVERYWHERE: Bins = np.zeros(0, np.uint16)


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

    def keys(self) -> Codes:
        """The code among ``numbers`` of each code."""
        return self.table if len(self.table) else np.arange(self.size, dtype=np.uint32)

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


@dataclass(frozen=True, slots=True)
class Gathered:
    """The codes of the selected rows with a value, ascending: all together, and cell by cell.

    Cells are ``group * n_bins + bin``; rows outside the bins are in none. ``special`` is
    [cells, 4] and counts missing, NaN, -inf and +inf. Each row stands for ``weight`` of them.
    """

    values: Values
    kept: Codes
    runs: Codes
    starts: Counts
    ends: Counts
    special: Counts
    weight: int

    def overall(self) -> Figures:
        """Statistics of all rows, as one cell."""
        special = self.special.sum(axis=0, keepdims=True)
        starts, ends = np.array([0]), np.array([len(self.kept)])
        return self._weighted(_scanned(self.values, self.kept, starts, ends, special))

    def by_cell(self) -> Figures:
        """Statistics of each cell."""
        return self._weighted(
            _scanned(self.values, self.runs, self.starts, self.ends, self.special)
        )

    def _weighted(self, found: Figures) -> Figures:
        weight = self.weight
        return replace(
            found,
            count=found.count * weight,
            special=found.special * weight,
            frequency=found.frequency * weight,
        )


def gathered(values: Values, name: Hashable, frame: Frame, bins: Bins, n_bins: int) -> Gathered:
    """The selected rows of a frame by colour group and bin; ``name`` tells the values apart.

    ``bins`` is [1 or blocks, samples], or ``EVERYWHERE``.
    """
    rows, groups = frame.rows, frame.groups
    order = order_of(rows, name, values.coded.codes, values.keys)
    binned = bins is not EVERYWHERE
    if not binned:
        sizes = np.zeros((groups + 1, 2), np.int64)
        kernels.sizes(frame.slot, sizes[:, 0])
    else:
        sizes = np.zeros((groups + 1, n_bins + 1), np.uint32)
        kernels.histogram(bins, frame.slot, sizes)
        bins = rows.spread(bins)
    ends = np.concatenate([[0], np.cumsum(sizes, dtype=np.int64)[:-1]])
    starts = ends.copy()
    special = np.zeros((groups, n_bins, FIRST), np.int64)
    kept, runs = np.empty(len(order.row) + 1, np.uint32), np.empty(frame.slot.size, np.uint32)
    slot, bins = frame.slot.reshape(-1), bins.reshape(-1)
    found = kernels.gather(order.row, order.key, slot, bins, binned, special, ends, kept, runs)
    inside = np.arange(ends.size).reshape(sizes.shape)[:groups, :n_bins].reshape(-1)
    return Gathered(
        values,
        kept[:found],
        runs,
        starts[inside],
        ends[inside],
        special.reshape(-1, FIRST),
        rows.weight,
    )


@dataclass(frozen=True, slots=True)
class Tallied:
    """How often each code occurs among the selected rows of each cell, [cells, codes]."""

    values: Values
    counts: Codes

    def overall(self) -> Figures:
        """Statistics of all rows, as one cell."""
        return _counted(self.values, self.counts.sum(axis=0, dtype=np.uint32)[np.newaxis])

    def by_cell(self) -> Figures:
        """Statistics of each cell."""
        return _counted(self.values, self.counts)


def by_group(values: Values, name: Hashable, frame: Frame) -> Gathered | Tallied:
    """The selected rows of a frame by colour group; ``name`` tells the values apart.

    Counted code by code, or put in order where there are about as many values as rows.
    """
    if (frame.groups + 1) * values.size > max(frame.rows.total_rows, _FEW):
        return gathered(values, name, frame, EVERYWHERE, 1)
    if not len(values.table):
        return Tallied(values, frame.by_place(values.coded.codes, values.size))
    counts = np.zeros((frame.groups + 1, values.size), np.uint32)
    codes = frame.seen(values.coded.codes)
    kernels.tally_cells(codes, values.table, frame.seen_slot, counts)
    return Tallied(values, counts[: frame.groups])


def by_bin(values: Values, frame: Frame, bins: Bins, n_bins: int) -> Tallied | None:
    """The selected rows of a frame by colour group and bin, counted code by code.

    None where there are too many counts to look through for the rows that are counted.
    """
    n_counts = (frame.groups + 1) * (n_bins + 1) * values.size
    most = min(frame.rows.total_rows, frame.selected * _COUNTS_A_ROW, _MOST_COUNTS)
    if len(values.table) or n_counts > most:
        return None
    counts = frame.by_places(bins, values.coded.codes, (n_bins + 1, values.size))
    return Tallied(values, counts[:, :n_bins].reshape(-1, values.size))


def _scanned(
    values: Values, codes: Codes, starts: Counts, ends: Counts, special: Counts
) -> Figures:
    scanned = np.zeros((len(ends), kernels.SCANNED))
    with np.errstate(invalid="ignore", over="ignore"):
        kernels.scan(codes, starts, ends, values.numbers, scanned)
    return _figures(values, ends - starts, special, scanned)


def _counted(values: Values, counts: Codes) -> Figures:
    scanned = np.zeros((len(counts), kernels.SCANNED))
    with np.errstate(invalid="ignore", over="ignore"):
        kernels.scan_counts(counts, values.numbers, scanned)
    special = counts[:, :FIRST].astype(np.int64)
    return _figures(values, counts[:, FIRST:].sum(axis=1, dtype=np.int64), special, scanned)


def _figures(values: Values, n: Counts, special: Counts, scanned: Floats) -> Figures:
    numbers = values.numbers
    with np.errstate(invalid="ignore", over="ignore"):
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
