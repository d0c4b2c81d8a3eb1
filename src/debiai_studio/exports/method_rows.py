"""Between an export method and the row that the catalogue keeps of it."""

from __future__ import annotations

from collections.abc import Mapping

from debiai_studio.exports.errors import InvalidMethod
from debiai_studio.exports.model import ExportMethod, Origin
from debiai_studio.exports.ports import KeptMethod, Sender
from debiai_studio.exports.secrets import Vault


def method_of(row: KeptMethod, vault: Vault, senders: Mapping[str, Sender]) -> ExportMethod:
    """A method of the page; one that cannot be used says why in ``disabled_reason``."""
    options: dict[str, str] = {}
    reason = row.disabled_reason
    try:
        options = vault.unseal(row.name, row.options)
    except InvalidMethod as error:
        reason = reason or str(error)
    if row.type not in senders:
        reason = reason or f'nothing is installed for methods of type "{row.type}"'
    return ExportMethod(
        id=row.id,
        name=row.name,
        type=row.type,
        parameters=row.parameters,
        options=options,
        origin=Origin.PAGE,
        removed=row.removed,
        disabled_reason=reason,
        created_at=row.created_at,
        last_used_at=row.last_used_at,
    )


def row_of(method: ExportMethod, options: bytes) -> KeptMethod:
    """The row of a method; ``options`` are sealed, and empty for one defined elsewhere."""
    return KeptMethod(
        id=method.id,
        name=method.name,
        type=method.type,
        parameters=method.parameters,
        options=options,
        origin=method.origin.value,
        removed=method.removed,
        disabled_reason=method.disabled_reason,
        created_at=method.created_at or "",
    )
