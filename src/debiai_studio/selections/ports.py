"""What selections need from storage."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

from pyroaring import BitMap

from debiai_studio.selections.model import Selection


@dataclass(frozen=True, slots=True)
class VersionKey:
    """One version in the whole catalogue."""

    project_key: int
    selection_id: str
    version: int


class SelectionCatalogue(Protocol):
    """Saved selections of present projects, by the project's key."""

    def add(
        self,
        project_key: int,
        selection: Selection,
        members: BitMap,
        version_of: str | None = None,
    ) -> Selection:
        """Keep it as the next version of the selection of an id, or of its name, else as a new one.

        The id of a new one gets ``-2``, ``-3`` … when taken; numbers of versions are never used
        twice. Raises UnknownData when the project is gone, UnknownSelection when the id is.
        """
        ...

    def list(self, project_key: int) -> Sequence[Selection]:
        """All at their newest version, the selection made last first."""
        ...

    def history(self, project_key: int, selection_id: str) -> Sequence[Selection]:
        """Every version of one, newest first; none when there is no such selection."""
        ...

    def get(
        self, project_key: int, selection_id: str, version: int | None = None
    ) -> Selection | None:
        """One version, or the newest, without members."""
        ...

    def named(self, project_key: int, name: str) -> Selection | None:
        """The newest version of the selection of that name."""
        ...

    def members(
        self, project_key: int, selection_id: str, version: int | None = None
    ) -> BitMap | None:
        """The frozen members of a version, or of the newest, deleted samples among them."""
        ...

    def rename(self, project_key: int, selection_id: str, name: str) -> bool:
        """Whether there was one. Raises NameTaken."""
        ...

    def delete(self, project_key: int, selection_id: str) -> bool:
        """Whether there was one; all its versions go."""
        ...

    def delete_version(self, project_key: int, selection_id: str, version: int) -> bool:
        """Whether there was one. Raises OnlyVersion."""
        ...

    def without_digest(self) -> Sequence[VersionKey]:
        """The versions of every project whose digest was not computed yet, newest first."""
        ...

    def keep_digest(self, key: VersionKey, digest: str) -> None:
        """Keep the digest of the ids of a version, when it still exists."""
        ...
