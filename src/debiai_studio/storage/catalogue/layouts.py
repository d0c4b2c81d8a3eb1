"""Saved layouts in the catalogue."""

from __future__ import annotations

from dataclasses import asdict

from sqlalchemy import Engine, delete, insert, select, update

from debiai_studio.layouts.model import Layout
from debiai_studio.storage.catalogue.tables import layouts


class LayoutStore:
    """Layouts by id."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self._reading = engine.execution_options(read_only=True)

    def put(self, layout: Layout) -> None:
        """Keep it, in place of the one with the same id."""
        values = asdict(layout)
        with self._engine.begin() as connection:
            change = update(layouts).where(layouts.c.id == layout.id).values(values)
            if connection.execute(change).rowcount == 0:
                connection.execute(insert(layouts).values(values))

    def get(self, layout_id: str) -> Layout | None:
        """One layout."""
        with self._reading.connect() as connection:
            row = connection.execute(select(layouts).where(layouts.c.id == layout_id)).one_or_none()
        return None if row is None else Layout(**row._asdict())

    def list(self) -> list[Layout]:
        """All, last changed first."""
        query = select(layouts).order_by(layouts.c.updated_at.desc(), layouts.c.id)
        with self._reading.connect() as connection:
            return [Layout(**row._asdict()) for row in connection.execute(query)]

    def delete(self, layout_id: str) -> bool:
        """Whether there was one."""
        with self._engine.begin() as connection:
            removal = delete(layouts).where(layouts.c.id == layout_id)
            return connection.execute(removal).rowcount == 1
