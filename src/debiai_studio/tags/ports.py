"""What tags need from storage."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Protocol

from pyroaring import BitMap

from debiai_studio.tags.model import ListedTagging, Tagging, Value


class TaggingStore(Protocol):
    """Taggings of present projects. Thread-safe; each call is one transaction."""

    def add(self, tagging: Tagging) -> None:
        """Keep a new one. Raises UnknownData."""
        ...

    def listed(self, project_key: int) -> Sequence[ListedTagging]:
        """All of a project, the newest first."""
        ...

    def since(self, project_key: int, tagging_id: str) -> Sequence[Tagging]:
        """A tagging and the newer ones of its column, the oldest first; none if it is not there."""
        ...

    def delete(self, tagging_id: str) -> None:
        """Forget one."""
        ...

    def delete_of(self, project_key: int, column: str) -> None:
        """Forget those of a column."""
        ...

    def take_out(
        self, tagging_id: str, inherited: Mapping[str, Sequence[tuple[Value, BitMap]]]
    ) -> None:
        """Forget one, and give others, by id, these values before."""
        ...
