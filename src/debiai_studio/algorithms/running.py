"""Experiments under way: a few at once, each watched, ended by a person or by time."""

from __future__ import annotations

import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import Any

import structlog

from debiai_studio.algorithms.errors import AlgorithmFailed
from debiai_studio.algorithms.model import Experiment
from debiai_studio.algorithms.ports import CancelledError, Control
from debiai_studio.errors import StudioError, problem_of

log = structlog.get_logger(__name__)

_AT_ONCE = 2


@dataclass(slots=True)
class Progress:
    """How far an experiment is; ``fraction`` 0 to 1, None: unknown."""

    step: str = ""
    fraction: float | None = None


class _Run:
    def __init__(self, experiment: Experiment, control: Control) -> None:
        self.experiment = experiment
        self.control = control
        self.progress = Progress()


# Does the work; called in a thread of its own.
Work = Callable[[Experiment, Control], None]
# Told how an experiment ended that did not do its work: the state, and the problem.
Ended = Callable[[Experiment, str, dict[str, Any] | None], None]


class Running:
    """The experiments that wait or run."""

    def __init__(self, work: Work, ended: Ended, tell: Callable[[Experiment], None]) -> None:
        self._work = work
        self._ended = ended
        self._tell = tell
        self._lock = threading.Lock()
        self._runs: dict[str, _Run] = {}
        self._pool = ThreadPoolExecutor(_AT_ONCE, thread_name_prefix="algorithm")

    def start(self, experiment: Experiment) -> None:
        """Queue it."""

        def tell(step: str, fraction: float | None) -> None:
            run.progress.step, run.progress.fraction = step, fraction
            self._tell(experiment)

        run = _Run(experiment, Control(experiment.request.timeout_seconds, tell))
        with self._lock:
            self._runs[experiment.id] = run
        self._pool.submit(self._carry_out, run)

    def progress(self, experiment_id: str) -> Progress:
        """How far it is."""
        with self._lock:
            run = self._runs.get(experiment_id)
        return Progress() if run is None else run.progress

    def cancel(self, experiment_id: str) -> bool:
        """Whether it was under way; what it has not recorded is not recorded any more."""
        with self._lock:
            run = self._runs.get(experiment_id)
        if run is None:
            return False
        run.control.cancel()
        return True

    def of_project(self, project_key: int) -> set[str]:
        """The ids of those under way in a project."""
        with self._lock:
            runs = list(self._runs.values())
        return {r.experiment.id for r in runs if r.experiment.project_key == project_key}

    def close(self) -> None:
        """End everything, and wait for it."""
        with self._lock:
            runs = list(self._runs.values())
        for run in runs:
            run.control.cancel()
        self._pool.shutdown(wait=True)

    def _carry_out(self, run: _Run) -> None:
        experiment = run.experiment
        state, problem = "failed", None
        try:
            run.control.check()
            run.control.begin()
            self._work(experiment, run.control)
            state = "done"
        except CancelledError:
            state = "cancelled"
        except StudioError as error:
            problem = problem_of(error)
        except Exception:
            log.exception("algorithms.bug", experiment=experiment.id)
            unexpected = "The server met an unexpected problem; its log has the details."
            problem = problem_of(AlgorithmFailed(unexpected))
        finally:
            run.control.over()
        with self._lock:
            self._runs.pop(experiment.id, None)
        if state != "done":
            try:
                self._ended(experiment, state, problem)
            except StudioError as error:
                log.info("algorithms.not_recorded", experiment=experiment.id, reason=str(error))
        else:
            self._tell(experiment)
