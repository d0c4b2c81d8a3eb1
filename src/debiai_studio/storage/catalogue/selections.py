"""Saved selections in the catalogue."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from pyroaring import BitMap
from sqlalchemy import Engine, Row, delete, insert, select, update

from debiai_studio.datasets.errors import UnknownData
from debiai_studio.selections.model import Selection
from debiai_studio.storage.catalogue.projects import free_name
from debiai_studio.storage.catalogue.tables import projects, selections

_SELECTION = select(
    selections.c.id,
    selections.c.name,
    selections.c.created_at,
    selections.c.n_samples,
    selections.c.data_version,
    selections.c.rule,
)


class SelectionStore:
    """Selections by the key of their project."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self._reading = engine.execution_options(read_only=True)

    def add(self, project_key: int, selection: Selection, members: BitMap) -> Selection:
        """Keep it under the first free id. Raises UnknownData when the project is gone."""
        frozen = members.copy()
        frozen.run_optimize()
        with self._engine.begin() as connection:
            there = connection.scalar(select(projects.c.key).where(projects.c.key == project_key))
            if there is None:
                raise UnknownData(project_key)
            query = select(selections.c.id).where(selections.c.project_key == project_key)
            kept = replace(selection, id=free_name(selection.id, set(connection.scalars(query))))
            connection.execute(
                insert(selections).values(
                    project_key=project_key,
                    id=kept.id,
                    name=kept.name,
                    created_at=kept.created_at,
                    n_samples=kept.n_samples,
                    data_version=kept.data_version,
                    rule=kept.rule,
                    members=frozen.serialize(),
                )
            )
        return kept

    def list(self, project_key: int) -> list[Selection]:
        """All, newest first."""
        query = _SELECTION.where(selections.c.project_key == project_key)
        with self._reading.connect() as connection:
            rows = connection.execute(query.order_by(selections.c.key.desc()))
            return [_selection(row) for row in rows]

    def get(self, project_key: int, selection_id: str) -> Selection | None:
        """One, without members."""
        query = _SELECTION.where(*_is(project_key, selection_id))
        with self._reading.connect() as connection:
            row = connection.execute(query).one_or_none()
        return None if row is None else _selection(row)

    def members(self, project_key: int, selection_id: str) -> BitMap | None:
        """The frozen members, deleted samples among them."""
        query = select(selections.c.members).where(*_is(project_key, selection_id))
        with self._reading.connect() as connection:
            kept = connection.scalar(query)
        return None if kept is None else BitMap.deserialize(kept)

    def rename(self, project_key: int, selection_id: str, name: str) -> bool:
        """Whether there was one."""
        change = update(selections).where(*_is(project_key, selection_id)).values(name=name)
        with self._engine.begin() as connection:
            return connection.execute(change).rowcount == 1

    def delete(self, project_key: int, selection_id: str) -> bool:
        """Whether there was one."""
        removal = delete(selections).where(*_is(project_key, selection_id))
        with self._engine.begin() as connection:
            return connection.execute(removal).rowcount == 1


def _is(project_key: int, selection_id: str) -> tuple[Any, Any]:
    return selections.c.project_key == project_key, selections.c.id == selection_id


def _selection(row: Row[*tuple[Any, ...]]) -> Selection:
    return Selection(row.id, row.name, row.created_at, row.n_samples, row.data_version, row.rule)
