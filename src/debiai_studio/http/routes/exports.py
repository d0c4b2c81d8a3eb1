"""/api/v2/export-methods and …/exports."""

from __future__ import annotations

from typing import Any

import orjson
from fastapi import APIRouter, Response
from pydantic import BaseModel

from debiai_studio.exports.model import Delivery, ExportMethod, MethodHealth
from debiai_studio.exports.request import ExportRequest, MethodDraft, Preview
from debiai_studio.http.services import RefDep, Services, ServicesDep

router = APIRouter(prefix="/api/v2", tags=["exports"])


class MethodInfo(BaseModel):
    """An export method; secrets in ``options`` are shown as dots."""

    id: str
    name: str
    type: str
    parameters: list[str]
    options: dict[str, str]
    origin: str
    destination: str
    removed: bool
    disabled_reason: str | None
    editable: bool
    deletable: bool
    last_used_at: str | None = None


class MethodList(BaseModel):
    """The methods, and what the page may do with them."""

    methods: list[MethodInfo]
    creation: bool
    deletion: bool


@router.get("/export-methods", operation_id="list_methods")
def list_methods(services: ServicesDep, *, removed: bool = False) -> MethodList:
    """Last used first; ``removed`` adds those taken out of use."""
    permissions = services.methods.permissions()
    methods = services.methods.list(include_removed=removed)
    return MethodList(
        methods=[_method(services, method) for method in methods],
        creation=permissions["creation"],
        deletion=permissions["deletion"],
    )


@router.get("/export-methods/health", operation_id="list_method_health")
def list_method_health(services: ServicesDep) -> list[MethodHealth]:
    """What waits for each method and what died, its last success and failure, its breaker."""
    return list(services.history.health())


@router.get("/export-methods/types", operation_id="list_method_types")
def list_method_types(services: ServicesDep) -> list[dict[str, Any]]:
    """The types of export methods, with the fields of their forms."""
    return services.methods.types()


@router.post("/export-methods", status_code=201, operation_id="create_method")
def create_method(body: MethodDraft, services: ServicesDep) -> MethodInfo:
    """Make a method; it is kept across restarts."""
    return _method(services, services.methods.create(body))


@router.put("/export-methods/{method_id}", operation_id="update_method")
def update_method(method_id: str, body: MethodDraft, services: ServicesDep) -> MethodInfo:
    """Change a method that was made in the page."""
    return _method(services, services.methods.update(method_id, body))


@router.delete("/export-methods/{method_id}", status_code=204, operation_id="delete_method")
def delete_method(method_id: str, services: ServicesDep) -> Response:
    """Remove it; one of config or environment is taken out of use."""
    services.methods.delete(method_id)
    return Response(status_code=204)


@router.post("/export-methods/{method_id}/restore", operation_id="restore_method")
def restore_method(method_id: str, services: ServicesDep) -> MethodInfo:
    """Put a removed or disabled method back into use."""
    return _method(services, services.methods.restore(method_id))


@router.post("/export-methods/{method_id}/disable", operation_id="disable_method")
def disable_method(method_id: str, services: ServicesDep) -> MethodInfo:
    """Take nothing for it and send nothing to it until it is restored; what waits is kept."""
    return _method(services, services.methods.disable(method_id))


@router.post("/export-methods/{method_id}/test", status_code=202, operation_id="test_method")
def test_method(method_id: str, services: ServicesDep) -> Delivery:
    """Send a small test document through the same way as every export."""
    return services.exports.test(method_id)


@router.post("/projects/{source}/{project}/exports/preview", operation_id="preview_export")
def preview_export(ref: RefDep, body: ExportRequest, services: ServicesDep) -> Preview:
    """The exact document beforehand."""
    return services.exports.preview(ref, body)


@router.post(
    "/projects/{source}/{project}/exports",
    status_code=202,
    operation_id="request_export",
    response_model=Delivery,
)
def request_export(ref: RefDep, body: ExportRequest, services: ServicesDep) -> Response:
    """Accept an export; it is delivered afterwards, whatever happens to this server."""
    accepted = services.exports.accept(ref, body)
    # Written here, not validated once more and in another thread.
    return Response(orjson.dumps(accepted), 202, media_type="application/json")


def _method(services: Services, method: ExportMethod) -> MethodInfo:
    permissions = services.methods.permissions()
    own = method.origin.value == "page"
    return MethodInfo(
        id=method.id,
        name=method.name,
        type=method.type,
        parameters=list(method.parameters),
        options=services.methods.shown_options(method),
        origin=method.origin.value,
        destination=services.methods.destination(method),
        removed=method.removed,
        disabled_reason=method.disabled_reason,
        editable=own and permissions["creation"],
        deletable=permissions["deletion"],
        last_used_at=method.last_used_at,
    )
