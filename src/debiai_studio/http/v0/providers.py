"""/version and /data-providers: the projects kept here, and the data providers they come from."""

from __future__ import annotations

from typing import Any

from fastapi import Response
from fastapi.responses import JSONResponse
from pydantic import BaseModel

from debiai_studio import __version__
from debiai_studio.errors import Invalid
from debiai_studio.http.services import Services, ServicesDep
from debiai_studio.http.v0.answering import PROVIDER, new_router
from debiai_studio.http.v0.documents import Document
from debiai_studio.projects.model import LOCAL_NAMES
from debiai_studio.providers.model import Limits, Provider
from debiai_studio.providers.service import Finding

router = new_router()

_WEB = "Web"
_STAYS = "The projects kept here cannot be removed as a data provider."


class _NewProvider(BaseModel):
    name: str
    type: str
    url: str


@router.get("/version", operation_id="v0_version")
def version() -> str:
    """What tells a client that this is DebiAI."""
    return "Online"


@router.get("/data-providers", operation_id="v0_list_providers")
def list_providers(services: ServicesDep) -> list[Document]:
    """The projects kept here, unless they are switched off, and every data provider."""
    kept = [{"name": PROVIDER, "type": "internal"}] if services.permissions.enabled else []
    providers = services.providers.list()
    for one in providers:
        services.providers.found(one)  # all are asked at once
    return [*kept, *(_web(one, _found(services, one)) for one in providers)]


@router.post("/data-providers", operation_id="v0_create_provider", status_code=204)
def create_provider(body: _NewProvider, services: ServicesDep) -> Response:
    """Keep one more; the page has it too."""
    if body.type != _WEB:
        reason = f"Invalid data provider type, valid types are: {_WEB}"
        raise Invalid(reason)
    services.providers.add(body.name, body.url)
    return Response(status_code=204)


@router.get("/data-providers/{source}", operation_id="v0_get_provider")
def get_provider(source: str, services: ServicesDep) -> Document:
    """How much a page should ask for at once, and what may be deleted.

    Of a data provider that does not answer nothing is known.
    """
    if source in LOCAL_NAMES:
        rules = services.permissions
        allowed = {
            "projects": rules.allows("delete_projects"),
            "selections": rules.allows("delete_selections"),
            "models": rules.allows("delete_models"),
        }
        return _info(__version__, Limits(), allowed)
    found = _found(services, services.providers.get(source))
    if found.state != "available" or found.info is None:
        return {}
    can = {what: what in found.info.can_delete for what in ("projects", "selections", "models")}
    return _info(found.info.version, found.info.limits, can)


@router.delete("/data-providers/{source}", operation_id="v0_delete_provider", status_code=204)
def delete_provider(source: str, services: ServicesDep) -> Response:
    """Forget a data provider of the page; what was fetched from it stays."""
    if source in LOCAL_NAMES:
        return JSONResponse(_STAYS, 403)
    services.providers.remove(source)
    return Response(status_code=204)


def _found(services: Services, provider: Provider) -> Finding:
    """How it was found; one that was never asked is asked now."""
    found = services.providers.found(provider)
    return services.providers.check(provider.name) if found.state == "unknown" else found


def _web(provider: Provider, found: Finding) -> Document:
    return {
        "name": provider.name,
        "type": _WEB,
        "url": provider.shown_url,
        "status": found.state == "available",
    }


def _info(version: str | None, limits: Limits, can_delete: dict[str, Any]) -> Document:
    return {
        "version": version,
        "maxSampleIdByRequest": limits.ids,
        "maxSampleDataByRequest": limits.rows,
        "maxResultByRequest": limits.results,
        "canDelete": can_delete,
    }
