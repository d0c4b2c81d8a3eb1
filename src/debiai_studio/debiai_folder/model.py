"""What a data folder of DebiAI holds, and what became of it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

Path = tuple[str, ...]
Block = dict[str, Any]

_SHOWN = 5


@dataclass(slots=True)
class Damages:
    """What was found damaged, or could not be brought in: a place, and a sentence about it."""

    found: list[tuple[str, str]] = field(default_factory=list)

    def add(self, place: str, sentence: str) -> None:
        """One more."""
        self.found.append((place, sentence))


@dataclass(frozen=True, slots=True)
class FolderSelection:
    """A selection: the ids of its samples as DebiAI gave them."""

    name: str
    created_at: str | None
    ids: list[str]


@dataclass(frozen=True, slots=True)
class FolderModel:
    """A model: values by the sample's id, in the order of the expected results."""

    name: str
    created_at: str | None
    metadata: dict[str, object]
    results: dict[str, list[Any]]


@dataclass(frozen=True, slots=True)
class FolderProject:
    """A project: its samples as the blocks down to each, in DebiAI's order.

    ``paths`` are the samples by DebiAI's ids.
    """

    name: str
    created_at: str | None
    levels: list[Any]
    expected: list[Any] | None
    samples: dict[Path, tuple[Block, ...]]
    paths: dict[str, Path]
    models: list[FolderModel]
    selections: list[FolderSelection]


@dataclass(frozen=True, slots=True)
class Brought:
    """A project that came in."""

    project: str
    n_samples: int
    n_models: int
    n_results: int
    n_selections: int


@dataclass(slots=True)
class Report:
    """What came in, and what did not."""

    projects: list[Brought] = field(default_factory=list)
    n_layouts: int = 0
    n_configurations: int = 0
    damages: Damages = field(default_factory=Damages)


def listed(items: Iterable[str]) -> str:
    """The first few, and how many more."""
    every = list(items)
    more = f" and {len(every) - _SHOWN:,} more" if len(every) > _SHOWN else ""
    return ", ".join(f'"{item}"' for item in every[:_SHOWN]) + more
