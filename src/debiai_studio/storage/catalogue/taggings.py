"""Taggings in the catalogue."""

from __future__ import annotations

from base64 import b64decode, b64encode
from collections.abc import Mapping, Sequence
from dataclasses import fields
from typing import Any

from pyroaring import BitMap
from sqlalchemy import Connection, Engine, delete, insert, select, update
from sqlalchemy.exc import IntegrityError

from debiai_studio.datasets.errors import UnknownData
from debiai_studio.storage.catalogue.tables import taggings
from debiai_studio.tags.model import ListedTagging, Tagging, Value


class SqlTaggings:
    """The ``tags.ports.TaggingStore`` of the catalogue."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self._reading = engine.execution_options(read_only=True)

    def add(self, tagging: Tagging) -> None:
        """Keep a new one. Raises UnknownData."""
        values = {field.name: getattr(tagging, field.name) for field in fields(tagging)}
        values["samples"] = tagging.samples.serialize()
        values |= {"n_samples": tagging.n_samples, "n_had": tagging.n_had}
        values["before"] = _written(tagging.before)
        try:
            with self._engine.begin() as connection:
                connection.execute(insert(taggings).values(values))
        except IntegrityError as error:
            raise UnknownData(tagging.project_key) from error

    def listed(self, project_key: int) -> Sequence[ListedTagging]:
        """All of a project, the newest first."""
        query = (
            select(*(taggings.c[field.name] for field in fields(ListedTagging)))
            .where(taggings.c.project_key == project_key)
            .order_by(taggings.c.number.desc())
        )
        with self._reading.connect() as connection:
            return [ListedTagging(**row._asdict()) for row in connection.execute(query)]

    def since(self, project_key: int, tagging_id: str) -> Sequence[Tagging]:
        """A tagging and the newer ones of its column, the oldest first; none if it is not there."""
        it = taggings.alias()
        query = (
            select(*(taggings.c[field.name] for field in fields(Tagging)))
            .join(it, (it.c.project_key == taggings.c.project_key) & (it.c.id == tagging_id))
            .where(taggings.c.project_key == project_key)
            .where(taggings.c.column == it.c.column)
            .where(taggings.c.number >= it.c.number)
            .order_by(taggings.c.number)
        )
        with self._reading.connect() as connection:
            return [
                Tagging(
                    **row._asdict()
                    | {"samples": BitMap.deserialize(row.samples), "before": _read(row.before)}
                )
                for row in connection.execute(query)
            ]

    def delete(self, tagging_id: str) -> None:
        """Forget one."""
        with self._engine.begin() as connection:
            connection.execute(delete(taggings).where(taggings.c.id == tagging_id))

    def delete_of(self, project_key: int, column: str) -> None:
        """Forget those of a column."""
        is_of_it = (taggings.c.project_key == project_key) & (taggings.c.column == column)
        with self._engine.begin() as connection:
            connection.execute(delete(taggings).where(is_of_it))

    def take_out(
        self, tagging_id: str, inherited: Mapping[str, Sequence[tuple[Value, BitMap]]]
    ) -> None:
        """Forget one, and give others, by id, these values before."""
        with self._engine.begin() as connection:
            for other, before in inherited.items():
                change = update(taggings).where(taggings.c.id == other)
                n_had = sum(len(samples) for _, samples in before)
                connection.execute(change.values(before=_written(before), n_had=n_had))
            connection.execute(delete(taggings).where(taggings.c.id == tagging_id))


def forget_returned(connection: Connection, project_key: int, returned: BitMap) -> None:
    """Take samples out of the taggings of a project: they were deleted, and are back as new ones.

    Undoing gives back what the samples had that are gone. How many were tagged stays told.
    """
    of_project = select(taggings.c.number).where(taggings.c.project_key == project_key)
    for number in connection.scalars(of_project).all():
        is_it = taggings.c.number == number
        kept = connection.execute(select(taggings.c.samples, taggings.c.before).where(is_it)).one()
        samples = BitMap.deserialize(kept.samples)
        if not samples.isdisjoint(returned):
            left = [(value, had - returned) for value, had in _read(kept.before)]
            values = {"samples": (samples - returned).serialize(), "before": _written(left)}
            connection.execute(update(taggings).where(is_it).values(values))


def _read(before: list[list[Any]]) -> tuple[tuple[Value, BitMap], ...]:
    return tuple((value, BitMap.deserialize(b64decode(samples))) for value, samples in before)


def _written(before: Sequence[tuple[Value, BitMap]]) -> list[list[Any]]:
    return [[value, b64encode(samples.serialize()).decode()] for value, samples in before]
