"""Statistics: the figures of columns, overall and by colour."""

from __future__ import annotations

from typing import Any, ClassVar

from pydantic import BaseModel, ConfigDict, Field

from debiai_studio.datasets.model import Column
from debiai_studio.engine.plan import Plan, Summary
from debiai_studio.widgets.columns import PLOTTABLE, chosen, columns_field, target_of
from debiai_studio.widgets.errors import ColumnNotChosen
from debiai_studio.widgets.ports import Size


class StatisticsSettings(BaseModel):
    """What statistics are of."""

    model_config = ConfigDict(extra="ignore")

    columns: list[str] = columns_field("Columns", "One block of figures for each.")
    absolute: bool = Field(
        default=False, title="Absolute values", description="Of numbers, whatever their sign."
    )


class Statistics:
    """The figures of columns."""

    kind: ClassVar[str] = "statistics"
    title: ClassVar[str] = "Statistics"
    description: ClassVar[str] = "Count, missing, mean, spread and quartiles, by colour."
    icon: ClassVar[str] = "sigma"
    brushes: ClassVar[tuple[str, ...]] = ()
    size: ClassVar[tuple[int, int]] = (4, 8)
    settings: ClassVar[type[BaseModel]] = StatisticsSettings
    former_kinds: ClassVar[tuple[str, ...]] = ()
    costly: ClassVar[bool] = False

    def suggest(self, columns: list[Column]) -> dict[str, Any]:
        """The target, or the first column when there are no numbers."""
        plottable = [column for column in columns if column.type.is_plottable]
        column = target_of(columns) or next(iter(plottable), None)
        return {"columns": [column.name] if column else []}

    def plan(self, settings: StatisticsSettings, columns: list[Column], _size: Size) -> Plan:
        """One summary per column."""
        names = settings.columns or self.suggest(columns)["columns"]
        if not names:
            raise ColumnNotChosen("Columns")
        checked = [chosen(columns, name, "Columns", PLOTTABLE) for name in names]
        return Plan(
            {f"summary_{k}": Summary(name, settings.absolute) for k, name in enumerate(checked)}
        )
