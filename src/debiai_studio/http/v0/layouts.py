"""Layouts and widget configurations in DebiAI's shape; the page shows the same layouts."""

from __future__ import annotations

from typing import Any

from fastapi import Response

from debiai_studio.http.services import ServicesDep
from debiai_studio.http.v0.answering import new_router
from debiai_studio.http.v0.documents import Document, milliseconds
from debiai_studio.layouts.debiai import DebiaiConfiguration, DebiaiLayout
from debiai_studio.layouts.errors import UnknownConfiguration
from debiai_studio.layouts.model import Layout, WidgetConfiguration

router = new_router()

# With the slash is DebiAI's address; what leaves it out was sent on to it.
_BOTH = ("/app/layouts/", "/app/layouts")


def list_layouts(services: ServicesDep) -> list[Document]:
    """The layouts that came from DebiAI's API or folder, the one made first first."""
    return [_layout(one) for one in services.from_debiai.layouts()]


def create_layout(body: DebiaiLayout, services: ServicesDep) -> Response:
    """Keep a layout; the page opens it too."""
    services.from_debiai.save_layout(body)
    return Response(status_code=204)


for path in _BOTH:
    name = "v0_{}" + ("" if path.endswith("/") else "_without_slash")
    router.get(path, operation_id=name.format("list_layouts"))(list_layouts)
    router.post(path, operation_id=name.format("create_layout"), status_code=204)(create_layout)


@router.delete("/app/layouts/{layout_id}", operation_id="v0_delete_layout", status_code=204)
def delete_layout(layout_id: str, services: ServicesDep) -> Response:
    """Remove a layout."""
    services.layouts.delete(layout_id)
    return Response(status_code=204)


@router.get("/app/widget-configurations/", operation_id="v0_count_configurations")
def count_configurations(services: ServicesDep) -> dict[str, int]:
    """How many configurations there are, by DebiAI's key of the widget."""
    counts: dict[str, int] = {}
    for one in services.from_debiai.configurations():
        counts[_key(one)] = counts.get(_key(one), 0) + 1
    return counts


@router.get("/app/widgets/{key}/configurations", operation_id="v0_list_configurations")
def list_configurations(key: str, services: ServicesDep) -> list[Document]:
    """The configurations of a widget, the one made first first."""
    every = services.from_debiai.configurations()
    return [_configuration(one) for one in every if _key(one) == key]


@router.post(
    "/app/widgets/{key}/configurations",
    operation_id="v0_create_configuration",
    status_code=204,
)
def create_configuration(key: str, body: DebiaiConfiguration, services: ServicesDep) -> Response:
    """Keep the settings of a widget."""
    services.from_debiai.save_configuration(key, body)
    return Response(status_code=204)


@router.delete(
    "/app/widgets/{key}/configurations/{configuration_id}",
    operation_id="v0_delete_configuration",
    status_code=204,
)
def delete_configuration(key: str, configuration_id: str, services: ServicesDep) -> Response:
    """Remove a configuration of that widget."""
    every = services.from_debiai.configurations()
    if not any(_key(one) == key and one.id == configuration_id for one in every):
        raise UnknownConfiguration(configuration_id)
    services.configurations.delete(configuration_id)
    return Response(status_code=204)


def _layout(one: Layout) -> Document:
    given = one.document["debiai"]
    colour = {"selectedColorColumn": given["selectedColorColumn"]} if one.document["colour"] else {}
    return {
        "id": one.id,
        "name": one.name,
        "description": one.description,
        "projectId": one.project,
        "dataProviderId": given["dataProviderId"],
        "creationDate": _moment(given, one.created_at),
        "layout": given["layout"],
        "lastLayoutSaved": bool(given.get("lastLayoutSaved")),
        **colour,
    }


def _configuration(one: WidgetConfiguration) -> Document:
    given = one.debiai or {}
    return {
        "id": one.id,
        "name": one.name,
        "description": one.description,
        "projectId": one.project,
        "dataProviderId": given["dataProviderId"],
        "creationDate": _moment(given, one.created_at),
        "configuration": given["configuration"],
    }


def _key(one: WidgetConfiguration) -> str:
    return str((one.debiai or {})["widgetKey"])


def _moment(given: dict[str, Any], created_at: str) -> float:
    """The moment that DebiAI's folder has, or that of saving."""
    kept = given.get("creationDate")
    return kept if isinstance(kept, int | float) else milliseconds(created_at)
