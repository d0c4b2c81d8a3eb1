"""Making, running and stopping streams."""

from __future__ import annotations

import threading
import uuid
from collections.abc import Sequence
from contextlib import suppress
from datetime import datetime

import structlog
from pyroaring import BitMap

from debiai_studio import callers
from debiai_studio.datasets.service import DataSets
from debiai_studio.errors import StudioError
from debiai_studio.events import Events
from debiai_studio.exports.delivery import Clock, text_of, utc_now
from debiai_studio.exports.errors import AlreadyFinal
from debiai_studio.exports.model import DeliveryState
from debiai_studio.exports.service import ExportMethods, Exports
from debiai_studio.projects.model import ProjectRef
from debiai_studio.selections import rule as rules
from debiai_studio.selections.errors import RuleNotAgain
from debiai_studio.selections.service import Selections
from debiai_studio.streams.draft import StreamDraft
from debiai_studio.streams.errors import StreamPaused, UnfitStream, UnknownStream
from debiai_studio.streams.judging import Judging
from debiai_studio.streams.model import CHANGES, Run, Stream
from debiai_studio.streams.ports import StreamCatalogue
from debiai_studio.streams.sending import Sending
from debiai_studio.streams.trigger import checked_trigger, next_run

log = structlog.get_logger()

BY_A_PERSON = "A person paused it."


