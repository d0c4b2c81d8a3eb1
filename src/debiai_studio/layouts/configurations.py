"""Saved settings of widgets, for every project."""

from __future__ import annotations

import secrets
from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any

from debiai_studio.layouts.errors import UnknownConfiguration
from debiai_studio.layouts.model import WidgetConfiguration
from debiai_studio.layouts.ports import ConfigurationCatalogue


class Configurations:
    """Saved settings of every kind of widget."""

    def __init__(self, catalogue: ConfigurationCatalogue) -> None:
        self._catalogue = catalogue

    def list(self) -> Sequence[WidgetConfiguration]:
        """All, the one made first first."""
        return self._catalogue.list()

    def save(
        self,
        *,
        kind: str,
        name: str,
        description: str,
        source: str,
        project: str,
        settings: dict[str, Any],
        debiai: dict[str, Any] | None = None,
    ) -> WidgetConfiguration:
        """Keep a new one, made in that project."""
        moment = datetime.now(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")
        made = WidgetConfiguration(
            id=secrets.token_hex(8),
            kind=kind,
            name=name,
            description=description,
            source=source,
            project=project,
            settings=settings,
            debiai=debiai,
            created_at=moment,
        )
        self._catalogue.add(made)
        return made

    def delete(self, configuration_id: str) -> None:
        """Remove it. Raises UnknownConfiguration."""
        if not self._catalogue.delete(configuration_id):
            raise UnknownConfiguration(configuration_id)
