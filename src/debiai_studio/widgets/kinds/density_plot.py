"""2D density plot: where the rows crowd over two columns."""

from __future__ import annotations

from typing import Any, ClassVar, Literal

from pydantic import BaseModel, ConfigDict, Field

from debiai_studio.datasets.model import Column
from debiai_studio.engine.plan import Histogram, Plan, Raster
from debiai_studio.widgets.columns import (
    NUMERIC,
    PLOTTABLE,
    chosen,
    column_field,
    suggested_axes,
)
from debiai_studio.widgets.ports import Size

# CSS pixels per cell of the raster, and the cells in a direction.
_CELL = 5
_LEAST_CELLS, _MOST_CELLS = 32, 128
# Bars beside the plot; texts and booleans have one for each value.
_BARS, _MOST_VALUES = 40, 1000


class DensityPlotSettings(BaseModel):
    """What a 2D density plot shows."""

    model_config = ConfigDict(extra="ignore")

    x: str = column_field("X axis", "The column from left to right.")
    y: str = column_field("Y axis", "The column from bottom to top.")
    levels: int = Field(
        default=15, ge=2, le=50, title="Contours", description="How many levels of density."
    )
    scale: Literal["blues", "viridis", "cividis", "magma", "greys"] = Field(
        default="blues", title="Colours"
    )
    reverse: bool = Field(default=False, title="Reverse the colours")
    shown: Literal["where_the_rows_are", "everything"] = Field(
        default="where_the_rows_are",
        title="Range shown",
        description="Of numbers with far ends: where nearly all rows are; the rest is counted.",
    )
    smoothing: float = Field(
        default=1.0,
        ge=0,
        le=5,
        title="Smoothing",
        description="1 suits the spread of the data; 0 draws the counts as they are.",
        json_schema_extra={"advanced": True},
    )


class DensityPlot:
    """Where the rows crowd over two columns."""

    kind: ClassVar[str] = "density_plot"
    title: ClassVar[str] = "2D density plot"
    description: ClassVar[str] = "Where rows crowd over two columns, as contours."
    icon: ClassVar[str] = "mountain"
    brushes: ClassVar[tuple[str, ...]] = ("box",)
    size: ClassVar[tuple[int, int]] = (6, 9)
    settings: ClassVar[type[BaseModel]] = DensityPlotSettings
    former_kinds: ClassVar[tuple[str, ...]] = ()
    costly: ClassVar[bool] = False

    def suggest(self, columns: list[Column]) -> dict[str, Any]:
        """The target against what resembles it most."""
        return suggested_axes(columns)

    def plan(self, settings: DensityPlotSettings, columns: list[Column], size: Size) -> Plan:
        """A raster for the contours, and a histogram along each axis."""
        x = chosen(columns, settings.x, "X axis", PLOTTABLE)
        y = chosen(columns, settings.y, "Y axis", PLOTTABLE)
        shown: Literal["everything", "core"] = (
            "everything" if settings.shown == "everything" else "core"
        )
        numeric = {column.name for column in columns if column.type.value in NUMERIC}

        def margin(name: str) -> Histogram:
            return Histogram(name, _BARS if name in numeric else _MOST_VALUES, "value", shown)

        raster = Raster(x, y, _cells(size.width), _cells(size.height), shown=shown)
        return Plan({"raster": raster, "x_margin": margin(x), "y_margin": margin(y)})


def _cells(pixels: int) -> int:
    return min(max(pixels // _CELL, _LEAST_CELLS), _MOST_CELLS)
