"""What comments need from storage."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

from debiai_studio.comments.model import Comment


class CommentStore(Protocol):
    """Comments of present projects. Thread-safe; each call is one transaction."""

    def put(self, comment: Comment) -> None:
        """Keep it, in place of the one with its id. Raises UnknownData."""
        ...

    def of_project(self, project_key: int) -> Sequence[Comment]:
        """All of a project, the oldest first."""
        ...

    def delete(self, comment_id: str) -> None:
        """Forget it."""
        ...
