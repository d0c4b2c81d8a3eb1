"""The export method contract, and what exports need from storage."""

from __future__ import annotations

import io
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, BinaryIO, ClassVar, Protocol

import pyarrow as pa
from pyroaring import BitMap

from debiai_studio.datasets.model import DataSet
from debiai_studio.exports.model import (
    EVERY_DELIVERY,
    Attempt,
    Delivery,
    DeliveryCounts,
    DeliveryFilter,
    DeliveryKind,
    ExportMethod,
    ManyResult,
    MethodFailures,
    MethodHealth,
    Returned,
)


@dataclass(frozen=True, slots=True)
class Document:
    """The rendered document: a file of ``size`` bytes with this SHA-256, the same each time.

    ``set_digest`` is that of the ids in the document of a selection, else None.
    """

    size: int
    sha256: str
    content_type: str = "application/json"
    path: str | None = None
    data: bytes | None = None
    set_digest: str | None = None

    def open(self) -> BinaryIO:
        """The bytes, from the start."""
        return io.BytesIO(self.data) if self.data is not None else Path(str(self.path)).open("rb")


@dataclass(frozen=True, slots=True)
class Receipt:
    """The receiver's confirmation."""

    status: int | None = None
    answer: str | None = None
    partition: int | None = None
    offset: int | None = None
    held_digest: str | None = None  # of the set of ids that the receiver says it holds
    returned: Returned | None = None  # where the method keeps the answers of its receiver
    details: dict[str, Any] = field(default_factory=dict)


class Progress(Protocol):
    """Called while sending with the bytes handed over so far; raises Cancelled to stop."""

    def __call__(self, sent: int, /) -> None:
        """Tell the count; raises to stop the sending."""
        ...


class Sender(Protocol):
    """A type of export method.

    It is one file in ``exports/methods`` and one line in its ``__init__``, or an entry point of
    the group ``debiai_studio.exports``.

    ``send`` returns only after the receiver has confirmed. It raises ``DeliveryFailed`` when
    trying again may help and ``DeliveryRejected`` when it will not; nothing else. It may be
    called twice for one delivery: the receiver recognises ``delivery.id``. It is cancelled by
    task cancellation. ``method`` arrives with references and secrets resolved.

    A sender whose receiver takes many documents at once may say how many, as ``concurrency: int``;
    it then sees to it that so many do not fill the memory.

    A document above ``limit`` is refused before it is accepted, unless the type has an option
    ``large`` whose choices offer ``reference``, or ``chunk``: then ``delivery.chunk_bytes`` is set,
    and ``send`` cuts the document there.
    """

    type: ClassVar[str]
    title: ClassVar[str]
    parameters: ClassVar[tuple[dict[str, Any], ...]]  # {name, title, example}, in order
    # {name, title, secret?, multiline?, choices?, default?, config_only?}; "x.*" stands for any
    # name with x.
    options: ClassVar[tuple[dict[str, Any], ...]]

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
    ) -> Receipt:
        """Hand the document over and wait for the confirmation."""
        ...

    async def close(self) -> None:
        """Give back connections; called once at the end."""
        ...


@dataclass(frozen=True, slots=True)
class NewDelivery:
    """All that is recorded when an export is accepted; enough to render its document for ever.

    ``request`` is what the document is made from, without members: it is read by
    ``exports.rendering`` alone. ``members`` is the frozen roaring bitmap of a selection export
    (serialised), else None. ``document`` holds the bytes themselves when they are known at
    acceptance (ranges, tests, forwarded data), whatever their size; then ``sha256`` is set too.
    ``set_digest`` is known once the document of a selection was rendered. ``chunk_bytes`` fixes
    in which chunks the document is sent, on this attempt and every other. With ``ids_until`` the
    document has no ids but the address of them, good until then; ``members`` are kept beside it.
    Changes of a stream have its id and their place in its order; ``members`` are then the samples
    that are added, ``removed`` those that go, or None when the document is the full set.
    """

    id: str
    kind: DeliveryKind
    method_id: str
    method_name: str
    method_type: str
    source: str
    project: str
    project_key: int | None
    name: str
    annotation: str
    accepted_at: str  # UTC, milliseconds, "Z"
    renderer: int
    request: dict[str, Any]
    rule: dict[str, Any] | None = None
    members: bytes | None = None
    n_samples: int | None = None
    document: bytes | None = None
    sha256: str | None = None
    set_digest: str | None = None
    chunk_bytes: int | None = None
    ids_until: str | None = None
    replay_of: str | None = None
    idempotency_key: str | None = None
    stream_id: str | None = None
    sequence: int | None = None
    removed: bytes | None = None


