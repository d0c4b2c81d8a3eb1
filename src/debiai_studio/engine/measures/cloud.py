"""A steady sample of rows in three dimensions."""

from __future__ import annotations

from typing import Any

import numpy as np

from debiai_studio.engine.axes import axis_of
from debiai_studio.engine.frame import Frame
from debiai_studio.engine.measures.steady import coordinates_at, steady_sample
from debiai_studio.engine.model import MeasureResult
from debiai_studio.engine.plan import Cloud


def cloud(measure: Cloud, frame: Frame) -> MeasureResult:
    """Where a sample of the selected rows lies, and how many there are. Raises Unsuitable."""
    rows = frame.rows
    names = {"x": measure.x, "y": measure.y, "z": measure.z}
    axes = {side: axis_of(rows, name) for side, name in names.items()}
    placed = np.ones(rows.mask.shape, np.bool_)
    for axis in axes.values():
        has_place = np.isfinite(axis.coordinates)
        placed &= rows.spread(has_place[rows.coded(axis.column.name).codes])
    seen = frame.only(placed)
    block, sample = steady_sample(seen, measure.limit)
    meta = {
        **{side: axis.meta() for side, axis in axes.items()},
        "selected": frame.selected(),
        "inside": seen.selected(),
        "sampled": len(sample),
        "models": [model.id for model in rows.models],
    }
    arrays: dict[str, Any] = {
        **{side: coordinates_at(rows, axis, block, sample) for side, axis in axes.items()},
        "colour": seen.slot[block, sample],
        "sample": sample,
        "model": block,
    }
    return MeasureResult(meta, arrays)
