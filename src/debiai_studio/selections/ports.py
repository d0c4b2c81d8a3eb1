"""What selections need from storage."""

from __future__ import annotations

from typing import Protocol

from pyroaring import BitMap

from debiai_studio.selections.model import Selection


class SelectionCatalogue(Protocol):
    """Saved selections of present projects, by the project's key."""

    def add(self, project_key: int, selection: Selection, members: BitMap) -> Selection:
        """Keep it; its id gets ``-2``, ``-3`` … when taken.

        Raises UnknownData when the project is gone.
        """
        ...

    def list(self, project_key: int) -> list[Selection]:
        """All, newest first."""
        ...

    def get(self, project_key: int, selection_id: str) -> Selection | None:
        """One, without members."""
        ...

    def members(self, project_key: int, selection_id: str) -> BitMap | None:
        """The frozen members, deleted samples among them."""
        ...

    def rename(self, project_key: int, selection_id: str, name: str) -> bool:
        """Whether there was one."""
        ...

    def delete(self, project_key: int, selection_id: str) -> bool:
        """Whether there was one."""
        ...
