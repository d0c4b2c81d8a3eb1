"""Exports: methods, the document beforehand, acceptance, and the history of deliveries."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import Any

from debiai_studio.exports import payload
from debiai_studio.exports.drafts import Draft, Drafts
from debiai_studio.exports.errors import DocumentTooLarge, InvalidText, StreamMovedOn
from debiai_studio.exports.fitting import Fitting
from debiai_studio.exports.identifiers import DeliveryIds
from debiai_studio.exports.model import (
    EVERY_DELIVERY,
    Attempt,
    Delivery,
    DeliveryFilter,
    DeliveryKind,
    ExportMethod,
    Format,
)
from debiai_studio.exports.outline import Outline, Outlines
from debiai_studio.exports.ports import NewDelivery, Outbox
from debiai_studio.exports.registry import ExportMethods, MethodRules
from debiai_studio.exports.rendering import Renderer, format_of
from debiai_studio.exports.request import ExportRequest, Form, MethodDraft, Preview
from debiai_studio.projects.model import ProjectRef

__all__ = ["ExportMethods", "Exports", "MethodDraft", "MethodRules"]

_READ = 1 << 20


class Exports:
    """Accepting exports, and what became of them."""

    def __init__(
        self,
        *,
        drafts: Drafts,
        methods: ExportMethods,
        outbox: Outbox,
        renderer: Renderer,
        outlines: Outlines,
        fitting: Fitting,
        clock: Callable[[], datetime] = lambda: datetime.now(UTC),
    ) -> None:
        self._drafts = drafts
        self._methods = methods
        self._outbox = outbox
        self._renderer = renderer
        self._outlines = outlines
        self._fitting = fitting
        self._clock = clock
        self._ids = DeliveryIds()

    def preview(self, ref: ProjectRef, request: ExportRequest) -> Preview:
        """The exact document that ``accept`` would send. Raises EmptySelection among others."""
        method = self._methods.usable(request.method_id)
        draft = self._drafts.of(ref, request, method, self._now())
        row = self._row(draft.kind, method, ref=ref, request=request, draft=draft)
        row, refusal = self._in_its_form(row, method)
        outline = self._outlines.of(row)
        shown = _shown(outline, is_text=format_of(row) != "parquet")
        return Preview(
            method_id=method.id,
            text=f"{shown.head} … {shown.tail}" if shown.tail else shown.head,
            head=shown.head,
            tail=shown.tail,
            complete=shown.complete,
            bytes=outline.size,
            bytes_exact=outline.exact,
            n_samples=draft.n_samples,
            form=_form_of(row),
            n_chunks=-(-outline.size // row.chunk_bytes) if row.chunk_bytes else None,
            refusal=refusal,
            warnings=[*_warnings(draft), *self._methods.troubles(method.id)],
            destination=self._methods.destination(method),
        )

    def accept(self, ref: ProjectRef, request: ExportRequest) -> Delivery:
        """Record the export in one commit; it is sent afterwards.

        Same idempotency key: same delivery.
        """
        method = self._methods.usable(request.method_id)
        draft = self._drafts.of(ref, request, method, self._now())
        row = self._row(draft.kind, method, ref=ref, request=request, draft=draft)
        return self._accept(row, method)

    def accept_data(self, method_id: str, data: dict[str, Any]) -> Delivery:
        """DebiAI's exportData: the body forwarded unchanged."""
        method = self._methods.usable(method_id)
        try:
            text = json.dumps(data, ensure_ascii=False, allow_nan=False, separators=(",", ":"))
            document = text.encode()
        except (TypeError, ValueError) as error:
            raise InvalidText("The data", str(error)) from error
        return self._accept(self._row("data", method, document=document), method)

    def test(self, method_id: str) -> Delivery:
        """Send a small document of kind ``test`` through the same way."""
        method = self._methods.usable(method_id)
        document = payload.test_document(self._now(), method.name)
        return self._accept(self._row("test", method, document=document), method)

    def deliveries(
        self,
        chosen: DeliveryFilter = EVERY_DELIVERY,
        *,
        before: str | None = None,
        limit: int = 50,
    ) -> list[Delivery]:
        """Newest first; ``before`` is the id of the last one known. Raises UnknownDelivery."""
        return list(self._outbox.list(chosen, before=before, limit=limit))

    def delivery(self, delivery_id: str) -> tuple[Delivery, list[Attempt]]:
        """One delivery with its attempts. Raises UnknownDelivery."""
        return self._outbox.get(delivery_id), list(self._outbox.attempts(delivery_id))

    def document(self, delivery_id: str) -> Iterator[bytes]:
        """The exact bytes that are or were sent."""
        row = self._outbox.accepted(delivery_id)
        if row.sha256 is None:
            return self._renderer.chunks(row)
        rendered = self._renderer.document(row)

        def read() -> Iterator[bytes]:
            with rendered.open() as file:
                while chunk := file.read(_READ):
                    yield chunk

        return read()

    def format(self, delivery_id: str) -> Format:
        """What the bytes of its document are."""
        return format_of(self._outbox.accepted(delivery_id))

    def retry(self, delivery_id: str) -> Delivery:
        """Try now: same id, same bytes. For waiting, dead and delivered ones (resend).

        Of a stream, only what it waits for. Raises StreamMovedOn.
        """
        delivery = self._outbox.retry_now(delivery_id)
        self._outbox.wake()
        return delivery

    def cancel(self, delivery_id: str) -> Delivery:
        """Stop it. One under way keeps the result of its attempt. Raises AlreadyFinal."""
        delivery = self._outbox.cancel(delivery_id)
        self._outbox.wake()
        return delivery

    def send_as_new(self, delivery_id: str) -> Delivery:
        """A new delivery with an id of its own and the same document. Raises StreamMovedOn."""
        row = self._outbox.accepted(delivery_id)
        if row.sequence is not None:
            raise StreamMovedOn(row.sequence, row.name)
        method = self._methods.usable(row.method_id)
        at = self._clock()
        again = replace(
            row,
            id=self._ids.new(at),
            method_name=method.name,
            method_type=method.type,
            accepted_at=payload.moment(at),
            chunk_bytes=None,
            ids_until=None,
            replay_of=delivery_id,
            idempotency_key=None,
        )
        if row.ids_until is not None:  # it gets an address of its own
            again = replace(again, document=None, sha256=None)
        return self._accept(again, method)

    def _accept(self, row: NewDelivery, method: ExportMethod) -> Delivery:
        fitted = self._fitting.fitted(row, method)
        return self._outbox.accept(self._renderer.with_document(fitted))

    def _now(self) -> str:
        return payload.moment(self._clock())

    def _row(
        self,
        kind: DeliveryKind,
        method: ExportMethod,
        *,
        ref: ProjectRef | None = None,
        request: ExportRequest | None = None,
        draft: Draft | None = None,
        document: bytes | None = None,
    ) -> NewDelivery:
        at = self._clock()
        document = draft.document if draft else document
        return NewDelivery(
            id=self._ids.new(at),
            kind=kind,
            method_id=method.id,
            method_name=method.name,
            method_type=method.type,
            source=ref.source if ref else "",
            project=ref.project if ref else "",
            project_key=draft.project_key if draft else None,
            name=draft.envelope.name if draft else "",
            annotation=draft.envelope.annotation if draft else "",
            accepted_at=draft.envelope.date if draft else payload.moment(at),
            renderer=payload.RENDERER,
            request=draft.envelope.to_dict() if draft else {},
            rule=draft.rule if draft else None,
            members=draft.members.serialize() if draft and draft.members is not None else None,
            n_samples=draft.n_samples if draft else None,
            set_digest=draft.set_digest if draft else None,
            document=document,
            sha256=hashlib.sha256(document).hexdigest() if document is not None else None,
            idempotency_key=request.idempotency_key if request else None,
        )

    def _in_its_form(
        self, row: NewDelivery, method: ExportMethod
    ) -> tuple[NewDelivery, str | None]:
        """The row as it would be accepted, or as it is with the reason why it would not."""
        try:
            return self._fitting.fitted(row, method), None
        except DocumentTooLarge as error:
            return row, str(error)


@dataclass(frozen=True, slots=True)
class _Shown:
    head: str
    tail: str
    complete: bool


def _shown(outline: Outline, *, is_text: bool) -> _Shown:
    if not is_text:
        return _Shown("(Parquet, which is no text)", "", complete=False)
    # A character cut in two at the inner ends is left out.
    head, tail = (end.decode(errors="ignore") for end in (outline.head, outline.tail))
    return _Shown(head, tail, outline.complete)


def _form_of(row: NewDelivery) -> Form:
    if row.chunk_bytes is not None:
        return "chunks"
    return "whole" if row.ids_until is None else "reference"


def _warnings(draft: Draft) -> list[str]:
    warnings = []
    if draft.n_deleted:
        what = "sample was" if draft.n_deleted == 1 else "samples were"
        warnings.append(f"{draft.n_deleted:,} {what} deleted since the selection was saved.")
    if draft.n_samples == 0:
        warnings.append("The range covers no sample.")
    return warnings
