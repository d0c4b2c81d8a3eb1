"""Why a derived column cannot be made or changed.

StudioError
├── NotFound
│   └── UnknownDerivedColumn   no derived column has that name
├── Invalid
│   ├── UnsuitableName         it is taken, too long, or not printable
│   └── CircularExpression     it would look at itself
└── Conflict
    ├── ColumnInUse            others look at it
    └── DependentBreaks        one that looks at it could not be computed any more
"""

from __future__ import annotations

from collections.abc import Sequence
from difflib import get_close_matches

from debiai_studio.errors import Conflict, Invalid, NotFound


class UnknownDerivedColumn(NotFound):
    """No derived column has that name."""

    code = "derived.unknown"
    title = "Unknown derived column"

    def __init__(self, name: str, known: list[str]) -> None:
        near = get_close_matches(name, known, 1)
        hint = f' Did you mean "{near[0]}"?' if near else ""
        super().__init__(f'This project has no derived column "{name}".{hint}')
        self.name = name


class UnsuitableName(Invalid):
    """A column cannot be called that."""

    code = "derived.unsuitable_name"
    title = "Name not possible"

    def __init__(self, name: str, reason: str) -> None:
        super().__init__(f'A column cannot be called "{name}": {reason}')
        self.name = name


class CircularExpression(Invalid):
    """A column would look at itself."""

    code = "derived.circular"
    title = "Circular expression"

    def __init__(self, name: str, way: Sequence[str]) -> None:
        told = " → ".join(f'"{one}"' for one in way)
        super().__init__(f'"{name}" would look at itself: {told}. Leave it out of the expression.')
        self.name = name


class ColumnInUse(Conflict):
    """Other derived columns look at it."""

    code = "derived.in_use"
    title = "Column in use"

    def __init__(self, name: str, users: Sequence[str]) -> None:
        told = ", ".join(f'"{one}"' for one in users)
        super().__init__(f'"{name}" is used by {told}; change or delete these first.')
        self.name = name


class DependentBreaks(Conflict):
    """A derived column that looks at it could not be computed any more."""

    code = "derived.dependent_breaks"
    title = "Another column needs it"

    def __init__(self, name: str, dependent: str, reason: str) -> None:
        super().__init__(
            f'With this, "{dependent}", which looks at "{name}", could not be computed: {reason}'
        )
        self.dependent = dependent
