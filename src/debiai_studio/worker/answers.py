"""Applies answers that are kept: what came back becomes results of the samples."""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar

from debiai_studio.answers.model import Waiting
from debiai_studio.answers.service import Answers
from debiai_studio.background import Background
from debiai_studio.errors import Conflict
from debiai_studio.events import Event, Events
from debiai_studio.exports.model import DeliveryState
from debiai_studio.worker.trouble import report_trouble

# Another change of the project was under way, or rows were taken out meanwhile.
BUSY_SECONDS = 0.5
TROUBLE_SECONDS = 30.0
GATHER_SECONDS = 0.2
# Each change writes the results of a model anew: small answers in a row share one.
TOGETHER = 500
TOGETHER_BYTES = 4_000_000


class AnswerRunner(Background):
    """One thread; what was kept before a crash is applied at the next start."""

    thread_name: ClassVar[str] = "answers"

    def __init__(self, answers: Answers, events: Events) -> None:
        super().__init__()
        self._answers = answers
        events.subscribe(self._note)

    def _note(self, event: Event) -> None:
        delivered = (
            event.topic == "delivery" and event.data.get("state") == DeliveryState.DELIVERED.value
        )
        if delivered or (event.topic == "answer" and event.data["state"] == "kept"):
            self._woken.set()

    def _live(self) -> None:
        pause: float | None = 0.0
        while not self._stopping.is_set():
            self._woken.wait(pause)
            # One look for all that comes within a moment.
            self._stopping.wait(GATHER_SECONDS)
            self._woken.clear()
            pause = self._apply_all()

    def _apply_all(self) -> float | None:
        """Apply what waits, oldest first; the seconds after which to look again by itself.

        What cannot be applied now holds back the later ones of its project, and no others.
        """
        held_back: set[int | None] = set()
        pause: float | None = None
        try:
            waiting = self._answers.waiting(0)
            while waiting is not None and not self._stopping.is_set():
                run, following = self._run_from(waiting)
                seconds = self._apply(run)
                if seconds is not None:
                    held_back.add(waiting.project_key)
                    pause = min(seconds, pause or seconds)
                if following is not None and following.project_key in held_back:
                    following = self._answers.waiting(following.number, held_back)
                waiting = following
        except Exception as error:  # noqa: BLE001 - the catalogue may be back later
            report_trouble("answers.trouble", error)
            return TROUBLE_SECONDS
        return pause

    def _run_from(self, first: Waiting) -> tuple[list[Waiting], Waiting | None]:
        """Those in a row that can be applied together, and the one after them."""
        run, size = [first], len(first.body)
        following = self._answers.waiting(first.number)
        while following is not None:
            size += len(following.body)
            is_like = (following.project_key, following.method_id) == (
                first.project_key,
                first.method_id,
            )
            if not is_like or size > TOGETHER_BYTES or len(run) >= TOGETHER:
                break
            run.append(following)
            following = self._answers.waiting(following.number)
        return run, following

    def _apply(self, run: Sequence[Waiting]) -> float | None:
        """None when they were applied, else the seconds after which to try again."""
        try:
            self._answers.apply(run)
        except Conflict:
            return BUSY_SECONDS
        except Exception as error:  # noqa: BLE001 - it stays kept, and is tried again
            report_trouble("answers.trouble", error, delivery_id=run[0].delivery_id)
            return TROUBLE_SECONDS
        return None
