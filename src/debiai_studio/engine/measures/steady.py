"""A sample of rows that is spread evenly over all of them, and always the same."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import numpy.typing as npt

from debiai_studio.engine import kernels
from debiai_studio.engine.axes import Axis
from debiai_studio.engine.frame import Frame
from debiai_studio.engine.rows import Rows

# Multiples of it lie apart from each other better than those of any other share of a circle.
_GOLDEN = (math.sqrt(5) - 1) / 2
# Rows visited in the time in which one listed row is put in its place.
_SORTING = 4
Places = tuple[npt.NDArray[np.uint8], npt.NDArray[np.uint32]]


def steady_sample(frame: Frame, limit: int) -> Places:
    """Block and sample number of the first accepted rows of a fixed order, at most ``limit``.

    Any beginning of the order is a systematic sample.
    A sample keeps its place in the order, whatever passes, and whatever is added until the
    number of samples goes beyond a power of two.
    """
    block, sample = np.zeros(limit, np.uint8), np.zeros(limit, np.uint32)
    if not limit:
        return block, sample
    bits = max(frame.slot.shape[1] - 1, 1).bit_length()
    step = int(_GOLDEN * 2**bits) | 1
    # About as many are visited as there must be to meet so many of those that pass.
    visited = limit * frame.slot.size / max(frame.selected, 1)
    listed = frame.listed if visited > frame.selected * _SORTING else None
    if listed is not None:
        return _first_listed(listed, frame.slot.shape[1], limit, pow(step, -1, 2**bits))
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
    turn &= np.uint64(2**bits - 1)
    among = np.arange(len(turn))
    if len(turn) > limit:
        last = np.partition(turn, limit - 1)[limit - 1]
        among = np.flatnonzero(turn <= last)
    first = among[np.argsort(turn[among], kind="stable")][:limit]
    return block[first].astype(np.uint8), sample[first]


def coordinates_at(
    rows: Rows, axis: Axis, block: npt.NDArray[Any], sample: npt.NDArray[Any]
) -> npt.NDArray[np.float64]:
    """Where rows lie on an axis; NaN without a place."""
    codes = rows.coded(axis.column.name).codes
    places: npt.NDArray[np.float64] = axis.coordinates[
        codes[block if len(codes) > 1 else 0, sample]
    ]
    return places
