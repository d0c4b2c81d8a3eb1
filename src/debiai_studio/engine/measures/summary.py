"""Statistics of one column, overall and by colour."""

from __future__ import annotations

import math
from typing import Any

from debiai_studio.engine.axes import numeric_axis
from debiai_studio.engine.codes import MINUS_INF, NAN, NULL, PLUS_INF
from debiai_studio.engine.frame import Frame
from debiai_studio.engine.measures.statistics import (
    Figures,
    Values,
    by_group,
    values_of,
)
from debiai_studio.engine.model import MeasureResult
from debiai_studio.engine.plan import Summary
from debiai_studio.engine.rows import Rows

# A sample hardly holds the lowest and highest value, nor all of them.
_UNKNOWN_OF_A_SAMPLE = {"distinct", "min", "max"}


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
    values = values_of(rows, measure.column, absolute=measure.absolute)
    found = by_group(values, (measure.column, measure.absolute), frame)
    groups = found.by_cell()
    overall = found.overall() if frame.groups > 1 else groups
    told: dict[str, Any] = {
        "overall": _figures(values, overall, 0),
        "groups": [_figures(values, groups, group) for group in range(frame.groups)],
    }
    if rows.weight > 1:
        for figure in (told["overall"], *told["groups"]):
            figure.update(dict.fromkeys(figure.keys() & _UNKNOWN_OF_A_SAMPLE))
    return told


def _figures(values: Values, found: Figures, cell: int) -> dict[str, Any]:
    special, count = found.special[cell], int(found.count[cell])
    figure: dict[str, Any] = {
        "count": count,
        "missing": int(special[NULL]),
        "nan": int(special[NAN]),
        "inf": int(special[MINUS_INF] + special[PLUS_INF]),
        "distinct": int(found.distinct[cell]),
    }
    if not values.coded.column.type.is_numeric:
        top = values.text(int(found.top[cell])) if count else None
        return {**figure, "top": top, "frequency": int(found.frequency[cell])}
    std = float(found.std[cell])
    return {
        **figure,
        "min": values.text(int(found.lowest[cell])) if count else None,
        "max": values.text(int(found.highest[cell])) if count else None,
        "mean": _number(found.mean[cell]),
        "std": _number(std),
        "variance": _number(std * std),
        "q1": _number(found.q1[cell]),
        "median": _number(found.median[cell]),
        "q3": _number(found.q3[cell]),
    }


def _number(value: float) -> float | None:
    """A figure for JSON, which knows neither NaN nor infinities."""
    return float(value) if math.isfinite(value) else None
