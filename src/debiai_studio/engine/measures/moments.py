"""Means, spreads and extremes by cell in one pass over the rows."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from debiai_studio.engine import kernels
from debiai_studio.engine.axes import Bins
from debiai_studio.engine.frame import Frame
from debiai_studio.engine.measures.statistics import Counts, Floats, Values


@dataclass(frozen=True, slots=True)
class Moments:
    """By cell (``group * n_bins + bin``), as ``statistics.Figures`` has them."""

    count: Counts
    mean: Floats
    std: Floats
    lowest: Counts
    highest: Counts


def moments(values: Values, frame: Frame, bins: Bins, n_bins: int) -> Moments | None:
    """The moments of a frame's rows by colour group and bin; None where sums overflow."""
    groups = frame.groups
    found = np.zeros((groups + 1, n_bins + 1, kernels.MOMENTS))
    found[:, :, 3] = np.inf
    codes, bins = frame.seen(values.coded.codes), frame.seen(bins)
    kernels.moments(codes, values.table, bins, frame.seen_slot, values.numbers, found)
    n, mean, squares, low, high = found[:groups, :n_bins].reshape(-1, kernels.MOMENTS).T[:5]
    if not np.isfinite(squares).all():
        return None
    empty = n == 0
    return Moments(
        count=n.astype(np.int64) * frame.rows.weight,
        mean=np.where(empty, np.nan, mean),
        std=np.where(empty, np.nan, np.sqrt(squares / np.maximum(n - 1, 1))),
        lowest=np.where(empty, 0, low).astype(np.int64),
        highest=high.astype(np.int64),
    )
