"""Answers in the catalogue: kept in the transaction that acknowledges them."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import Any

from sqlalchemy import Connection, RowMapping, func, insert, select, text, update

from debiai_studio.answers.errors import TooManyAnswers
from debiai_studio.answers.model import Answer, AnswerState, Outcome, Via, Waiting
from debiai_studio.exports.delivery import Clock, text_of, utc_now
from debiai_studio.exports.model import Returned
from debiai_studio.storage.catalogue.group_commit import GroupCommit
from debiai_studio.storage.catalogue.tables import answers, deliveries

NO_PROJECT = 0  # the keys of projects begin with 1
# Literal, not bound: SQLite uses a partial index only for the condition it was made with.
WAITING = text("answers.state = 'kept'")

EXAMPLES = ("unknown", "outside", "duplicate")
SHOWN_COLUMNS = tuple(column for column in answers.c if column.name != "body")

_NOTHING_YET: dict[str, Any] = {
    "columns": [],
    "n_rows": 0,
    "n_applied": 0,
    "n_unknown": 0,
    "n_outside": 0,
    "n_duplicate": 0,
    "examples": {},
}


def keep_answer(
    connection: Connection,
    delivery_id: str,
    via: Via,
    returned: Returned,
    *,
    at: str,
    most: int | None = None,
) -> Answer:
    """Keep it, or count it when it came before. Raises TooManyAnswers.

    One that was refused is looked at again: what stood in its way may be gone.
    """
    is_it = (answers.c.delivery_id == delivery_id) & (answers.c.sha256 == returned.sha256)
    known = connection.execute(select(answers.c.state, answers.c.repeats).where(is_it)).first()
    state = AnswerState.KEPT if returned.body is not None else AnswerState.REFUSED
    if known is None:
        if most is not None and _count(connection, delivery_id) >= most:
            raise TooManyAnswers(most)
        connection.execute(
            insert(answers).values(
                delivery_id=delivery_id,
                via=via,
                received_at=at,
                bytes=returned.bytes,
                sha256=returned.sha256,
                body=returned.body,
                state=state.value,
                error=returned.error,
                repeats=0,
                **_NOTHING_YET,
            )
        )
    else:
        values: dict[str, Any] = {"repeats": known.repeats + 1, "repeated_at": at}
        if known.state == AnswerState.REFUSED.value:
            values |= {"state": state.value, "body": returned.body, "error": returned.error}
        connection.execute(update(answers).where(is_it).values(values))
    row = connection.execute(select(*SHOWN_COLUMNS).where(is_it)).mappings().one()
    return _answer(row)


class SqlAnswers:
    """The ``answers.ports.AnswerStore`` of the catalogue."""

    def __init__(self, commits: GroupCommit, *, clock: Clock = utc_now) -> None:
        self._commits = commits
        self._clock = clock

    def keep(self, delivery_id: str, via: Via, returned: Returned, most: int) -> Answer:
        """Keep it, or count it when it came before. Raises TooManyAnswers."""
        at = text_of(self._clock())
        return self._commits.run(
            lambda c: keep_answer(c, delivery_id, via, returned, at=at, most=most)
        )

    def waiting(self, after: int, besides: Collection[int | None] = ()) -> Waiting | None:
        """The oldest to be applied, of those with a higher number; none of some projects."""
        project = func.coalesce(deliveries.c.project_key, NO_PROJECT)
        left_out = [NO_PROJECT if key is None else key for key in besides]
        query = (
            select(
                answers.c.number,
                answers.c.delivery_id,
                deliveries.c.project_key,
                deliveries.c.method_id,
                answers.c.via,
                answers.c.received_at,
                answers.c.body,
            )
            .join(deliveries, deliveries.c.id == answers.c.delivery_id)
            .where(WAITING, answers.c.number > after, project.not_in(left_out))
            .order_by(answers.c.number)
            .limit(1)
        )
        with self._commits.reading() as connection:
            row = connection.execute(query).mappings().first()
        return None if row is None else Waiting(**row)

    def record(self, outcomes: Sequence[tuple[int, Outcome]]) -> None:
        """Say what became of answers, by their numbers, and let their bytes go."""
        at = text_of(self._clock())

        def write(connection: Connection) -> None:
            for number, outcome in outcomes:
                connection.execute(
                    update(answers)
                    .where(answers.c.number == number, WAITING)
                    .values(_values_of(outcome, at))
                )

        self._commits.run(write)

    def of_delivery(self, delivery_id: str) -> Sequence[Answer]:
        """Every answer to a delivery, first one first."""
        query = (
            select(*SHOWN_COLUMNS)
            .where(answers.c.delivery_id == delivery_id)
            .order_by(answers.c.number)
        )
        with self._commits.reading() as connection:
            return [_answer(row) for row in connection.execute(query).mappings()]

    def holds(self, delivery_id: str, digest: str) -> None:
        """Record the digest of the set of ids that the receiver says it holds."""
        write = update(deliveries).where(deliveries.c.id == delivery_id).values(held_digest=digest)
        self._commits.run(lambda connection: connection.execute(write))


def _values_of(outcome: Outcome, at: str) -> dict[str, Any]:
    return {
        "body": None,
        "state": outcome.state.value,
        "applied_at": at,
        "model": outcome.model,
        "columns": list(outcome.columns),
        "n_rows": outcome.n_rows,
        "n_applied": outcome.n_applied,
        "n_unknown": outcome.n_unknown,
        "n_outside": outcome.n_outside,
        "n_duplicate": outcome.n_duplicate,
        "examples": outcome.examples,
        "error": outcome.error,
    }


def _count(connection: Connection, delivery_id: str) -> int:
    query = select(func.count()).where(answers.c.delivery_id == delivery_id)
    return int(connection.execute(query).scalar_one())


def _answer(row: RowMapping) -> Answer:
    values: dict[str, Any] = {name: row[name] for name in row if name != "examples"}
    values |= {kind: tuple(row["examples"].get(kind, ())) for kind in EXAMPLES}
    values |= {"state": AnswerState(row["state"]), "columns": tuple(row["columns"])}
    return Answer(**values)
