"""/api/v2/projects/…/streams."""

from __future__ import annotations

from typing import Any

from fastapi import APIRouter, Response
from pydantic import BaseModel, ConfigDict

from debiai_studio.exports.model import Delivery
from debiai_studio.http.services import RefDep, Services, ServicesDep
from debiai_studio.streams.draft import StreamDraft
from debiai_studio.streams.model import Outcome, Pause, Run, Stream, StreamState
from debiai_studio.streams.trigger import in_words

router = APIRouter(prefix="/api/v2/projects/{source}/{project}/streams", tags=["streams"])


class ConfirmedInfo(BaseModel):
    """The set that the receiver confirmed; sequence 0 is the empty one before the first."""

    sequence: int
    at: str | None
    n_samples: int
    digest: str


class StreamInfo(BaseModel):
    """A stream, and how far it is.

    ``trigger`` is ``hand``, ``changes``, or a cron expression in UTC, then also in words.
    ``head`` is the delivery that has not arrived. ``reason`` is why it is paused or put off.
    """

    id: str
    name: str
    annotation: str
    rule: dict[str, Any]
    method_id: str
    method_name: str
    trigger: str
    trigger_in_words: str
    waits_for_columns: bool
    created_at: str
    author: str
    sequence: int
    state: StreamState
    pause: Pause | None
    reason: str | None
    put_off_code: str | None
    confirmed: ConfirmedInfo
    head: Delivery | None
    judged_at: str | None
    due_at: str | None


class RunRequest(BaseModel):
    """``incomplete``: also when values or results the rule is judged by have not come yet."""

    model_config = ConfigDict(extra="forbid")

    incomplete: bool = False


class RunInfo(BaseModel):
    """What became of a run; the counts are those of the delivery, if something was sent."""

    outcome: Outcome
    reason: str | None
    delivery_id: str | None
    n_added: int
    n_removed: int
    stream: StreamInfo


@router.get("", operation_id="list_streams")
def list_streams(ref: RefDep, services: ServicesDep) -> list[StreamInfo]:
    """All streams of a project, the one made last first."""
    return [_info(services, stream) for stream in services.streams.list(ref)]


@router.post("", status_code=201, operation_id="create_stream")
def create_stream(ref: RefDep, body: StreamDraft, services: ServicesDep) -> StreamInfo:
    """Keep the receiver of a method at what a rule selects."""
    return _info(services, services.streams.create(ref, body))


@router.get("/{stream_id}", operation_id="get_stream")
def get_stream(ref: RefDep, stream_id: str, services: ServicesDep) -> StreamInfo:
    """One stream."""
    return _info(services, services.streams.get(ref, stream_id))


@router.delete("/{stream_id}", status_code=204, operation_id="delete_stream")
def delete_stream(ref: RefDep, stream_id: str, services: ServicesDep) -> Response:
    """Forget it; what waits to be sent is cancelled, what was sent stays in the history."""
    services.streams.delete(ref, stream_id)
    return Response(status_code=204)


@router.post("/{stream_id}/run", operation_id="run_stream")
def run_stream(ref: RefDep, stream_id: str, body: RunRequest, services: ServicesDep) -> RunInfo:
    """Judge the rule now, and send what changed since the set that the receiver confirmed."""
    return _run(services, services.streams.run(ref, stream_id, incomplete=body.incomplete))


@router.post("/{stream_id}/full", operation_id="resend_stream")
def resend_stream(ref: RefDep, stream_id: str, body: RunRequest, services: ServicesDep) -> RunInfo:
    """Send the full set in place of what waits or failed, and go on from there."""
    return _run(services, services.streams.resend(ref, stream_id, incomplete=body.incomplete))


@router.post("/{stream_id}/pause", operation_id="pause_stream")
def pause_stream(ref: RefDep, stream_id: str, services: ServicesDep) -> StreamInfo:
    """Make no deliveries any more; one on its way goes on."""
    return _info(services, services.streams.pause(ref, stream_id))


@router.post("/{stream_id}/resume", operation_id="resume_stream")
def resume_stream(ref: RefDep, stream_id: str, services: ServicesDep) -> StreamInfo:
    """Go on; a delivery that failed is tried again, same id and bytes."""
    return _info(services, services.streams.resume(ref, stream_id))


def _info(services: Services, stream: Stream) -> StreamInfo:
    confirmed = stream.confirmed
    head = None if stream.head_id is None else services.exports.delivery(stream.head_id)[0]
    return StreamInfo(
        id=stream.id,
        name=stream.name,
        annotation=stream.annotation,
        rule=stream.rule,
        method_id=stream.method_id,
        method_name=services.methods.name_of(stream.method_id),
        trigger=stream.trigger,
        trigger_in_words=in_words(stream.trigger),
        waits_for_columns=stream.waits_for_columns,
        created_at=stream.created_at,
        author=stream.author,
        sequence=stream.sequence,
        state=stream.state,
        pause=stream.pause,
        reason=stream.pause_reason or stream.put_off,
        put_off_code=stream.put_off_code,
        confirmed=ConfirmedInfo(
            sequence=confirmed.sequence,
            at=confirmed.at,
            n_samples=confirmed.n_samples,
            digest=confirmed.digest,
        ),
        head=head,
        judged_at=stream.judged_at,
        due_at=stream.due_at,
    )


def _run(services: Services, run: Run) -> RunInfo:
    return RunInfo(
        outcome=run.outcome,
        reason=run.reason,
        delivery_id=run.delivery_id,
        n_added=run.n_added,
        n_removed=run.n_removed,
        stream=_info(services, run.stream),
    )
