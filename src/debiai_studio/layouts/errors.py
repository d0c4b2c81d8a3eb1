"""Why a layout or a saved state cannot be used.

StudioError
├── NotFound
│   ├── UnknownLayout
│   ├── UnknownConfiguration
│   └── UnknownState
└── Invalid
    ├── LayoutNameMissing
    └── StateTooLarge
"""

from __future__ import annotations

from debiai_studio.errors import Invalid, NotFound


class UnknownLayout(NotFound):
    """There is no such layout."""

    code = "layouts.unknown"
    title = "Unknown layout"

    def __init__(self, layout_id: str) -> None:
        super().__init__(f'There is no layout "{layout_id}"; it may have been deleted.')
        self.layout_id = layout_id


class UnknownConfiguration(NotFound):
    """There are no such saved settings."""

    code = "layouts.unknown_configuration"
    title = "Unknown configuration"

    def __init__(self, configuration_id: str) -> None:
        super().__init__(
            f'There is no widget configuration "{configuration_id}"; it may have been deleted.'
        )
        self.configuration_id = configuration_id


class UnknownState(NotFound):
    """There is no such saved state."""

    code = "layouts.unknown_state"
    title = "Unknown link"

    def __init__(self, state_id: str) -> None:
        super().__init__(f'This server keeps no analysis "{state_id}"; was the link cut short?')
        self.state_id = state_id


class LayoutNameMissing(Invalid):
    """A layout needs a name."""

    code = "layouts.name_missing"
    title = "Name missing"

    def __init__(self) -> None:
        super().__init__("A layout needs a name of 1 to 200 characters.")


class StateTooLarge(Invalid):
    """The state is too large to be kept behind a link."""

    code = "layouts.state_too_large"
    title = "Analysis too large"

    def __init__(self, size: int, limit: int) -> None:
        super().__init__(
            f"This analysis takes {size:,} bytes; at most {limit:,} are kept behind a link."
        )
        self.size = size
        self.limit = limit
