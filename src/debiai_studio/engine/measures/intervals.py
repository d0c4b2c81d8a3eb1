"""How many values lie inside their intervals, overall and along an axis."""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt

from debiai_studio.datasets.model import ColumnType
from debiai_studio.engine.axes import axis_of, bins_of, edges_of, numeric_axis
from debiai_studio.engine.codes import FIRST, Coded
from debiai_studio.engine.errors import Unsuitable
from debiai_studio.engine.frame import Frame
from debiai_studio.engine.measures.moments import moments
from debiai_studio.engine.measures.statistics import gathered, values_of
from debiai_studio.engine.measures.steady import coordinates_at, steady_sample
from debiai_studio.engine.model import MeasureResult
from debiai_studio.engine.plan import Intervals
from debiai_studio.engine.rows import Rows

# What is known of a row: it lacks a value, or its value lies outside or inside its interval.
_LACKING, _INSIDE = 0, 2


def intervals(measure: Intervals, frame: Frame, _scope: Frame) -> MeasureResult:
    """Counts and means by bin and colour, and a sample of rows. Raises Unsuitable."""
    rows = frame.rows
    x = axis_of(rows, measure.x)
    names = (measure.y, measure.lower, measure.upper)
    axes = [numeric_axis(rows, name) for name in names]
    _check_alike(rows, names)
    state = rows.array(("intervals", names), lambda: _judged(rows, names))
    edges = edges_of(x, measure.bins)
    n_bins = len(edges) - 1
    bins = bins_of(rows, x, edges)
    judged, inside = frame.only(state != _LACKING), frame.only(state == _INSIDE)
    counts, insides = judged.by_place(bins, n_bins + 1), inside.by_place(bins, n_bins + 1)
    arrays: dict[str, Any] = {
        "edges": edges,
        "centres": edges[:-1] / 2 + edges[1:] / 2,
        "count": counts[:, :n_bins].copy(),
        "inside": insides[:, :n_bins].copy(),
    }
    for key, name in zip(("mean", "lower", "upper"), names, strict=True):
        arrays[key] = _means(rows, name, judged, bins, n_bins)
    placed = judged.only(rows.spread(bins) != n_bins)
    block, sample = steady_sample(placed, measure.limit)
    arrays |= {
        "x": coordinates_at(rows, x, block, sample),
        "colour": placed.slot[block, sample],
        "sample": rows.numbers_of(sample),
        "is_inside": (state[block, sample] == _INSIDE).astype(np.uint8),
    }
    for key, axis in zip(("y", "y_lower", "y_upper"), axes, strict=True):
        arrays[key] = coordinates_at(rows, axis, block, sample)
    meta = {
        "x": x.meta(),
        **{side: axis.meta() for side, axis in zip(("y", "lower", "upper"), axes, strict=True)},
        "rows": frame.estimated,
        "judged": int(counts.sum(dtype=np.int64)),
        "inside": int(insides.sum(dtype=np.int64)),
        "groups": [
            {"judged": int(n), "inside": int(k)}
            for n, k in zip(counts.sum(axis=1), insides.sum(axis=1), strict=True)
        ],
        "placed": int(counts[:, :n_bins].sum(dtype=np.int64)),
        "sampled": len(sample),
    }
    return MeasureResult(meta, arrays)


def _check_alike(rows: Rows, names: tuple[str, str, str]) -> None:
    """Times are compared with times, numbers with numbers."""
    is_time = [rows.place(name).column.type is ColumnType.TIME for name in names]
    for name, time in zip(names[1:], is_time[1:], strict=True):
        if time != is_time[0]:
            kinds = ("dates", "numbers") if time else ("numbers", "dates")
            raise Unsuitable(name, f"it holds {kinds[0]}, but {names[0]} holds {kinds[1]}.")


def _judged(rows: Rows, names: tuple[str, str, str]) -> npt.NDArray[np.uint8]:
    """The state of each row of the scope; numbers of any type are compared exactly."""
    y, lower, upper = (rows.coded(name) for name in names)
    complete = rows.spread(y.codes >= FIRST)
    for bound in (lower, upper):
        complete = complete & rows.spread(bound.codes >= FIRST)
    # The codes of y from the first that is not below the one bound to the last not above the other.
    from_ = rows.spread(_positions(y, lower, after=False)[lower.codes])
    before = rows.spread(_positions(y, upper, after=True)[upper.codes])
    codes = rows.spread(y.codes)
    within = complete & (from_ <= codes) & (codes < before)
    return complete.astype(np.uint8) + within.astype(np.uint8)


def _positions(y: Coded, bound: Coded, *, after: bool) -> npt.NDArray[np.uint32]:
    """Where each code of a bound lies among the codes of y."""
    table = np.zeros(bound.size, np.uint32)
    table[FIRST:] = y.positions(np.asarray(bound.dictionary), after=after)
    return table


def _means(rows: Rows, name: str, judged: Frame, bins: Any, n_bins: int) -> npt.NDArray[np.float64]:
    values = values_of(rows, name, absolute=False)
    found = moments(values, judged, bins, n_bins)
    mean = (found or gathered(values, (name, False), judged, bins, n_bins).by_cell()).mean
    shaped: npt.NDArray[np.float64] = mean.reshape(judged.groups, n_bins)
    return shaped
