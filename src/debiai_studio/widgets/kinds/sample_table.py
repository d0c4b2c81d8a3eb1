"""Sample table: the rows themselves."""

from __future__ import annotations

from typing import Any, ClassVar

from pydantic import BaseModel, ConfigDict, Field

from debiai_studio.datasets.model import Column
from debiai_studio.engine.plan import Page, Plan
from debiai_studio.widgets.columns import EVERY, PLOTTABLE, chosen, columns_field, overview_of
from debiai_studio.widgets.ports import Size

_DEFAULT_COLUMNS = 10


class SampleTableSettings(BaseModel):
    """What a sample table shows."""

    model_config = ConfigDict(extra="ignore")

    columns: list[str] = columns_field(
        "Columns", "From left to right; empty chooses some.", EVERY, 200
    )
    sort: str | None = Field(
        default=None,
        title="Sort by",
        json_schema_extra={"format": "column", "types": list(PLOTTABLE)},
    )
    descending: bool = Field(default=False, title="Highest first")
    offset: int = Field(default=0, ge=0, title="First row", json_schema_extra={"advanced": True})
    limit: int = Field(
        default=100, ge=1, le=1000, title="Rows at once", json_schema_extra={"advanced": True}
    )


class SampleTable:
    """The rows themselves."""

    kind: ClassVar[str] = "sample_table"
    title: ClassVar[str] = "Sample table"
    description: ClassVar[str] = "The samples that pass the filters, one row each."
    icon: ClassVar[str] = "table"
    brushes: ClassVar[tuple[str, ...]] = ()
    size: ClassVar[tuple[int, int]] = (8, 8)
    settings: ClassVar[type[BaseModel]] = SampleTableSettings
    former_kinds: ClassVar[tuple[str, ...]] = ()
    costly: ClassVar[bool] = False

    def suggest(self, columns: list[Column]) -> dict[str, Any]:
        """Columns of every role."""
        return {"columns": [column.name for column in overview_of(columns, _DEFAULT_COLUMNS)]}

    def plan(self, settings: SampleTableSettings, columns: list[Column], _size: Size) -> Plan:
        """One page of rows."""
        names = settings.columns or self.suggest(columns)["columns"]
        shown = tuple(chosen(columns, name, "Columns", EVERY) for name in names)
        sort = chosen(columns, settings.sort, "Sort by", PLOTTABLE) if settings.sort else None
        return Plan(
            {"page": Page(shown, sort, settings.descending, settings.offset, settings.limit)}
        )
