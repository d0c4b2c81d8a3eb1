"""Counts per bin and colour."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import numpy.typing as npt

from debiai_studio.engine.axes import Axis, Bins, bin_table, edges_of, numeric_axis, place_rows
from debiai_studio.engine.codes import BLOCK, FIRST, MINUS_INF, NAN, NULL, PLUS_INF, Totals
from debiai_studio.engine.core import core_window
from debiai_studio.engine.frame import Frame
from debiai_studio.engine.model import MeasureResult
from debiai_studio.engine.plan import Histogram
from debiai_studio.engine.rows import Rows, Unit

# Bins behind the drawn ones, so that one pass counts what has no place there too.
_ASIDE = (NULL, NAN, MINUS_INF, PLUS_INF)
_BELOW, _ABOVE = len(_ASIDE), len(_ASIDE) + 1
_ASIDE_NAMES = {"missing": [0], "nan": [1], "inf": [2, 3], "below": [_BELOW], "above": [_ABOVE]}
_N_ASIDE = len(_ASIDE) + 2


@dataclass(frozen=True, slots=True)
class Cut:
    """A column cut into bins, whatever the filters; others follow the ``n_bins`` drawn."""

    meta: dict[str, Any]
    edges: npt.NDArray[np.float64] | None
    n_bins: int
    bins: Bins
    everything: npt.NDArray[np.uint32]


def histogram(measure: Histogram, frame: Frame, _scope: Frame) -> MeasureResult:
    """The bins of a column, in all rows and the selected ones by colour."""
    rows = frame.rows
    cut = rows.kept(
        ("cut", measure, frame.unit),
        lambda: _cut(rows, measure, frame.unit),
        lambda made: made.bins.nbytes,
    )
    n_bins = cut.n_bins
    counts = frame.by_place(cut.bins, n_bins + _N_ASIDE)
    selected = counts.sum(axis=0)
    aside = {
        what: {
            "all": int(sum(cut.everything[n_bins + k] for k in where)),
            "selected": int(sum(selected[n_bins + k] for k in where)),
        }
        for what, where in _ASIDE_NAMES.items()
    }
    arrays: dict[str, Any] = {} if cut.edges is None else {"edges": cut.edges}
    arrays["all"] = cut.everything[:n_bins]
    arrays["counts"] = counts[:, :n_bins].copy()
    return MeasureResult({**cut.meta, **aside}, arrays)


def counts_per_bin(rows: Rows, name: str, n_bins: int) -> list[int]:
    """A small picture of a column: rows of the scope in at most ``n_bins`` bins."""
    totals = rows.totals(name)
    if rows.place(name).column.type.is_numeric:
        axis = numeric_axis(rows, name)
        edges = edges_of(axis, n_bins - 2)
        table, drawn = bin_table(axis, edges), len(edges) - 1
    else:
        table, labels, _ = _category_table(rows, Histogram(name, bins=n_bins))
        drawn = len(labels)
    table[:FIRST] = drawn
    return [int(n) for n in _rows_by_bin(table, totals, drawn + 1)[:drawn]]


def _rows_by_bin(table: Bins, totals: Totals, n_bins: int) -> npt.NDArray[np.int64]:
    """The rows of each bin, from the bin and the rows of each code."""
    counts = np.zeros(n_bins, np.int64)
    for start in range(0, len(table), BLOCK):
        part = slice(start, start + BLOCK)
        counts += np.bincount(table[part], totals[part], n_bins).astype(np.int64)
    return counts


def _cut(rows: Rows, measure: Histogram, unit: Unit) -> Cut:
    name = measure.column
    edges = None
    if rows.place(name).column.type.is_numeric:
        axis = numeric_axis(rows, name)
        edges = edges_of(_shown(rows, axis, measure), measure.bins)
        table, n_bins = bin_table(axis, edges), len(edges) - 1
        table[axis.coordinates < edges[0]] = n_bins + _BELOW
        table[axis.coordinates > edges[-1]] = n_bins + _ABOVE
        meta: dict[str, Any] = {"axis": axis.meta(), "other": False}
    else:
        table, labels, other = _category_table(rows, measure)
        n_bins = len(labels)
        column = rows.place(name).column
        drawn = Axis(column, "category", (-0.5, max(n_bins, 1) - 0.5), np.zeros(0), tuple(labels))
        meta = {"axis": drawn.meta(), "other": other}
    for offset, code in enumerate(_ASIDE):
        table[code] = n_bins + offset
    width = n_bins + _N_ASIDE
    everything = _rows_by_bin(table, rows.totals(name, unit), width).astype(np.uint32)
    return Cut(meta, edges, n_bins, place_rows(rows.coded(name), table), everything)


def _shown(rows: Rows, axis: Axis, measure: Histogram) -> Axis:
    """The part of the axis that is cut into bins."""
    core = core_window(rows, measure.column) if measure.shown == "core" else None
    return axis if core is None else replace(axis, domain=core)


def _category_table(rows: Rows, measure: Histogram) -> tuple[Bins, list[str], bool]:
    """The bin of each code, the bins' texts, and whether the last one is "other"."""
    coded = rows.coded(measure.column)
    totals = rows.totals(measure.column)
    codes = np.flatnonzero(totals[FIRST:]) + FIRST
    frequent = codes[np.argsort(-totals[codes].astype(np.int64), kind="stable")]
    other = len(codes) > measure.bins
    shown = frequent[: measure.bins - 1] if other else frequent
    if measure.order == "value":
        shown = np.sort(shown)
    table = np.full(coded.size, len(shown), np.uint16)
    table[shown] = np.arange(len(shown))
    labels = [coded.text(int(code)) or "" for code in shown]
    return table, [*labels, "other"] if other else labels, other
