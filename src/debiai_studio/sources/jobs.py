"""Import jobs: one process each, one at a time, watched until it ends."""

from __future__ import annotations

import contextlib
import shutil
import subprocess
import sys
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import orjson
import structlog

from debiai_studio.datasets.model import IdSegment
from debiai_studio.errors import StudioError
from debiai_studio.events import Events
from debiai_studio.projects.model import Project
from debiai_studio.sources.errors import ImportDied, JobEnded, UnknownJob
from debiai_studio.sources.import_process import ImportOrder, problem_of
from debiai_studio.sources.model import ImportJob
from debiai_studio.sources.ports import WrittenSamples

log = structlog.get_logger(__name__)

_SECONDS_TO_END = 5
_FINAL = ("done", "failed", "cancelled")
_LONGEST_LOG = 4000

# Makes a project of what was written; called once, after the process has ended well.
Finish = Callable[[WrittenSamples], Project]


class _CancelledError(Exception):
    """The job was cancelled."""


class _Run:
    """One job with its process. ``lock`` guards the state, and is held while it is committed."""

    def __init__(self, job: ImportJob) -> None:
        self.job = job
        self.lock = threading.Lock()
        self.process: subprocess.Popen[bytes] | None = None
        self.is_cancelled = False


class Jobs:
    """Every import since the start."""

    def __init__(self, staging: Path, events: Events) -> None:
        self._staging = staging
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
                run.process.terminate()
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
        except _RefusedError as refusal:
            self._fail(run, refusal.problem)
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
        command = [sys.executable, "-m", "debiai_studio.sources.import_process"]
        with run.lock:
            if run.is_cancelled:
                raise _CancelledError
            # Our own interpreter and module; the order goes through a pipe.
            run.process = subprocess.Popen(  # noqa: S603
                command,
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=subprocess.PIPE,
            )
            self._change(run, state="running", step="Starting")
        with run.process as process:
            errors: list[bytes] = []
            reader = threading.Thread(target=_drain, args=(process, errors), daemon=True)
            reader.start()
            try:
                answer = self._conversation(run, process, order)
            finally:
                _end(process)
                reader.join()
        if run.is_cancelled:
            raise _CancelledError
        if "error" in answer:
            raise _RefusedError(answer["error"])
        if "written" not in answer or process.returncode:
            log.error(
                "import.died",
                job=run.job.id,
                code=process.returncode,
                output=b"".join(errors)[-_LONGEST_LOG:].decode("utf-8", "replace"),
            )
            raise ImportDied(run.job.project, process.returncode)
        written = answer["written"]
        return WrittenSamples(
            segments=tuple(IdSegment(**segment) for segment in written["segments"]),
            next_sample_no=written["next_sample_no"],
            n_results=written["n_results"],
        )

    def _conversation(
        self, run: _Run, process: subprocess.Popen[bytes], order: ImportOrder
    ) -> dict[str, Any]:
        """Give the order, follow the progress; the last message, empty when there was none."""
        if process.stdin is None or process.stdout is None:
            return {}
        with contextlib.suppress(BrokenPipeError):
            process.stdin.write(order.model_dump_json().encode() + b"\n")
            process.stdin.flush()
        for line in process.stdout:
            if not line.endswith(b"\n"):
                break
            message: dict[str, Any] = orjson.loads(line)
            if "step" not in message:
                return message
            with run.lock:
                if not run.is_cancelled:
                    self._change(run, **message)
        return {}

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


class _RefusedError(Exception):
    """The process said what is wrong."""

    def __init__(self, problem: dict[str, Any]) -> None:
        super().__init__(problem["detail"])
        self.problem = problem


def _drain(process: subprocess.Popen[bytes], into: list[bytes]) -> None:
    for line in process.stderr or ():
        into.append(line)
        del into[:-100]


def _end(process: subprocess.Popen[bytes]) -> None:
    """Wait for a process that has given its last message; one that does not end is killed."""
    try:
        process.wait(_SECONDS_TO_END)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()
