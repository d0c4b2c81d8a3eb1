"""/api/v2/projects: listing, looking at and deleting projects."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any, Literal

from fastapi import APIRouter, Response
from pydantic import BaseModel

from debiai_studio.http.permitted import permitted
from debiai_studio.http.services import RefDep, ServicesDep
from debiai_studio.projects.model import Project

router = APIRouter(prefix="/api/v2/projects", tags=["projects"])


class ProjectSummary(BaseModel):
    """A project in the list."""

    source: str
    project: str
    name: str
    origin: str
    created_at: str
    updated_at: str
    n_samples: int
    n_columns: int
    n_models: int
    n_selections: int

    @classmethod
    def of(cls, project: Project) -> ProjectSummary:
        """From the catalogue's record."""
        record = asdict(project)
        ref = record.pop("ref")
        record.pop("key")
        return cls(**ref, **record)


class ColumnInfo(BaseModel):
    """A column and what it holds; ``min`` and ``max`` are canonical text.

    A picture of the column begins with ``core``, where all but the outermost hundredth of the rows
    lie; null: with everything.
    """

    name: str
    model: str | None = None
    type: Literal["number", "integer", "text", "boolean", "time", "array", "dict"]
    zoned: bool = False
    category: str
    group: str | None = None
    missing: int
    nan: int = 0
    inf: int = 0
    distinct: int | None
    min: str | None = None
    max: str | None = None
    core: list[float] | None = None
    mean: float | None = None
    histogram: list[int] = []


class ModelInfo(BaseModel):
    """A model of the project."""

    id: str
    name: str
    created_at: str
    n_results: int
    metadata: dict[str, Any]


class ProjectDetail(ProjectSummary):
    """A project with its columns and models."""

    id_name: str
    data_version: int
    n_deleted: int
    columns: list[ColumnInfo]
    models: list[ModelInfo]


@router.get("", operation_id="list_projects")
def list_projects(services: ServicesDep) -> list[ProjectSummary]:
    """Every project, last changed first."""
    return [ProjectSummary.of(project) for project in services.served_projects()]


@router.get("/{source}/{project}", operation_id="get_project")
def get_project(ref: RefDep, services: ServicesDep) -> ProjectDetail:
    """One project with the figures of its columns."""
    summary = ProjectSummary.of(services.projects.get(ref))
    dataset = services.datasets.of(ref)
    return ProjectDetail(
        **summary.model_dump(),
        id_name=dataset.id_name,
        data_version=dataset.data_version,
        n_deleted=dataset.n_deleted,
        columns=[ColumnInfo(**figures) for figures in services.engine.profile(dataset)],
        models=[
            ModelInfo(
                id=model.id,
                name=model.name,
                created_at=model.created_at,
                n_results=model.n_results,
                metadata=model.metadata,
            )
            for model in dataset.models
        ],
    )


@router.delete(
    "/{source}/{project}",
    status_code=204,
    operation_id="delete_project",
    dependencies=[permitted("delete_projects")],
)
def delete_project(ref: RefDep, services: ServicesDep) -> Response:
    """Remove a project with its selections; waiting deliveries keep what they need."""
    services.projects.delete(ref)
    return Response(status_code=204)
