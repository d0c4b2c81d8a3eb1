"""Night stars plot: mean and spread of two columns, one star for each group."""

from __future__ import annotations

from typing import Any, ClassVar

from pydantic import BaseModel, ConfigDict, Field

from debiai_studio.datasets.model import Column, ColumnType
from debiai_studio.engine.plan import Plan, Stars
from debiai_studio.widgets.columns import PLOTTABLE, chosen, column_field, suggested_axes
from debiai_studio.widgets.ports import Size

_NUMBERS = (ColumnType.NUMBER.value, ColumnType.INTEGER.value)
_GROUPS = 100


class NightStarsPlotSettings(BaseModel):
    """What a night stars plot shows."""

    model_config = ConfigDict(extra="ignore")

    x: str = column_field("X axis", "The column from left to right.", _NUMBERS)
    y: str = column_field("Y axis", "The column from bottom to top.", _NUMBERS)
    group_by: str | None = Field(
        default=None,
        title="Group by",
        description="A star for each of its values, up to 100; none takes the page's colour.",
        json_schema_extra={"format": "column", "types": list(PLOTTABLE)},
    )
    absolute_x: bool = Field(
        default=False, title="Absolute values of X", description="Mean and spread of |x|."
    )
    absolute_y: bool = Field(
        default=False, title="Absolute values of Y", description="Mean and spread of |y|."
    )


class NightStarsPlot:
    """Mean and spread of two columns by group."""

    kind: ClassVar[str] = "night_stars_plot"
    title: ClassVar[str] = "Night stars plot"
    description: ClassVar[str] = "Mean and standard deviation of two columns, group by group."
    icon: ClassVar[str] = "sparkles"
    brushes: ClassVar[tuple[str, ...]] = ("values",)
    size: ClassVar[tuple[int, int]] = (6, 9)
    settings: ClassVar[type[BaseModel]] = NightStarsPlotSettings
    former_kinds: ClassVar[tuple[str, ...]] = ()
    costly: ClassVar[bool] = False

    def suggest(self, columns: list[Column]) -> dict[str, Any]:
        """The target against what resembles it most, as a point plot does."""
        return suggested_axes([c for c in columns if c.type.value in _NUMBERS])

    def plan(self, settings: NightStarsPlotSettings, columns: list[Column], _size: Size) -> Plan:
        """The figures of every group."""
        x = chosen(columns, settings.x, "X axis", _NUMBERS)
        y = chosen(columns, settings.y, "Y axis", _NUMBERS)
        group_by = settings.group_by or None
        if group_by:
            chosen(columns, group_by, "Group by", PLOTTABLE)
        stars = Stars(x, y, settings.absolute_x, settings.absolute_y, group_by, _GROUPS)
        return Plan({"stars": stars})
