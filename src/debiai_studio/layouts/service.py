"""Saved layouts across projects, and analysis states behind short links."""

from __future__ import annotations

import base64
import hashlib
import secrets
from datetime import UTC, datetime
from typing import Any

from debiai_studio.layouts.errors import (
    LayoutNameMissing,
    StateTooLarge,
    UnknownLayout,
    UnknownState,
)
from debiai_studio.layouts.model import Layout
from debiai_studio.layouts.ports import LayoutCatalogue, StateCatalogue

_LONGEST_NAME = 200
_LARGEST_STATE = 2_000_000  # bytes


class Layouts:
    """Layouts of every project; each can be used in any of them."""

    def __init__(self, catalogue: LayoutCatalogue) -> None:
        self._catalogue = catalogue

    def list(self) -> list[Layout]:
        """All, last changed first."""
        return self._catalogue.list()

    def get(self, layout_id: str) -> Layout:
        """One layout. Raises UnknownLayout."""
        found = self._catalogue.get(layout_id)
        if found is None:
            raise UnknownLayout(layout_id)
        return found

    def save(
        self,
        *,
        name: str,
        source: str,
        project: str,
        document: dict[str, Any],
        description: str = "",
    ) -> Layout:
        """Keep a new layout, made in that project. Raises LayoutNameMissing."""
        moment = _now()
        layout = Layout(
            id=secrets.token_hex(8),
            name=_checked(name),
            description=description,
            source=source,
            project=project,
            document=document,
            created_at=moment,
            updated_at=moment,
        )
        self._catalogue.put(layout)
        return layout

    def replace(
        self,
        layout_id: str,
        *,
        name: str,
        source: str,
        project: str,
        document: dict[str, Any],
        description: str = "",
    ) -> Layout:
        """Save over a layout; its id stays. Raises UnknownLayout, LayoutNameMissing."""
        changed = Layout(
            id=layout_id,
            name=_checked(name),
            description=description,
            source=source,
            project=project,
            document=document,
            created_at=self.get(layout_id).created_at,
            updated_at=_now(),
        )
        self._catalogue.put(changed)
        return changed

    def delete(self, layout_id: str) -> None:
        """Remove it. Raises UnknownLayout."""
        if not self._catalogue.delete(layout_id):
            raise UnknownLayout(layout_id)


class States:
    """Analysis states too long for an address: the same content has the same id for ever."""

    def __init__(self, catalogue: StateCatalogue) -> None:
        self._catalogue = catalogue

    def put(self, document: bytes) -> str:
        """Keep a document of at most 2 MB; returns its id. Raises StateTooLarge."""
        if len(document) > _LARGEST_STATE:
            raise StateTooLarge(len(document), _LARGEST_STATE)
        digest = hashlib.sha256(document).digest()[:15]
        state_id = base64.b32encode(digest).decode().lower()
        self._catalogue.put(state_id, document)
        return state_id

    def get(self, state_id: str) -> bytes:
        """The document. Raises UnknownState."""
        document = self._catalogue.get(state_id)
        if document is None:
            raise UnknownState(state_id)
        return document


def _checked(name: str) -> str:
    name = name.strip()
    if not 0 < len(name) <= _LONGEST_NAME:
        raise LayoutNameMissing
    return name


def _now() -> str:
    return datetime.now(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")
