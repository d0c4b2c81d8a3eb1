"""The widgets that come with DebiAI Studio, in catalogue order: one file and one line each."""

from __future__ import annotations

from debiai_studio.widgets.kinds.confusion_matrix import ConfusionMatrix
from debiai_studio.widgets.kinds.correlation_matrix import CorrelationMatrix
from debiai_studio.widgets.kinds.density_plot import DensityPlot
from debiai_studio.widgets.kinds.distribution import Distribution
from debiai_studio.widgets.kinds.interval_plot import IntervalPlot
from debiai_studio.widgets.kinds.night_stars_plot import NightStarsPlot
from debiai_studio.widgets.kinds.parallel_categories import ParallelCategories
from debiai_studio.widgets.kinds.parallel_coordinates import ParallelCoordinates
from debiai_studio.widgets.kinds.point_plot import PointPlot
from debiai_studio.widgets.kinds.point_plot_3d import PointPlot3D
from debiai_studio.widgets.kinds.range_slider_plot import RangeSliderPlot
from debiai_studio.widgets.kinds.sample_table import SampleTable
from debiai_studio.widgets.kinds.statistics import Statistics
from debiai_studio.widgets.ports import Widget

BUILT_IN: tuple[Widget, ...] = (
    PointPlot(),
    RangeSliderPlot(),
    IntervalPlot(),
    PointPlot3D(),
    Distribution(),
    ParallelCoordinates(),
    ParallelCategories(),
    NightStarsPlot(),
    SampleTable(),
    Statistics(),
    ConfusionMatrix(),
    CorrelationMatrix(),
    DensityPlot(),
)
