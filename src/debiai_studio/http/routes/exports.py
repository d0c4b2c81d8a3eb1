"""/api/v2/export-methods, …/exports and /api/v2/deliveries."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import APIRouter, Query, Response
from fastapi.responses import StreamingResponse
from pydantic import BaseModel, Field

from debiai_studio.exports.id_tables import MEDIA_TYPES as ID_MEDIA_TYPES
from debiai_studio.exports.id_tables import IdFormat
from debiai_studio.exports.model import Attempt, Delivery, DeliveryState, ExportMethod
from debiai_studio.exports.request import ExportRequest, MethodDraft, Preview
from debiai_studio.exports.tables import MEDIA_TYPES
from debiai_studio.http.services import RefDep, Services, ServicesDep
from debiai_studio.projects.model import ProjectRef

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


class DeliveryFilters(BaseModel):
    """What to show of the history; ``before`` is the id of the last delivery already known."""

    state: list[DeliveryState] = []
    method: str | None = None
    source: str | None = None
    project: str | None = None
    text: str | None = None
    before: str | None = None
    limit: int = Field(default=50, ge=1, le=500)


class DeliveryDetail(BaseModel):
    """A delivery with its attempts."""

    delivery: Delivery
    attempts: list[Attempt]


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


@router.post("/export-methods/{method_id}/test", status_code=202, operation_id="test_method")
def test_method(method_id: str, services: ServicesDep) -> Delivery:
    """Send a small test document through the same way as every export."""
    return services.exports.test(method_id)


@router.post("/projects/{source}/{project}/exports/preview", operation_id="preview_export")
def preview_export(ref: RefDep, body: ExportRequest, services: ServicesDep) -> Preview:
    """The exact document beforehand."""
    return services.exports.preview(ref, body)


@router.post("/projects/{source}/{project}/exports", status_code=202, operation_id="request_export")
def request_export(ref: RefDep, body: ExportRequest, services: ServicesDep) -> Delivery:
    """Accept an export; it is delivered afterwards, whatever happens to this server."""
    return services.exports.accept(ref, body)


@router.get("/deliveries", operation_id="list_deliveries")
def list_deliveries(
    filters: Annotated[DeliveryFilters, Query()], services: ServicesDep
) -> list[Delivery]:
    """The history, newest first."""
    known = filters.source is not None and filters.project is not None
    return services.exports.deliveries(
        states=filters.state or None,
        method_id=filters.method,
        ref=ProjectRef(str(filters.source), str(filters.project)) if known else None,
        text=filters.text,
        before=filters.before,
        limit=filters.limit,
    )


@router.get("/deliveries/{delivery_id}", operation_id="get_delivery")
def get_delivery(delivery_id: str, services: ServicesDep) -> DeliveryDetail:
    """One delivery with every attempt."""
    return _detail(services, delivery_id)


@router.get(
    "/deliveries/{delivery_id}/document",
    operation_id="get_document",
    response_class=StreamingResponse,
)
def get_document(delivery_id: str, services: ServicesDep) -> StreamingResponse:
    """The exact bytes that are or were sent."""
    kind = services.exports.format(delivery_id)
    return StreamingResponse(
        services.exports.document(delivery_id),
        media_type=MEDIA_TYPES[kind],
        headers={"Content-Disposition": f'attachment; filename="{delivery_id}.{kind}"'},
    )


@router.get(
    "/deliveries/{delivery_id}/ids.{kind}",
    operation_id="fetch_ids",
    response_class=StreamingResponse,
)
def fetch_ids(
    delivery_id: str, kind: IdFormat, expires: int, signature: str, services: ServicesDep
) -> StreamingResponse:
    """The ids of a selection sent by reference; the signed address is all that it takes."""
    return StreamingResponse(
        services.fetching.ids(delivery_id, kind, expires=expires, signature=signature),
        media_type=ID_MEDIA_TYPES[kind],
        headers={"Content-Disposition": f'attachment; filename="{delivery_id}.{kind}"'},
    )


@router.post("/deliveries/{delivery_id}/retry", operation_id="retry_delivery")
def retry_delivery(delivery_id: str, services: ServicesDep) -> Delivery:
    """Try now: same id, same bytes."""
    return services.exports.retry(delivery_id)


@router.post("/deliveries/{delivery_id}/cancel", operation_id="cancel_delivery")
def cancel_delivery(delivery_id: str, services: ServicesDep) -> Delivery:
    """Stop it."""
    return services.exports.cancel(delivery_id)


@router.post("/deliveries/{delivery_id}/again", status_code=202, operation_id="send_as_new")
def send_as_new(delivery_id: str, services: ServicesDep) -> Delivery:
    """Send the same document under an id of its own."""
    return services.exports.send_as_new(delivery_id)


def _detail(services: Services, delivery_id: str) -> DeliveryDetail:
    delivery, attempts = services.exports.delivery(delivery_id)
    return DeliveryDetail(delivery=delivery, attempts=attempts)


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
