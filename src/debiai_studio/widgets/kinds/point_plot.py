"""Point plot: two columns against each other, as points and as statistics per bin."""

from __future__ import annotations

from typing import Any, ClassVar, Literal

from pydantic import BaseModel, ConfigDict, Field

from debiai_studio.datasets.model import Column
from debiai_studio.engine.plan import BinnedStatistics, Measure, Plan, Points, Raster
from debiai_studio.widgets.columns import (
    NUMERIC,
    PLOTTABLE,
    chosen,
    column_field,
    suggested_axes,
    window_field,
)
from debiai_studio.widgets.ports import Size

# CSS pixels per cell of the raster, and the most cells in a direction.
_CELL = 2
_MAX_CELLS = 512
# Rows drawn one by one; above, the raster alone.
_MAX_POINTS = 20_000


class PointPlotSettings(BaseModel):
    """What a point plot shows."""

    model_config = ConfigDict(extra="ignore")

    x: str = column_field("X axis", "The column from left to right.")
    y: str = column_field("Y axis", "The column from bottom to top.")
    display: Literal["points", "statistics", "both"] = Field(
        default="points",
        title="Show",
        description="Single points, or mean, spread and quartiles of y in bins of x.",
    )
    bins: int = Field(default=30, ge=1, le=500, title="Bins of the statistics")
    absolute: bool = Field(
        default=False,
        title="Absolute values",
        description="Statistics of |y|: how large an error is, whatever its sign.",
    )
    size_px: int = Field(
        default=3, ge=1, le=20, title="Size of a point", json_schema_extra={"advanced": True}
    )
    x_window: tuple[float, float] | None = window_field("X range shown")
    y_window: tuple[float, float] | None = window_field("Y range shown")


class PointPlot:
    """Two columns against each other."""

    kind: ClassVar[str] = "point_plot"
    title: ClassVar[str] = "Point plot"
    description: ClassVar[str] = "Two columns against each other, with statistics per bin."
    icon: ClassVar[str] = "chart-scatter"
    brushes: ClassVar[tuple[str, ...]] = ("box", "lasso")
    size: ClassVar[tuple[int, int]] = (6, 9)
    settings: ClassVar[type[BaseModel]] = PointPlotSettings
    former_kinds: ClassVar[tuple[str, ...]] = ()
    costly: ClassVar[bool] = False

    def suggest(self, columns: list[Column]) -> dict[str, Any]:
        """The target against what resembles it most."""
        return suggested_axes(columns)

    def plan(self, settings: PointPlotSettings, columns: list[Column], size: Size) -> Plan:
        """Raster, single points where few are seen, statistics when they are shown."""
        x = chosen(columns, settings.x, "X axis", PLOTTABLE)
        y = chosen(columns, settings.y, "Y axis", PLOTTABLE)
        x_window, y_window = settings.x_window, settings.y_window
        cells = (_cells(size.width), _cells(size.height))
        measures: dict[str, Measure] = {
            "raster": Raster(x, y, *cells, x_window=x_window, y_window=y_window),
            "points": Points(x, y, _MAX_POINTS, x_window=x_window, y_window=y_window),
        }
        if settings.display != "points":
            chosen(columns, settings.y, "Y axis", NUMERIC)
            measures["stats"] = BinnedStatistics(x, y, settings.bins, settings.absolute)
        return Plan(measures)


def _cells(pixels: int) -> int:
    return min(max(pixels // _CELL, 1), _MAX_CELLS)
