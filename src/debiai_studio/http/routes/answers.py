"""Answers to deliveries: /callbacks for receivers, and what came back for people."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Depends, Request
from pydantic import BaseModel
from starlette.concurrency import run_in_threadpool

from debiai_studio.answers.errors import AnswerTooLarge
from debiai_studio.answers.model import Answer, AnswerState
from debiai_studio.answers.service import MOST_BYTES
from debiai_studio.http.services import ServicesDep

router = APIRouter(tags=["exports"])


class AnswerKept(BaseModel):
    """What a receiver is told: it is safe, and how many rows it has.

    ``repeated``: the same bytes came before. ``state`` is ``kept`` until it was applied.
    """

    delivery_id: str
    rows: int
    repeated: bool
    state: AnswerState


async def _body(request: Request) -> bytes:
    """The body, as long as it is no larger than what is read."""
    parts, size = [], 0
    async for part in request.stream():
        size += len(part)
        if size > MOST_BYTES:
            raise AnswerTooLarge(MOST_BYTES)
        parts.append(part)
    return b"".join(parts)


@router.post("/callbacks/{token}", status_code=202, operation_id="call_back")
async def call_back(
    token: str, body: Annotated[bytes, Depends(_body)], services: ServicesDep
) -> AnswerKept:
    """Take values of the samples of one delivery; its address is all that it takes."""
    kept, rows = await run_in_threadpool(services.answers.called_back, token, body)
    return AnswerKept(
        delivery_id=kept.delivery_id, rows=rows, repeated=kept.repeats > 0, state=kept.state
    )


@router.get("/api/v2/deliveries/{delivery_id}/answers", operation_id="list_answers")
def list_answers(delivery_id: str, services: ServicesDep) -> list[Answer]:
    """What came back for the samples of a delivery, and what became of it."""
    return list(services.answers.of_delivery(delivery_id))
