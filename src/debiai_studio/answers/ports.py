"""What answers need from storage."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import Protocol

from debiai_studio.answers.model import Answer, Outcome, Via, Waiting
from debiai_studio.exports.model import Returned


class AnswerStore(Protocol):
    """The answers in the catalogue. Thread-safe; each call is one transaction."""

    def keep(self, delivery_id: str, via: Via, returned: Returned, most: int) -> Answer:
        """Keep it until it is applied; the same bytes again are counted.

        One that was refused is looked at again when it comes again. Raises TooManyAnswers when
        ``most`` of the delivery are kept already.
        """
        ...

    def waiting(self, after: int, besides: Collection[int | None] = ()) -> Waiting | None:
        """The oldest to be applied, of those with a higher number; none of some projects."""
        ...

    def record(self, outcomes: Sequence[tuple[int, Outcome]]) -> None:
        """Say what became of answers, by their numbers, and let their bytes go."""
        ...

    def of_delivery(self, delivery_id: str) -> Sequence[Answer]:
        """Every answer to a delivery, first one first."""
        ...

    def holds(self, delivery_id: str, digest: str) -> None:
        """Record the digest of the set of ids that the receiver says it holds."""
        ...
