"""/app/algo-providers: algorithms used directly, values in and values out."""

from __future__ import annotations

from typing import Any

from fastapi import Response
from pydantic import BaseModel, Field

from debiai_studio.algorithms.direct import GivenValue
from debiai_studio.http.services import ServicesDep
from debiai_studio.http.v0.answering import json_answer, new_router

router = new_router()


class _NewProvider(BaseModel):
    name: str = Field(min_length=1, max_length=100)
    url: str


class _Input(BaseModel):
    name: str
    value: Any = None
    columnLabel: str | None = None  # noqa: N815 - the contract's name


class _Use(BaseModel):
    inputs: list[_Input]


def list_algo_providers(services: ServicesDep) -> Response:
    """Every algo-provider with its algorithms, null for one that does not answer."""
    return json_answer(services.direct_use.described())


def add_algo_provider(body: _NewProvider, services: ServicesDep) -> Response:
    """Keep one more; the page has it too."""
    services.algo_providers.add(body.name, body.url)
    return Response(status_code=204)


# DebiAI's own page asks with a slash at the end, which DebiAI does not know.
for path in ("/app/algo-providers", "/app/algo-providers/"):
    name = "v0_{}" + ("_with_slash" if path.endswith("/") else "")
    router.get(path, operation_id=name.format("list_algo_providers"))(list_algo_providers)
    router.post(path, operation_id=name.format("add_algo_provider"), status_code=204)(
        add_algo_provider
    )


@router.delete(
    "/app/algo-providers/{name}", operation_id="v0_delete_algo_provider", status_code=204
)
def delete_algo_provider(name: str, services: ServicesDep) -> Response:
    """Forget one that was made in the page or by this API."""
    services.algo_providers.delete(name)
    return Response(status_code=204)


@router.post(
    "/app/algo-providers/{name}/algorithms/use/{algorithm_id:path}",
    operation_id="v0_use_algorithm",
)
def use_algorithm(name: str, algorithm_id: str, body: _Use, services: ServicesDep) -> Response:
    """Run an algorithm on the values that are given; nothing is kept."""
    given = [GivenValue(one.name, one.value, one.columnLabel) for one in body.inputs]
    return json_answer(services.direct_use.use(name, algorithm_id, given))
