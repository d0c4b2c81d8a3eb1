"""/api/v2/audit: who sent what where, and who changed export methods."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Query

from debiai_studio.exports.ports import AuditEntry
from debiai_studio.http.services import ServicesDep

router = APIRouter(prefix="/api/v2/audit", tags=["audit"])


@router.get("", operation_id="list_audit")
def list_audit(
    services: ServicesDep,
    before: Annotated[int | None, Query(ge=1, le=2**63 - 1)] = None,
    limit: Annotated[int, Query(ge=1, le=500)] = 50,
) -> list[AuditEntry]:
    """Newest first; ``before`` is the number of the last entry already known."""
    return list(services.audit.entries(before=before, limit=limit))
