"""What tags need from storage."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

from debiai_studio.tags.model import Tagging


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
