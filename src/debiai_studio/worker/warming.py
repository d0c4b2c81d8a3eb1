"""Builds the codes of new projects, so that their first page need not wait for them."""

from __future__ import annotations

import contextlib
from collections.abc import Callable
from queue import Empty, SimpleQueue
from typing import ClassVar

from debiai_studio.background import Background
from debiai_studio.datasets.model import DataSet
from debiai_studio.engine.ports import Engine
from debiai_studio.errors import StudioError
from debiai_studio.events import Event, Events
from debiai_studio.projects.model import ProjectRef
from debiai_studio.worker.trouble import report_trouble


class Warming(Background):
    """One thread, one column at a time: what somebody asks for is built beside it, at once."""

    thread_name: ClassVar[str] = "warming"

    def __init__(
        self, dataset_of: Callable[[ProjectRef], DataSet], engine: Engine, events: Events
    ) -> None:
        super().__init__()
        self._dataset_of = dataset_of
        self._engine = engine
        self._new: SimpleQueue[ProjectRef] = SimpleQueue()
        events.subscribe(self._note)

    def _note(self, event: Event) -> None:
        if event.topic == "import" and event.data.get("created"):
            self._new.put(ProjectRef(event.data["source"], event.data["created"]))
            self._woken.set()

    def _live(self) -> None:
        while not self._stopping.is_set():
            self._woken.wait()
            self._woken.clear()
            with contextlib.suppress(Empty):
                while not self._stopping.is_set():
                    self._warm(self._new.get_nowait())

    def _warm(self, ref: ProjectRef) -> None:
        try:
            self._engine.warm(self._dataset_of(ref), self._stopping.is_set)
        except StudioError:  # deleted or changed meanwhile
            return
        except Exception as error:  # noqa: BLE001 - they are built when asked for, too
            report_trouble("warming.trouble", error)
