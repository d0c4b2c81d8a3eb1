"""What one setting is."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

Kind = Literal[
    "text",
    "boolean",
    "count",
    "port",
    "list",
    "paths",
    "path",
    "seconds",
    "targets",
    "token",
    "url",
]


@dataclass(frozen=True, slots=True)
class Setting:
    """One setting. Several ``variables`` are spellings of the same one; the first is ours.

    ``default`` and every other value is text, as a person writes it; None is "not set".
    """

    name: str
    kind: Kind
    default: str | None
    title: str
    variables: tuple[str, ...]
    section: str | None = None
    key: str | None = None
    option: str | None = None
    secret: bool = False
