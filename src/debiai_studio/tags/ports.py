"""What tags need from storage."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Protocol

from pyroaring import BitMap

from debiai_studio.tags.model import Tagging, Value


class TaggingStore(Protocol):
    """Taggings of present projects. Thread-safe; each call is one transaction."""

    def add(self, tagging: Tagging) -> None:
        """Keep a new one. Raises UnknownData."""
        ...

    def of_project(self, project_key: int) -> Sequence[Tagging]:
        """All of a project, the newest first."""
        ...

    def delete(self, *tagging_ids: str) -> None:
        """Forget them."""
        ...

    def take_out(
        self, tagging_id: str, inherited: Mapping[str, Sequence[tuple[Value, BitMap]]]
    ) -> None:
        """Forget one, and give others, by id, these values before."""
        ...
