"""Projects in the catalogue, and the folders that belong to them.

A folder is a project only when a row names it: the folder is moved into place first, the row
comes last, and what no row names is removed at the next start.
"""

from __future__ import annotations

import secrets
from collections.abc import Collection, Sequence
from pathlib import Path
from typing import Any

from pyroaring import BitMap
from sqlalchemy import Connection, Engine, Row, bindparam, delete, func, insert, select, update

from debiai_studio.datasets.errors import UnknownData
from debiai_studio.datasets.model import Column, ColumnType, DataSet, Model
from debiai_studio.datasets.ports import Gaps, Identity
from debiai_studio.failpoints import UNARMED, Failpoints
from debiai_studio.projects.errors import ProjectBusy, UnknownProject
from debiai_studio.projects.model import Project, ProjectRef
from debiai_studio.sources.ports import Written
from debiai_studio.storage.catalogue import deleted_projects, descriptions
from debiai_studio.storage.catalogue.deleted_projects import keep_aside, keep_only
from debiai_studio.storage.catalogue.moments import now
from debiai_studio.storage.catalogue.tables import (
    column_gaps,
    folders_to_remove,
    projects,
    selections,
)
from debiai_studio.storage.catalogue.taggings import forget_returned
from debiai_studio.storage.samples.id_file import IDS, sync_folder

PROJECTS = "projects"
STAGING = "staging"


class ProjectStore:
    """The catalogue's projects. ``studio_folder`` is ``<data>/studio``."""

    def __init__(
        self, engine: Engine, studio_folder: Path, failpoints: Failpoints = UNARMED
    ) -> None:
        self._failpoints = failpoints
        self._engine = engine
        self._reading = engine.execution_options(read_only=True)
        self.projects_folder = studio_folder / PROJECTS
        self.staging_folder = studio_folder / STAGING
        for folder in (self.projects_folder, self.staging_folder):
            folder.mkdir(parents=True, exist_ok=True)

    def create(
        self,
        ref: ProjectRef,
        staging: Path,
        written: Written,
        *,
        origin: str,
        id_name: str,
        id_type: ColumnType,
        sample_columns: Sequence[Column],
        result_columns: Sequence[Column],
        models: Sequence[str],
        name: str | None = None,
        created_at: str | None = None,
    ) -> Project:
        """Make a project of what a SampleWriter wrote; whole, or nothing of it is visible.

        When the id is taken, it gets ``-2``, ``-3`` …; ``name`` None: the id is the name.
        """
        folder, moment = secrets.token_hex(8), now()
        staging.rename(self.projects_folder / folder)
        sync_folder(self.projects_folder)
        sync_folder(staging.parent)
        self._failpoints.reach("project moved")
        kept_models = [
            Model(name, name, number, moment, written.n_results[name])
            for number, name in enumerate(models)
        ]
        row: dict[str, Any] = {
            "source": ref.source,
            "origin": origin,
            "folder": folder,
            "created_at": created_at or moment,
            "updated_at": moment,
            "id_name": id_name,
            "id_type": id_type.value,
            "sample_columns": descriptions.documents(sample_columns),
            "result_columns": descriptions.documents(result_columns),
            "models": descriptions.documents(kept_models),
            "segments": descriptions.documents(written.segments),
            "next_sample_no": written.next_sample_no,
            "tombstones": BitMap().serialize(),
            "n_deleted": 0,
            "data_version": 1,
        }
        with self._engine.begin() as connection:
            query = select(projects.c.project).where(projects.c.source == ref.source)
            free = free_name(ref.project, set(connection.scalars(query)))
            connection.execute(insert(projects).values(project=free, name=name or free, **row))
            self._failpoints.reach("project named")
        self._failpoints.reach("project recorded")
        return self.get(ProjectRef(ref.source, free))

    def list(self) -> list[Project]:
        """Every project, last changed first."""
        query = _PROJECT.order_by(projects.c.updated_at.desc(), projects.c.key.desc())
        with self._reading.connect() as connection:
            return [_project(row) for row in connection.execute(query)]

    def get(self, ref: ProjectRef) -> Project:
        """One project. Raises UnknownProject."""
        with self._reading.connect() as connection:
            row = connection.execute(_PROJECT_NAMED, _name_of(ref)).one_or_none()
        if row is None:
            raise UnknownProject(ref)
        return _project(row)

    def delete(self, ref: ProjectRef) -> Project:
        """Remove it with its selections in one transaction; its folder is removed later."""
        with self._engine.begin() as connection:
            row = connection.execute(_PROJECT_NAMED, _name_of(ref)).one_or_none()
            if row is None:
                raise UnknownProject(ref)
            keep_aside(connection, row.key, f"project {ref} was deleted")
            connection.execute(delete(selections).where(selections.c.project_key == row.key))
            connection.execute(delete(projects).where(projects.c.key == row.key))
            self._failpoints.reach("project taken out")
        return _project(row)

    def remove_values(self, project_key: int) -> None:
        """Give back the space of a deleted project, but for its ids, unless a table waits."""
        deleted_projects.remove_values(self._engine, self.projects_folder, project_key)

    def remove_folders(self) -> set[int]:
        """Remove what is left of deleted projects, but for what a delivery may still need.

        The keys of the projects that something was taken of.
        """
        return deleted_projects.remove_folders(self._engine, self.projects_folder)

    def clean_up(self) -> None:
        """At the start: remove abandoned imports and files that no row names."""
        with self._reading.connect() as connection:
            named = {
                row.folder: row.segments
                for query in (
                    select(projects.c.folder, projects.c.segments),
                    select(folders_to_remove.c.folder, folders_to_remove.c.segments),
                )
                for row in connection.execute(query)
            }
        keep_only(self.staging_folder, set())
        keep_only(self.projects_folder, set(named))
        for folder, kept in named.items():
            files = {Path(segment["file"]).name for segment in kept}
            for path in (self.projects_folder / folder / IDS).glob("*.arrow"):
                if path.name not in files:
                    path.unlink()

    def data_set(self, ref: ProjectRef) -> DataSet:
        """The newest version. Raises UnknownProject."""
        with self._reading.connect() as connection:
            row = connection.execute(_DATA_NAMED, _name_of(ref)).mappings().one_or_none()
        if row is None:
            raise UnknownProject(ref)
        return descriptions.data_set(dict(row))

    def data_set_of_key(self, project_key: int) -> DataSet:
        """Of a present project, or a deleted one with values left. Raises UnknownData."""
        with self._reading.connect() as connection:
            row = connection.execute(_DATA_OF_KEY, {"of_key": project_key}).mappings().one_or_none()
            kept = row or deleted_projects.data_kept(connection, project_key)
        if kept is None:
            raise UnknownData(project_key)
        return descriptions.data_set(dict(kept))

    def identity(self, project_key: int) -> Identity:
        """Where the ids of a present or deleted project are. Raises UnknownData."""
        with self._reading.connect() as connection:
            row = connection.execute(_DATA_OF_KEY, {"of_key": project_key}).mappings().one_or_none()
            kept = row or deleted_projects.ids_kept(connection, project_key)
        if kept is None:
            raise UnknownData(project_key)
        segments = descriptions.segments(kept["segments"])
        return Identity(kept["folder"], ColumnType(kept["id_type"]), segments)

    def tombstones(self, project_key: int) -> BitMap:
        """The sample numbers that were deleted."""
        query = select(projects.c.tombstones).where(projects.c.key == project_key)
        with self._reading.connect() as connection:
            kept = connection.scalar(query)
        return BitMap() if kept is None else BitMap.deserialize(kept)

    def gaps(self, project_key: int) -> Gaps:
        """The samples, deleted ones too, whose values of a column have not come yet."""
        query = select(column_gaps).where(column_gaps.c.project_key == project_key)
        with self._reading.connect() as connection:
            return {row.field: BitMap.deserialize(row.samples) for row in connection.execute(query)}

    def record(
        self,
        ref: ProjectRef,
        before: DataSet,
        after: DataSet,
        tombstones: BitMap,
        gaps: Gaps | None = None,
    ) -> None:
        """Replace one version by the next. Raises UnknownProject, ProjectBusy."""
        is_it = projects.c.key == before.project_key
        with self._engine.begin() as connection:
            now_there = connection.execute(
                select(projects.c.data_version, projects.c.n_deleted).where(is_it)
            ).one_or_none()
            if now_there is None:
                raise UnknownProject(ref)
            if tuple(now_there) != (before.data_version, before.n_deleted):
                raise ProjectBusy(ref)
            if after.n_deleted < before.n_deleted:
                kept = connection.execute(select(projects.c.tombstones).where(is_it)).scalar_one()
                returned = BitMap.deserialize(kept) - tombstones
                forget_returned(connection, before.project_key, returned)
            connection.execute(
                update(projects)
                .where(is_it)
                .values(
                    sample_columns=descriptions.documents(after.sample_columns),
                    result_columns=descriptions.documents(after.result_columns),
                    models=descriptions.documents(after.models),
                    segments=descriptions.documents(after.segments),
                    next_sample_no=after.next_sample_no,
                    tombstones=tombstones.serialize(),
                    n_deleted=after.n_deleted,
                    data_version=after.data_version,
                    updated_at=now(),
                )
            )
            if gaps is not None:
                _keep_gaps(connection, before.project_key, gaps)


