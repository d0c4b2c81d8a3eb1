"""Axes: where the values of a column lie, and the bins that cut them.

Coordinates are the value on a number axis, microseconds since the epoch on a time axis, and the
position in drawn order on a category axis (the first value at 0, covering -0.5 to 0.5).
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any, Literal

import numpy as np
import numpy.typing as npt

from debiai_studio.datasets.model import Column, ColumnType
from debiai_studio.engine import kernels
from debiai_studio.engine.codes import FIRST, Coded, ends_of
from debiai_studio.engine.errors import Unsuitable
from debiai_studio.engine.rows import Rows

Floats = npt.NDArray[Any]  # float64
Bins = npt.NDArray[Any]  # uint8, or uint16 when there are more of them

MAX_CATEGORIES = 1000
_LARGEST = float(np.finfo(np.float64).max)
_HALF_SECOND = 500_000.0
_SECOND = 1_000_000.0
_TIME_STEPS = [
    _SECOND * seconds
    for unit, counts in (
        (1e-6, (1, 2, 5, 10, 20, 50, 100, 200, 500)),
        (1e-3, (1, 2, 5, 10, 20, 50, 100, 200, 500)),
        (1, (1, 2, 5, 10, 15, 30)),
        (60, (1, 2, 5, 10, 15, 30)),
        (3600, (1, 2, 3, 6, 12)),
        (86400, (1, 2, 7, 14, 28, 91, 182, 364)),
    )
    for seconds in (unit * count for count in counts)
]


@dataclass(frozen=True, slots=True)
class Axis:
    """One column as an axis over all rows of a scope, whatever the filters.

    ``coordinates`` are by code, ascending from code ``FIRST`` on; NaN for the codes below it.
    ``categories`` are the texts drawn on a category axis, in order. ``is_constant`` tells that a
    number or time axis has one coordinate, or none: its domain is then a margin around it.
    """

    column: Column
    kind: Literal["number", "time", "category"]
    domain: tuple[float, float]
    coordinates: Floats
    categories: tuple[str, ...] | None = None
    is_constant: bool = False

    def meta(self) -> dict[str, Any]:
        """The axis as the page reads it."""
        meta: dict[str, Any] = {
            "column": self.column.name,
            "type": self.column.type.value,
            "zoned": self.column.zoned,
            "kind": self.kind,
            "domain": list(self.domain),
        }
        if self.categories is not None:
            meta["categories"] = list(self.categories)
        return meta


def axis_of(rows: Rows, name: str) -> Axis:
    """The axis of a column. Raises UnknownColumn, Unsuitable (more than 1000 categories)."""

    def make() -> Axis:
        coded = rows.coded(name)
        totals = rows.totals(name)
        if coded.column.type.is_numeric:
            return _number_axis(coded, ends_of(totals))
        return _category_axis(coded, totals[FIRST:] > 0)

    return rows.kept(("axis", name), make, lambda axis: axis.coordinates.nbytes + 1000)


def numeric_axis(rows: Rows, name: str) -> Axis:
    """The axis of a column that must hold numbers or times. Raises Unsuitable otherwise."""
    column = rows.place(name).column
    if not column.type.is_numeric:
        raise Unsuitable(name, f"it holds {column.type} values; choose a number or a date.")
    return axis_of(rows, name)


def bins_of(rows: Rows, axis: Axis, edges: Floats) -> Bins:
    """The bin of each row, [slabs, samples]; ``len(edges) - 1`` for a row without a place.

    Bins hold their lower edge, and the last one its upper edge too, as NumPy's histogram does.
    """

    def place() -> Bins:
        return place_rows(rows.coded(axis.column.name), bin_table(axis, edges))

    return rows.array(("bins", axis.column.name, edges.tobytes()), place)


def place_rows(coded: Coded, table: Bins) -> Bins:
    """The bin of each row, from the bin of each code, in as few bytes as hold them."""
    table = narrowest(table, int(table.max(initial=0)))
    out = np.empty(coded.codes.shape, table.dtype)
    kernels.take(table, coded.codes, out)
    return out


def narrowest(places: npt.NDArray[Any], largest: int) -> npt.NDArray[Any]:
    """Whole numbers from 0 to ``largest`` in uint8, uint16 or uint32: the first that holds them."""
    return places.astype(np.min_scalar_type(largest), copy=False)


def bin_table(axis: Axis, edges: Floats) -> Bins:
    """The bin of each code."""
    n_bins = len(edges) - 1
    values = axis.coordinates[FIRST:]
    starts = np.searchsorted(values, edges, side="left")
    starts[-1] = np.searchsorted(values, edges[-1], side="right")
    table = np.full(len(axis.coordinates), n_bins, np.uint16)
    table[FIRST + starts[0] : FIRST + starts[-1]] = np.repeat(
        np.arange(n_bins, dtype=np.uint16), np.diff(starts)
    )
    return table


def grid(low: float, high: float, n_bins: int) -> Floats:
    """Equal bins from ``low`` to ``high``, exact at both ends, without overflow between."""
    parts = np.arange(n_bins + 1) / n_bins
    edges = low * (1 - parts) + high * parts
    edges[0], edges[-1] = low, high
    return np.maximum.accumulate(edges)


def edges_of(axis: Axis, n_bins: int) -> Floats:
    """About ``n_bins`` bins of a round width over the axis; one per value for few integers."""
    low, high = axis.domain
    if axis.kind == "category":
        return np.arange(-0.5, high + 0.5)
    if axis.is_constant:
        return np.array([low, high])
    if max(abs(low), abs(high)) > _LARGEST / 4:
        return grid(low, high, n_bins)
    if axis.column.type is ColumnType.INTEGER:
        return _integer_edges(low, high, n_bins)
    step = _time_step(high - low, n_bins) if axis.kind == "time" else _step(high - low, n_bins)
    start = math.floor(low / step) if step else 0
    count = math.ceil(high / step) - start if step else 0
    if not step or max(abs(low), abs(high)) / step > 2**52 or not 1 <= count <= 2 * n_bins + 2:
        return grid(low, high, n_bins)
    edges = (start + np.arange(count + 1)) * step
    # Rounding of start * step may miss the ends by one unit in the last place.
    edges[0], edges[-1] = min(edges[0], low), max(edges[-1], high)
    return edges


def _integer_edges(low: float, high: float, n_bins: int) -> Floats:
    span = high - low + 1
    if span <= n_bins + 1 and max(abs(low), abs(high)) < 2**51:
        return np.arange(math.ceil(low), math.floor(high) + 2) - 0.5
    step = max(_step(span, n_bins), 1.0)
    if step == 2.5:  # noqa: PLR2004  (2.5 values of an integer do not make a bin)
        step = 5.0
    start = math.floor(low / step)
    if max(abs(low), abs(high)) / step > 2**52:
        return grid(low, high, n_bins)
    # The upper edge lies above the highest value: the closed last bin is no wider than others.
    return (start + np.arange(math.floor(high / step) - start + 2)) * step


def _step(width: float, n_bins: int) -> float:
    """The smallest of 1, 2, 2.5, 5 x 10^k that cuts ``width`` into no more than ``n_bins``."""
    rough = width / n_bins
    if rough <= 0 or not math.isfinite(rough):
        return 0.0
    power = 10.0 ** math.floor(math.log10(rough))
    if power == 0:
        return 0.0
    return next((m * power for m in (1, 2, 2.5, 5) if m * power >= rough), 10 * power)


def _time_step(width: float, n_bins: int) -> float:
    rough = width / n_bins
    year = _TIME_STEPS[-1]
    return next((s for s in _TIME_STEPS if s >= rough), year * math.ceil(rough / year))


def _number_axis(coded: Coded, ends: tuple[int, int] | None) -> Axis:
    is_time = coded.column.type is ColumnType.TIME
    coordinates = coded.numbers()
    coordinates[:FIRST] = np.nan
    low, high = (0.0, 1.0) if ends is None else (float(coordinates[code]) for code in ends)
    is_constant = ends is None or low == high
    if low == high:
        # A constant column is drawn as one bar around its value.
        margin = max(_HALF_SECOND if is_time else 0.5, abs(low) * 1e-9)
        low, high = max(low - margin, -_LARGEST), min(high + margin, _LARGEST)
    kind: Literal["number", "time"] = "time" if is_time else "number"
    return Axis(coded.column, kind, (low, high), coordinates, is_constant=is_constant)


def _category_axis(coded: Coded, present: npt.NDArray[np.bool_]) -> Axis:
    codes = np.flatnonzero(present) + FIRST
    if len(codes) > MAX_CATEGORIES:
        raise Unsuitable(
            coded.column.name,
            f"it has {len(codes):,} different values; at most {MAX_CATEGORIES:,} can be drawn.",
        )
    coordinates = np.full(coded.size, np.nan)
    # A value that does not occur in the scope shares the place of the one before it.
    coordinates[FIRST:] = np.cumsum(present) - 1
    texts = tuple(coded.text(int(code)) or "" for code in codes)
    return Axis(coded.column, "category", (-0.5, max(len(codes), 1) - 0.5), coordinates, texts)
