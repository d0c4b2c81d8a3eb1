"""Exports: methods, the document beforehand, acceptance, and the history of deliveries."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from debiai_studio.exports.model import Attempt, Delivery, DeliveryState, ExportMethod
from debiai_studio.exports.request import ExportRequest, MethodDraft, Preview
from debiai_studio.projects.model import ProjectRef


class ExportMethods:
    """The configured places, of every origin."""

    def list(self, *, include_removed: bool = False) -> list[ExportMethod]:
        """Last used first, then by name."""
        raise NotImplementedError

    def get(self, method_id: str) -> ExportMethod:
        """One method. Raises UnknownMethod."""
        raise NotImplementedError

    def types(self) -> list[dict[str, Any]]:
        """Per type: {type, title, parameters: [{name, title, example}], options: [{name, title,
        secret, choices?}]}: the form in the page is made from it."""
        raise NotImplementedError

    def shown_options(self, method: ExportMethod) -> dict[str, str]:
        """Options for people: secrets and secret references as dots."""
        raise NotImplementedError

    def destination(self, method: ExportMethod) -> str:
        """Where it goes, in one line, without secrets."""
        raise NotImplementedError

    def permissions(self) -> dict[str, bool]:
        """{creation, deletion}: what the page may do."""
        raise NotImplementedError

    def create(self, draft: MethodDraft) -> ExportMethod:
        """Raises CreationForbidden, InvalidMethod."""
        raise NotImplementedError

    def update(self, method_id: str, draft: MethodDraft) -> ExportMethod:
        """Change a method of the page. Raises CreationForbidden, InvalidMethod, DefinedElsewhere."""
        raise NotImplementedError

    def delete(self, method_id: str) -> None:
        """Remove it; one of config or environment is taken out of use. Raises DeletionForbidden."""
        raise NotImplementedError

    def restore(self, method_id: str) -> ExportMethod:
        """Put a removed or disabled method back into use."""
        raise NotImplementedError


class Exports:
    """Accepting exports, and what became of them."""

    def preview(self, ref: ProjectRef, request: ExportRequest) -> Preview:
        """The exact document that ``accept`` would send. Raises EmptySelection among others."""
        raise NotImplementedError

    def accept(self, ref: ProjectRef, request: ExportRequest) -> Delivery:
        """Record the export in one commit; it is sent afterwards. Same idempotency key: same
        delivery."""
        raise NotImplementedError

    def accept_data(self, method_id: str, data: dict[str, Any]) -> Delivery:
        """DebiAI's exportData: the body forwarded unchanged."""
        raise NotImplementedError

    def test(self, method_id: str) -> Delivery:
        """Send a small document of kind ``test`` through the same way."""
        raise NotImplementedError

    def deliveries(
        self,
        *,
        states: list[DeliveryState] | None = None,
        method_id: str | None = None,
        ref: ProjectRef | None = None,
        text: str | None = None,
        before: str | None = None,
        limit: int = 50,
    ) -> list[Delivery]:
        """Newest first; ``before`` is the id of the last one already known."""
        raise NotImplementedError

    def delivery(self, delivery_id: str) -> tuple[Delivery, list[Attempt]]:
        """One delivery with its attempts. Raises UnknownDelivery."""
        raise NotImplementedError

    def document(self, delivery_id: str) -> Iterator[bytes]:
        """The exact bytes that are or were sent."""
        raise NotImplementedError

    def retry(self, delivery_id: str) -> Delivery:
        """Try now: same id, same bytes. For waiting, dead and delivered ones (resend)."""
        raise NotImplementedError

    def cancel(self, delivery_id: str) -> Delivery:
        """Stop it. One under way keeps the result of its attempt. Raises AlreadyFinal."""
        raise NotImplementedError

    def send_as_new(self, delivery_id: str) -> Delivery:
        """A new delivery with an id of its own and the same document."""
        raise NotImplementedError
