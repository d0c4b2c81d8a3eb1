"""The names of columns: each there, each once."""

from __future__ import annotations

from collections.abc import Sequence

from debiai_studio.sources.file_errors import DuplicateColumns, NoColumns


def checked_names(file: str, names: Sequence[str]) -> list[str]:
    """The names, an empty one as ``column_<position>``. Raises NoColumns, DuplicateColumns."""
    if not names:
        raise NoColumns(file)
    first_position: dict[str, int] = {}
    for position, name in enumerate(names, start=1):
        if name.strip() and first_position.setdefault(name, position) != position:
            raise DuplicateColumns(file, name, (first_position[name], position))
    checked = []
    for position, name in enumerate(names, start=1):
        given = name if name.strip() else f"column_{position}"
        while not name.strip() and given in first_position:
            given += "_"
        checked.append(given)
    return checked
