"""Comments in the catalogue."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict

from sqlalchemy import Engine, delete, insert, select, update
from sqlalchemy.exc import IntegrityError

from debiai_studio.comments.model import Comment
from debiai_studio.datasets.errors import UnknownData
from debiai_studio.storage.catalogue.tables import comments


class SqlComments:
    """The ``comments.ports.CommentStore`` of the catalogue."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self._reading = engine.execution_options(read_only=True)

    def put(self, comment: Comment) -> None:
        """Keep it, in place of the one with its id. Raises UnknownData."""
        values = asdict(comment)
        try:
            with self._engine.begin() as connection:
                change = update(comments).where(comments.c.id == comment.id).values(values)
                if not connection.execute(change).rowcount:
                    connection.execute(insert(comments).values(values))
        except IntegrityError as error:
            raise UnknownData(comment.project_key) from error

    def of_project(self, project_key: int) -> Sequence[Comment]:
        """All of a project, the oldest first."""
        query = (
            select(comments)
            .where(comments.c.project_key == project_key)
            .order_by(comments.c.created_at, comments.c.id)
        )
        with self._reading.connect() as connection:
            return [Comment(**row._asdict()) for row in connection.execute(query)]

    def delete(self, comment_id: str) -> None:
        """Forget it."""
        with self._engine.begin() as connection:
            connection.execute(delete(comments).where(comments.c.id == comment_id))
