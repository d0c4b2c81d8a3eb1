"""Statistics of one column in bins of another, by colour."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from debiai_studio.engine.axes import axis_of, bins_of, edges_of, numeric_axis
from debiai_studio.engine.frame import Frame
from debiai_studio.engine.measures.statistics import figures, values_of
from debiai_studio.engine.model import MeasureResult
from debiai_studio.engine.plan import BinnedStatistics


def binned_statistics(measure: BinnedStatistics, frame: Frame) -> MeasureResult:
    """Mean, spread and quartiles of y per bin of x. Raises Unsuitable when y has no numbers."""
    rows = frame.rows
    y, x = numeric_axis(rows, measure.y), axis_of(rows, measure.x)
    edges = edges_of(x, measure.bins)
    n_bins = len(edges) - 1
    values = values_of(rows, measure.y, absolute=measure.absolute)
    _, found = figures(values, frame, bins_of(rows, x, edges), n_bins)
    empty = found.count == 0

    def shaped(figure: npt.NDArray[np.float64]) -> npt.NDArray[np.float64]:
        return figure.reshape(frame.groups, n_bins)

    return MeasureResult(
        {"x": x.meta(), "y": y.meta(), "absolute": measure.absolute},
        {
            "centres": edges[:-1] / 2 + edges[1:] / 2,
            "edges": edges,
            "count": found.count.astype(np.uint32).reshape(frame.groups, n_bins),
            "mean": shaped(found.mean),
            "std": shaped(found.std),
            "min": shaped(np.where(empty, np.nan, values.numbers[found.lowest])),
            "q1": shaped(found.q1),
            "median": shaped(found.median),
            "q3": shaped(found.q3),
            "max": shaped(np.where(empty, np.nan, values.numbers[found.highest])),
        },
    )
