"""Follows the reply topics of export methods, each in a thread of its own."""

from __future__ import annotations

import threading
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import partial
from typing import ClassVar, Protocol, runtime_checkable

import structlog

from debiai_studio.answers.service import Answers
from debiai_studio.background import Background
from debiai_studio.errors import StudioError
from debiai_studio.events import Event, Events
from debiai_studio.exports.model import ExportMethod
from debiai_studio.exports.ports import Sender
from debiai_studio.exports.reply_troubles import ReplyTroubles
from debiai_studio.exports.service import ExportMethods
from debiai_studio.worker.trouble import report_trouble

log = structlog.get_logger(__name__)

# After a broker that is down, or a catalogue that is full.
TROUBLE_SECONDS = 5.0
STOP_SECONDS = 5.0


@runtime_checkable
class Followed(Protocol):
    """A type of export method whose receivers may answer by a topic."""

    def replies_to(self, method: ExportMethod) -> bool:
        """Whether this method has one."""
        ...

    def follow_replies(
        self,
        method: ExportMethod,
        group: str,
        keep: Callable[[str | None, bytes], None],
        stopping: threading.Event,
        say: Callable[[str | None], None],
    ) -> None:
        """Hand over each message until ``stopping``. Raises what stands in the way.

        ``say`` gets what stands in the way and may end by itself, and None when nothing does.
        """
        ...


@dataclass(frozen=True, slots=True)
class _Following:
    what: object
    stopping: threading.Event
    thread: threading.Thread


class ReplyRunner(Background):
    """Never waits for a broker: one that is down is tried again now and then."""

    thread_name: ClassVar[str] = "replies"

    def __init__(
        self,
        answers: Answers,
        methods: ExportMethods,
        senders: Mapping[str, Sender],
        *,
        events: Events,
        group: str,
        troubles: ReplyTroubles,
    ) -> None:
        """``group`` is this server's own, so that it gets every message."""
        super().__init__()
        self._answers = answers
        self._methods = methods
        self._senders = senders
        self._group = group
        self._events = events
        self._troubles = troubles
        self._following: dict[str, _Following] = {}
        events.subscribe(self._note)

    def _note(self, event: Event) -> None:
        if event.topic == "method":
            self._woken.set()

    def _live(self) -> None:
        while not self._stopping.is_set():
            self._woken.clear()
            try:
                self._keep_up()
            except Exception as error:  # noqa: BLE001 - the catalogue may be back later
                report_trouble("replies.trouble", error)
            self._woken.wait()
        self._end(list(self._following))

    def _keep_up(self) -> None:
        """Follow the topics of the methods as they are now, and no others."""
        wanted = {
            method.id: (method.type, method.parameters, method.options)
            for method in self._methods.list()
            if self._has_topic(method)
        }
        self._end(
            [known for known, one in self._following.items() if wanted.get(known) != one.what]
        )
        for method_id in wanted.keys() - self._following.keys():
            stopping = threading.Event()
            follow = partial(self._follow, method_id, stopping)
            thread = threading.Thread(target=follow, name=f"replies-{method_id}", daemon=True)
            self._following[method_id] = _Following(wanted[method_id], stopping, thread)
            thread.start()

    def _has_topic(self, method: ExportMethod) -> bool:
        sender = self._senders.get(method.type)
        return isinstance(sender, Followed) and sender.replies_to(method)

    def _end(self, method_ids: list[str]) -> None:
        ending = [self._following.pop(method_id) for method_id in method_ids]
        for one in ending:
            one.stopping.set()
        for one in ending:
            one.thread.join(STOP_SECONDS)
        for method_id in method_ids:
            self._say(method_id, None)

    def _follow(self, method_id: str, stopping: threading.Event) -> None:
        keep = partial(self._answers.replied, method_id)
        group = f"{self._group}-{method_id}"
        while not stopping.is_set():
            try:
                method = self._methods.resolved(method_id)
                sender = self._senders[method.type]
                assert isinstance(sender, Followed)  # noqa: S101 - looked at by _has_topic
                sender.follow_replies(method, group, keep, stopping, partial(self._say, method_id))
            except (StudioError, OSError) as error:
                if not stopping.is_set():
                    self._say(method_id, str(error))
            except Exception as error:  # noqa: BLE001 - it is followed again
                report_trouble("replies.trouble", error, method_id=method_id)
                self._say(method_id, f"Unexpected {type(error).__name__}; see the server's log.")
            stopping.wait(TROUBLE_SECONDS)

    def _say(self, method_id: str, reason: str | None) -> None:
        if not self._troubles.note(method_id, reason):
            return
        if reason is not None:
            log.warning("replies.not_followed", method_id=method_id, reason=reason)
        self._events.publish("method", {"id": method_id})
