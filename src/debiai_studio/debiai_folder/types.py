"""Types that the values have: DebiAI does not look at what is put into a column."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from debiai_studio.blocks.model import CATEGORIES, NAMES, TYPES
from debiai_studio.blocks.values import fitted, type_of
from debiai_studio.datasets.errors import UnsuitableValues
from debiai_studio.debiai_folder.model import Block, Damages, FolderProject


def settled_levels(project: FolderProject, damages: Damages) -> list[Any]:
    """The levels, each column with a type that every value of it fits."""
    rows = list(project.samples.values())
    return [
        _settled_level(level, [blocks[depth] for blocks in rows], project.name, damages)
        for depth, level in enumerate(project.levels)
    ]


def settled_expected(project: FolderProject, damages: Damages) -> list[Any]:
    """The expected results, each with a type that every result of every model fits."""
    expected = project.expected or []
    rows = [
        values
        for model in project.models
        for values in model.results.values()
        if isinstance(values, list) and len(values) == len(expected)
    ]
    return [
        _settled(one, [values[place] for values in rows], project.name, damages)
        for place, one in enumerate(expected)
    ]


def _settled_level(level: Any, blocks: Sequence[Block], project: str, damages: Damages) -> Any:
    if not isinstance(level, dict):
        return level
    return level | {
        category: [
            _settled(column, [block[category][place] for block in blocks], project, damages)
            for place, column in enumerate(level[category])
        ]
        for category in CATEGORIES
        if isinstance(level.get(category), list)
    }


def _settled(column: Any, values: Iterable[Any], project: str, damages: Damages) -> Any:
    """The description of a column with a type that fits; with DebiAI's own ``auto``, as found."""
    if not isinstance(column, dict) or not isinstance(column.get("name"), str):
        return column
    every = list(values)
    declared = column.get("type")
    if declared in TYPES:
        try:
            fitted(column["name"], TYPES[declared], every)
        except UnsuitableValues as error:
            found = NAMES[type_of(every)]
            damages.add(project, f"{error} It was declared {declared}, and came in as {found}.")
        else:
            return column
    return column | {"type": NAMES[type_of(every)]}
