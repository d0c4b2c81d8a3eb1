"""Statistics of one column in bins of another, by colour."""

from __future__ import annotations

import numpy as np

from debiai_studio.engine.axes import axis_of, bins_of, edges_of, numeric_axis
from debiai_studio.engine.frame import Frame
from debiai_studio.engine.measures.statistics import absolute, figures
from debiai_studio.engine.model import MeasureResult
from debiai_studio.engine.plan import BinnedStatistics


def binned_statistics(measure: BinnedStatistics, frame: Frame) -> MeasureResult:
    """Mean, spread and quartiles of y per bin of x. Raises Unsuitable when y has no numbers."""
    rows = frame.rows
    y, x = numeric_axis(rows, measure.y), axis_of(rows, measure.x)
    edges = edges_of(x, measure.bins)
    coded = rows.coded(measure.y)
    coded = absolute(rows, coded) if measure.absolute else coded
    found = figures(
        coded,
        rows.order(coded, (measure.y, measure.absolute)),
        frame.slot,
        groups=frame.groups,
        bins=bins_of(rows, x, edges),
        n_bins=len(edges) - 1,
    )
    values = coded.numbers()
    empty = found.count == 0
    return MeasureResult(
        {"x": x.meta(), "y": y.meta(), "absolute": measure.absolute},
        {
            "centres": (edges[:-1] + edges[1:]) / 2,
            "edges": edges,
            "count": found.count.astype(np.uint32),
            "mean": found.mean,
            "std": found.std,
            "min": np.where(empty, np.nan, values[found.lowest]),
            "q1": found.q1,
            "median": found.median,
            "q3": found.q3,
            "max": np.where(empty, np.nan, values[found.highest]),
        },
    )
