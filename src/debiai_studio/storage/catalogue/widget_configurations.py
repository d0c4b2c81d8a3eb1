"""Saved settings of widgets in the catalogue."""

from __future__ import annotations

from dataclasses import asdict

from sqlalchemy import Engine, delete, insert, select

from debiai_studio.layouts.model import WidgetConfiguration
from debiai_studio.storage.catalogue.tables import widget_configurations as table


class ConfigurationStore:
    """Saved settings by id."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self._reading = engine.execution_options(read_only=True)

    def add(self, configuration: WidgetConfiguration) -> None:
        """Keep a new one."""
        with self._engine.begin() as connection:
            connection.execute(insert(table).values(asdict(configuration)))

    def list(self) -> list[WidgetConfiguration]:
        """All, the one made first first."""
        query = select(table).order_by(table.c.created_at, table.c.id)
        with self._reading.connect() as connection:
            return [WidgetConfiguration(**row._asdict()) for row in connection.execute(query)]

    def delete(self, configuration_id: str) -> bool:
        """Whether there was one."""
        with self._engine.begin() as connection:
            removal = delete(table).where(table.c.id == configuration_id)
            return connection.execute(removal).rowcount == 1
