"""Parallel coordinates: many columns side by side, each row a line through its values."""

from __future__ import annotations

from typing import Any, ClassVar

from pydantic import BaseModel, ConfigDict, Field

from debiai_studio.datasets.model import Column
from debiai_studio.engine.plan import Histogram, Lines, Measure, Plan
from debiai_studio.widgets.columns import PLOTTABLE, chosen, columns_field, overview_of
from debiai_studio.widgets.errors import ColumnNotChosen
from debiai_studio.widgets.ports import Size

_DEFAULT_AXES = 7
_AXIS_BINS = 24


class ParallelCoordinatesSettings(BaseModel):
    """What parallel coordinates show."""

    model_config = ConfigDict(extra="ignore")

    columns: list[str] = columns_field("Axes", "From left to right; empty chooses some.", limit=30)
    limit: int = Field(
        default=2000,
        ge=1,
        le=10_000,
        title="Lines",
        description="At most so many are drawn, always the same ones of those that pass.",
        json_schema_extra={"advanced": True},
    )


class ParallelCoordinates:
    """Many columns side by side."""

    kind: ClassVar[str] = "parallel_coordinates"
    title: ClassVar[str] = "Parallel coordinates"
    description: ClassVar[str] = "Many columns side by side; choose ranges on several at once."
    icon: ClassVar[str] = "align-vertical-distribute-center"
    brushes: ClassVar[tuple[str, ...]] = ("axes",)
    size: ClassVar[tuple[int, int]] = (12, 8)
    settings: ClassVar[type[BaseModel]] = ParallelCoordinatesSettings
    former_kinds: ClassVar[tuple[str, ...]] = ()
    costly: ClassVar[bool] = False

    def suggest(self, columns: list[Column]) -> dict[str, Any]:
        """Up to seven columns of every role."""
        return {"columns": [column.name for column in overview_of(columns, _DEFAULT_AXES)]}

    def plan(
        self, settings: ParallelCoordinatesSettings, columns: list[Column], _size: Size
    ) -> Plan:
        """The lines, and a small histogram along each axis."""
        names = settings.columns or self.suggest(columns)["columns"]
        if not names:
            raise ColumnNotChosen("Axes")
        axes = tuple(chosen(columns, name, "Axes", PLOTTABLE) for name in names)
        measures: dict[str, Measure] = {"lines": Lines(axes, settings.limit)}
        for index, name in enumerate(axes):
            measures[f"axis_{index}"] = Histogram(name, _AXIS_BINS, order="value")
        return Plan(measures)
