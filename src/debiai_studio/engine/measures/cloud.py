"""A steady sample of rows in three dimensions."""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt

from debiai_studio.engine.axes import Axis, axis_of
from debiai_studio.engine.frame import Frame
from debiai_studio.engine.measures.steady import coordinates_at, steady_sample
from debiai_studio.engine.model import MeasureResult
from debiai_studio.engine.plan import Cloud
from debiai_studio.engine.rows import Rows


def cloud(measure: Cloud, frame: Frame, _scope: Frame) -> MeasureResult:
    """Where a sample of the selected rows lies, and how many there are. Raises Unsuitable."""
    rows = frame.rows
    names = {"x": measure.x, "y": measure.y, "z": measure.z}
    axes = {side: axis_of(rows, name) for side, name in names.items()}
    key = ("placed", measure.x, measure.y, measure.z)
    seen = frame.only(rows.array(key, lambda: _placed(rows, list(axes.values()))))
    block, sample = steady_sample(seen, measure.limit)
    meta = {
        **{side: axis.meta() for side, axis in axes.items()},
        "selected": frame.estimated,
        "inside": seen.estimated,
        "sampled": len(sample),
        "models": [model.id for model in rows.models],
    }
    arrays: dict[str, Any] = {
        **{side: coordinates_at(rows, axis, block, sample) for side, axis in axes.items()},
        "colour": seen.slot[block, sample],
        "sample": rows.numbers_of(sample),
        "model": block,
    }
    return MeasureResult(meta, arrays)


def _placed(rows: Rows, axes: list[Axis]) -> npt.NDArray[np.bool_]:
    """The rows with a place on all axes."""
    placed = np.ones(rows.mask.shape, np.bool_)
    for axis in axes:
        has_place = np.isfinite(axis.coordinates)
        placed &= rows.spread(has_place[rows.coded(axis.column.name).codes])
    return placed
