"""What is said about a file before, during and after its import."""

from __future__ import annotations

from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field

from debiai_studio.datasets.model import Category, ColumnType


class ColumnDraft(BaseModel):
    """One column of a file as it will be imported; the person may change all but ``name``."""

    model_config = ConfigDict(extra="forbid")

    name: str
    type: ColumnType
    category: Category = Category.OTHER
    zoned: bool = False
    model: str | None = None  # set: this column is a result of that model
    result: str | None = None  # its name among the model's results
    skip: bool = False
    examples: list[str | None] = Field(default_factory=list)
    missing: int = 0
    note: str | None = None  # why the type was chosen, when that is not plain


class Inspection(BaseModel):
    """What a file holds, before it is imported."""

    file_id: str
    name: str
    project: str  # proposed project name
    format: str
    bytes: int
    rows: int | None  # None: not counted yet
    id_column: str | None  # None: the position in the file
    id_note: str | None
    columns: list[ColumnDraft]
    preview: list[list[str | None]]  # first rows as text


class ImportRequest(BaseModel):
    """Import an inspected file as a new project."""

    model_config = ConfigDict(extra="forbid")

    file_id: str
    project: str = Field(min_length=1, max_length=200)
    id_column: str | None = None
    columns: list[ColumnDraft] | None = None


class ImportJob(BaseModel):
    """An import under way, or ended."""

    id: str
    project: str
    file: str
    state: Literal["waiting", "running", "done", "failed", "cancelled"]
    step: str = ""
    fraction: float | None = None  # 0..1, None: unknown
    rows: int = 0
    error: dict[str, Any] | None = None  # problem document
    source: str | None = None  # when done: the new project
    created: str | None = None
