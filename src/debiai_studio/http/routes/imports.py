"""/api/v2/imports: files come in, are looked at, and become projects."""

from __future__ import annotations

import asyncio

from fastapi import APIRouter, Request
from pydantic import BaseModel

from debiai_studio.http.permitted import permitted
from debiai_studio.http.services import ServicesDep
from debiai_studio.sources.service import ImportJob, ImportRequest, Inspection

router = APIRouter(prefix="/api/v2/imports", tags=["imports"])


class Uploaded(BaseModel):
    """A file that was kept for inspection."""

    file_id: str


class FileEndings(BaseModel):
    """How the names of files end that can be read, as a file chooser wants them."""

    endings: list[str]


@router.get("/file-endings", operation_id="list_file_endings")
def list_file_endings(services: ServicesDep) -> FileEndings:
    """For choosing files; what a file really holds is found by looking into it."""
    return FileEndings(endings=services.sources.endings)


@router.post(
    "/files",
    status_code=201,
    operation_id="upload_file",
    dependencies=[permitted("create_projects", "insert_data")],
)
async def upload_file(name: str, request: Request, services: ServicesDep) -> Uploaded:
    """Keep a file; the body is its bytes, ``name`` its file name."""
    return Uploaded(file_id=await services.sources.upload(name, request.stream()))


@router.post("/files/{file_id}/inspect", operation_id="inspect_file")
async def inspect_file(file_id: str, services: ServicesDep) -> Inspection:
    """What the file holds, and what would be made of it; progress comes as events."""
    return await asyncio.wrap_future(services.sources.inspecting(file_id))


@router.delete("/files/{file_id}", status_code=204, operation_id="forget_file")
def forget_file(file_id: str, services: ServicesDep) -> None:
    """Put away a file that will not be imported; if it is being looked at, that is stopped."""
    services.sources.forget(file_id)


@router.get("", operation_id="list_imports")
def list_imports(services: ServicesDep) -> list[ImportJob]:
    """Imports under way and ended since the start, newest first."""
    return services.sources.jobs()


@router.post(
    "",
    status_code=202,
    operation_id="start_import",
    dependencies=[permitted("create_projects", "insert_data")],
)
def start_import(body: ImportRequest, services: ServicesDep) -> ImportJob:
    """Start an import; it goes on when the page is left."""
    if body.columns is None or any(column.model for column in body.columns):
        services.permissions.require("create_models", "insert_results")
    return services.sources.start(body)


@router.get("/{job_id}", operation_id="get_import")
def get_import(job_id: str, services: ServicesDep) -> ImportJob:
    """One import."""
    return services.sources.job(job_id)


@router.post("/{job_id}/cancel", operation_id="cancel_import")
def cancel_import(job_id: str, services: ServicesDep) -> ImportJob:
    """Stop it; nothing of it remains."""
    return services.sources.cancel(job_id)
