"""Counts per bin and colour."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from debiai_studio.engine.axes import bin_table, edges_of, numeric_axis, place_rows
from debiai_studio.engine.codes import FIRST, MINUS_INF, NAN, NULL, PLUS_INF
from debiai_studio.engine.frame import Frame
from debiai_studio.engine.model import MeasureResult
from debiai_studio.engine.plan import Histogram
from debiai_studio.engine.rows import Rows, Unit

# Bins behind the drawn ones, so that one pass counts what has no place too.
_ASIDE = (NULL, NAN, MINUS_INF, PLUS_INF)


def histogram(measure: Histogram, frame: Frame) -> MeasureResult:
    """The bins of a column, in all rows and the selected ones by colour."""
    rows, name = frame.rows, measure.column
    totals = rows.totals(name, frame.unit)
    if rows.place(name).column.type.is_numeric:
        axis = numeric_axis(rows, name)
        edges = edges_of(axis, measure.bins)
        table, n_bins = bin_table(axis, edges), len(edges) - 1
        meta, arrays = {"axis": axis.meta()}, {"edges": edges}
    else:
        table, labels, other = _category_table(rows, measure)
        n_bins = len(labels)
        column = rows.place(name).column
        axis_meta = {
            "column": name,
            "type": column.type.value,
            "zoned": column.zoned,
            "kind": "category",
            "domain": [-0.5, n_bins - 0.5],
            "categories": labels,
        }
        meta, arrays = {"axis": axis_meta, "other": other}, {}
    for offset, code in enumerate(_ASIDE):
        table[code] = n_bins + offset
    key = ("histogram", name, measure.bins, measure.order)
    bins = rows.array(key, lambda: place_rows(rows.coded(name), table))
    width = n_bins + len(_ASIDE)
    counts = frame.histogram(bins, width)
    everything = np.bincount(table, totals, width)[:width].astype(np.uint32)
    selected = counts.sum(axis=0)
    for what, where in (("missing", [0]), ("nan", [1]), ("inf", [2, 3])):
        meta[what] = {
            "all": int(sum(everything[n_bins + k] for k in where)),
            "selected": int(sum(selected[n_bins + k] for k in where)),
        }
    return MeasureResult(
        meta, {**arrays, "all": everything[:n_bins], "counts": counts[:, :n_bins].copy()}
    )


def counts_per_bin(rows: Rows, name: str, n_bins: int, unit: Unit = "rows") -> list[int]:
    """A small picture of a column: rows of the scope per bin, or per frequent value."""
    totals = rows.totals(name, unit)
    if rows.place(name).column.type.is_numeric:
        axis = numeric_axis(rows, name)
        edges = edges_of(axis, n_bins)
        if len(edges) - 1 > n_bins:
            edges = edges_of(axis, n_bins - 2)
        table, drawn = bin_table(axis, edges), len(edges) - 1
    else:
        table, labels, _ = _category_table(rows, Histogram(name, bins=n_bins))
        drawn = len(labels)
    table[:FIRST] = drawn
    return [int(n) for n in np.bincount(table, totals, drawn)[:drawn]]


def _category_table(
    rows: Rows, measure: Histogram
) -> tuple[npt.NDArray[np.uint16], list[str], bool]:
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
