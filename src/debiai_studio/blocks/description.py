"""Checks what describes blocks and results; nothing is guessed."""

from __future__ import annotations

import re
from typing import Any

from debiai_studio.blocks.errors import BadModelName, BadName, BadStructure
from debiai_studio.blocks.model import CATEGORIES, TYPES, ExpectedResult, Level

_LONGEST_NAME = 100
# Of the name of a project, which the client writes into addresses as it is.
_UNADDRESSABLE = re.compile(r"[/\\?#\x00-\x1f\x7f]|%[0-9a-fA-F]{2}|^\.{1,2}$|^\s|\s$")
_UNFIT_FOR_MODELS = re.compile(r"[\\/:*?<>|]|^\.{1,2}$")


def checked_project_name(name: object) -> str:
    """The name. Raises BadName."""
    if not isinstance(name, str) or not 0 < len(name) <= _LONGEST_NAME:
        raise BadName(f"The name of a project has 1 to {_LONGEST_NAME} characters.")
    if _UNADDRESSABLE.search(name):
        raise BadName(
            f'The client cannot address a project "{name}": leave out / \\ ? # %, control '
            "characters, and spaces at the ends."
        )
    return name


def checked_model_name(name: object) -> str:
    """The name. Raises BadModelName."""
    if not isinstance(name, str) or not name or _UNFIT_FOR_MODELS.search(name):
        raise BadModelName("The name of a model is a text without \\ / : * ? < > |")
    return name


def checked_levels(levels: object) -> tuple[Level, ...]:
    """The levels. Raises BadStructure."""
    if not isinstance(levels, list) or not levels:
        raise BadStructure("A block structure is a list of at least one level.")
    for place, level in enumerate(levels, 1):
        if not isinstance(level, dict) or not _is_name(level.get("name")):
            raise BadStructure(f"Level {place} has no name.")
        for category in CATEGORIES:
            _check_columns(level["name"], category, level.get(category, []))
    names = [level["name"] for level in levels]
    if len(set(names)) < len(names):
        raise BadStructure("Two levels have one name; name each level once.")
    return tuple(levels)


def checked_expected(given: object) -> tuple[ExpectedResult, ...]:
    """The expected results. Raises BadStructure."""
    if not isinstance(given, list):
        raise BadStructure("Expected results are a list of names and types.")
    for place, one in enumerate(given, 1):
        if not isinstance(one, dict) or not _is_name(one.get("name")):
            raise BadStructure(f"Expected result {place} has no name.")
        if not isinstance(one.get("type"), str):
            raise BadStructure(f'The expected result "{one["name"]}" has no type.')
    names = [one["name"] for one in given]
    if len(set(names)) < len(names):
        raise BadStructure("Two expected results have one name; name each one once.")
    return tuple(given)


def _check_columns(level: str, category: str, columns: Any) -> None:
    if not isinstance(columns, list):
        raise BadStructure(f'The {category} of level "{level}" are no list.')
    for column in columns:
        if not isinstance(column, dict) or not _is_name(column.get("name")):
            raise BadStructure(f'A column of the {category} of level "{level}" has no name.')
        name = column["name"]
        if column.get("type") not in TYPES:
            raise BadStructure(f'The type of "{name}" is none of {", ".join(TYPES)}.')
        if not isinstance(column.get("group", ""), str | None):
            raise BadStructure(f'The group of "{name}" is no text.')


def _is_name(name: object) -> bool:
    return isinstance(name, str) and name != ""