_DATA = select(*(column for column in projects.c if column.name != "tombstones"))
_PROJECT = select(
    *(column for column in projects.c if column.name not in ("tombstones", "segments")),
    select(func.count())
    .where(selections.c.project_key == projects.c.key)
    .scalar_subquery()
    .label("n_selections"),
)
# Built once: to build a statement costs as much as to run it.
_NAMED = (
    projects.c.source == bindparam("of_source"),
    projects.c.project == bindparam("of_project"),
)
_PROJECT_NAMED = _PROJECT.where(*_NAMED)
_DATA_NAMED = _DATA.where(*_NAMED)
_DATA_OF_KEY = _DATA.where(projects.c.key == bindparam("of_key"))


def _name_of(ref: ProjectRef) -> dict[str, str]:
    return {"of_source": ref.source, "of_project": ref.project}


def _keep_gaps(connection: Connection, project_key: int, gaps: Gaps) -> None:
    connection.execute(delete(column_gaps).where(column_gaps.c.project_key == project_key))
    for field, samples in gaps.items():
        samples.run_optimize()
        connection.execute(
            insert(column_gaps).values(
                project_key=project_key, field=field, samples=samples.serialize()
            )
        )


def free_name(name: str, taken: Collection[str]) -> str:
    """The name, or the first of ``name-2``, ``name-3`` … that is not taken."""
    number, free = 1, name
    while free in taken:
        number += 1
        free = f"{name}-{number}"
    return free


def _project(row: Row[*tuple[Any, ...]]) -> Project:
    return Project(
        key=row.key,
        ref=ProjectRef(row.source, row.project),
        name=row.name,
        origin=row.origin,
        created_at=row.created_at,
        updated_at=row.updated_at,
        n_samples=row.next_sample_no - row.n_deleted,
        n_columns=len(row.sample_columns),
        n_models=len(row.models),
        n_selections=row.n_selections,
    )
