"""Projects: list, make, describe, delete."""

from __future__ import annotations

from typing import Any

from pydantic import BaseModel

from debiai_studio.http.permitted import permitted
from debiai_studio.http.services import ServicesDep
from debiai_studio.http.v0.answering import (
    PROVIDER,
    JsonDep,
    P,
    ProviderDep,
    RefDep,
    new_router,
    takes,
)
from debiai_studio.http.v0.documents import Document, milliseconds, overviews, whole

router = new_router()


class V0NewProject(BaseModel):
    """A new project; blocks are described by a call of their own."""

    projectName: str  # noqa: N815  # DebiAI's spelling
    blockLevelInfo: Any = None  # noqa: N815  # the same


@router.get("/projects", operation_id="v0_list_all_projects")
def list_all_projects(services: ServicesDep) -> list[Document]:
    """Every project kept here, last changed first."""
    return overviews(services)


@router.post(
    "/projects", operation_id="v0_create_project", dependencies=[permitted("create_projects")]
)
def create_project(body: V0NewProject, services: ServicesDep) -> Document:
    """A project without samples."""
    project = services.blocks.create(body.projectName)
    return {
        "id": project.ref.project,
        "name": project.name,
        "dataProviderId": PROVIDER,
        "creationDate": milliseconds(project.created_at),
        "updateDate": milliseconds(project.updated_at),
        "blockLevelInfo": [],
    }


@router.get("/data-providers/{source}/projects", operation_id="v0_list_projects")
def list_projects(_provider: ProviderDep, services: ServicesDep) -> list[Document]:
    """Every project kept here, last changed first."""
    return overviews(services)


@router.get(P, operation_id="v0_get_project")
def get_project(ref: RefDep, services: ServicesDep) -> Document:
    """A project with its columns, models and selections."""
    return whole(services, services.projects.get(ref))


@router.delete(P, operation_id="v0_delete_project", dependencies=[permitted("delete_projects")])
def delete_project(ref: RefDep, services: ServicesDep) -> str:
    """Remove a project; waiting deliveries keep what they need."""
    services.blocks.delete(ref)
    return "Project deleted"


@router.post(
    P + "/blocklevels",
    operation_id="v0_set_levels",
    dependencies=[permitted("create_projects")],
    openapi_extra=takes({"type": "array", "items": {"type": "object"}}),
)
def set_levels(ref: RefDep, body: JsonDep, services: ServicesDep) -> list[Document]:
    """Describe the levels of blocks, the last one being that of samples."""
    services.blocks.set_levels(ref, body)
    return list(services.blocks.structure(ref).levels)
