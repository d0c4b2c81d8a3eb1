"""Expected results, models and their results."""

from __future__ import annotations

from typing import Any

from fastapi import Response
from pydantic import BaseModel

from debiai_studio.errors import Invalid
from debiai_studio.http.permitted import permitted
from debiai_studio.http.services import ServicesDep
from debiai_studio.http.v0.answering import JsonDep, P, RefDep, json_answer, new_router, takes
from debiai_studio.http.v0.documents import Document
from debiai_studio.http.v0.samples import V0Samples

router = new_router()

_RESULT = {
    "type": "object",
    "required": ["name", "type"],
    "properties": {"name": {"type": "string"}, "type": {"type": "string"}, "default": {}},
}


class V0NewModel(BaseModel):
    """A model without results."""

    name: str
    metadata: dict[str, Any] | None = None


class V0RemovedResult(BaseModel):
    """The name of an expected result."""

    value: str


@router.post(
    P + "/resultsStructure",
    operation_id="v0_set_expected_results",
    dependencies=[permitted("insert_results")],
    openapi_extra=takes({"type": "array", "items": _RESULT}),
)
def set_expected_results(ref: RefDep, body: JsonDep, services: ServicesDep) -> list[Document]:
    """Name the results that models give."""
    services.block_models.set_expected(ref, body)
    return list(services.blocks.structure(ref).expected or ())


@router.post(
    P + "/expectedResult",
    operation_id="v0_add_expected_result",
    dependencies=[permitted("insert_results")],
    openapi_extra=takes(_RESULT),
)
def add_expected_result(ref: RefDep, body: JsonDep, services: ServicesDep) -> list[Document]:
    """One more; its default becomes the value of each result that is there."""
    return list(services.block_models.add_expected(ref, body))


@router.post(
    P + "/del_expectedResult",
    operation_id="v0_remove_expected_result",
    dependencies=[permitted("insert_results")],
)
def remove_expected_result(
    ref: RefDep, body: V0RemovedResult, services: ServicesDep
) -> list[Document]:
    """Remove one, and its values of every model."""
    return list(services.block_models.remove_expected(ref, body.value))


@router.post(
    P + "/models", operation_id="v0_create_model", dependencies=[permitted("create_models")]
)
def create_model(ref: RefDep, body: V0NewModel, services: ServicesDep) -> str:
    """A model without results."""
    services.block_models.create(ref, body.name, body.metadata or {})
    return "model created"


@router.get(P + "/models/{model}", operation_id="v0_list_ids_with_result")
def list_ids_with_result(ref: RefDep, model: str, services: ServicesDep) -> list[str]:
    """The ids of the samples that have a result."""
    samples = services.block_models.samples(ref, model)
    return list(services.blocks.ids_of_samples(ref, samples))


@router.delete(
    P + "/models/{model}", operation_id="v0_delete_model", dependencies=[permitted("delete_models")]
)
def delete_model(ref: RefDep, model: str, services: ServicesDep) -> None:
    """Remove a model with its results."""
    services.block_models.delete(ref, model)


@router.post(
    P + "/models/{model}/resultsDict",
    operation_id="v0_add_results",
    dependencies=[permitted("insert_results")],
    openapi_extra=takes({"type": "object"}),
)
def add_results(ref: RefDep, model: str, body: JsonDep, services: ServicesDep) -> str:
    """Give samples results, by the names of their blocks."""
    order = body.get("expected_results_order") if isinstance(body, dict) else None
    is_order = order is None or (
        isinstance(order, list) and all(isinstance(name, str) for name in order)
    )
    if not isinstance(body, dict) or "results" not in body or not is_order:
        message = "The body has no results, or its expected_results_order is no list of names."
        raise Invalid(message)
    services.block_models.put(ref, model, body["results"], order)
    return "Results added"


@router.post(
    P + "/models/{model}/getModelResults",
    operation_id="v0_get_results",
    response_model=dict[str, list[Any]],
)
def get_results(ref: RefDep, model: str, body: V0Samples, services: ServicesDep) -> Response:
    """The results of samples; those without one are left out."""
    return json_answer(services.block_models.results(ref, model, body.sampleIds))
