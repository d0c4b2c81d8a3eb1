"""A steady sample of rows over several axes, for parallel coordinates."""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt

from debiai_studio.engine.axes import Axis, axis_of
from debiai_studio.engine.frame import Frame
from debiai_studio.engine.measures.steady import coordinates_at, steady_sample
from debiai_studio.engine.model import MeasureResult
from debiai_studio.engine.plan import Lines
from debiai_studio.engine.rows import Rows


def lines(measure: Lines, frame: Frame, scope: Frame) -> MeasureResult:
    """Positions along each axis of a sample of the selected rows, and of all rows as ground."""
    rows = frame.rows
    axes = [axis_of(rows, name) for name in measure.columns]
    block, sample = steady_sample(frame, measure.limit)

    def ground() -> npt.NDArray[np.float32]:
        return _positions(rows, axes, *steady_sample(scope, measure.limit))

    meta = {
        "axes": [axis.meta() for axis in axes],
        "sampled": len(sample),
        "selected": frame.estimated,
        "rows": scope.estimated,
    }
    arrays: dict[str, Any] = {
        "positions": _positions(rows, axes, block, sample),
        "colour": frame.slot[block, sample],
        "sample": rows.numbers_of(sample),
        "ground": rows.array(("lines", measure, frame.unit), ground),
    }
    return MeasureResult(meta, arrays)


def _positions(
    rows: Rows, axes: list[Axis], block: npt.NDArray[np.uint8], sample: npt.NDArray[np.uint32]
) -> npt.NDArray[np.float32]:
    positions = np.full((len(sample), len(axes)), np.nan, np.float32)
    for k, axis in enumerate(axes):
        coordinates = coordinates_at(rows, axis, block, sample)
        low, high = axis.domain
        # Halved, so that a domain over all of float64 does not overflow.
        positions[:, k] = (coordinates / 2 - low / 2) / max(high / 2 - low / 2, 5e-324)
    return positions
