"""What a reading process is told to do: one order each, as one line of JSON."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Literal

from pydantic import BaseModel, Field

from debiai_studio.sources.model import ColumnDraft


class GroupingOrder(BaseModel):
    """Tell which files of a folder belong together."""

    work: Literal["grouping"] = "grouping"
    name: str
    folder: Path


class InspectionOrder(BaseModel):
    """Tell what a file holds."""

    work: Literal["inspection"] = "inspection"
    name: str
    file_id: str
    project: str
    paths: list[Path]


class ImportOrder(BaseModel):
    """Write the rows of a file as samples."""

    work: Literal["import"] = "import"
    name: str
    rows: int | None  # as counted before
    paths: list[Path]
    columns: list[ColumnDraft]
    id_column: str | None
    staging: Path
    writer: str  # module:attribute


Order = Annotated[GroupingOrder | InspectionOrder | ImportOrder, Field(discriminator="work")]
