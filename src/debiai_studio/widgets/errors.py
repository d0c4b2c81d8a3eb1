"""Why a widget cannot be answered.

StudioError
├── NotFound
│   └── UnknownWidget     there is no such kind
└── Invalid
    ├── InvalidSettings   a setting has a value that it cannot have
    └── ColumnNotChosen   the widget needs a column that is not chosen yet
"""

from __future__ import annotations

from debiai_studio.errors import Invalid, NotFound


class UnknownWidget(NotFound):
    """There is no such kind of widget."""

    code = "widgets.unknown"
    title = "Unknown widget"

    def __init__(self, kind: str, known: list[str]) -> None:
        super().__init__(
            f'There is no widget of the kind "{kind}"; the known kinds are {", ".join(known)}.'
        )
        self.kind = kind
        self.known = known


class InvalidSettings(Invalid):
    """A setting has a value that it cannot have."""

    code = "widgets.invalid_settings"
    title = "Settings not valid"

    def __init__(self, kind: str, setting: str, reason: str) -> None:
        super().__init__(f'The setting "{setting}" of this widget is not valid: {reason}.')
        self.kind = kind
        self.setting = setting


class ColumnNotChosen(Invalid):
    """The widget needs a column that is not chosen yet."""

    code = "widgets.column_not_chosen"
    title = "Column not chosen"

    def __init__(self, setting: str) -> None:
        super().__init__(f'Choose a column for "{setting}" in the settings of this widget.')
        self.setting = setting
