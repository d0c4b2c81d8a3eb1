"""Import jobs: one process each, one at a time, watched until it ends."""

from __future__ import annotations

import contextlib
import shutil
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import structlog

from debiai_studio.datasets.model import IdSegment
from debiai_studio.errors import StudioError, problem_of
from debiai_studio.events import Events
from debiai_studio.processes import ChildProcess, ProcessDiedError
from debiai_studio.projects.model import Project
from debiai_studio.sources.errors import (
    ImportDied,
    JobEnded,
    MakingCancelled,
    UnknownJob,
)
from debiai_studio.sources.importing import Report
from debiai_studio.sources.model import ImportJob
from debiai_studio.sources.orders import ImportOrder
from debiai_studio.sources.ports import WrittenSamples
from debiai_studio.sources.processes import Processes

log = structlog.get_logger(__name__)

_FINAL = ("done", "failed", "cancelled")

# Makes a project of what was written; called once, after the process has ended well.
Finish = Callable[[WrittenSamples], Project]


class _CancelledError(Exception):
    """The job was cancelled."""


class _Run:
    """One job with its process. ``lock`` guards the state, and is held while it is committed."""

    def __init__(self, job: ImportJob) -> None:
        self.job = job
        self.lock = threading.Lock()
        self.process: ChildProcess | None = None
        self.is_cancelled = False


class Jobs:
    """Every import since the start."""

    def __init__(self, processes: Processes, events: Events) -> None:
        self._processes = processes
        self._events = events
        self._runs: dict[str, _Run] = {}
        self._pool = ThreadPoolExecutor(1, thread_name_prefix="import")

    def start(self, job: ImportJob, order: ImportOrder, finish: Finish) -> ImportJob:
        """Queue a job. ``order.staging`` is a folder for it alone."""
        run = _Run(job)
        self._runs[job.id] = run
        self._tell(run.job)
        self._pool.submit(self._carry_out, run, order, finish)
        return run.job

    @contextlib.contextmanager
    def making(self, job: ImportJob) -> Iterator[Report]:
        """Show as a job how the caller makes the data of a later import.

        What is yielded tells the step; it raises MakingCancelled once the job was cancelled.
        """
        run = _Run(job.model_copy(update={"state": "running"}))
        self._runs[job.id] = run
        self._tell(run.job)

        def report(step: str, fraction: float | None, rows: int) -> None:
            with run.lock:
                if run.is_cancelled:
                    raise MakingCancelled(job.project)
                self._change(run, step=step, fraction=fraction, rows=rows)

        try:
            yield report
        except MakingCancelled:
            raise
        except StudioError as error:
            self._fail(run, problem_of(error))
            raise
        except BaseException:
            self._fail(run, problem_of(ImportDied(job.project, 1)))
            raise
        with run.lock:
            if not run.is_cancelled:
                self._change(run, state="done", step="", fraction=1.0)

    def list(self) -> list[ImportJob]:
        """Newest first."""
        return [run.job for run in reversed(self._runs.values())]

    def get(self, job_id: str) -> ImportJob:
        """One job. Raises UnknownJob."""
        return self._run(job_id).job

    def cancel(self, job_id: str) -> ImportJob:
        """Stop a job. Raises UnknownJob, JobEnded."""
        run = self._run(job_id)
        with run.lock:
            if run.job.state in _FINAL:
                raise JobEnded(job_id, run.job.state)
            run.is_cancelled = True
            if run.process is not None:
                run.process.stop()
            self._change(run, state="cancelled", step="")
        return run.job

    def close(self) -> None:
        """Cancel what is under way, and wait until it has ended."""
        for run in list(self._runs.values()):
            with contextlib.suppress(JobEnded):
                self.cancel(run.job.id)
        self._pool.shutdown(wait=True)

    def _carry_out(self, run: _Run, order: ImportOrder, finish: Finish) -> None:
        try:
            written = self._in_process(run, order)
            self._commit(run, written, finish)
        except _CancelledError:
            log.info("import.cancelled", job=run.job.id)
        except StudioError as error:
            self._fail(run, problem_of(error))
        except Exception:
            log.exception("import.bug", job=run.job.id)
            self._fail(run, problem_of(ImportDied(run.job.project, 1)))
        finally:
            shutil.rmtree(order.staging, ignore_errors=True)

    def _commit(self, run: _Run, written: WrittenSamples, finish: Finish) -> None:
        with run.lock:
            if run.is_cancelled:
                raise _CancelledError
            project = finish(written)
            created = {"source": project.ref.source, "project": project.ref.project}
            self._change(
                run,
                state="done",
                step="",
                fraction=1.0,
                rows=written.next_sample_no,
                source=project.ref.source,
                created=project.ref.project,
            )
        self._events.publish("project", created)
        log.info("import.done", job=run.job.id, rows=written.next_sample_no)

    def _in_process(self, run: _Run, order: ImportOrder) -> WrittenSamples:
        order.staging.mkdir(parents=True)
        with run.lock:
            if run.is_cancelled:
                raise _CancelledError
            run.process = self._processes.take()
            self._change(run, state="running", step="Starting")

        def follow(progress: dict[str, Any]) -> None:
            with run.lock:
                if not run.is_cancelled:
                    self._change(run, **progress)

        try:
            written = run.process.carry_out(order, follow)
        except ProcessDiedError as error:
            if run.is_cancelled:
                raise _CancelledError from error
            raise ImportDied(run.job.project, error.exit_code) from error
        return WrittenSamples(
            segments=tuple(IdSegment(**segment) for segment in written["segments"]),
            next_sample_no=written["next_sample_no"],
            n_results=written["n_results"],
        )

    def _fail(self, run: _Run, problem: dict[str, Any]) -> None:
        with run.lock:
            if run.is_cancelled:
                return
            self._change(run, state="failed", step="", error=problem)
        log.warning("import.failed", job=run.job.id, type=problem["type"])

    def _change(self, run: _Run, **changes: Any) -> None:
        run.job = run.job.model_copy(update=changes)
        self._tell(run.job)

    def _tell(self, job: ImportJob) -> None:
        self._events.publish("import", job.model_dump())

    def _run(self, job_id: str) -> _Run:
        if job_id not in self._runs:
            raise UnknownJob(job_id)
        return self._runs[job_id]
