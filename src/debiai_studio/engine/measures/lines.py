"""A steady sample of rows over several axes, for parallel coordinates."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import numpy.typing as npt

from debiai_studio.engine import kernels
from debiai_studio.engine.axes import Axis, axis_of
from debiai_studio.engine.frame import Frame
from debiai_studio.engine.model import MeasureResult
from debiai_studio.engine.plan import Lines
from debiai_studio.engine.rows import Rows

# Multiples of it lie apart from each other better than those of any other share of a circle.
_GOLDEN = (math.sqrt(5) - 1) / 2
Places = tuple[npt.NDArray[np.uint8], npt.NDArray[np.uint32]]


def lines(measure: Lines, frame: Frame, scope: Frame) -> MeasureResult:
    """Positions along each axis of a sample of the selected rows, and of all rows as ground."""
    rows = frame.rows
    axes = [axis_of(rows, name) for name in measure.columns]
    block, sample = _drawn(frame, measure.limit)

    def ground() -> npt.NDArray[np.float32]:
        return _positions(rows, axes, *_drawn(scope, measure.limit))

    meta = {
        "axes": [axis.meta() for axis in axes],
        "sampled": len(sample),
        "selected": frame.selected(),
        "rows": scope.selected(),
    }
    arrays: dict[str, Any] = {
        "positions": _positions(rows, axes, block, sample),
        "colour": frame.slot[block, sample],
        "sample": sample,
        "ground": rows.array(("lines", measure, frame.unit), ground),
    }
    return MeasureResult(meta, arrays)


def _drawn(frame: Frame, limit: int) -> Places:
    """The first accepted rows of an order of which any beginning is a systematic sample.

    A sample keeps its place in the order, whatever passes, and whatever is added until the
    number of samples goes beyond a power of two.
    """
    block, sample = np.zeros(limit, np.uint8), np.zeros(limit, np.uint32)
    if not limit:
        return block, sample
    bits = max(frame.slot.shape[1] - 1, 1).bit_length()
    step = int(_GOLDEN * 2**bits) | 1
    if frame.listed is not None:
        return _first_listed(frame.listed, frame.slot.shape[1], limit, pow(step, -1, 2**bits))
    found = kernels.first_rows(bits, step, frame.slot, frame.groups, block, sample)
    return block[:found], sample[:found]


def _first_listed(
    listed: npt.NDArray[np.uint32], n_samples: int, limit: int, inverse: int
) -> Places:
    """The same, from the list of the accepted rows: by when each one's sample is visited.

    ``inverse`` is that of the step modulo the power of two.
    """
    block, sample = np.divmod(listed, np.uint32(n_samples))
    bits = max(n_samples - 1, 1).bit_length()
    turn = sample.astype(np.uint64) * np.uint64(inverse) - np.uint64(1)
    first = np.argsort(turn & np.uint64(2**bits - 1), kind="stable")[:limit]
    return block[first].astype(np.uint8), sample[first]


def _positions(
    rows: Rows, axes: list[Axis], block: npt.NDArray[np.uint8], sample: npt.NDArray[np.uint32]
) -> npt.NDArray[np.float32]:
    positions = np.full((len(sample), len(axes)), np.nan, np.float32)
    for k, axis in enumerate(axes):
        codes = rows.coded(axis.column.name).codes
        coordinates = axis.coordinates[codes[block if len(codes) > 1 else 0, sample]]
        low, high = axis.domain
        # Halved, so that a domain over all of float64 does not overflow.
        positions[:, k] = (coordinates / 2 - low / 2) / max(high / 2 - low / 2, 5e-324)
    return positions
