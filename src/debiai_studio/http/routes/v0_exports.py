"""DebiAI's own export routes, at ``/`` and ``/api/v0``, as existing programs call them.

They go through the same outbox as every export. Statuses and bodies are DebiAI's; the delivery's
id is in the header ``Debiai-Delivery-Id``.
"""

from __future__ import annotations

from typing import Any

from fastapi import APIRouter, Response
from fastapi.responses import JSONResponse
from pydantic import BaseModel, ConfigDict, Field

from debiai_studio.datasets.errors import UnknownSamples
from debiai_studio.errors import Invalid, StudioError
from debiai_studio.exports.model import ExportMethod
from debiai_studio.exports.request import ExportRequest, ListedSamples, MethodDraft
from debiai_studio.http.services import Services, ServicesDep
from debiai_studio.projects.model import LOCAL, LOCAL_NAMES, ProjectRef

router = APIRouter(tags=["DebiAI v0"])

# What DebiAI's clients call the source of the projects kept here.
DELIVERY_HEADER = "Debiai-Delivery-Id"


class V0Method(BaseModel):
    """An export method as DebiAI shows it."""

    id: str
    type: str
    name: str
    parameters: list[str]
    parameterNames: list[str]  # noqa: N815  # DebiAI's spelling
    deletable: bool


class V0Draft(BaseModel):
    """A new export method as DebiAI's page sends it."""

    model_config = ConfigDict(extra="forbid")

    type: str
    name: str = Field(min_length=1)
    parameters: list[str]


class V0Selection(BaseModel):
    """A selection export as DebiAI's page sends it."""

    model_config = ConfigDict(extra="forbid")

    sampleHashList: list[str]  # noqa: N815  # DebiAI's spelling
    selectionName: str  # noqa: N815  # the same
    exportMethodId: str  # noqa: N815  # the same
    annotationValue: str | None = None  # noqa: N815  # the same


@router.get("/app/exportMethods", operation_id="v0_list_methods")
def list_methods(services: ServicesDep) -> list[V0Method]:
    """The export methods."""
    return [_method(services, method) for method in services.methods.list()]


@router.post("/app/exportMethods", operation_id="v0_create_method", response_model=V0Method)
def create_method(body: V0Draft, services: ServicesDep) -> V0Method | JSONResponse:
    """Make an export method; a parameter that cannot work answers 400 with the reason."""
    try:
        draft = MethodDraft(name=body.name, type=body.type, parameters=body.parameters)
        return _method(services, services.methods.create(draft))
    except Invalid as error:
        return _bad_request(error)


@router.delete("/app/exportMethods/{method_id}", operation_id="v0_delete_method")
def delete_method(method_id: str, services: ServicesDep) -> str:
    """Delete an export method."""
    services.methods.delete(method_id)
    return "Export method deleted"


@router.post("/app/exportMethods/{method_id}/exportData", operation_id="v0_export_data")
def export_data(
    method_id: str, body: dict[str, Any], response: Response, services: ServicesDep
) -> str:
    """Forward a document unchanged."""
    response.headers[DELIVERY_HEADER] = services.exports.accept_data(method_id, body).id
    return "data exported"


@router.post(
    "/data-providers/{source}/projects/{project}/exportSelection",
    operation_id="v0_export_selection",
    response_model=str,
)
def export_selection(
    source: str, project: str, body: V0Selection, response: Response, services: ServicesDep
) -> str | JSONResponse:
    """Export samples by id under a name; unknown ids answer 400 naming the first ones."""
    ref = ProjectRef(LOCAL if source in LOCAL_NAMES else source, project)
    request = ExportRequest(
        subject=ListedSamples(ids=tuple(body.sampleHashList)),
        method_id=body.exportMethodId,
        name=body.selectionName,
        annotation=body.annotationValue or "",
    )
    try:
        delivery = services.exports.accept(ref, request)
    except (UnknownSamples, Invalid) as error:
        return _bad_request(error)
    response.headers[DELIVERY_HEADER] = delivery.id
    return "data exported"


def _method(services: Services, method: ExportMethod) -> V0Method:
    names = next(
        (
            [str(parameter["name"]) for parameter in kind["parameters"]]
            for kind in services.methods.types()
            if kind["type"] == method.type
        ),
        [],
    )
    return V0Method(
        id=method.id,
        type=method.type,
        name=method.name,
        parameters=list(method.parameters),
        parameterNames=names,
        deletable=services.methods.permissions()["deletion"],
    )


def _bad_request(error: StudioError) -> JSONResponse:
    return JSONResponse(str(error), 400)
