"""What data providers need from outside: connections, and the catalogue."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass
from typing import Any, Protocol

from debiai_studio.datasets.model import ColumnType
from debiai_studio.projects.model import Project, ProjectRef
from debiai_studio.providers.model import (
    Dialect,
    Fetched,
    Id,
    Info,
    Provider,
    RemoteModel,
    RemoteProject,
    RemoteSelection,
    Structure,
)


@dataclass(frozen=True, slots=True)
class Page:
    """A page of ids: from the ``first`` to the ``last`` place, both included.

    ``analysis`` names the fetch that asks; providers may keep what they need under that name from
    the page that ``begins`` it to the one that ``ends`` it.
    """

    first: int
    last: int
    analysis: str
    begins: bool = False
    ends: bool = False


class Connection(Protocol):
    """A data provider that is asked. Every method raises ProviderTrouble."""

    async def info(self) -> Info:
        """What it tells of itself."""
        ...

    async def projects(self) -> list[RemoteProject]:
        """Its projects."""
        ...

    async def discover(self, project: str) -> Dialect:
        """How it wants to be asked, found out by asking for the first id of a project."""
        ...

    async def structure(self, project: str) -> Structure:
        """The columns and expected results of a project."""
        ...

    async def ids(self, project: str, page: Page) -> list[Id]:
        """One page of the ids of a project."""
        ...

    async def rows(self, project: str, ids: Sequence[Id]) -> dict[str, Any]:
        """Values in the order of the columns, by id as text."""
        ...

    async def models(self, project: str) -> list[RemoteModel]:
        """The models of a project; none when the provider knows no models."""
        ...

    async def evaluated(self, project: str, model: str) -> list[Id]:
        """The ids that a model has results of."""
        ...

    async def results(self, project: str, model: str, ids: Sequence[Id]) -> dict[str, Any]:
        """Values in the order of the expected results, by id as text."""
        ...

    async def selections(self, project: str) -> list[RemoteSelection]:
        """The selections of a project; none when the provider knows no selections."""
        ...

    async def selected(self, project: str, selection: str) -> list[Id]:
        """The ids of a selection."""
        ...


class Connect(Protocol):
    """Opens connections; a ``patient`` one tries again and waits long."""

    def __call__(
        self, provider: Provider, *, patient: bool
    ) -> AbstractAsyncContextManager[Connection]:
        """A connection, closed at the end."""
        ...


class ProviderStore(Protocol):
    """The data providers that were made in the page."""

    def all(self) -> list[Provider]:
        """By name."""
        ...

    def add(self, provider: Provider) -> None:
        """Raises ProviderExists."""
        ...

    def remove(self, name: str) -> None:
        """Forget it; nothing when it is not there."""
        ...


class FetchedStore(Protocol):
    """What is known of projects that were fetched; it goes with the project."""

    def all(self) -> dict[ProjectRef, Fetched]:
        """Of every project."""
        ...

    def put(self, fetched: Fetched) -> None:
        """Keep it in the place of the one before. Raises UnknownData when the project is gone."""
        ...


class NewProject(Protocol):
    """Makes a project without samples and columns."""

    def __call__(
        self, ref: ProjectRef, *, origin: str, id_name: str, id_type: ColumnType, name: str
    ) -> Project:
        """The project; when the id is taken, it gets ``-2``."""
        ...
