"""Parallel categories: which values of several columns occur together, and how often."""

from __future__ import annotations

from typing import Any, ClassVar

from pydantic import BaseModel, ConfigDict, Field

from debiai_studio.datasets.model import Column, ColumnType
from debiai_studio.engine.plan import Combinations, Plan
from debiai_studio.widgets.columns import PLOTTABLE, chosen, classes_of, columns_field
from debiai_studio.widgets.errors import ColumnNotChosen
from debiai_studio.widgets.ports import Size

_DEFAULT_COLUMNS = 4
_LEAST_COLUMNS = 2
_MOST_COLUMNS = 8
_VALUES = 20
_WEIGHTS = (ColumnType.NUMBER.value, ColumnType.INTEGER.value)


class ParallelCategoriesSettings(BaseModel):
    """What parallel categories show."""

    model_config = ConfigDict(extra="ignore")

    columns: list[str] = columns_field(
        "Columns", "From left to right, two or more; empty chooses some.", limit=_MOST_COLUMNS
    )
    weight: str | None = Field(
        default=None,
        title="Weight by",
        description="Widths are sums of this column, which has no value below zero; else rows.",
        json_schema_extra={"format": "column", "types": list(_WEIGHTS)},
    )
    limit: int = Field(
        default=300,
        ge=1,
        le=1000,
        title="Ribbons",
        description="At most so many combinations are drawn: those with most rows, or most weight.",
        json_schema_extra={"advanced": True},
    )


class ParallelCategories:
    """Which values of several columns occur together."""

    kind: ClassVar[str] = "parallel_categories"
    title: ClassVar[str] = "Parallel categories"
    description: ClassVar[str] = "Which values of several columns occur together, and how often."
    icon: ClassVar[str] = "git-merge"
    brushes: ClassVar[tuple[str, ...]] = ("values",)
    size: ClassVar[tuple[int, int]] = (8, 9)
    settings: ClassVar[type[BaseModel]] = ParallelCategoriesSettings
    former_kinds: ClassVar[tuple[str, ...]] = ()
    costly: ClassVar[bool] = False

    def suggest(self, columns: list[Column]) -> dict[str, Any]:
        """Up to four columns of classes, and integers where those are too few."""
        integers = [c for c in columns if c.type is ColumnType.INTEGER]
        others = [c for c in columns if c.type.is_plottable]
        wanted = list(dict.fromkeys(classes_of(columns)[:_DEFAULT_COLUMNS]))
        for column in [*integers, *others]:
            if len(wanted) < _LEAST_COLUMNS and column not in wanted:
                wanted.append(column)
        # A project of one column still shows how its rows are shared out.
        return {"columns": [column.name for column in wanted]}

    def plan(
        self, settings: ParallelCategoriesSettings, columns: list[Column], _size: Size
    ) -> Plan:
        """The combinations, and the totals of each value."""
        names = settings.columns or self.suggest(columns)["columns"]
        if not names:
            raise ColumnNotChosen("Columns")
        shown = tuple(chosen(columns, name, "Columns", PLOTTABLE) for name in dict.fromkeys(names))
        weight = settings.weight or None
        if weight:
            chosen(columns, weight, "Weight by", _WEIGHTS)
        return Plan({"combinations": Combinations(shown, _VALUES, weight, settings.limit)})
