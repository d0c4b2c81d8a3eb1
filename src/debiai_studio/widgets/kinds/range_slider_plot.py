"""Range slider plot: columns along an axis of which a range is chosen."""

from __future__ import annotations

from typing import Any, ClassVar, Literal

from pydantic import BaseModel, ConfigDict, Field

from debiai_studio.datasets.model import Column, ColumnType
from debiai_studio.engine.plan import BinnedStatistics, Histogram, Measure, Plan
from debiai_studio.widgets.columns import (
    NUMERIC,
    PLOTTABLE,
    chosen,
    column_field,
    columns_field,
    partner_of,
    target_of,
    window_field,
)
from debiai_studio.widgets.errors import ColumnNotChosen
from debiai_studio.widgets.ports import Size


class RangeSliderPlotSettings(BaseModel):
    """What a range slider plot shows."""

    model_config = ConfigDict(extra="ignore")

    x: str = column_field("X axis", "The column of which a range is chosen.")
    y1: list[str] = columns_field("Left axis", "Lines along x.", NUMERIC, 8)
    y2: list[str] = columns_field("Right axis", "Lines with an axis of their own.", NUMERIC, 8)
    bins: int = Field(default=60, ge=1, le=1000, title="Points along x")
    statistic: Literal["mean", "median"] = Field(default="mean", title="Line")
    band: Literal["none", "quartiles", "min_max", "std"] = Field(default="none", title="Band")
    x_window: tuple[float, float] | None = window_field("X range shown")


class RangeSliderPlot:
    """Columns along an axis of which a range is chosen."""

    kind: ClassVar[str] = "range_slider_plot"
    title: ClassVar[str] = "Range slider plot"
    description: ClassVar[str] = "Lines along an axis; choose a range and send it on."
    icon: ClassVar[str] = "chart-line"
    brushes: ClassVar[tuple[str, ...]] = ("range",)
    size: ClassVar[tuple[int, int]] = (6, 8)
    settings: ClassVar[type[BaseModel]] = RangeSliderPlotSettings
    former_kinds: ClassVar[tuple[str, ...]] = ()
    costly: ClassVar[bool] = False

    def suggest(self, columns: list[Column]) -> dict[str, Any]:
        """The target along time, or along what resembles it most."""
        target = target_of(columns)
        times = [c for c in columns if c.type is ColumnType.TIME]
        x = times[0] if times else partner_of(columns, target) or target
        return {"x": x.name if x else "", "y1": [target.name] if target else []}

    def plan(self, settings: RangeSliderPlotSettings, columns: list[Column], _size: Size) -> Plan:
        """Statistics of each column in bins of x, and how many rows lie along it."""
        x = chosen(columns, settings.x, "X axis", PLOTTABLE)
        if not settings.y1 and not settings.y2:
            raise ColumnNotChosen("Left axis")
        measures: dict[str, Measure] = {}
        quartiles = settings.statistic == "median" or settings.band == "quartiles"
        for side, title in (("y1", "Left axis"), ("y2", "Right axis")):
            for index, name in enumerate(getattr(settings, side)):
                y = chosen(columns, name, title, NUMERIC)
                measures[f"{side}_{index}"] = BinnedStatistics(
                    x, y, settings.bins, quartiles=quartiles
                )
        measures["overview"] = Histogram(x, settings.bins, order="value")
        return Plan(measures)
