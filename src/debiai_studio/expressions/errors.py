"""Why an expression cannot be used.

StudioError
└── Invalid
    └── InvalidExpression   what is wrong, where, and what to write instead
"""

from __future__ import annotations

from debiai_studio.errors import Invalid


class InvalidExpression(Invalid):
    """An expression that cannot be read or has no type; ``position`` counts characters from 0."""

    code = "expressions.invalid"
    title = "Expression not valid"

    def __init__(self, position: int, reason: str) -> None:
        super().__init__(f"At character {position + 1}: {reason}")
        self.position = position
        self.reason = reason
