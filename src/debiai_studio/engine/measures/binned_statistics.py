"""Statistics of one column in bins of another, by colour."""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt

from debiai_studio.engine.axes import axis_of, bins_of, edges_of, numeric_axis
from debiai_studio.engine.frame import Frame
from debiai_studio.engine.measures.moments import Moments, moments
from debiai_studio.engine.measures.statistics import Figures, by_bin, gathered, values_of
from debiai_studio.engine.model import MeasureResult
from debiai_studio.engine.plan import BinnedStatistics


def binned_statistics(measure: BinnedStatistics, frame: Frame, _scope: Frame) -> MeasureResult:
    """Mean, spread and quartiles of y per bin of x. Raises Unsuitable when y has no numbers."""
    rows = frame.rows
    y, x = numeric_axis(rows, measure.y), axis_of(rows, measure.x)
    edges = edges_of(x, measure.bins)
    n_bins = len(edges) - 1
    values = values_of(rows, measure.y, absolute=measure.absolute)
    bins = bins_of(rows, x, edges)
    found: Figures | Moments | None = None
    if tallied := by_bin(values, frame, bins, n_bins):
        found = tallied.by_cell()
    elif not measure.quartiles:
        found = moments(values, frame, bins, n_bins)
    if found is None:
        name = (measure.y, measure.absolute)
        found = gathered(values, name, frame, bins, n_bins).by_cell()
    empty = found.count == 0
    arrays: dict[str, npt.NDArray[Any]] = {
        "count": found.count.astype(np.uint32),
        "mean": found.mean,
        "std": found.std,
        "min": np.where(empty, np.nan, values.numbers[found.lowest]),
        "max": np.where(empty, np.nan, values.numbers[found.highest]),
    }
    if measure.quartiles and isinstance(found, Figures):
        arrays |= {"q1": found.q1, "median": found.median, "q3": found.q3}
    shaped = {name: array.reshape(frame.groups, n_bins) for name, array in arrays.items()}
    return MeasureResult(
        {"x": x.meta(), "y": y.meta(), "absolute": measure.absolute},
        {"centres": edges[:-1] / 2 + edges[1:] / 2, "edges": edges, **shaped},
    )
