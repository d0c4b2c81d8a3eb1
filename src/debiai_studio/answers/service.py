"""Takes answers in, and turns them into results of the samples of their delivery."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence

import structlog
from pyroaring import BitMap

from debiai_studio.answers.errors import (
    AnswersIgnored,
    AnswerTooLarge,
    MalformedAnswer,
    NothingToAnswer,
)
from debiai_studio.answers.model import Answer, AnswerState, Outcome, Via, Waiting
from debiai_studio.answers.parsing import Given, columns_of, parse
from debiai_studio.answers.placing import place
from debiai_studio.answers.ports import AnswerStore
from debiai_studio.datasets.errors import TooManyResults, UnsuitableValues
from debiai_studio.datasets.model import DataSet
from debiai_studio.datasets.results import ModelOfResults
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
from debiai_studio.projects.errors import UnknownProject
from debiai_studio.projects.model import ProjectRef

log = structlog.get_logger(__name__)

MOST_BYTES = 16_000_000
MOST_ANSWERS = 1_000
# The mark of the model that has the answers of an export method.
MARK = "answers_of"


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
    ) -> None:
        self._store = store
        self._outbox = outbox
        self._datasets = datasets
        self._methods = methods
        self._callbacks = callbacks
        self._events = events
        self._failpoints = failpoints

    def called_back(self, token: str, body: bytes) -> tuple[Answer, int]:
        """Keep what came to a callback address; with it, how many rows it has.

        Raises UnknownCallback, NothingToAnswer, AnswersIgnored, AnswerTooLarge, TooManyAnswers,
        and MalformedAnswer, of which a record is kept too.
        """
        return self.take(self._callbacks.delivery_of(token), "callback", body)

    def take(self, delivery_id: str, via: Via, body: bytes) -> tuple[Answer, int]:
        """Keep an answer to a delivery; with it, how many rows it has.

        Raises what ``called_back`` does.
        """
        delivery = self._delivery(delivery_id)
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

    def waiting(self, after: int) -> Waiting | None:
        """The oldest answer that waits to be applied, of those with a higher number."""
        return self._store.waiting(after)

    def apply(self, waiting: Waiting) -> None:
        """Put its values beside the samples and record what became of it.

        Applying it once more changes nothing. Raises ProjectBusy, DataChanged and what storage
        raises; it waits on then.
        """
        delivery = self._outbox.accepted(waiting.delivery_id)
        outcome = self._applied(waiting, delivery)
        self._failpoints.reach("answer applied")
        self._store.record(waiting.number, outcome)
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
            self._dataset(delivery)
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

    def _dataset(self, delivery: NewDelivery) -> DataSet:
        """The data of its project, not of another that took the name. Raises UnknownProject."""
        ref = ProjectRef(delivery.source, delivery.project)
        dataset = self._datasets.of(ref)
        if dataset.project_key != delivery.project_key:
            raise UnknownProject(ref)
        return dataset

    def _applied(self, waiting: Waiting, delivery: NewDelivery) -> Outcome:
        given: Given | None = None
        try:
            given = parse(waiting.body)
            if not given.rows:
                return Outcome(AnswerState.EMPTY)
            return self._put(waiting, delivery, given)
        except UnknownProject:
            return _refused(NothingToAnswer("The project"), given)
        except (MalformedAnswer, UnsuitableValues, TooManyResults) as error:
            return _refused(error, given)

    def _put(self, waiting: Waiting, delivery: NewDelivery, given: Given) -> Outcome:
        dataset = self._dataset(delivery)
        columns_of(given.rows)  # what is malformed changes nothing, wherever it stands
        members = BitMap.deserialize(delivery.members) if delivery.members else BitMap()
        placed = place(given, dataset, members, self._datasets.existing)
        model: str | None = None
        names: tuple[str, ...] = ()
        if placed.rows:
            results = columns_of(placed.rows)
            owner = _owner(waiting, delivery)
            ref = ProjectRef(delivery.source, delivery.project)
            after = self._datasets.put_results(ref, owner, placed.numbers, results)
            model = next(m.name for m in after.models if m.metadata.get(MARK) == owner.mark[1])
            made = {column.name for column in after.result_columns}
            names = tuple(name for name in results if name in made)
        return Outcome(
            AnswerState.APPLIED,
            model=model,
            columns=names,
            n_rows=len(given.rows),
            n_applied=len(placed.rows),
            n_unknown=len(placed.unknown),
            n_outside=len(placed.outside),
            n_duplicate=len(placed.duplicate),
            examples=placed.examples,
        )

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


def _owner(waiting: Waiting, delivery: NewDelivery) -> ModelOfResults:
    return ModelOfResults(
        mark=(MARK, delivery.method_id),
        name=f"Answers of {delivery.method_name}",
        at=waiting.received_at,
        metadata={
            "method": delivery.method_name,
            "delivery": delivery.id,
            "received_at": waiting.received_at,
        },
    )


def _refused(error: StudioError, given: Given | None) -> Outcome:
    return Outcome(AnswerState.REFUSED, n_rows=len(given.rows) if given else 0, error=str(error))
