"""Why the server could not be asked, or what it refused.

StudioError
├── Unavailable
│   └── NoServer   nothing answers where the server should be
└── Invalid
    └── Refused    the server's own sentence, with its code and status
"""

from __future__ import annotations

from debiai_studio.errors import Invalid, Unavailable


class NoServer(Unavailable):
    """Nothing answers where the server should be."""

    code = "client.no_server"
    title = "No server"

    def __init__(self, where: str, reason: str) -> None:
        super().__init__(
            f"No DebiAI Studio answers at {where} ({reason}): start it with `debiai start`, "
            "or name another with --server."
        )
        self.where = where


class Refused(Invalid):
    """The server said no, and why."""

    title = "Refused"

    def __init__(self, status: int, code: str, detail: str) -> None:
        super().__init__(detail)
        self.status = status
        self.code = code
