"""Streams in the catalogue."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from pyroaring import BitMap
from sqlalchemy import Connection, Row, Select, delete, func, insert, select, update

from debiai_studio.datasets.errors import UnknownData
from debiai_studio.errors import StudioError
from debiai_studio.exports.delivery import Clock, text_of, utc_now
from debiai_studio.projects.model import ProjectRef
from debiai_studio.storage.catalogue.audit import note
from debiai_studio.storage.catalogue.group_commit import GroupCommit
from debiai_studio.storage.catalogue.tables import projects, streams
from debiai_studio.streams.model import CHANGES, Confirmed, Stream

_STREAM = select(
    projects.c.source,
    projects.c.project,
    *(column for column in streams.c if column.name != "confirmed"),
).join_from(streams, projects)

_NEW = (
    "id",
    "project_key",
    "name",
    "annotation",
    "rule",
    "method_id",
    "trigger",
    "waits_for_columns",
    "created_at",
    "author",
    "sequence",
    "wishes",
    "served",
    "due_at",
)


class StreamStore:
    """The ``streams.ports.StreamCatalogue`` of the catalogue."""

    def __init__(self, commits: GroupCommit, *, clock: Clock = utc_now) -> None:
        self._commits = commits
        self._clock = clock

    def add(self, stream: Stream) -> None:
        """Keep it. Raises UnknownData when the project is gone."""
        values: dict[str, Any] = {name: getattr(stream, name) for name in _NEW}
        values["confirmed"] = BitMap().serialize()
        values["confirmed_digest"] = stream.confirmed.digest
        values["confirmed_sequence"] = values["n_confirmed"] = 0
        project = select(projects.c.key).where(projects.c.key == stream.project_key)

        def write(connection: Connection) -> None:
            if connection.scalar(project.with_for_update()) is None:
                raise UnknownData(stream.project_key)
            connection.execute(insert(streams).values(values))
            self._note(
                connection,
                "stream.created",
                stream.id,
                name=stream.name,
                source=stream.ref.source,
                project=stream.ref.project,
                method_id=stream.method_id,
                trigger=stream.trigger,
            )

        self._commits.run(write)

    def list(self, project_key: int) -> Sequence[Stream]:
        """All of a project, the one made last first."""
        newest_first = (streams.c.created_at.desc(), streams.c.id)
        return self._read(
            _STREAM.where(streams.c.project_key == project_key).order_by(*newest_first)
        )

    def get(self, stream_id: str) -> Stream | None:
        """One stream."""
        return next(iter(self._read(_STREAM.where(streams.c.id == stream_id))), None)

    def confirmed(self, stream_id: str) -> BitMap:
        """The set that the receiver confirmed; empty when there is no such stream."""
        query = select(streams.c.confirmed).where(streams.c.id == stream_id)
        with self._commits.reading() as connection:
            kept = connection.scalar(query)
        return BitMap() if kept is None else BitMap.deserialize(kept)

    def ready(self) -> Sequence[Stream]:
        """Those that a run is asked of, and that neither wait for a delivery nor are paused."""
        return self._read(
            _STREAM.where(
                streams.c.wishes > streams.c.served,
                streams.c.head_id.is_(None),
                streams.c.pause.is_(None),
            )
        )

    def due(self, now: str) -> Sequence[Stream]:
        """Those whose next run by cron is due."""
        return self._read(_STREAM.where(streams.c.due_at <= now))

    def next_due(self) -> str | None:
        """When the next run by cron is due."""
        with self._commits.reading() as connection:
            found: str | None = connection.scalar(select(func.min(streams.c.due_at)))
        return found

    def wish(self, stream_id: str, due_at: str | None = None) -> None:
        """Ask for a run; with ``due_at`` because cron did, which asks for the next one then."""
        values: dict[str, Any] = {"wishes": streams.c.wishes + 1}
        if due_at is not None:
            values["due_at"] = due_at
        self._update(stream_id, values)

    def wish_after_change(self, ref: ProjectRef | None = None) -> None:
        """Ask for a run of all that follow changes, in one project or in all."""
        change = update(streams).where(streams.c.trigger == CHANGES)
        if ref is not None:
            key = select(projects.c.key).where(
                projects.c.source == ref.source, projects.c.project == ref.project
            )
            change = change.where(streams.c.project_key == key.scalar_subquery())
        self._commits.run(lambda c: c.execute(change.values(wishes=streams.c.wishes + 1)))

    def judged(
        self,
        stream_id: str,
        at: str,
        *,
        served: int | None = None,
        put_off: StudioError | None = None,
    ) -> None:
        """Record that it was judged: how many wishes that served, or why it was put off."""
        values: dict[str, Any] = {
            "judged_at": at,
            "put_off": None if put_off is None else str(put_off),
            "put_off_code": None if put_off is None else put_off.code,
        }
        if served is not None:
            values["served"] = served
        self._update(stream_id, values)

    def pause(self, stream_id: str, reason: str) -> None:
        """A person stops it; what else stopped it before stays the reason."""
        change = (
            update(streams)
            .where(streams.c.id == stream_id, streams.c.pause.is_(None))
            .values(pause="person", pause_reason=reason)
        )

        def write(connection: Connection) -> None:
            connection.execute(change)
            self._note(connection, "stream.paused", stream_id)

        self._commits.run(write)

    def resume(self, stream_id: str) -> None:
        """It may go on."""
        self._update(stream_id, {"pause": None, "pause_reason": None}, "stream.resumed")

    def delete(self, stream_id: str) -> None:
        """Forget it; its deliveries stay in the history."""

        def write(connection: Connection) -> None:
            connection.execute(delete(streams).where(streams.c.id == stream_id))
            self._note(connection, "stream.deleted", stream_id)

        self._commits.run(write)

    def _update(self, stream_id: str, values: dict[str, Any], action: str | None = None) -> None:
        def write(connection: Connection) -> None:
            connection.execute(update(streams).where(streams.c.id == stream_id).values(values))
            if action is not None:
                self._note(connection, action, stream_id)

        self._commits.run(write)

    def _note(self, connection: Connection, action: str, stream_id: str, **details: str) -> None:
        note(connection, text_of(self._clock()), action, stream_id, **details)

    def _read(self, query: Select[Any]) -> Sequence[Stream]:
        with self._commits.reading() as connection:
            return [_stream(row) for row in connection.execute(query)]


def _stream(row: Row[*tuple[Any, ...]]) -> Stream:
    return Stream(
        ref=ProjectRef(row.source, row.project),
        confirmed=Confirmed(
            sequence=row.confirmed_sequence,
            at=row.confirmed_at,
            n_samples=row.n_confirmed,
            digest=row.confirmed_digest,
        ),
        **{
            name: getattr(row, name)
            for name in Stream.__dataclass_fields__
            if name not in ("ref", "confirmed")
        },
    )
