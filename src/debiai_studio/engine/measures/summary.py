"""Statistics of one column, overall and by colour."""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from debiai_studio.engine.axes import numeric_axis
from debiai_studio.engine.codes import MINUS_INF, NAN, NULL, PLUS_INF, Coded
from debiai_studio.engine.frame import Frame
from debiai_studio.engine.measures.statistics import Figures, absolute, everywhere, figures
from debiai_studio.engine.model import MeasureResult
from debiai_studio.engine.plan import Summary
from debiai_studio.engine.rows import Rows


def summary(measure: Summary, frame: Frame, scope: Frame) -> MeasureResult:
    """The figures of the selected rows and of all rows of the scope."""
    rows = frame.rows
    key = ("summary", measure, scope.unit, scope.colour)
    selected = _both(measure, frame)
    everything = rows.kept(key, lambda: _both(measure, scope), lambda _: 10_000)
    meta = {
        "axis": _axis(rows, measure.column),
        "absolute": measure.absolute,
        **selected,
        # The figures themselves for who wants "all rows", and their groups beside them.
        "all": {**everything["overall"], **everything},
    }
    return MeasureResult(meta)


def _axis(rows: Rows, name: str) -> dict[str, Any]:
    column = rows.place(name).column
    if column.type.is_numeric:
        return numeric_axis(rows, name).meta()
    meta = {"column": name, "type": column.type.value, "zoned": column.zoned}
    return {**meta, "kind": "category"}


def _both(measure: Summary, frame: Frame) -> dict[str, Any]:
    rows = frame.rows
    coded = rows.coded(measure.column)
    is_absolute = measure.absolute and coded.column.type.is_numeric
    coded = absolute(rows, coded) if is_absolute else coded
    order = rows.order(coded, (measure.column, is_absolute))
    bins = everywhere(frame)
    by_group = figures(coded, order, frame.slot, groups=frame.groups, bins=bins, n_bins=1)
    groups = [_figures(coded, by_group, group) for group in range(frame.groups)]
    if frame.groups == 1:
        return {"overall": groups[0], "groups": groups}
    merged = np.where(frame.slot == frame.groups, 1, 0).astype(np.uint8)
    overall = figures(coded, order, merged, groups=1, bins=bins, n_bins=1)
    return {"overall": _figures(coded, overall, 0), "groups": groups}


def _figures(coded: Coded, found: Figures, group: int) -> dict[str, Any]:
    special, count = found.special[group, 0], int(found.count[group, 0])
    figure: dict[str, Any] = {
        "count": count,
        "missing": int(special[NULL]),
        "nan": int(special[NAN]),
        "inf": int(special[MINUS_INF] + special[PLUS_INF]),
        "distinct": int(found.distinct[group, 0]),
    }
    if not coded.column.type.is_numeric:
        top = int(found.top[group, 0])
        frequency = int(found.frequency[group, 0])
        return {**figure, "top": coded.text(top) if count else None, "frequency": frequency}
    std = float(found.std[group, 0])
    lowest, highest = int(found.lowest[group, 0]), int(found.highest[group, 0])
    return {
        **figure,
        "min": coded.text(lowest) if count else None,
        "max": coded.text(highest) if count else None,
        "mean": _number(found.mean[group, 0]),
        "std": _number(std),
        "variance": _number(std * std),
        "q1": _number(found.q1[group, 0]),
        "median": _number(found.median[group, 0]),
        "q3": _number(found.q3[group, 0]),
    }


def _number(value: float) -> float | None:
    """A figure for JSON, which knows neither NaN nor infinities."""
    return float(value) if math.isfinite(value) else None
