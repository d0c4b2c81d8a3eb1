"""/version and /data-providers: the projects kept here are the only provider."""

from __future__ import annotations

from typing import Any

from fastapi.responses import JSONResponse

from debiai_studio import __version__
from debiai_studio.http.services import ServicesDep
from debiai_studio.http.v0.answering import PROVIDER, ProviderDep, new_router

router = new_router()

_FIXED = "Data providers cannot be added or removed at this address."


@router.get("/version", operation_id="v0_version")
def version() -> str:
    """What tells a client that this is DebiAI."""
    return "Online"


@router.get("/data-providers", operation_id="v0_list_providers")
def list_providers(services: ServicesDep) -> list[dict[str, str]]:
    """The projects kept here, unless they are switched off."""
    return [{"name": PROVIDER, "type": PROVIDER}] if services.permissions.enabled else []


@router.post("/data-providers", operation_id="v0_create_provider")
def create_provider() -> JSONResponse:
    """Refused."""
    return JSONResponse(_FIXED, 403)


@router.get("/data-providers/{source}", operation_id="v0_get_provider")
def get_provider(_provider: ProviderDep, services: ServicesDep) -> dict[str, Any]:
    """How much a page should ask for at once, and what may be deleted."""
    return {
        "version": __version__,
        "maxSampleIdByRequest": 10_000,
        "maxSampleDataByRequest": 2_000,
        "maxResultByRequest": 5_000,
        "canDelete": {
            "projects": services.permissions.allows("delete_projects"),
            "selections": services.permissions.allows("delete_selections"),
            "models": services.permissions.allows("delete_models"),
        },
    }


@router.delete("/data-providers/{source}", operation_id="v0_delete_provider")
def delete_provider(_provider: ProviderDep) -> JSONResponse:
    """Refused."""
    return JSONResponse(_FIXED, 403)