class Outbox(Protocol):
    """Deliveries as the catalogue keeps them. Thread-safe; each call is one transaction."""

    def accept(self, row: NewDelivery) -> Delivery:
        """Record it as pending and due now, and set the method's ``last_used_at``.

        A row whose ``idempotency_key`` is already known changes nothing; the known delivery is
        returned. Changes become the head of their stream in the same transaction. Raises
        UnknownProject when the project is gone by now, UnknownData when a delivery to be sent
        again has lost its ids, StreamMovedOn when the changes are not the next of their stream, and
        HeadUnderWay when what the full set replaces is being sent.
        """
        ...

    def accepted(self, delivery_id: str) -> NewDelivery:
        """The row as accepted. Raises UnknownDelivery.

        ``document`` and ``sha256`` are those of the rendering once there was one (``document``
        only when small).
        """
        ...

    def get(self, delivery_id: str) -> Delivery:
        """One delivery. Raises UnknownDelivery."""
        ...

    def list(
        self,
        chosen: DeliveryFilter = EVERY_DELIVERY,
        *,
        before: str | None = None,
        limit: int = 50,
    ) -> Sequence[Delivery]:
        """Newest first; ``before`` is the id of the last one already known.

        Raises UnknownDelivery when there is none of that id.
        """
        ...

    def attempts(self, delivery_id: str) -> Sequence[Attempt]:
        """The attempts of a delivery, first one first."""
        ...

    def retry_now(self, delivery_id: str) -> Delivery:
        """Make it due now, also when it is final: same id, same bytes. Raises StreamMovedOn."""
        ...

    def cancel(self, delivery_id: str) -> Delivery:
        """Stop it; one under way is asked to stop. Raises AlreadyFinal."""
        ...

    def note_fetched(self, delivery_id: str, kind: str) -> None:
        """Note in the audit log that somebody fetched the ids of a delivery."""
        ...

    def wake(self) -> None:
        """Tell the dispatcher that something may be due. Never waits."""
        ...


class DeliveryHistory(Protocol):
    """What the deliveries of the catalogue tell together. Each call sees one moment."""

    def counts(self, chosen: DeliveryFilter = EVERY_DELIVERY) -> DeliveryCounts:
        """How many there are in each state."""
        ...

    def failures(self, after: str | None = None) -> Sequence[MethodFailures]:
        """The dead ones by method, those that ended last first; ``after`` leaves out earlier."""
        ...

    def health(self) -> Sequence[MethodHealth]:
        """How each method does that has deliveries or ever had an attempt."""
        ...


class ManyDeliveries(Protocol):
    """Changes of many deliveries: each one atomic, in few transactions, oldest first.

    ``chosen`` names them by ids, or by what they have in common when they were accepted at
    ``as_of`` or before. One that ended after ``as_of``, or no longer is in a state of the filter,
    stays as it is: asking twice is asking once.
    """

    def retry(
        self, chosen: Sequence[str] | DeliveryFilter, *, as_of: str, resend: bool
    ) -> ManyResult:
        """Make them due now with a fresh schedule, delivered ones with ``resend`` only."""
        ...

    def cancel(self, chosen: Sequence[str] | DeliveryFilter, *, as_of: str) -> ManyResult:
        """Stop them; those under way are asked to stop."""
        ...


class SampleReader(Protocol):
    """Ids and rows, also of a project that was deleted while a delivery waits."""

    def of_key(self, project_key: int) -> DataSet:
        """The newest version. Raises UnknownData when its values are gone."""
        ...

    def row_batches_of(self, dataset: DataSet, samples: BitMap) -> Iterator[pa.RecordBatch]:
        """Whole rows in first import order. Raises DataChanged."""
        ...

    def id_batches_of_key(self, project_key: int, samples: BitMap) -> Iterator[pa.Array[Any]]:
        """The ids of samples in first import order, in arrays of at most 65,536."""
        ...


@dataclass(frozen=True, slots=True)
class AuditEntry:
    """Who did what to which delivery or export method; ``who`` is ``server`` for the program."""

    number: int
    at: str
    action: str
    subject: str
    who: str
    address: str
    details: dict[str, str]


class Audit(Protocol):
    """The entries of the audit log, which are only ever added."""

    def entries(self, *, before: int | None = None, limit: int = 50) -> Sequence[AuditEntry]:
        """Newest first; ``before`` is the number of the last one already known."""
        ...


class MethodStore(Protocol):
    """What the catalogue keeps about export methods; options are sealed by the caller."""

    def all(self) -> Sequence[KeptMethod]:
        """Every row."""
        ...

    def put(self, kept: KeptMethod) -> None:
        """Insert or replace the definition and the marks of one method."""
        ...

    def close_breaker(self, method_id: str) -> None:
        """Forget its failures in a row, so that it is tried at once."""
        ...

    def delete(self, method_id: str) -> None:
        """Forget a method of the page; its deliveries stay."""
        ...


@dataclass(frozen=True, slots=True)
class KeptMethod:
    """A row of ``export_methods``. ``options`` are the sealed bytes of a JSON object."""

    id: str
    name: str
    type: str
    parameters: tuple[str, ...]
    options: bytes
    origin: str
    removed: bool
    disabled_reason: str | None
    created_at: str
    last_used_at: str | None = None
