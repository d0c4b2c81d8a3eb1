"""Writing, changing and deleting comments."""

from __future__ import annotations

import secrets
from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime

from debiai_studio import callers
from debiai_studio.comments.errors import UnknownComment, UnsuitableSubject, UnsuitableText
from debiai_studio.comments.model import About, Comment
from debiai_studio.comments.ports import CommentStore
from debiai_studio.datasets.service import DataSets
from debiai_studio.events import Events
from debiai_studio.projects.model import ProjectRef

LONGEST = 10_000
_LONGEST_ID = 200


class Comments:
    """Those of every project; they go with it."""

    def __init__(self, datasets: DataSets, store: CommentStore, events: Events) -> None:
        self._datasets = datasets
        self._store = store
        self._events = events

    def of_project(self, ref: ProjectRef) -> Sequence[Comment]:
        """All of a project, the oldest first. Raises UnknownProject."""
        return self._store.of_project(self._datasets.of(ref).project_key)

    def write(self, ref: ProjectRef, about: About, subject: str, title: str, text: str) -> Comment:
        """Keep a new one. Raises UnsuitableText, UnsuitableSubject, UnknownProject."""
        moment = _now()
        comment = Comment(
            id=secrets.token_hex(8),
            project_key=self._datasets.of(ref).project_key,
            about=about,
            subject=subject,
            title=title.strip(),
            text=text.strip(),
            author=callers.current.get().told,
            created_at=moment,
            changed_at=moment,
        )
        return self._put(ref, comment)

    def change(self, ref: ProjectRef, comment_id: str, title: str, text: str) -> Comment:
        """Write it anew. Raises UnknownComment, UnsuitableText."""
        comment = self._get(ref, comment_id)
        changed = replace(comment, title=title.strip(), text=text.strip(), changed_at=_now())
        return self._put(ref, changed)

    def delete(self, ref: ProjectRef, comment_id: str) -> None:
        """Forget it. Raises UnknownComment."""
        self._get(ref, comment_id)
        self._store.delete(comment_id)
        self._tell(ref)

    def _put(self, ref: ProjectRef, comment: Comment) -> Comment:
        written = f"{comment.title}{comment.text}"
        if not 0 < len(written) <= LONGEST or "\0" in written:
            raise UnsuitableText(LONGEST)
        if (comment.about == "project") != (comment.subject == "") or len(
            comment.subject
        ) > _LONGEST_ID:
            raise UnsuitableSubject(comment.about)
        self._store.put(comment)
        self._tell(ref)
        return comment

    def _get(self, ref: ProjectRef, comment_id: str) -> Comment:
        for comment in self.of_project(ref):
            if comment.id == comment_id:
                return comment
        raise UnknownComment(comment_id)

    def _tell(self, ref: ProjectRef) -> None:
        self._events.publish("comment", {"source": ref.source, "project": ref.project})


def _now() -> str:
    return datetime.now(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")
