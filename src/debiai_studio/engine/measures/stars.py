"""Means and spreads of two columns together, by group."""

from __future__ import annotations

from typing import Any

import numpy as np

from debiai_studio.engine.axes import numeric_axis
from debiai_studio.engine.classes import Classes, classes_of
from debiai_studio.engine.codes import FIRST
from debiai_studio.engine.frame import Frame
from debiai_studio.engine.measures.moments import moments
from debiai_studio.engine.measures.statistics import gathered, values_of
from debiai_studio.engine.model import MeasureResult
from debiai_studio.engine.plan import Stars
from debiai_studio.engine.rows import Rows


def stars(measure: Stars, frame: Frame, _scope: Frame) -> MeasureResult:
    """One star for each colour, or for each class of another column. Raises Unsuitable."""
    rows = frame.rows
    axes = {"x": numeric_axis(rows, measure.x), "y": numeric_axis(rows, measure.y)}
    finite = rows.array(("both", measure.x, measure.y), lambda: _both(rows, measure))
    both = frame.only(finite)
    classes: Classes | None = None
    bins, n_bins = np.zeros((1, rows.n_samples), np.uint16), 1
    if measure.group_by:
        classes = classes_of(rows, measure.group_by, measure.limit)
        bins, n_bins = classes.place, max(len(classes), 1)
        both = both.uncoloured()
    arrays: dict[str, Any] = {}
    for side, name, absolute in (
        ("x", measure.x, measure.absolute_x),
        ("y", measure.y, measure.absolute_y),
    ):
        values = values_of(rows, name, absolute=absolute)
        quick = moments(values, both, bins, n_bins)
        found = quick or gathered(values, (name, absolute), both, bins, n_bins).by_cell()
        arrays["count"] = found.count.astype(np.uint32)
        arrays[f"{side}_mean"] = found.mean
        arrays[f"{side}_std"] = np.where(found.count > 1, found.std, np.nan)
    counted = int(arrays["count"].sum(dtype=np.int64))
    meta = {
        "x": axes["x"].meta(),
        "y": axes["y"].meta(),
        "absolute": {"x": measure.absolute_x, "y": measure.absolute_y},
        "groups": None if classes is None else classes.meta(),
        "selected": frame.estimated,
        "counted": counted,
    }
    return MeasureResult(meta, arrays)


def _both(rows: Rows, measure: Stars) -> Any:
    """The rows in which both columns are finite."""
    x, y = rows.coded(measure.x).codes, rows.coded(measure.y).codes
    return rows.spread(x >= FIRST) & rows.spread(y >= FIRST)
