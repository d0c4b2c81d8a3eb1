"""What layouts need from storage."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

from debiai_studio.layouts.model import Layout, WidgetConfiguration


class LayoutCatalogue(Protocol):
    """Saved layouts by id."""

    def put(self, layout: Layout) -> None:
        """Keep it, in place of the one with the same id."""
        ...

    def get(self, layout_id: str) -> Layout | None:
        """One layout."""
        ...

    def list(self) -> list[Layout]:
        """All, last changed first."""
        ...

    def delete(self, layout_id: str) -> bool:
        """Whether there was one."""
        ...


class ConfigurationCatalogue(Protocol):
    """Saved settings of widgets by id."""

    def add(self, configuration: WidgetConfiguration) -> None:
        """Keep a new one."""
        ...

    def list(self) -> Sequence[WidgetConfiguration]:
        """All, the one made first first."""
        ...

    def delete(self, configuration_id: str) -> bool:
        """Whether there was one."""
        ...


class StateCatalogue(Protocol):
    """Documents by the digest of their content."""

    def put(self, state_id: str, document: bytes) -> None:
        """Keep it; nothing changes when it is there."""
        ...

    def get(self, state_id: str) -> bytes | None:
        """The document."""
        ...
