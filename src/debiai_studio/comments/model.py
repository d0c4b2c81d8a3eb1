"""Comments, and what they are about."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

About = Literal["project", "selection", "widget"]


@dataclass(frozen=True, slots=True)
class Comment:
    """What somebody wrote. ``subject`` is the id of the selection or widget, else empty."""

    id: str
    project_key: int
    about: About
    subject: str
    title: str
    text: str
    author: str
    created_at: str
    changed_at: str
