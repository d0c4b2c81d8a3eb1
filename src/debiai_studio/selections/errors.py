"""Why a selection cannot be used.

StudioError
├── NotFound
│   └── UnknownSelection
└── Invalid
    ├── EmptyName
    └── NothingToCombine
"""

from __future__ import annotations

from debiai_studio.errors import Invalid, NotFound


class UnknownSelection(NotFound):
    """There is no such selection."""

    code = "selections.unknown"
    title = "Unknown selection"

    def __init__(self, selection_id: str) -> None:
        super().__init__(f'There is no selection "{selection_id}" in this project.')
        self.selection_id = selection_id


class EmptyName(Invalid):
    """A selection needs a name."""

    code = "selections.empty_name"
    title = "Name missing"

    def __init__(self) -> None:
        super().__init__("A selection needs a name of 1 to 200 characters.")


class NothingToCombine(Invalid):
    """No selection was named."""

    code = "selections.nothing_to_combine"
    title = "Nothing to combine"

    def __init__(self) -> None:
        super().__init__("Choose at least one saved selection to combine.")
