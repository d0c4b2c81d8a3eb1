"""The export method contract, and what exports need from storage."""

from __future__ import annotations

import io
from dataclasses import dataclass, field
from typing import Any, BinaryIO, ClassVar, Protocol

from debiai_studio.exports.model import Delivery, ExportMethod


@dataclass(frozen=True, slots=True)
class Document:
    """The rendered document: a file of ``size`` bytes with this SHA-256, the same each time."""

    size: int
    sha256: str
    content_type: str = "application/json"
    path: str | None = None
    data: bytes | None = None

    def open(self) -> BinaryIO:
        """The bytes, from the start."""
        return io.BytesIO(self.data) if self.data is not None else open(str(self.path), "rb")


@dataclass(frozen=True, slots=True)
class Receipt:
    """The receiver's confirmation."""

    status: int | None = None
    answer: str | None = None
    partition: int | None = None
    offset: int | None = None
    details: dict[str, Any] = field(default_factory=dict)


class Progress(Protocol):
    """Called while sending with the bytes handed over so far; raises Cancelled to stop."""

    def __call__(self, sent: int) -> None: ...


class Sender(Protocol):
    """A type of export method: one file in ``exports/methods`` and one line in its ``__init__``,
    or an entry point of the group ``debiai_studio.exports``.

    ``send`` returns only after the receiver has confirmed. It raises ``DeliveryFailed`` when
    trying again may help and ``DeliveryRejected`` when it will not; nothing else. It may be
    called twice for one delivery: the receiver recognises ``delivery.id``. It is cancelled by
    task cancellation. ``method`` arrives with references and secrets resolved.
    """

    type: ClassVar[str]
    title: ClassVar[str]
    parameters: ClassVar[tuple[dict[str, Any], ...]]  # {name, title, example}, in order
    options: ClassVar[tuple[dict[str, Any], ...]]  # {name, title, secret?, choices?, default?}

    def check(self, method: ExportMethod) -> None:
        """Raise InvalidMethod when a parameter or option cannot work. No network."""
        ...

    def destination(self, method: ExportMethod) -> str:
        """Where it goes, for people; never a secret."""
        ...

    def limit(self, method: ExportMethod) -> int | None:
        """The largest document in bytes, when there is one."""
        ...

    async def send(
        self, method: ExportMethod, delivery: Delivery, document: Document, progress: Progress
    ) -> Receipt: ...

    async def close(self) -> None:
        """Give back connections; called once at the end."""
        ...
