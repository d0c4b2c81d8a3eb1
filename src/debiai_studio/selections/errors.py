"""Why a selection cannot be used.

StudioError
├── NotFound
│   ├── UnknownSelection
│   └── UnknownVersion
├── Conflict
│   ├── NameTaken      another selection has the name
│   └── OnlyVersion    a selection without versions is none
└── Invalid
    ├── EmptyName
    ├── NothingToCombine
    └── RuleNotAgain   the rule cannot be applied to the data as it is now
"""

from __future__ import annotations

from debiai_studio.errors import Conflict, Invalid, NotFound


class UnknownSelection(NotFound):
    """There is no such selection."""

    code = "selections.unknown"
    title = "Unknown selection"

    def __init__(self, selection_id: str) -> None:
        super().__init__(f'There is no selection "{selection_id}" in this project.')
        self.selection_id = selection_id


class UnknownVersion(NotFound):
    """The selection has no such version."""

    code = "selections.unknown_version"
    title = "Unknown version"

    def __init__(self, selection_id: str, version: int) -> None:
        super().__init__(
            f'The selection "{selection_id}" has no version {version}; it may have been deleted.'
        )
        self.selection_id = selection_id
        self.version = version


class NameTaken(Conflict):
    """Another selection has the name."""

    code = "selections.name_taken"
    title = "Name taken"

    def __init__(self, name: str) -> None:
        super().__init__(f'Another selection is called "{name}"; choose another name.')
        self.name = name


class OnlyVersion(Conflict):
    """The only version of a selection."""

    code = "selections.only_version"
    title = "Only version"

    def __init__(self, selection_id: str, version: int) -> None:
        super().__init__(
            f'Version {version} is the only one of the selection "{selection_id}": '
            "delete the selection instead."
        )
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


class RuleNotAgain(Invalid):
    """The rule of a version cannot be applied to the data as it is now."""

    code = "selections.rule_not_again"
    title = "Rule not applicable"

    def __init__(self, name: str, reason: str) -> None:
        super().__init__(f'The rule of "{name}" cannot be applied again: {reason}')
        self.name = name
