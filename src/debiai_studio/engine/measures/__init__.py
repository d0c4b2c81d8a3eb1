"""How each measure is answered from the codes: one module per measure."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

from debiai_studio.engine import plan
from debiai_studio.engine.frame import Frame
from debiai_studio.engine.measures.binned_statistics import binned_statistics
from debiai_studio.engine.measures.cloud import cloud
from debiai_studio.engine.measures.combinations import combinations
from debiai_studio.engine.measures.confusion import confusion
from debiai_studio.engine.measures.correlation import correlation
from debiai_studio.engine.measures.histogram import histogram
from debiai_studio.engine.measures.intervals import intervals
from debiai_studio.engine.measures.lines import lines
from debiai_studio.engine.measures.page import page
from debiai_studio.engine.measures.raster import points, raster
from debiai_studio.engine.measures.stars import stars
from debiai_studio.engine.measures.summary import summary
from debiai_studio.engine.model import MeasureResult
from debiai_studio.engine.plan import Measure

__all__ = ["has_estimate", "measure_rows"]

_MEASURES: dict[type, Callable[[Any, Frame, Frame], MeasureResult]] = {
    plan.BinnedStatistics: binned_statistics,
    plan.Cloud: cloud,
    plan.Combinations: combinations,
    plan.Confusion: confusion,
    plan.Correlation: correlation,
    plan.Histogram: histogram,
    plan.Intervals: intervals,
    plan.Lines: lines,
    plan.Page: page,
    plan.Points: points,
    plan.Raster: raster,
    plan.Stars: stars,
    plan.Summary: summary,
}


# Of rows one by one, or of figures whose doubt depends on how many rows there are.
_EXACT_ALONE = (plan.Correlation, plan.Page)


def has_estimate(measures: Iterable[Measure]) -> bool:
    """Whether a sample of the rows answers all of them well enough."""
    return not any(isinstance(measure, _EXACT_ALONE) for measure in measures)


def measure_rows(measure: Measure, frame: Frame, scope: Frame) -> MeasureResult:
    """The answer to one measure over a view's rows; ``scope`` has them unfiltered."""
    return _MEASURES[type(measure)](measure, frame, scope)
