"""Takes answers in, and turns them into results of the samples of their delivery."""

from __future__ import annotations

import hashlib
from collections.abc import Collection, Sequence

import structlog

from debiai_studio.answers.applying import Applying, Taken, Unlike
from debiai_studio.answers.errors import (
    AnswersIgnored,
    AnswerTooLarge,
    MalformedAnswer,
    NothingToAnswer,
)
from debiai_studio.answers.model import Answer, AnswerState, Outcome, Via, Waiting
from debiai_studio.answers.parsing import columns_of, parse
from debiai_studio.answers.ports import AnswerStore
from debiai_studio.datasets.service import DataSets
from debiai_studio.errors import StudioError, Unavailable
from debiai_studio.events import Events
from debiai_studio.exports import set_digest
from debiai_studio.exports.callbacks import Callbacks
from debiai_studio.exports.errors import UnknownDelivery, UnknownMethod
from debiai_studio.exports.model import Returned
from debiai_studio.exports.ports import NewDelivery, Outbox
from debiai_studio.exports.service import ExportMethods
from debiai_studio.failpoints import Failpoints
from debiai_studio.permissions import Permissions
from debiai_studio.projects.errors import UnknownProject
from debiai_studio.projects.model import LOCAL

log = structlog.get_logger(__name__)

MOST_BYTES = 16_000_000
MOST_ANSWERS = 1_000


class Answers:
    """Every answer is kept before it is acknowledged, and applied afterwards, at least once."""

    def __init__(
        self,
        *,
        store: AnswerStore,
        outbox: Outbox,
        datasets: DataSets,
        methods: ExportMethods,
        callbacks: Callbacks,
        events: Events,
        failpoints: Failpoints,
        permissions: Permissions,
    ) -> None:
        self._store = store
        self._outbox = outbox
        self._applying = Applying(datasets)
        self._methods = methods
        self._callbacks = callbacks
        self._events = events
        self._failpoints = failpoints
        self._permissions = permissions

    def called_back(self, token: str, body: bytes) -> tuple[Answer, int]:
        """Keep what came to a callback address; with it, how many rows it has.

        Raises UnknownCallback, NothingToAnswer, AnswersIgnored, NotPermitted, AnswerTooLarge,
        TooManyAnswers, and MalformedAnswer, of which a record is kept too.
        """
        return self.take(self._callbacks.delivery_of(token), "callback", body)

    def take(self, delivery_id: str, via: Via, body: bytes) -> tuple[Answer, int]:
        """Keep an answer to a delivery; with it, how many rows it has.

        Raises what ``called_back`` does.
        """
        delivery = self._delivery(delivery_id)
        if delivery.source == LOCAL:
            self._permissions.require("insert_results")
        digest = hashlib.sha256(body).hexdigest()
        if len(body) > MOST_BYTES:
            raise AnswerTooLarge(MOST_BYTES)
        try:
            given = parse(body)
            columns_of(given.rows)
        except MalformedAnswer as error:
            refused = Returned(None, len(body), digest, str(error))
            self._tell(delivery, self._store.keep(delivery_id, via, refused, MOST_ANSWERS).state)
            raise
        if held := set_digest.held_by_receiver(given.set_digest, None):
            self._store.holds(delivery_id, held)
        kept = self._store.keep(delivery_id, via, Returned(body, len(body), digest), MOST_ANSWERS)
        self._failpoints.reach("answer kept")
        self._tell(delivery, kept.state)
        return kept, len(given.rows)

    def replied(self, method_id: str, delivery_id: str | None, body: bytes) -> None:
        """Keep what came by the reply topic of a method; what nobody waits for is left alone.

        Raises Unavailable, and what storage raises, when it could not be kept.
        """
        try:
            if delivery_id is None:
                raise MalformedAnswer("It does not say which delivery it answers.")
            if self._outbox.get(delivery_id).method_id != method_id:
                raise UnknownDelivery(delivery_id)
            self.take(delivery_id, "topic", body)
        except Unavailable:
            raise
        except StudioError as error:
            log.info("answers.left", method_id=method_id, reason=str(error))

    def of_delivery(self, delivery_id: str) -> Sequence[Answer]:
        """Every answer to a delivery, first one first. Raises UnknownDelivery."""
        self._outbox.get(delivery_id)
        return self._store.of_delivery(delivery_id)

    def waiting(self, after: int, besides: Collection[int | None] = ()) -> Waiting | None:
        """The oldest answer that waits to be applied, of those with a higher number.

        ``besides``: keys of projects whose answers are left out.
        """
        return self._store.waiting(after, besides)

    def apply(self, run: Sequence[Waiting]) -> None:
        """Put their values beside the samples and record what became of them.

        They are by one method to one project, oldest first. Applying one once more changes
        nothing. Raises ProjectBusy, DataChanged and what storage raises; they wait on then.
        """
        taken = [(waiting, self._outbox.accepted(waiting.delivery_id)) for waiting in run]
        if len(taken) > 1:
            try:
                outcomes = self._applying.together(taken)
            except Unlike:
                pass
            else:
                self._record(taken, outcomes)
                return
        for one in taken:
            self._record([one], [self._applying.alone(one)])

    def _record(self, taken: Sequence[Taken], outcomes: Sequence[Outcome]) -> None:
        self._failpoints.reach("answer applied")
        numbers = [waiting.number for waiting, _ in taken]
        self._store.record(list(zip(numbers, outcomes, strict=True)))
        for (waiting, delivery), outcome in zip(taken, outcomes, strict=True):
            log.info(
                "answers.applied",
                delivery_id=delivery.id,
                via=waiting.via,
                state=outcome.state.value,
                applied=outcome.n_applied,
                unknown=outcome.n_unknown,
                outside=outcome.n_outside,
            )
            self._tell(delivery, outcome.state)

    def _delivery(self, delivery_id: str) -> NewDelivery:
        """The delivery that takes values back. Raises NothingToAnswer, AnswersIgnored."""
        try:
            delivery = self._outbox.accepted(delivery_id)
            self._applying.dataset(delivery)
        except UnknownDelivery as error:
            raise NothingToAnswer("The delivery") from error
        except UnknownProject as error:
            raise NothingToAnswer("The project") from error
        try:
            keeps = self._methods.get(delivery.method_id).keeps_answers
        except UnknownMethod:
            keeps = True  # what was sent while it was there may still be answered
        if not keeps or delivery.members is None:
            raise AnswersIgnored(delivery.method_name)
        return delivery

    def _tell(self, delivery: NewDelivery, state: AnswerState) -> None:
        self._events.publish(
            "answer",
            {
                "delivery_id": delivery.id,
                "state": state.value,
                "source": delivery.source,
                "project": delivery.project,
            },
        )
