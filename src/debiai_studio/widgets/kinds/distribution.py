"""Distribution: how often the values of a column occur."""

from __future__ import annotations

from typing import Any, ClassVar, Literal

from pydantic import BaseModel, ConfigDict, Field

from debiai_studio.datasets.model import Column
from debiai_studio.engine.plan import Histogram, Plan
from debiai_studio.widgets.columns import PLOTTABLE, chosen, classes_of, column_field, target_of
from debiai_studio.widgets.ports import Size


class DistributionSettings(BaseModel):
    """What a distribution shows."""

    model_config = ConfigDict(extra="ignore")

    column: str = column_field("Column", "The column whose values are counted.")
    bins: int = Field(
        default=40,
        ge=2,
        le=500,
        title="Bars",
        description="About how many; of texts the most frequent ones, and the rest as one.",
    )
    shown: Literal["where_the_rows_are", "everything"] = Field(
        default="where_the_rows_are",
        title="Range shown",
        description="Of numbers with far ends: the bars of nearly all rows; the rest is counted.",
    )
    mode: Literal["stacked", "overlay", "percent"] = Field(default="stacked", title="Colours")
    order: Literal["frequency", "value"] = Field(
        default="frequency", title="Order", description="Of the bars of texts."
    )


class Distribution:
    """How often the values of a column occur."""

    kind: ClassVar[str] = "distribution"
    title: ClassVar[str] = "Distribution"
    description: ClassVar[str] = "How often the values of a column occur."
    icon: ClassVar[str] = "chart-column"
    brushes: ClassVar[tuple[str, ...]] = ("range", "values")
    size: ClassVar[tuple[int, int]] = (3, 8)
    settings: ClassVar[type[BaseModel]] = DistributionSettings
    former_kinds: ClassVar[tuple[str, ...]] = ()
    costly: ClassVar[bool] = False

    def suggest(self, columns: list[Column]) -> dict[str, Any]:
        """The target, whose ranges can be brushed at once; without numbers the first classes."""
        column = target_of(columns) or next(iter(classes_of(columns)), None)
        return {"column": column.name if column else ""}

    def plan(self, settings: DistributionSettings, columns: list[Column], _size: Size) -> Plan:
        """One histogram."""
        column = chosen(columns, settings.column, "Column", PLOTTABLE)
        shown: Literal["everything", "core"] = (
            "everything" if settings.shown == "everything" else "core"
        )
        return Plan({"histogram": Histogram(column, settings.bins, settings.order, shown)})
