"""Bringing data in: uploads, inspection, and import jobs that run in a process of their own."""

from __future__ import annotations

import shutil
import uuid
from collections.abc import AsyncIterator
from concurrent.futures import Future
from contextlib import AbstractContextManager
from pathlib import Path
from typing import Any

import structlog

from debiai_studio.events import Events
from debiai_studio.processes import Follow, ProcessDiedError
from debiai_studio.projects.model import LOCAL, Project, ProjectRef
from debiai_studio.sources.bytestream import extension_of
from debiai_studio.sources.columns import ProjectColumns, project_columns
from debiai_studio.sources.errors import FileInUse, InvalidImport, MissingPath, ReadingDied
from debiai_studio.sources.formats import Formats
from debiai_studio.sources.importing import Report
from debiai_studio.sources.inspections import Inspections
from debiai_studio.sources.jobs import Jobs
from debiai_studio.sources.model import ColumnDraft, ImportJob, ImportRequest, Inspection
from debiai_studio.sources.orders import GroupingOrder, ImportOrder, InspectionOrder
from debiai_studio.sources.ports import Download, NewProjects, Progress, WrittenSamples
from debiai_studio.sources.processes import Processes
from debiai_studio.sources.uploads import Uploads, WaitingFile

__all__ = ["ColumnDraft", "ImportJob", "ImportRequest", "Inspection", "Sources"]

log = structlog.get_logger(__name__)

UPLOADS = "uploads"
STAGING = "staging"


def _untold(done: int, total: int | None) -> None:
    del done, total


def _unfollowed(progress: dict[str, Any]) -> None:
    del progress


