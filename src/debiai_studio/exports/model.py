"""Export methods, exports, deliveries and their attempts."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any, Literal, get_args

from debiai_studio.projects.model import ProjectRef

Format = Literal["csv", "ndjson", "json", "parquet"]
Large = Literal["refuse", "chunk", "reference"]
FORMATS: tuple[Format, ...] = get_args(Format)


class Origin(StrEnum):
    """Where an export method was defined; a higher layer's method of the same name wins."""

    COMMAND_LINE = "command line"
    ENVIRONMENT = "environment"
    CONFIG = "config.ini"
    PAGE = "page"


@dataclass(frozen=True, slots=True)
class ExportMethod:
    """A configured place: name, type and parameters.

    ``parameters`` are the positional ones of the type (``post``: URL; ``kafka``: broker, topic;
    ``file``: folder); ``options`` the ``key=value`` ones, with references unresolved. Secrets in
    options of methods made by page or API are kept encrypted and never shown.
    """

    id: str
    name: str
    type: str
    parameters: tuple[str, ...]
    options: dict[str, str] = field(default_factory=dict)
    origin: Origin = Origin.PAGE
    removed: bool = False
    disabled_reason: str | None = None
    created_at: str | None = None
    last_used_at: str | None = None
    referred: frozenset[str] = frozenset()  # what references stood for, once they are resolved

    @property
    def payload(self) -> Literal["documented", "debiai-1.0"]:
        """The profile of the documents that this method gets."""
        return "debiai-1.0" if self.options.get("payload") == "debiai-1.0" else "documented"

    @property
    def keeps_answers(self) -> bool:
        """Whether values of samples that its receiver gives back become results."""
        return self.options.get("answers") == "results"

    @property
    def format(self) -> Format:
        """What it gets of a selection: ``json`` the document, others a table of the samples."""
        asked = self.options.get("format")
        return next((known for known in FORMATS if known == asked), "json")

    @property
    def large(self) -> Large:
        """What becomes of a document above its limit; in pieces only when it says so."""
        asked = self.options.get("large")
        return next((known for known in get_args(Large) if known == asked), "refuse")


class DeliveryState(StrEnum):
    """Where a delivery is on its way."""

    PENDING = "pending"  # accepted, waiting for its first attempt
    RUNNING = "running"  # an attempt is under way
    RETRY = "retry"  # an attempt failed; the next is due at ``next_at``
    DELIVERED = "delivered"  # the receiver or broker confirmed
    DEAD = "dead"  # it cannot get better, or the schedule has ended
    CANCELLED = "cancelled"

    @property
    def is_final(self) -> bool:
        """Whether nothing more happens by itself."""
        return self in (DeliveryState.DELIVERED, DeliveryState.DEAD, DeliveryState.CANCELLED)


DeliveryKind = Literal["selection", "range1d", "range2d", "test", "data", "changes"]


@dataclass(frozen=True, slots=True)
class Attempt:
    """One try to deliver. ``outcome``: delivered, retryable, permanent, unknown or cancelled."""

    number: int
    started_at: str
    milliseconds: int | None
    outcome: str
    status: int | None = None  # HTTP status
    answer: str | None = None  # the first 20 kB of the receiver's answer
    partition: int | None = None
    offset: int | None = None
    error: str | None = None


@dataclass(frozen=True, slots=True)
class Returned:
    """What a receiver gave back about the samples of a delivery, as it came.

    ``body`` is None when it is not kept; ``error`` then says why.
    """

    body: bytes | None
    bytes: int
    sha256: str
    error: str | None = None


@dataclass(frozen=True, slots=True)
class Delivery:
    """One document on its way to one export method. ``id`` is the receiver's key for it."""

    id: str
    kind: DeliveryKind
    state: DeliveryState
    method_id: str
    method_name: str
    method_type: str
    source: str
    project: str
    name: str
    annotation: str
    accepted_at: str
    n_samples: int | None
    bytes: int | None
    sha256: str | None
    attempts: int
    next_at: str | None
    finished_at: str | None
    sent_bytes: int
    error: str | None
    replay_of: str | None = None
    rule: dict[str, Any] | None = None
    set_digest: str | None = None  # of the ids of a selection, once its document was rendered
    chunk_bytes: int | None = None  # it is sent in chunks of this size, the last one shorter
    # Of the set that the receiver said it held when it last confirmed: equal to ``set_digest``
    # when that is exactly the set of this delivery.
    held_digest: str | None = None
    ids_until: str | None = None  # its ids are fetched at an address that is good until then
    stream_id: str | None = None  # of ``changes``: the stream, and the place in its order
    sequence: int | None = None

    @property
    def order_key(self) -> str:
        """What keeps its order with others of the same key: the stream's, else its own id."""
        return self.stream_id or self.id


@dataclass(frozen=True, slots=True)
class DeliveryFilter:
    """Which deliveries; what is empty or None leaves all in. Moments as the catalogue keeps them.

    ``text`` is looked for in name, annotation, project and id.
    """

    states: tuple[DeliveryState, ...] = ()
    kinds: tuple[DeliveryKind, ...] = ()
    method_id: str | None = None
    ref: ProjectRef | None = None
    since: str | None = None  # accepted then or later
    until: str | None = None  # accepted earlier
    text: str | None = None


EVERY_DELIVERY = DeliveryFilter()


@dataclass(frozen=True, slots=True)
class DeliveryCounts:
    """How many deliveries there are in each state, at one moment."""

    as_of: str
    total: int
    states: dict[DeliveryState, int]


@dataclass(frozen=True, slots=True)
class MethodFailures:
    """The deliveries to one method that died; ``error`` and ``delivery_id`` are of the last."""

    method_id: str
    method_name: str
    count: int
    last_at: str
    error: str | None
    delivery_id: str


@dataclass(frozen=True, slots=True)
class MethodHealth:
    """How one export method does. ``open_until``: after failures in a row nothing is tried before.

    ``failures`` are those in a row; ``last_failure`` is the reason of the attempt that ended at
    ``last_failure_at``; ``reply_trouble`` why its reply topic is not followed now.
    """

    method_id: str
    waiting: int = 0
    running: int = 0
    dead: int = 0
    failures: int = 0
    open_until: str | None = None
    last_success_at: str | None = None
    last_failure_at: str | None = None
    last_failure: str | None = None
    reply_trouble: str | None = None


# What became of one delivery of many that were asked for at once.
ManyOutcome = Literal[
    "retried",  # it is tried again, same id and bytes
    "waiting",  # it waited for its attempt already
    "cancelled",
    "stopping",  # an attempt is under way and was asked to stop
    "running",  # an attempt is under way
    "delivered",  # the receiver has it already
    "final",  # nothing was left to cancel
    "changed",  # it is no longer as it was when it was chosen
    "moved_on",  # its stream waits for another one by now
    "unknown",
]


@dataclass(frozen=True, slots=True)
class ManyResult:
    """What became of each delivery that was asked for, in that order."""

    outcomes: tuple[tuple[str, ManyOutcome], ...]

    @property
    def counts(self) -> dict[ManyOutcome, int]:
        """How many of each outcome."""
        return dict(Counter(outcome for _, outcome in self.outcomes))
