"""Interval plot: values against the intervals that should hold them."""

from __future__ import annotations

from typing import Any, ClassVar

from pydantic import BaseModel, ConfigDict, Field

from debiai_studio.datasets.model import Column, ColumnType
from debiai_studio.engine.plan import Histogram, Intervals, Plan
from debiai_studio.widgets.columns import (
    NUMERIC,
    PLOTTABLE,
    chosen,
    column_field,
    partner_of,
    target_of,
)
from debiai_studio.widgets.ports import Size

_LOWER_WORDS = ("lower", "low", "min", "p05", "q05", "p10", "q10")
_UPPER_WORDS = ("upper", "high", "max", "p95", "q95", "p90", "q90")


class IntervalPlotSettings(BaseModel):
    """What an interval plot shows."""

    model_config = ConfigDict(extra="ignore")

    x: str = column_field("X axis", "The column from left to right.")
    y: str = column_field("Value", "What the intervals should hold.", NUMERIC)
    lower: str = column_field("Lower bound", "Where the interval of a row begins.", NUMERIC)
    upper: str = column_field("Upper bound", "Where the interval of a row ends.", NUMERIC)
    smooth: bool = Field(
        default=True,
        title="Smooth",
        description="Means of all rows in bins of x; else the interval of each drawn row.",
    )
    bins: int = Field(default=60, ge=1, le=1000, title="Bins of x")
    limit: int = Field(
        default=1000,
        ge=0,
        le=10_000,
        title="Points",
        description="At most so many are drawn, always the same ones of those that pass.",
        json_schema_extra={"advanced": True},
    )


class IntervalPlot:
    """Values against the intervals that should hold them."""

    kind: ClassVar[str] = "interval_plot"
    title: ClassVar[str] = "Interval plot"
    description: ClassVar[str] = "Values and their intervals: how many lie inside, and where."
    icon: ClassVar[str] = "chart-no-axes-gantt"
    brushes: ClassVar[tuple[str, ...]] = ("range",)
    size: ClassVar[tuple[int, int]] = (6, 9)
    settings: ClassVar[type[BaseModel]] = IntervalPlotSettings
    former_kinds: ClassVar[tuple[str, ...]] = ()
    costly: ClassVar[bool] = False

    def suggest(self, columns: list[Column]) -> dict[str, Any]:
        """The target along time or its partner, with bounds that are named like bounds."""
        target = target_of(columns)
        times = [c for c in columns if c.type is ColumnType.TIME]
        x = times[0] if times else partner_of(columns, target) or target
        numbers = [c for c in columns if c.type in (ColumnType.NUMBER, ColumnType.INTEGER)]
        lower, upper = (_named(numbers, words) for words in (_LOWER_WORDS, _UPPER_WORDS))
        bounds = [lower, upper] if lower and upper else [target, target]
        values = [c for c in numbers if c not in bounds]
        y = target if target not in bounds else next(iter(values), target)
        chosen_ = {"x": x, "y": y, "lower": bounds[0], "upper": bounds[1]}
        return {key: column.name if column else "" for key, column in chosen_.items()}

    def plan(self, settings: IntervalPlotSettings, columns: list[Column], _size: Size) -> Plan:
        """Counts and means along x, a sample of rows, and how many rows lie along x."""
        x = chosen(columns, settings.x, "X axis", PLOTTABLE)
        y = chosen(columns, settings.y, "Value", NUMERIC)
        lower = chosen(columns, settings.lower, "Lower bound", NUMERIC)
        upper = chosen(columns, settings.upper, "Upper bound", NUMERIC)
        return Plan(
            {
                "intervals": Intervals(x, y, lower, upper, settings.bins, settings.limit),
                "overview": Histogram(x, settings.bins, order="value"),
            }
        )


def _named(columns: list[Column], words: tuple[str, ...]) -> Column | None:
    """The first column with one of the words in its name."""
    parted = [(c, c.name.lower().replace(".", "_").replace(" ", "_").split("_")) for c in columns]
    return next((c for c, parts in parted if set(parts) & set(words)), None)
