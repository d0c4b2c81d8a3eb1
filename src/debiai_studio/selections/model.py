"""Saved selections: frozen sets of samples, the rules that made them, and when."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from debiai_studio.selections.naming import reference


@dataclass(frozen=True, slots=True)
class Selection:
    """One version of a named selection of one project: a frozen set of samples.

    ``id`` is made from the name (``Late at JFK`` → ``late-at-jfk``; clash: ``-2``) and never
    changes; with the version behind it, it names exactly this set (``late-at-jfk@2``). Members
    are frozen sample numbers, kept as a roaring bitmap in the catalogue. ``rule`` is what made
    them: scope, filters, or the selections they were combined from. ``n_samples`` counts the
    members that exist; ``n_deleted`` those deleted since. ``versions`` are the numbers of all
    versions there are, oldest first. ``set_digest`` is that of the ids of all members, once it
    was computed.
    """

    id: str
    name: str
    created_at: str
    n_samples: int
    data_version: int
    rule: dict[str, Any]
    n_deleted: int = 0
    version: int = 1
    versions: tuple[int, ...] = (1,)
    author: str = ""
    set_digest: str | None = None

    @property
    def reference(self) -> str:
        """What names this version wherever a selection is named."""
        return reference(self.id, self.version)


@dataclass(frozen=True, slots=True)
class Difference:
    """What ``other`` has that ``base`` has not (added), the reverse (removed), and both (same).

    Counts are exact, of samples that exist. ``first_added`` and ``first_removed`` are ids as text
    in first import order. ``rules`` has one of each part, by ``added``, ``removed`` and ``same``.
    """

    base: Selection
    other: Selection
    n_added: int
    n_removed: int
    n_same: int
    first_added: tuple[str, ...]
    first_removed: tuple[str, ...]
    rules: dict[str, dict[str, Any]]


@dataclass(frozen=True, slots=True)
class Reapplied:
    """What the rule of a version selects now, beside what it selected then.

    With ``refusal`` the rule cannot be applied again, and there are no counts.
    """

    data_version: int
    n_samples: int | None = None
    n_added: int | None = None
    n_removed: int | None = None
    refusal: str | None = None
