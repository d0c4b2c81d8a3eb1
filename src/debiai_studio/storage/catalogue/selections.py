"""Saved selections and their versions in the catalogue."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from typing import Any

from pyroaring import BitMap
from sqlalchemy import Connection, Engine, Row, Select, delete, func, insert, select, update

from debiai_studio.datasets.errors import UnknownData
from debiai_studio.selections.errors import NameTaken, OnlyVersion, UnknownSelection
from debiai_studio.selections.model import Selection
from debiai_studio.selections.ports import VersionKey
from debiai_studio.storage.catalogue.projects import free_name
from debiai_studio.storage.catalogue.tables import projects, selection_versions, selections

_JOINED = selections.join(selection_versions)
_VERSION = select(
    selections.c.key,
    selections.c.id,
    selections.c.name,
    *(column for column in selection_versions.c if column.name != "members"),
).select_from(_JOINED)
_NEWEST = (
    selection_versions.c.number
    == select(func.max(selection_versions.c.number))
    .where(selection_versions.c.selection_key == selections.c.key)
    .correlate(selections)
    .scalar_subquery()
)


class SelectionStore:
    """Selections by the key of their project."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self._reading = engine.execution_options(read_only=True)

    def add(
        self,
        project_key: int,
        selection: Selection,
        members: BitMap,
        version_of: str | None = None,
    ) -> Selection:
        """Keep it as the next version of an id or of its name, or as a new selection.

        Raises UnknownData, UnknownSelection.
        """
        frozen = members.copy()
        frozen.run_optimize()
        with self._engine.begin() as connection:
            # Locked, where rows can be: two that save one name get two versions of one selection.
            project = select(projects.c.key).where(projects.c.key == project_key)
            if connection.scalar(project.with_for_update()) is None:
                raise UnknownData(project_key)
            key, kept = _place_of(connection, project_key, selection, version_of)
            connection.execute(
                insert(selection_versions).values(
                    selection_key=key,
                    number=kept.version,
                    created_at=kept.created_at,
                    author=kept.author,
                    n_samples=kept.n_samples,
                    data_version=kept.data_version,
                    rule=kept.rule,
                    members=frozen.serialize(),
                )
            )
            versions = _numbers(connection, [key])[key]
        return replace(kept, versions=versions)

    def list(self, project_key: int) -> Sequence[Selection]:
        """All at their newest version, the selection made last first."""
        return self._read(
            _VERSION.where(selections.c.project_key == project_key, _NEWEST).order_by(
                selections.c.key.desc()
            )
        )

    def history(self, project_key: int, selection_id: str) -> Sequence[Selection]:
        """Every version of one, newest first."""
        return self._read(
            _VERSION.where(*_is(project_key, selection_id)).order_by(
                selection_versions.c.number.desc()
            )
        )

    def get(
        self, project_key: int, selection_id: str, version: int | None = None
    ) -> Selection | None:
        """One version, or the newest, without members."""
        query = _VERSION.where(*_is(project_key, selection_id), _version_is(version))
        return next(iter(self._read(query)), None)

    def named(self, project_key: int, name: str) -> Selection | None:
        """The newest version of the selection of that name."""
        query = _VERSION.where(
            selections.c.project_key == project_key, selections.c.name == name, _NEWEST
        )
        return next(iter(self._read(query.order_by(selections.c.key.desc()))), None)

    def members(
        self, project_key: int, selection_id: str, version: int | None = None
    ) -> BitMap | None:
        """The frozen members of a version, deleted samples among them."""
        query = (
            select(selection_versions.c.members)
            .select_from(_JOINED)
            .where(*_is(project_key, selection_id), _version_is(version))
        )
        with self._reading.connect() as connection:
            kept = connection.scalar(query)
        return None if kept is None else BitMap.deserialize(kept)

    def rename(self, project_key: int, selection_id: str, name: str) -> bool:
        """Whether there was one. Raises NameTaken."""
        same_name = select(selections.c.key).where(
            selections.c.project_key == project_key,
            selections.c.name == name,
            selections.c.id != selection_id,
        )
        change = update(selections).where(*_is(project_key, selection_id)).values(name=name)
        with self._engine.begin() as connection:
            if connection.scalar(same_name.limit(1)) is not None:
                raise NameTaken(name)
            return connection.execute(change).rowcount == 1

    def delete(self, project_key: int, selection_id: str) -> bool:
        """Whether there was one."""
        removal = delete(selections).where(*_is(project_key, selection_id))
        with self._engine.begin() as connection:
            return connection.execute(removal).rowcount == 1

    def delete_version(self, project_key: int, selection_id: str, version: int) -> bool:
        """Whether there was one. Raises OnlyVersion."""
        # Locked, where rows can be: two that delete the last two versions leave one.
        found = select(selections.c.key).where(*_is(project_key, selection_id)).with_for_update()
        with self._engine.begin() as connection:
            key = connection.scalar(found)
            numbers = () if key is None else _numbers(connection, [key])[key]
            if version not in numbers:
                return False
            if len(numbers) == 1:
                raise OnlyVersion(selection_id, version)
            connection.execute(
                delete(selection_versions).where(
                    selection_versions.c.selection_key == key,
                    selection_versions.c.number == version,
                )
            )
        return True

    def without_digest(self) -> Sequence[VersionKey]:
        """The versions whose digest was not computed yet, newest first."""
        query = (
            select(selections.c.project_key, selections.c.id, selection_versions.c.number)
            .select_from(_JOINED)
            .where(selection_versions.c.set_digest.is_(None))
            .order_by(selection_versions.c.created_at.desc())
        )
        with self._reading.connect() as connection:
            return [VersionKey(*row) for row in connection.execute(query)]

    def keep_digest(self, key: VersionKey, digest: str) -> None:
        """Keep the digest of the ids of a version, when it still exists."""
        found = select(selections.c.key).where(*_is(key.project_key, key.selection_id))
        with self._engine.begin() as connection:
            connection.execute(
                update(selection_versions)
                .where(
                    selection_versions.c.selection_key == found.scalar_subquery(),
                    selection_versions.c.number == key.version,
                )
                .values(set_digest=digest)
            )

    def _read(self, query: Select[Any]) -> Sequence[Selection]:
        with self._reading.connect() as connection:
            rows = connection.execute(query).all()
            versions = _numbers(connection, {row.key for row in rows})
        return [_selection(row, versions[row.key]) for row in rows]


