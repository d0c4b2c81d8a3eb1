"""What the catalogue keeps about export methods: those of the page, and marks of the others."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sqlalchemy import Engine, Row, delete, insert, select, update

from debiai_studio.exports.delivery import text_of, utc_now
from debiai_studio.exports.ports import KeptMethod
from debiai_studio.storage.catalogue.audit import note
from debiai_studio.storage.catalogue.tables import export_methods

_ALL = select(export_methods)


class MethodTable:
    """The table ``export_methods``; each call is one transaction."""

    def __init__(self, catalogue: Engine) -> None:
        self._catalogue = catalogue

    def all(self) -> Sequence[KeptMethod]:
        """Every row."""
        reading = self._catalogue.connect().execution_options(read_only=True)
        with reading as connection:
            return [_kept(row) for row in connection.execute(_ALL)]

    def put(self, kept: KeptMethod) -> None:
        """Insert or replace definition and marks; what deliveries wrote stays."""
        values = {
            "name": kept.name,
            "type": kept.type,
            "parameters": list(kept.parameters),
            "options": kept.options,
            "origin": kept.origin,
            "removed": kept.removed,
            "disabled_reason": kept.disabled_reason,
            "created_at": kept.created_at,
        }
        table = export_methods
        with self._catalogue.begin() as connection:
            changed = connection.execute(
                update(table).where(table.c.id == kept.id).values(**values)
            )
            if changed.rowcount == 0:
                connection.execute(insert(table).values(id=kept.id, **values))
            action = "method.saved"
            if kept.removed:
                action = "method.removed"
            elif kept.disabled_reason is not None:
                action = "method.disabled"
            note(connection, _now(), action, kept.id, method=kept.name, type=kept.type)

    def close_breaker(self, method_id: str) -> None:
        """Forget its failures in a row."""
        table = export_methods
        with self._catalogue.begin() as connection:
            closed = update(table).where(table.c.id == method_id)
            connection.execute(closed.values(fail_count=0, open_until=None))

    def delete(self, method_id: str) -> None:
        """Forget a method; its deliveries stay."""
        with self._catalogue.begin() as connection:
            known = export_methods.c.id == method_id
            name = connection.scalar(select(export_methods.c.name).where(known))
            connection.execute(delete(export_methods).where(known))
            note(connection, _now(), "method.deleted", method_id, method=name or "")


def _now() -> str:
    return text_of(utc_now())


def _kept(row: Row[Any]) -> KeptMethod:
    return KeptMethod(
        id=row.id,
        name=row.name,
        type=row.type,
        parameters=tuple(row.parameters),
        options=bytes(row.options),
        origin=row.origin,
        removed=row.removed,
        disabled_reason=row.disabled_reason,
        created_at=row.created_at,
        last_used_at=row.last_used_at,
    )
