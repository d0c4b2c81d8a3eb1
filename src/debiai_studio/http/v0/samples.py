"""Samples: adding, changing, ids and values."""

from __future__ import annotations

from typing import Any

from fastapi import Response
from pydantic import BaseModel, Field

from debiai_studio.errors import Invalid
from debiai_studio.http.permitted import permitted
from debiai_studio.http.services import ServicesDep
from debiai_studio.http.v0.answering import JsonDep, P, RefDep, json_answer, new_router, takes

router = new_router()


class V0Places(BaseModel):
    """From the first to the last place, both included; null for all."""

    analysis: Any = None
    first: int | None = Field(None, alias="from")
    last: int | None = Field(None, alias="to")


class V0Samples(BaseModel):
    """Samples by id."""

    sampleIds: list[str]  # noqa: N815  # DebiAI's spelling
    analysis: Any = None


@router.post(
    P + "/blocks",
    operation_id="v0_add_blocks",
    dependencies=[permitted("insert_data")],
    openapi_extra=takes({"type": "object"}),
)
def add_blocks(ref: RefDep, body: JsonDep, services: ServicesDep) -> str:
    """Add the samples of ``blockTree``, and change those that are there."""
    if not isinstance(body, dict) or "blockTree" not in body:
        message = "The body has no blockTree."
        raise Invalid(message)
    change = services.blocks.add(ref, body["blockTree"])
    changed = f", {change.updated} changed" if change.updated else ""
    return f"{change.added} added blocks{changed}"


@router.post(P + "/dataIdList", operation_id="v0_list_ids", response_model=list[str])
def list_ids(ref: RefDep, body: V0Places, services: ServicesDep) -> Response:
    """The ids of samples in the order of import."""
    return json_answer(list(services.blocks.ids(ref, body.first, body.last)))


@router.post(P + "/blocksFromSampleIds", operation_id="v0_get_rows", response_model=dict[str, Any])
def get_rows(ref: RefDep, body: V0Samples, services: ServicesDep) -> Response:
    """The values of samples in the order of the columns."""
    return json_answer({"data": services.blocks.rows(ref, body.sampleIds), "dataMap": True})
