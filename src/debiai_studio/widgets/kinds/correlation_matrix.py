"""Correlation matrix: how closely columns go together."""

from __future__ import annotations

from typing import Any, ClassVar, Literal

from pydantic import BaseModel, ConfigDict, Field

from debiai_studio.datasets.model import Column, ColumnType
from debiai_studio.engine.plan import Correlation, Plan
from debiai_studio.widgets.columns import CORRELATABLE, chosen, columns_field, overview_of
from debiai_studio.widgets.errors import ColumnNotChosen
from debiai_studio.widgets.ports import Size

_MOST = 24
_SUGGESTED = 8


class CorrelationMatrixSettings(BaseModel):
    """What a correlation matrix compares."""

    model_config = ConfigDict(extra="ignore")

    columns: list[str] = columns_field(
        "Columns", "Two or more numbers, dates, or booleans as 0 and 1.", CORRELATABLE, _MOST, 2
    )
    method: Literal["pearson", "spearman"] = Field(
        default="pearson",
        title="Correlation",
        description="Pearson: of the values, along a line. Spearman: of their ranks.",
    )


class CorrelationMatrix:
    """How closely columns go together."""

    kind: ClassVar[str] = "correlation_matrix"
    title: ClassVar[str] = "Correlation matrix"
    description: ClassVar[str] = "How closely numbers go together, pair by pair."
    icon: ClassVar[str] = "blocks"
    brushes: ClassVar[tuple[str, ...]] = ()
    size: ClassVar[tuple[int, int]] = (6, 9)
    settings: ClassVar[type[BaseModel]] = CorrelationMatrixSettings
    former_kinds: ClassVar[tuple[str, ...]] = ()
    costly: ClassVar[bool] = True

    def suggest(self, columns: list[Column]) -> dict[str, Any]:
        """A few numbers of every role; booleans when there are too few of them."""
        numbers = [c for c in columns if c.type in (ColumnType.NUMBER, ColumnType.INTEGER)]
        suited = [c for c in columns if c.type.value in CORRELATABLE]
        enough = numbers if len(numbers) > 1 else suited
        return {"columns": [column.name for column in overview_of(enough, _SUGGESTED)]}

    def plan(self, settings: CorrelationMatrixSettings, columns: list[Column], _size: Size) -> Plan:
        """The correlation of all pairs."""
        names = settings.columns or self.suggest(columns)["columns"]
        if not names:
            raise ColumnNotChosen("Columns")
        checked = [chosen(columns, name, "Columns", CORRELATABLE) for name in dict.fromkeys(names)]
        return Plan({"correlation": Correlation(tuple(checked), settings.method)})
