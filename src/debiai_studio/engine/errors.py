"""Why a question cannot be answered.

StudioError
├── Invalid
│   ├── UnknownColumn   the data set has no such column
│   ├── Unsuitable      the column cannot be used there
│   └── InvalidFilter   a filter's value does not fit its column
└── Unavailable
    └── NoRoomForCodes  the disk is full

Abandoned is none of them: there is nobody to tell.
"""

from __future__ import annotations

from difflib import get_close_matches

from debiai_studio.errors import Invalid, Unavailable


class Abandoned(Exception):  # noqa: N818 - nothing went wrong
    """Nobody waits for the answer any more."""


class UnknownColumn(Invalid):
    """The data set has no such column."""

    code = "engine.unknown_column"
    title = "Unknown column"

    def __init__(self, name: str, known: list[str]) -> None:
        near = get_close_matches(name, known, 1)
        hint = f' Did you mean "{near[0]}"?' if near else ""
        super().__init__(f'This analysis has no column "{name}".{hint}')
        self.name = name


class Unsuitable(Invalid):
    """The column cannot be used there."""

    code = "engine.unsuitable"
    title = "Column not suitable"

    def __init__(self, name: str, reason: str) -> None:
        super().__init__(f'Column "{name}" cannot be used here: {reason}')
        self.name = name
        self.reason = reason


class InvalidFilter(Invalid):
    """A filter's value does not fit its column."""

    code = "engine.invalid_filter"
    title = "Filter not valid"

    def __init__(self, column: str, value: str, expected: str) -> None:
        super().__init__(f'The filter on "{column}" has the value "{value}"; {expected}.')
        self.column = column
        self.value = value


class NoRoomForCodes(Unavailable):
    """There is no room for the codes of a column."""

    code = "engine.disk_full"
    title = "Disk is full"

    def __init__(self, column: str) -> None:
        super().__init__(
            f'The disk is full: the column "{column}" could not be prepared. '
            "Make room in the data folder, then try again."
        )
        self.column = column