def _place_of(
    connection: Connection, project_key: int, selection: Selection, version_of: str | None
) -> tuple[int, Selection]:
    """The key of the selection it belongs to, made when there is none, and what becomes of it."""
    mine = selections.c.project_key == project_key
    meant = (
        selections.c.name == selection.name if version_of is None else selections.c.id == version_of
    )
    newest = select(selections).where(mine, meant)
    known = connection.execute(newest.order_by(selections.c.key.desc()).limit(1)).one_or_none()
    if known is not None:
        number = known.last_version + 1
        connection.execute(
            update(selections).where(selections.c.key == known.key).values(last_version=number)
        )
        return known.key, replace(selection, id=known.id, name=known.name, version=number)
    if version_of is not None:
        raise UnknownSelection(version_of)
    taken = set(connection.scalars(select(selections.c.id).where(mine)))
    kept = replace(selection, id=free_name(selection.id, taken), version=1)
    made = connection.execute(
        insert(selections)
        .values(project_key=project_key, id=kept.id, name=kept.name, last_version=1)
        .returning(selections.c.key)
    )
    return made.scalar_one(), kept


def _numbers(connection: Connection, keys: Iterable[int]) -> dict[int, tuple[int, ...]]:
    """The numbers of the versions of each selection, oldest first."""
    found: dict[int, tuple[int, ...]] = {}
    query = (
        select(selection_versions.c.selection_key, selection_versions.c.number)
        .where(selection_versions.c.selection_key.in_(keys))
        .order_by(selection_versions.c.number)
    )
    for key, number in connection.execute(query):
        found[key] = (*found.get(key, ()), number)
    return found


def _is(project_key: int, selection_id: str) -> tuple[Any, Any]:
    return selections.c.project_key == project_key, selections.c.id == selection_id


def _version_is(version: int | None) -> Any:
    return _NEWEST if version is None else selection_versions.c.number == version


def _selection(row: Row[*tuple[Any, ...]], versions: tuple[int, ...]) -> Selection:
    return Selection(
        id=row.id,
        name=row.name,
        created_at=row.created_at,
        n_samples=row.n_samples,
        data_version=row.data_version,
        rule=row.rule,
        version=row.number,
        versions=versions,
        author=row.author,
        set_digest=row.set_digest,
    )