class Sources:
    """Uploads, inspections and import jobs.

    ``studio_folder`` is ``<data>/studio``; ``writer`` names the factory of sample writers as
    ``module:attribute``, for the import process. Whoever builds it closes it.
    """

    def __init__(
        self,
        studio_folder: Path,
        *,
        projects: NewProjects,
        events: Events,
        writer: str,
        download: Download,
        formats: Formats | None = None,
    ) -> None:
        self._staging = studio_folder / STAGING
        self._uploads = Uploads(studio_folder / UPLOADS)
        self._projects = projects
        self._writer = writer
        self._download = download
        self._formats = formats or Formats.installed()
        self._processes = Processes()
        self._inspections = Inspections(self._processes, events)
        self._jobs = Jobs(self._processes, events)
        self._files: dict[str, str] = {}  # file_id by job id

    @property
    def endings(self) -> list[str]:
        """How the names of files end that can be read."""
        return self._formats.endings

    async def upload(self, name: str, chunks: AsyncIterator[bytes]) -> str:
        """Keep an uploaded file; returns its ``file_id``. Raises DiskFull."""
        self._processes.prepare()
        return await self._uploads.keep(name, chunks)

    def open_path(self, path: str, progress: Progress = _untold) -> list[str]:
        """A ``file_id`` per future project for a file, folder or http(s) address.

        A folder is one project if the columns of its files agree, else one per file. An address
        is fetched now. Raises MissingPath, UnreadableFile, ReadingDied, AddressRefused,
        DownloadFailed.
        """
        if path.lower().startswith(("http://", "https://")):
            return [self._fetched(path, progress)]
        place = Path(path).expanduser().resolve()
        if place.is_dir():
            groups = self._grouped(place)
            if len(groups) == 1:
                return [self._uploads.refer(place.name, groups[0], str(place))]
            return [self._uploads.refer(file.name, [file], str(file)) for (file,) in groups]
        if not place.is_file():
            raise MissingPath(path)
        return [self._uploads.refer(place.name, [place], str(place))]

    def place(self, name: str) -> tuple[str, Path]:
        """A new ``file_id`` and where to write its file, for ``keep`` or ``forget`` to follow."""
        return self._uploads.place(name)

    def keep(self, file_id: str, path: Path, *, origin: str) -> None:
        """Take over a file that was written to its place."""
        self._uploads.refer(path.name, [path], origin, file_id=file_id)

    def forget(self, file_id: str) -> None:
        """Remove a file that will not be imported; one that stays elsewhere is left alone.

        If it is being looked at, that is stopped. Raises UnknownFile, FileInUse.
        """
        waiting = self._uploads.get(file_id)
        if file_id in self._in_use():
            raise FileInUse(waiting.name)
        self._inspections.cancel(file_id)
        self._uploads.remove(file_id)

    def inspecting(self, file_id: str, follow: Follow = _unfollowed) -> Future[Inspection]:
        """Look at all of a file, in a process of its own. Raises UnknownFile.

        The future raises an UnreadableFile saying what and where, ReadingDied, OutOfMemory or
        InspectionCancelled. Progress comes as ``inspection`` events and to ``follow``.
        """
        waiting = self._uploads.get(file_id)
        if known := self._uploads.inspection(file_id):
            found: Future[Inspection] = Future()
            found.set_result(known)
            return found
        order = InspectionOrder(
            name=waiting.name,
            file_id=file_id,
            project=_project_name(waiting, self._formats),
            paths=waiting.paths,
        )
        return self._inspections.start(order, self._uploads.keep_inspection, follow)

    def inspect(self, file_id: str, follow: Follow = _unfollowed) -> Inspection:
        """What ``inspecting`` finds, once it is found. Raises what its future raises."""
        return self.inspecting(file_id, follow).result()

    def start(self, request: ImportRequest) -> ImportJob:
        """Start an import; progress comes as ``import`` events. Raises InvalidImport.

        Without ``columns`` those of the inspection are taken.
        """
        waiting = self._uploads.get(request.file_id)
        inspection = self.inspect(request.file_id)
        drafts = inspection.columns if request.columns is None else request.columns
        _check_names(drafts, inspection)
        columns = project_columns(drafts, request.id_column)
        job = ImportJob(
            id=uuid.uuid4().hex,
            project=request.project,
            file=waiting.name,
            state="waiting",
            step="Waiting",
        )
        order = ImportOrder(
            name=waiting.name,
            rows=inspection.rows,
            paths=waiting.paths,
            columns=drafts,
            id_column=request.id_column,
            staging=self._staging / job.id,
            writer=self._writer,
        )

        def finish(written: WrittenSamples) -> Project:
            project = self._create(request.project, waiting, order, columns, written)
            if waiting.is_copy:
                self._uploads.remove(request.file_id)
            return project

        self._files[job.id] = request.file_id
        log.info("import.requested", job=job.id, format=inspection.format, bytes=inspection.bytes)
        return self._jobs.start(job, order, finish)

    def making(self, project: str, file: str) -> AbstractContextManager[Report]:
        """Show among the imports how the data of a later one is made; ``file`` says of what.

        The context's value tells the step; it raises MakingCancelled once that was asked for.
        """
        return self._jobs.making(
            ImportJob(id=uuid.uuid4().hex, project=project, file=file, state="waiting")
        )

    def jobs(self) -> list[ImportJob]:
        """Imports under way and ended since the start, newest first."""
        return self._jobs.list()

    def job(self, job_id: str) -> ImportJob:
        """One import. Raises UnknownJob."""
        return self._jobs.get(job_id)

    def cancel(self, job_id: str) -> ImportJob:
        """Stop it; nothing of it remains. Raises UnknownJob, JobEnded."""
        job = self._jobs.cancel(job_id)
        file_id = self._files.get(job_id)
        if file_id is not None and file_id not in self._in_use():
            self._uploads.remove(file_id)
        return job

    def clean_up(self) -> None:
        """At the start: remove what a killed server left of imports and uploads."""
        for remains in self._staging.iterdir() if self._staging.is_dir() else ():
            shutil.rmtree(remains, ignore_errors=True)
        self._uploads.remove_old(halves=True)

    def expect(self) -> None:
        """A file may come soon, as people open one first thing: have its process ready."""
        self._processes.prepare()

    def give_back(self) -> None:
        """While the server runs: give back what nobody needs, uploads of days ago among it."""
        self._uploads.remove_old(but=self._in_use())
        self._processes.give_back()

    def close(self) -> None:
        """Cancel the imports and inspections under way."""
        self._jobs.close()
        self._inspections.close()
        self._processes.close()

    def _in_use(self) -> list[str]:
        """The files of imports under way."""
        under_way = {job.id for job in self._jobs.list() if job.state in ("waiting", "running")}
        return [file_id for job_id, file_id in self._files.items() if job_id in under_way]

    def _grouped(self, folder: Path) -> list[list[Path]]:
        order = GroupingOrder(name=folder.name, folder=folder)
        try:
            answer = self._processes.take().carry_out(order, _unfollowed)
        except ProcessDiedError as error:
            raise ReadingDied(folder.name, error.exit_code) from error
        return [[Path(path) for path in group] for group in answer["groups"]]

    def _fetched(self, url: str, progress: Progress) -> str:
        file_id, place = self._uploads.place("download")
        try:
            path = self._download(url, place.parent, progress)
            return self._uploads.refer(path.name, [path], url, file_id=file_id)
        except BaseException:
            self._uploads.remove(file_id)
            raise

    def _create(
        self,
        name: str,
        waiting: WaitingFile,
        order: ImportOrder,
        columns: ProjectColumns,
        written: WrittenSamples,
    ) -> Project:
        return self._projects.create(
            ProjectRef(LOCAL, name),
            order.staging,
            written,
            origin=waiting.origin,
            id_name=columns.id_name,
            id_type=columns.id_type,
            sample_columns=list(columns.sample_columns),
            result_columns=list(columns.result_columns),
            models=list(columns.models),
        )


def _check_names(drafts: list[ColumnDraft], inspection: Inspection) -> None:
    known = {column.name for column in inspection.columns}
    for draft in drafts:
        if draft.name not in known:
            raise InvalidImport(f'"{inspection.name}" has no column "{draft.name}"; leave it out.')


def _project_name(waiting: WaitingFile, formats: Formats) -> str:
    extension = extension_of(waiting.name)
    if not extension or not formats.knows(waiting.name):
        return waiting.name
    return waiting.name[: waiting.name.lower().rindex(f".{extension}")] or waiting.name
