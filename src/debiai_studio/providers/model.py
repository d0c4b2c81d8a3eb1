"""Data providers, and what they tell of their projects."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any, Literal
from urllib.parse import urlsplit

from pydantic import BaseModel, Field

from debiai_studio.projects.model import LOCAL
from debiai_studio.providers.errors import InvalidProvider

DOTS = "•••"
Id = str | int

_LONGEST_NAME = 50
# A name is a part of addresses, and DebiAI parts names by "|".
_UNADDRESSABLE = re.compile(r"[/\\|&?#%\x00-\x1f\x7f]|^\.{1,2}$|^\s|\s$")
_OURS = (LOCAL, "json_block", "Python module Data Provider")


class Dialect(StrEnum):
    """How a data provider wants to be asked."""

    DOCUMENTED = "documented"
    DEBIAI_1_0 = "debiai-1.0"  # as DebiAI 1.0 asks, and debiai-data-provider understands


@dataclass(frozen=True, slots=True)
class Provider:
    """A data provider. ``place`` is where the operator defined it; None: made in the page.

    ``url`` has no slash at its end, and may hold a user and a password if it is the operator's.
    """

    name: str
    url: str
    place: str | None = None

    @property
    def shown_url(self) -> str:
        """The address for people: without a password."""
        return re.sub(r"//[^/@]*@", f"//{DOTS}@", self.url)


def checked(name: str, url: str, *, place: str | None = None) -> Provider:
    """The data provider. Raises InvalidProvider."""
    if not 0 < len(name) <= _LONGEST_NAME:
        raise InvalidProvider(name, f"a name has 1 to {_LONGEST_NAME} characters.")
    if _UNADDRESSABLE.search(name):
        raise InvalidProvider(
            name, "leave out / \\ | & ? # %, control characters, and spaces at the ends."
        )
    if name in _OURS:
        raise InvalidProvider(name, "that is the name of the projects kept here; choose another.")
    try:
        parts = urlsplit(url)
        fits = parts.scheme in ("http", "https") and parts.hostname and parts.port != 0
    except ValueError:
        fits = False
    if not fits or parts.query or parts.fragment or re.search(r"[\s\x00-\x1f]", url):
        raise InvalidProvider(name, "its address is not like http://localhost:8000 or https://….")
    if place is None and "@" in parts.netloc:
        raise InvalidProvider(
            name, "an address with a password can be set in config.ini and the environment only."
        )
    return Provider(name, url.rstrip("/"), place)


@dataclass(frozen=True, slots=True)
class Limits:
    """How many may be asked for in one request."""

    ids: int = 10_000
    rows: int = 2_000
    results: int = 5_000


@dataclass(frozen=True, slots=True)
class Info:
    """What a data provider tells of itself."""

    version: str | None = None
    limits: Limits = field(default_factory=Limits)
    can_delete: frozenset[str] = frozenset()  # of projects, selections, models


@dataclass(frozen=True, slots=True)
class RemoteProject:
    """A project in a data provider's list; None is what it did not tell.

    ``created`` and ``updated`` are UTC, ISO 8601.
    """

    id: str
    name: str
    n_samples: int | None = None
    n_models: int | None = None
    n_selections: int | None = None
    created: str | None = None
    updated: str | None = None


class RemoteColumn(BaseModel):
    """A column, or a result of models, as the provider describes it."""

    name: str
    type: str = "auto"
    category: str = "other"
    group: str | None = None


class RemoteModel(BaseModel):
    """A model, with the ids that it has results of in the provider's order."""

    id: str
    name: str
    metadata: dict[str, Any] = Field(default_factory=dict)
    n_results: int | None = None
    ids: list[Id] = Field(default_factory=list)


class RemoteSelection(BaseModel):
    """A selection with its samples."""

    id: str
    name: str
    ids: list[Id] = Field(default_factory=list)


class Structure(BaseModel):
    """A project as the provider describes it."""

    name: str | None = None
    columns: list[RemoteColumn]
    results: list[RemoteColumn] = Field(default_factory=list)
    n_samples: int | None = None
    updated: str | None = None


class Missing(BaseModel):
    """A sample, or a model's result of it, that did not come."""

    id: Id
    model: str | None = None
    reason: str


class Fetch(BaseModel):
    """A project being fetched, or one whose fetch ended early and can go on."""

    provider: str
    project: str
    state: Literal["waiting", "running", "failed", "cancelled", "interrupted"]
    step: str = ""
    fraction: float | None = None  # 0..1, None: unknown
    samples: int = 0  # fetched so far
    missing: int = 0
    error: str | None = None


@dataclass(frozen=True, slots=True)
class Fetched:
    """What is known of a project that was fetched.

    ``updated`` is the provider's date of what is kept; ``checked_at`` when that was last found
    to be the newest.
    """

    project_key: int
    remote_id: str
    updated: str | None
    fetched_at: str
    checked_at: str
    n_listed: int
    columns: tuple[str, ...]
    n_missing: int
    missing: tuple[Missing, ...]
    notes: tuple[str, ...]
