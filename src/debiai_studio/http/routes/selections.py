"""/api/v2/projects/…/selections."""

from __future__ import annotations

from typing import Any, Literal

from fastapi import APIRouter, Response
from pydantic import BaseModel, ConfigDict

from debiai_studio.http.services import RefDep, ServicesDep
from debiai_studio.selections.model import Selection
from debiai_studio.selections.rule import Rule

router = APIRouter(prefix="/api/v2/projects/{source}/{project}/selections", tags=["selections"])


class SelectionInfo(BaseModel):
    """A saved selection, without members."""

    id: str
    name: str
    created_at: str
    n_samples: int
    data_version: int
    rule: dict[str, Any]

    @classmethod
    def of(cls, selection: Selection) -> SelectionInfo:
        """From the service's record."""
        return cls(
            id=selection.id,
            name=selection.name,
            created_at=selection.created_at,
            n_samples=selection.n_samples,
            data_version=selection.data_version,
            rule=selection.rule,
        )


class SaveRequest(BaseModel):
    """Save what a rule selects now."""

    model_config = ConfigDict(extra="forbid")

    name: str
    rule: Rule


class Combination(BaseModel):
    """The union, intersection, first minus the others, or everything but the first."""

    model_config = ConfigDict(extra="forbid")

    operation: Literal["union", "intersection", "minus", "invert"]
    selection_ids: list[str]


class CombineRequest(Combination):
    """Save a combination of saved selections."""

    name: str


class CombinedCount(BaseModel):
    """How many samples a combination holds."""

    n_samples: int


class RenameRequest(BaseModel):
    """Give a selection another name."""

    model_config = ConfigDict(extra="forbid")

    name: str


@router.get("", operation_id="list_selections")
def list_selections(ref: RefDep, services: ServicesDep) -> list[SelectionInfo]:
    """All selections, newest first."""
    return [SelectionInfo.of(selection) for selection in services.selections.list(ref)]


@router.post("", status_code=201, operation_id="save_selection")
def save_selection(ref: RefDep, body: SaveRequest, services: ServicesDep) -> SelectionInfo:
    """Freeze what the rule selects now under a name."""
    return SelectionInfo.of(services.selections.save(ref, body.name, body.rule))


@router.post("/combine", status_code=201, operation_id="combine_selections")
def combine_selections(ref: RefDep, body: CombineRequest, services: ServicesDep) -> SelectionInfo:
    """Save the union, intersection, first minus the others, or everything but the first."""
    return SelectionInfo.of(
        services.selections.combine(ref, body.name, body.operation, body.selection_ids)
    )


@router.post("/combine/count", operation_id="count_combined_selections")
def count_combined_selections(
    ref: RefDep, body: Combination, services: ServicesDep
) -> CombinedCount:
    """How many samples would be saved."""
    n_samples = services.selections.count_combined(ref, body.operation, body.selection_ids)
    return CombinedCount(n_samples=n_samples)


@router.patch("/{selection_id}", operation_id="rename_selection")
def rename_selection(
    ref: RefDep, selection_id: str, body: RenameRequest, services: ServicesDep
) -> SelectionInfo:
    """Give another name; the id stays."""
    return SelectionInfo.of(services.selections.rename(ref, selection_id, body.name))


@router.delete("/{selection_id}", status_code=204, operation_id="delete_selection")
def delete_selection(ref: RefDep, selection_id: str, services: ServicesDep) -> Response:
    """Remove it; deliveries made from it keep their members."""
    services.selections.delete(ref, selection_id)
    return Response(status_code=204)
