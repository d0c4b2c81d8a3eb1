"""/api/v2/layouts and /api/v2/states: saved arrangements, and analysis states behind links."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

from fastapi import APIRouter, Request, Response
from pydantic import BaseModel, ConfigDict, Field

from debiai_studio.http.services import ServicesDep
from debiai_studio.layouts.model import Layout

router = APIRouter(prefix="/api/v2", tags=["layouts"])


class LayoutInfo(BaseModel):
    """A saved layout."""

    id: str
    name: str
    description: str
    source: str
    project: str
    document: dict[str, Any]
    created_at: str
    updated_at: str

    @classmethod
    def of(cls, layout: Layout) -> LayoutInfo:
        """From the service's record."""
        return cls(**asdict(layout))


class LayoutDraft(BaseModel):
    """A layout to save."""

    model_config = ConfigDict(extra="forbid")

    name: str = Field(min_length=1, max_length=200)
    description: str = Field(default="", max_length=2000)
    source: str
    project: str
    document: dict[str, Any]


class StateId(BaseModel):
    """Where an analysis state is kept."""

    id: str


@router.get("/layouts", operation_id="list_layouts")
def list_layouts(services: ServicesDep) -> list[LayoutInfo]:
    """All layouts of all projects, last changed first."""
    return [LayoutInfo.of(layout) for layout in services.layouts.list()]


@router.post("/layouts", status_code=201, operation_id="save_layout")
def save_layout(body: LayoutDraft, services: ServicesDep) -> LayoutInfo:
    """Save a new layout."""
    return LayoutInfo.of(services.layouts.save(**body.model_dump()))


@router.put("/layouts/{layout_id}", operation_id="replace_layout")
def replace_layout(layout_id: str, body: LayoutDraft, services: ServicesDep) -> LayoutInfo:
    """Save over a layout."""
    return LayoutInfo.of(services.layouts.replace(layout_id, **body.model_dump()))


@router.delete("/layouts/{layout_id}", status_code=204, operation_id="delete_layout")
def delete_layout(layout_id: str, services: ServicesDep) -> Response:
    """Remove a layout."""
    services.layouts.delete(layout_id)
    return Response(status_code=204)


@router.post("/states", status_code=201, operation_id="keep_state")
async def keep_state(request: Request, services: ServicesDep) -> StateId:
    """Keep an analysis state that is too long for an address."""
    return StateId(id=services.states.put(await request.body()))


@router.get("/states/{state_id}", operation_id="get_state", response_class=Response)
def get_state(state_id: str, services: ServicesDep) -> Response:
    """The state's document, as it was put."""
    return Response(services.states.get(state_id), media_type="application/json")
