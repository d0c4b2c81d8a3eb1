"""Who sent what where, and who changed export methods: rows that are only ever added."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sqlalchemy import Connection, Engine, insert, select

from debiai_studio import callers
from debiai_studio.exports.ports import AuditEntry
from debiai_studio.storage.catalogue.tables import audit

_ENTRY = insert(audit)


def note(connection: Connection, at: str, action: str, subject: str, **details: str) -> None:
    """Add a row in the transaction of what it tells about."""
    connection.execute(_ENTRY, entry(at, action, subject, **details))


def entry(at: str, action: str, subject: str, **details: str) -> dict[str, Any]:
    """The row that ``note`` adds, for those who add many."""
    who = callers.current.get()
    given = {"who": who.name, "address": who.address, **details}
    return {"at": at, "action": action, "subject": subject, "details": given}


class AuditLog:
    """The ``exports.ports.Audit`` of the catalogue."""

    def __init__(self, catalogue: Engine) -> None:
        self._catalogue = catalogue

    def entries(self, *, before: int | None = None, limit: int = 50) -> Sequence[AuditEntry]:
        """Newest first; ``before`` is the number of the last one already known."""
        query = select(audit).order_by(audit.c.key.desc()).limit(limit)
        if before is not None:
            query = query.where(audit.c.key < before)
        with self._catalogue.connect() as connection:
            connection.execution_options(read_only=True)
            rows = connection.execute(query).mappings().all()
        return [
            AuditEntry(
                number=row["key"],
                at=row["at"],
                action=row["action"],
                subject=row["subject"],
                who=row["details"].get("who", ""),
                address=row["details"].get("address", ""),
                details={
                    key: value
                    for key, value in row["details"].items()
                    if key not in ("who", "address")
                },
            )
            for row in rows
        ]
