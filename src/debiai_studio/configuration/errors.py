"""Why the program does not start with this configuration.

StudioError
└── Invalid
    └── ConfigurationInvalid
"""

from __future__ import annotations

from debiai_studio.errors import Invalid


class ConfigurationInvalid(Invalid):
    """A setting is wrong; the sentence names the place, the value and what is allowed."""

    code = "configuration.invalid"
    title = "Configuration not valid"

    def __init__(self, place: str, problem: str) -> None:
        super().__init__(f"{place}: {problem}")
        self.place = place
        self.problem = problem