class Streams:
    """Keeps receivers at what rules select: at most one delivery of a stream is on its way.

    A run that is asked for meanwhile is made after that one has arrived, and however many were
    asked for, it is one.
    """

    def __init__(
        self,
        *,
        catalogue: StreamCatalogue,
        datasets: DataSets,
        selections: Selections,
        methods: ExportMethods,
        exports: Exports,
        sending: Sending,
        events: Events,
        clock: Clock = utc_now,
    ) -> None:
        self._catalogue = catalogue
        self._datasets = datasets
        self._selections = selections
        self._methods = methods
        self._exports = exports
        self._sending = sending
        self._judging = Judging(datasets, selections)
        self._events = events
        self._clock = clock
        self._locks: dict[str, threading.Lock] = {}

    def create(self, ref: ProjectRef, draft: StreamDraft) -> Stream:
        """Make one; one that follows changes sends its first set at once.

        Raises UnfitStream, RuleNotAgain, UnknownSelection, UnknownMethod, OutOfUse, and what the
        rule raises.
        """
        dataset = self._datasets.of(ref)
        name, rule = self._named_rule(ref, draft)
        method = self._methods.usable(draft.method_id)
        trigger = checked_trigger(draft.trigger)
        now = self._clock()
        due = next_run(trigger, now)
        stream = Stream(
            id=f"stream_{uuid.uuid4().hex}",
            project_key=dataset.project_key,
            ref=ref,
            name=name,
            annotation=draft.annotation,
            rule=rule,
            method_id=method.id,
            trigger=trigger,
            waits_for_columns=draft.waits_for_columns,
            created_at=text_of(now),
            author=callers.current.get().told,
            wishes=int(trigger == CHANGES),
            due_at=None if due is None else text_of(due),
        )
        # A rule that cannot be judged is told now, not when nobody looks.
        self._judging.members_of(stream, incomplete=True)
        self._catalogue.add(stream)
        self._tell(stream, "created")
        return stream

    def list(self, ref: ProjectRef) -> Sequence[Stream]:
        """All of a project, the one made last first. Raises UnknownProject."""
        return self._catalogue.list(self._datasets.of(ref).project_key)

    def get(self, ref: ProjectRef, stream_id: str) -> Stream:
        """One of a project. Raises UnknownProject, UnknownStream."""
        key = self._datasets.of(ref).project_key
        stream = self._catalogue.get(stream_id)
        if stream is None or stream.project_key != key:
            raise UnknownStream(stream_id)
        return stream

    def delete(self, ref: ProjectRef, stream_id: str) -> None:
        """Forget it; what waits to be sent is cancelled, what was sent stays in the history."""
        stream = self.get(ref, stream_id)
        self._catalogue.delete(stream_id)
        if stream.head_id is not None:
            with suppress(AlreadyFinal):
                self._exports.cancel(stream.head_id)
        self._tell(stream, "deleted")

    def pause(self, ref: ProjectRef, stream_id: str) -> Stream:
        """Make no deliveries any more; one on its way goes on."""
        stream = self.get(ref, stream_id)
        self._catalogue.pause(stream_id, BY_A_PERSON)
        self._tell(stream, "paused")
        return self.get(ref, stream_id)

    def resume(self, ref: ProjectRef, stream_id: str) -> Stream:
        """Go on: a delivery that failed is tried again, same id and bytes, and all that follows."""
        self.get(ref, stream_id)
        with self._lock_of(stream_id):
            stream = self._again(stream_id)
            self._catalogue.resume(stream_id)
            if stream.head_id is not None:
                delivery, _ = self._exports.delivery(stream.head_id)
                # What arrived meanwhile is the head no more.
                if delivery.state in (DeliveryState.DEAD, DeliveryState.CANCELLED):
                    self._exports.retry(delivery.id)
        self._tell(stream, "resumed")
        return self.get(ref, stream_id)

    def run(self, ref: ProjectRef, stream_id: str, *, incomplete: bool = False) -> Run:
        """Judge now and send what changed; ``incomplete``: without what has not come yet.

        Raises StreamPaused, and what judging and accepting raise.
        """
        stream = self.get(ref, stream_id)
        if stream.pause is not None:
            raise StreamPaused(stream.name, stream.pause_reason or "")
        self._catalogue.wish(stream_id)
        return self.serve(stream_id, incomplete=incomplete)

    def resend(self, ref: ProjectRef, stream_id: str, *, incomplete: bool = False) -> Run:
        """Send the full set instead of what is on its way or failed, and go on from there.

        Raises HeadUnderWay, NotComplete, and what judging and accepting raise.
        """
        self.get(ref, stream_id)
        with self._lock_of(stream_id):
            stream = self._again(stream_id)
            members = self._judging.members_of(stream, incomplete=incomplete)
            return self._send(stream, members, full=True)

    def serve(self, stream_id: str, *, incomplete: bool = False) -> Run:
        """Make the run that was asked for, unless it must wait; what became of it.

        Raises UnknownStream.
        """
        with self._lock_of(stream_id):
            stream = self._again(stream_id)
            if stream.pause is not None:
                return Run(stream, "paused", stream.pause_reason)
            if stream.head_id is not None:
                return Run(stream, "waiting", f"It follows sequence {stream.sequence}.")
            try:
                members = self._judging.members_of(stream, incomplete=incomplete)
                return self._send(stream, members, full=False)
            except StudioError as error:
                self._catalogue.judged(stream_id, text_of(self._clock()), put_off=error)
                self._tell(stream, "put off")
                return Run(self._again(stream_id), "put off", str(error))

    def wish_after_change(self, ref: ProjectRef | None = None) -> None:
        """The data or a selection changed, in one project or perhaps in any."""
        self._catalogue.wish_after_change(ref)

    def wish_by_cron(self) -> datetime | None:
        """Ask for the runs that are due, each once however many were missed; when the next is."""
        now = self._clock()
        for stream in self._catalogue.due(text_of(now)):
            following = next_run(stream.trigger, now)
            self._catalogue.wish(stream.id, None if following is None else text_of(following))
        next_due = self._catalogue.next_due()
        return None if next_due is None else datetime.fromisoformat(next_due)

    def ready(self) -> Sequence[str]:
        """The ids of those that a run was asked of, and that need not wait."""
        return [stream.id for stream in self._catalogue.ready()]

    def _send(self, stream: Stream, members: BitMap, *, full: bool) -> Run:
        sent = self._sending.send(stream, self._catalogue.confirmed(stream.id), members, full=full)
        self._catalogue.judged(stream.id, text_of(self._clock()), served=stream.wishes)
        self._tell(stream, "judged")
        after = self._again(stream.id)
        if sent is None:
            return Run(after, "unchanged")
        log.info("streams.sent", stream=stream.id, added=sent.n_added, removed=sent.n_removed)
        return Run(after, "sent", None, sent.delivery_id, sent.n_added, sent.n_removed)

    def _named_rule(self, ref: ProjectRef, draft: StreamDraft) -> tuple[str, dict[str, object]]:
        name = draft.name.strip()
        if draft.selection_id is not None and draft.rule is None:
            selection = self._selections.get(ref, draft.selection_id)
            rule = rules.read(selection.rule)
            if rule is None:
                raise RuleNotAgain(selection.name, "its samples were named one by one.")
            return name or selection.name, rule.model_dump(mode="json")
        if draft.rule is None or draft.selection_id is not None:
            raise UnfitStream("A stream", "give either a rule or a saved selection.")
        if not name:
            raise UnfitStream("The name", "a stream of a rule needs one.")
        return name, draft.rule.model_dump(mode="json")

    def _again(self, stream_id: str) -> Stream:
        stream = self._catalogue.get(stream_id)
        if stream is None:
            raise UnknownStream(stream_id)
        return stream

    def _lock_of(self, stream_id: str) -> threading.Lock:
        return self._locks.setdefault(stream_id, threading.Lock())

    def _tell(self, stream: Stream, action: str) -> None:
        self._events.publish(
            "stream",
            {
                "action": action,
                "source": stream.ref.source,
                "project": stream.ref.project,
                "stream": stream.id,
            },
        )
