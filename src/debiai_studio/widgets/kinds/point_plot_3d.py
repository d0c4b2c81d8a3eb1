"""3D point plot: three columns against each other, seen from any side."""

from __future__ import annotations

from typing import Any, ClassVar

from pydantic import BaseModel, ConfigDict, Field

from debiai_studio.datasets.model import Column
from debiai_studio.engine.plan import Cloud, Plan
from debiai_studio.widgets.columns import (
    PLOTTABLE,
    chosen,
    column_field,
    overview_of,
    partner_of,
    target_of,
)
from debiai_studio.widgets.ports import Size


class PointPlot3DSettings(BaseModel):
    """What a 3D point plot shows."""

    model_config = ConfigDict(extra="ignore")

    x: str = column_field("X axis", "One of the columns across.")
    y: str = column_field("Y axis", "The other column across.")
    z: str = column_field("Z axis", "The column from bottom to top.")
    opacity: float = Field(default=0.7, ge=0.05, le=1, title="Opacity")
    size_px: int = Field(default=4, ge=1, le=20, title="Size of a point")
    limit: int = Field(
        default=10_000,
        ge=1,
        le=50_000,
        title="Points",
        description="At most so many are drawn, always the same ones of those that pass.",
        json_schema_extra={"advanced": True},
    )


class PointPlot3D:
    """Three columns against each other."""

    kind: ClassVar[str] = "point_plot_3d"
    title: ClassVar[str] = "3D point plot"
    description: ClassVar[str] = "Three columns against each other, seen from any side."
    icon: ClassVar[str] = "rotate-3d"
    brushes: ClassVar[tuple[str, ...]] = ()
    size: ClassVar[tuple[int, int]] = (6, 10)
    settings: ClassVar[type[BaseModel]] = PointPlot3DSettings
    former_kinds: ClassVar[tuple[str, ...]] = ()
    costly: ClassVar[bool] = False

    def suggest(self, columns: list[Column]) -> dict[str, Any]:
        """The target above what resembles it most and another column of numbers."""
        plottable = [c for c in columns if c.type.is_plottable]
        target = target_of(plottable)
        beside = partner_of(plottable, target)
        numbers = [c for c in overview_of(plottable, len(plottable)) if c.type.is_numeric]
        rest = [c for c in [*numbers, *plottable] if c not in (target, beside)]
        found = [c for c in (beside, *rest, target) if c is not None]
        if not found:
            return {"x": "", "y": "", "z": ""}
        x, y = found[0], found[min(1, len(found) - 1)]
        return {"x": x.name, "y": y.name, "z": (target or found[-1]).name}

    def plan(self, settings: PointPlot3DSettings, columns: list[Column], _size: Size) -> Plan:
        """A sample of rows."""
        x = chosen(columns, settings.x, "X axis", PLOTTABLE)
        y = chosen(columns, settings.y, "Y axis", PLOTTABLE)
        z = chosen(columns, settings.z, "Z axis", PLOTTABLE)
        return Plan({"cloud": Cloud(x, y, z, settings.limit)})
