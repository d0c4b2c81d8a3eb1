"""Data providers of the page, and what is known of fetched projects."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

from sqlalchemy import Engine, Row, delete, insert, select, update
from sqlalchemy.exc import IntegrityError

from debiai_studio.datasets.errors import UnknownData
from debiai_studio.projects.model import ProjectRef
from debiai_studio.providers.errors import ProviderExists
from debiai_studio.providers.model import Fetched, Missing, Provider
from debiai_studio.storage.catalogue.audit import note
from debiai_studio.storage.catalogue.moments import now
from debiai_studio.storage.catalogue.tables import data_providers, fetched_projects, projects


class ProviderTable:
    """The table ``data_providers``; each call is one transaction."""

    def __init__(self, catalogue: Engine) -> None:
        self._catalogue = catalogue
        self._reading = catalogue.execution_options(read_only=True)

    def all(self) -> list[Provider]:
        """By name."""
        query = select(data_providers).order_by(data_providers.c.name)
        with self._reading.connect() as connection:
            return [Provider(row.name, row.url) for row in connection.execute(query)]

    def add(self, provider: Provider) -> None:
        """Raises ProviderExists."""
        row = {"name": provider.name, "url": provider.url, "created_at": now()}
        try:
            with self._catalogue.begin() as connection:
                connection.execute(insert(data_providers).values(row))
                note(connection, now(), "provider.added", provider.name, url=provider.url)
        except IntegrityError as error:
            raise ProviderExists(provider.name) from error

    def remove(self, name: str) -> None:
        """Forget it."""
        with self._catalogue.begin() as connection:
            connection.execute(delete(data_providers).where(data_providers.c.name == name))
            note(connection, now(), "provider.removed", name)


class FetchedTable:
    """The table ``fetched_projects``; each call is one transaction."""

    def __init__(self, catalogue: Engine) -> None:
        self._catalogue = catalogue
        self._reading = catalogue.execution_options(read_only=True)

    def all(self) -> dict[ProjectRef, Fetched]:
        """Of every project."""
        query = select(fetched_projects, projects.c.source, projects.c.project).join(projects)
        with self._reading.connect() as connection:
            return {
                ProjectRef(row.source, row.project): _fetched(row)
                for row in connection.execute(query)
            }

    def put(self, fetched: Fetched) -> None:
        """Keep it in the place of the one before. Raises UnknownData."""
        values: dict[str, Any] = {
            **asdict(fetched),
            "columns": list(fetched.columns),
            "missing": [one.model_dump() for one in fetched.missing],
            "notes": list(fetched.notes),
        }
        known = fetched_projects.c.project_key == fetched.project_key
        try:
            with self._catalogue.begin() as connection:
                changed = connection.execute(update(fetched_projects).where(known).values(values))
                if not changed.rowcount:
                    connection.execute(insert(fetched_projects).values(values))
        except IntegrityError as error:
            raise UnknownData(fetched.project_key) from error


def _fetched(row: Row[Any]) -> Fetched:
    return Fetched(
        project_key=row.project_key,
        remote_id=row.remote_id,
        updated=row.updated,
        fetched_at=row.fetched_at,
        checked_at=row.checked_at,
        n_listed=row.n_listed,
        columns=tuple(row.columns),
        n_missing=row.n_missing,
        missing=tuple(Missing(**one) for one in row.missing),
        notes=tuple(row.notes),
    )
