"""Why samples cannot be tagged.

StudioError
├── NotFound
│   ├── UnknownTag        no column of tags has that name
│   └── UnknownTagging    it was undone, or never done
└── Invalid
    ├── NothingToTag      no sample is selected
    ├── InexactUndo       a value before would be rounded now
    ├── UnsuitableTag     a column cannot be called that, or is not one of tags
    └── UnsuitableValue   the value does not fit its type
"""

from __future__ import annotations

from difflib import get_close_matches

from debiai_studio.errors import Invalid, NotFound


class UnknownTag(NotFound):
    """No column of tags has that name."""

    code = "tags.unknown"
    title = "Unknown tag"

    def __init__(self, column: str, known: list[str]) -> None:
        near = get_close_matches(column, known, 1)
        hint = f' Did you mean "{near[0]}"?' if near else ""
        super().__init__(f'This project has no tag "{column}".{hint}')
        self.column = column


class UnknownTagging(NotFound):
    """It was undone, or never done."""

    code = "tags.unknown_tagging"
    title = "Unknown tagging"

    def __init__(self, tagging_id: str) -> None:
        super().__init__(f'There is no tagging "{tagging_id}"; it may have been undone already.')
        self.tagging_id = tagging_id


class NothingToTag(Invalid):
    """No sample is selected."""

    code = "tags.nothing_to_tag"
    title = "Nothing to tag"

    def __init__(self) -> None:
        super().__init__("No sample passes the filters; change them, or choose another selection.")


class InexactUndo(Invalid):
    """A value before would be rounded now."""

    code = "tags.inexact_undo"
    title = "Undoing not exact"

    def __init__(self, column: str, value: int) -> None:
        super().__init__(
            f'This cannot be undone: "{column}" holds decimals since, and the whole number {value} '
            "that samples had would be rounded. Give it to them under another name; nothing was "
            "changed."
        )
        self.column = column
        self.value = value


class UnsuitableTag(Invalid):
    """A column cannot be called that, or is not one of tags."""

    code = "tags.unsuitable"
    title = "Tag not possible"

    def __init__(self, column: str, reason: str) -> None:
        super().__init__(f'The tag cannot be called "{column}": {reason}')
        self.column = column


class UnsuitableValue(Invalid):
    """The value does not fit its type."""

    code = "tags.unsuitable_value"
    title = "Value not possible"

    def __init__(self, value: str, type_: str, remedy: str) -> None:
        super().__init__(f'"{value}" is no {type_} value; {remedy}')
        self.value = value
