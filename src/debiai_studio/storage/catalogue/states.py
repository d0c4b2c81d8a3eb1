"""Analysis states in the catalogue, by the digest of their content."""

from __future__ import annotations

from sqlalchemy import Engine, insert, select

from debiai_studio.storage.catalogue.moments import now
from debiai_studio.storage.catalogue.tables import states


class StateStore:
    """Documents by id; one that is there never changes."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self._reading = engine.execution_options(read_only=True)

    def put(self, state_id: str, document: bytes) -> None:
        """Keep it; nothing changes when it is there."""
        with self._engine.begin() as connection:
            known = connection.scalar(select(states.c.id).where(states.c.id == state_id))
            if known is None:
                row = {"id": state_id, "document": document, "created_at": now()}
                connection.execute(insert(states).values(row))

    def get(self, state_id: str) -> bytes | None:
        """The document."""
        with self._reading.connect() as connection:
            kept = connection.scalar(select(states.c.document).where(states.c.id == state_id))
        return None if kept is None else bytes(kept)
