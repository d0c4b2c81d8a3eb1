"""Inspections under way: a process each, once per file whoever asks, a few at a time."""

from __future__ import annotations

import threading
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from typing import Any

from debiai_studio.errors import StudioError
from debiai_studio.events import Events
from debiai_studio.processes import ChildProcess, Follow, ProcessDiedError
from debiai_studio.sources.errors import InspectionCancelled, ReadingDied
from debiai_studio.sources.model import Inspection
from debiai_studio.sources.orders import InspectionOrder
from debiai_studio.sources.processes import Processes

_AT_ONCE = 2

# Keeps what was found; called before the inspection counts as done.
Keep = Callable[[Inspection], None]


class _Run:
    """One inspection; ``lock`` guards its process and whether it is cancelled."""

    def __init__(self, file: str) -> None:
        self.file = file
        self.lock = threading.Lock()
        self.process: ChildProcess | None = None
        self.is_cancelled = False
        self.found: Future[Inspection] = Future()
        # Whoever stops waiting does not stop the others.
        self.found.set_running_or_notify_cancel()

    def cancel(self) -> None:
        """Stop the process, or do not begin."""
        with self.lock:
            self.is_cancelled = True
            if self.process is not None:
                self.process.stop()
            elif not self.found.done():
                self.found.set_exception(InspectionCancelled(self.file))

    def reason_of(self, died: ProcessDiedError) -> StudioError:
        """Why there is no answer."""
        if self.is_cancelled:
            return InspectionCancelled(self.file)
        return ReadingDied(self.file, died.exit_code)


class Inspections:
    """Every inspection under way."""

    def __init__(self, processes: Processes, events: Events) -> None:
        self._processes = processes
        self._events = events
        self._lock = threading.Lock()
        self._runs: dict[str, _Run] = {}
        self._pool = ThreadPoolExecutor(_AT_ONCE, thread_name_prefix="inspection")

    def start(self, order: InspectionOrder, keep: Keep, follow: Follow) -> Future[Inspection]:
        """What the file will turn out to hold; the same for all who ask meanwhile.

        The future raises what is wrong with the file, ReadingDied or InspectionCancelled.
        Progress comes as ``inspection`` events, and to the ``follow`` of who asked first.
        """
        with self._lock:
            run = self._runs.get(order.file_id)
            if run is None:
                run = self._runs[order.file_id] = _Run(order.name)
                self._pool.submit(self._carry_out, run, order, keep, follow)
        return run.found

    def cancel(self, file_id: str) -> None:
        """Stop looking at a file, if it is looked at, and wait until that has ended."""
        with self._lock:
            run = self._runs.get(file_id)
        if run is not None:
            run.cancel()
            run.found.exception()

    def close(self) -> None:
        """Stop everything."""
        with self._lock:
            runs = list(self._runs.values())
        for run in runs:
            run.cancel()
        self._pool.shutdown(wait=True)

    def _carry_out(self, run: _Run, order: InspectionOrder, keep: Keep, follow: Follow) -> None:
        def tell(progress: dict[str, Any]) -> None:
            self._events.publish("inspection", {"file_id": order.file_id, **progress})
            follow(progress)

        try:
            process = self._process_for(run)
            # The import that follows is to find its process ready.
            self._processes.prepare()
            found = Inspection.model_validate(process.carry_out(order, tell))
            keep(found)
        except ProcessDiedError as died:
            self._fail(order, run, run.reason_of(died))
        except BaseException as error:  # noqa: BLE001  whoever waits is told of it
            self._fail(order, run, error)
        else:
            self._forget(order.file_id)
            run.found.set_result(found)

    def _fail(self, order: InspectionOrder, run: _Run, error: BaseException) -> None:
        self._forget(order.file_id)
        if not run.found.done():
            run.found.set_exception(error)

    def _process_for(self, run: _Run) -> ChildProcess:
        with run.lock:
            if run.is_cancelled:
                raise InspectionCancelled(run.file)
            run.process = self._processes.take()
            return run.process

    def _forget(self, file_id: str) -> None:
        with self._lock:
            self._runs.pop(file_id, None)
