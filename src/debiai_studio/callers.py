"""Who asks: set at the door of the server, read where the audit log is written."""

from __future__ import annotations

from contextvars import ContextVar
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Caller:
    """``name`` tells tokens apart without telling them; ``address`` is the remote one."""

    name: str
    address: str

    @property
    def told(self) -> str:
        """As an author is shown."""
        return f"{self.name} at {self.address}" if self.address else self.name


SERVER = Caller("server", "")
current: ContextVar[Caller] = ContextVar("caller", default=SERVER)
