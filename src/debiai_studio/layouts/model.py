"""Saved layouts: which widgets stand where with which settings, for any project."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class Layout:
    """A named arrangement. ``document`` is the page's own (colour, widgets, positions)."""

    id: str
    name: str
    description: str
    source: str
    project: str
    document: dict[str, Any]
    created_at: str
    updated_at: str


@dataclass(frozen=True, slots=True)
class WidgetConfiguration:
    """Saved settings of a kind of widget. ``debiai`` is DebiAI's own document where it made it."""

    id: str
    kind: str
    name: str
    description: str
    source: str
    project: str
    settings: dict[str, Any]
    debiai: dict[str, Any] | None
    created_at: str
