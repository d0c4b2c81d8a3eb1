"""How each measure is answered from the codes: one module per measure."""

from __future__ import annotations

from debiai_studio.engine.frame import Frame
from debiai_studio.engine.measures.binned_statistics import binned_statistics
from debiai_studio.engine.measures.combinations import combinations
from debiai_studio.engine.measures.confusion import confusion
from debiai_studio.engine.measures.histogram import histogram
from debiai_studio.engine.measures.lines import lines
from debiai_studio.engine.measures.page import page
from debiai_studio.engine.measures.raster import points, raster
from debiai_studio.engine.measures.summary import summary
from debiai_studio.engine.model import MeasureResult
from debiai_studio.engine.plan import (
    BinnedStatistics,
    Combinations,
    Confusion,
    Histogram,
    Lines,
    Measure,
    Page,
    Points,
    Raster,
    Summary,
)

__all__ = ["measure_rows"]


def measure_rows(  # noqa: PLR0911  (one answer per measure)
    measure: Measure, frame: Frame, scope: Frame
) -> MeasureResult:
    """The answer to one measure over a view's rows; ``scope`` has them unfiltered."""
    match measure:
        case Histogram():
            return histogram(measure, frame)
        case Raster():
            return raster(measure, frame, scope)
        case Points():
            return points(measure, frame)
        case BinnedStatistics():
            return binned_statistics(measure, frame)
        case Summary():
            return summary(measure, frame, scope)
        case Lines():
            return lines(measure, frame, scope)
        case Combinations():
            return combinations(measure, frame, scope)
        case Page():
            return page(measure, frame)
        case Confusion():
            return confusion(measure, frame, scope)
