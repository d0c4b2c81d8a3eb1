"""Saved selections: a frozen set of samples, the rule that made it, and when."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class Selection:
    """A named, frozen set of samples of one project.

    ``id`` is made from the name (``Late at JFK`` → ``late-at-jfk``; clash: ``-2``) and never
    changes. ``members`` are frozen sample numbers, kept as a roaring bitmap in the catalogue.
    ``rule`` is what made it: scope, filters, or the selections it was combined from.
    ``n_samples`` counts the members that exist; ``n_deleted`` those deleted since.
    """

    id: str
    name: str
    created_at: str
    n_samples: int
    data_version: int
    rule: dict[str, Any]
    n_deleted: int = 0
