"""/api/v2/deliveries: the history of exports, one by one and together."""

from __future__ import annotations

from typing import Annotated, Self

import orjson
from fastapi import APIRouter, Query, Response
from fastapi.responses import StreamingResponse
from pydantic import AwareDatetime, BaseModel, ConfigDict, Field, model_validator

from debiai_studio.exports.delivery import text_of
from debiai_studio.exports.id_tables import MEDIA_TYPES as ID_MEDIA_TYPES
from debiai_studio.exports.id_tables import IdFormat
from debiai_studio.exports.model import (
    Attempt,
    Delivery,
    DeliveryCounts,
    DeliveryFilter,
    DeliveryKind,
    DeliveryState,
    ManyOutcome,
    ManyResult,
    MethodFailures,
)
from debiai_studio.exports.tables import MEDIA_TYPES
from debiai_studio.http.services import Services, ServicesDep
from debiai_studio.projects.model import ProjectRef

router = APIRouter(prefix="/api/v2", tags=["deliveries"])

MOST_IDS = 10_000
MOST_TEXT = 200


class Narrowing(BaseModel):
    """Which deliveries; what is left out leaves all in. ``since`` and ``until``: accepted when."""

    model_config = ConfigDict(extra="forbid")

    state: list[DeliveryState] = []
    kind: list[DeliveryKind] = []
    method: str | None = None
    source: str | None = None
    project: str | None = None
    since: AwareDatetime | None = None
    until: AwareDatetime | None = None
    text: str | None = Field(default=None, max_length=MOST_TEXT)

    @model_validator(mode="after")
    def _whole_project(self) -> Self:
        if (self.source is None) != (self.project is None):
            raise ValueError("source and project name a project together; give both or neither")
        return self

    def filter(self) -> DeliveryFilter:
        """As the services take it."""
        known = self.source is not None and self.project is not None
        return DeliveryFilter(
            states=tuple(self.state),
            kinds=tuple(self.kind),
            method_id=self.method,
            ref=ProjectRef(str(self.source), str(self.project)) if known else None,
            since=None if self.since is None else text_of(self.since),
            until=None if self.until is None else text_of(self.until),
            text=self.text or None,
        )


class Page(Narrowing):
    """A page of the history; ``before`` is the id of the last delivery already known."""

    before: str | None = None
    limit: int = Field(default=50, ge=1, le=500)


class FailuresSince(BaseModel):
    """``after`` is the moment up to which they are known."""

    model_config = ConfigDict(extra="forbid")

    after: AwareDatetime | None = None


class ManyOrder(BaseModel):
    """Many deliveries, by their ids or by a filter.

    With ``as_of`` (as counted or listed) those that were accepted or ended later stay as they are,
    so that an order given twice is done once.
    """

    model_config = ConfigDict(extra="forbid")

    ids: list[str] | None = Field(default=None, min_length=1, max_length=MOST_IDS)
    filter: Narrowing | None = None
    as_of: AwareDatetime | None = None

    @model_validator(mode="after")
    def _one_of_both(self) -> Self:
        if (self.ids is None) == (self.filter is None):
            raise ValueError("name the deliveries by ids or by a filter; give one of both")
        return self

    def chosen(self) -> list[str] | DeliveryFilter:
        """As the services take it."""
        return self.filter.filter() if self.filter is not None else list(self.ids or ())

    def moment(self) -> str | None:
        """``as_of`` as the services take it."""
        return None if self.as_of is None else text_of(self.as_of)


class RetryOrder(ManyOrder):
    """Retrying many; delivered ones are sent again with ``resend`` only."""

    resend: bool = False


class ManyEntry(BaseModel):
    """What became of one delivery of many."""

    id: str
    outcome: ManyOutcome


class ManyAnswer(BaseModel):
    """What became of many deliveries, each and counted."""

    counts: dict[ManyOutcome, int]
    results: list[ManyEntry]


class DeliveryDetail(BaseModel):
    """A delivery with its attempts."""

    delivery: Delivery
    attempts: list[Attempt]


@router.get("/deliveries", operation_id="list_deliveries")
def list_deliveries(page: Annotated[Page, Query()], services: ServicesDep) -> list[Delivery]:
    """The history, newest first."""
    return services.exports.deliveries(page.filter(), before=page.before, limit=page.limit)


@router.get("/deliveries/counts", operation_id="count_deliveries")
def count_deliveries(
    narrowing: Annotated[Narrowing, Query()], services: ServicesDep
) -> DeliveryCounts:
    """How many there are in each state, exactly, and the moment that it is true of."""
    return services.history.counts(narrowing.filter())


@router.get("/deliveries/failures", operation_id="list_failures")
def list_failures(
    since: Annotated[FailuresSince, Query()], services: ServicesDep
) -> list[MethodFailures]:
    """The dead deliveries by method, with the last reason."""
    after = None if since.after is None else text_of(since.after)
    return list(services.history.failures(after))


@router.post("/deliveries/retry", operation_id="retry_deliveries", response_model=ManyAnswer)
def retry_deliveries(order: RetryOrder, services: ServicesDep) -> Response:
    """Try many now: same ids, same bytes."""
    result = services.history.retry(order.chosen(), as_of=order.moment(), resend=order.resend)
    return _answer(result)


@router.post("/deliveries/cancel", operation_id="cancel_deliveries", response_model=ManyAnswer)
def cancel_deliveries(order: ManyOrder, services: ServicesDep) -> Response:
    """Stop many."""
    return _answer(services.history.cancel(order.chosen(), as_of=order.moment()))


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


def _answer(result: ManyResult) -> Response:
    """``ManyAnswer``, written in the thread of the request: there may be very many."""
    results = [{"id": one, "outcome": outcome} for one, outcome in result.outcomes]
    content = orjson.dumps({"counts": result.counts, "results": results})
    return Response(content, media_type="application/json")
