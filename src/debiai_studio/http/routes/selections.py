"""/api/v2/projects/…/selections."""

from __future__ import annotations

from typing import Any, Literal

from fastapi import APIRouter, Response
from pydantic import BaseModel, ConfigDict

from debiai_studio.http.permitted import permitted
from debiai_studio.http.services import RefDep, ServicesDep
from debiai_studio.selections.model import Reapplied, Selection
from debiai_studio.selections.naming import reference
from debiai_studio.selections.rule import Rule

router = APIRouter(prefix="/api/v2/projects/{source}/{project}/selections", tags=["selections"])


class SelectionInfo(BaseModel):
    """A version of a saved selection, without members: the newest where none is named.

    ``reference`` names it wherever a selection is named. ``versions`` are the numbers that there
    are, oldest first. ``set_digest`` comes a moment after it was saved.
    """

    id: str
    name: str
    created_at: str
    n_samples: int
    n_deleted: int
    data_version: int
    rule: dict[str, Any]
    version: int
    versions: list[int]
    reference: str
    author: str
    set_digest: str | None

    @classmethod
    def of(cls, selection: Selection) -> SelectionInfo:
        """From the service's record."""
        return cls(
            id=selection.id,
            name=selection.name,
            created_at=selection.created_at,
            n_samples=selection.n_samples,
            n_deleted=selection.n_deleted,
            data_version=selection.data_version,
            rule=selection.rule,
            version=selection.version,
            versions=list(selection.versions),
            reference=selection.reference,
            author=selection.author,
            set_digest=selection.set_digest,
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


class UpdateRequest(BaseModel):
    """Another rule for the new version, or the one that the newest version has."""

    model_config = ConfigDict(extra="forbid")

    rule: Rule | None = None


class Comparing(BaseModel):
    """Two selections by id (the newest version) or by ``<id>@<version>``."""

    model_config = ConfigDict(extra="forbid")

    base: str
    other: str


class Comparison(BaseModel):
    """What ``other`` has more (added) and less (removed) than ``base``, and what both have.

    Counts are exact. ``first_added`` and ``first_removed`` are at most ten ids, as text.
    ``rules`` select the parts ``added``, ``removed`` and ``same``, for filters, downloads,
    exports and new selections.
    """

    base: SelectionInfo
    other: SelectionInfo
    n_added: int
    n_removed: int
    n_same: int
    first_added: list[str]
    first_removed: list[str]
    rules: dict[str, dict[str, Any]]


@router.get("", operation_id="list_selections")
def list_selections(ref: RefDep, services: ServicesDep) -> list[SelectionInfo]:
    """All selections at their newest version, the one made last first."""
    return [SelectionInfo.of(selection) for selection in services.selections.list(ref)]


@router.post(
    "",
    status_code=201,
    operation_id="save_selection",
    dependencies=[permitted("create_selections")],
)
def save_selection(ref: RefDep, body: SaveRequest, services: ServicesDep) -> SelectionInfo:
    """Freeze what the rule selects now under a name; under one that is there, as a new version."""
    return SelectionInfo.of(services.selections.save(ref, body.name, body.rule))


@router.post(
    "/combine",
    status_code=201,
    operation_id="combine_selections",
    dependencies=[permitted("create_selections")],
)
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


@router.post("/compare", operation_id="compare_selections")
def compare_selections(ref: RefDep, body: Comparing, services: ServicesDep) -> Comparison:
    """The exact difference of two selections, or of two versions of one."""
    found = services.versions.compare(ref, body.base, body.other)
    return Comparison(
        base=SelectionInfo.of(found.base),
        other=SelectionInfo.of(found.other),
        n_added=found.n_added,
        n_removed=found.n_removed,
        n_same=found.n_same,
        first_added=list(found.first_added),
        first_removed=list(found.first_removed),
        rules=found.rules,
    )


@router.get("/{selection_id}/versions", operation_id="list_selection_versions")
def list_selection_versions(
    ref: RefDep, selection_id: str, services: ServicesDep
) -> list[SelectionInfo]:
    """Every version, newest first."""
    return [SelectionInfo.of(one) for one in services.selections.history(ref, selection_id)]


@router.post(
    "/{selection_id}/versions",
    status_code=201,
    operation_id="update_selection",
    dependencies=[permitted("create_selections")],
)
def update_selection(
    ref: RefDep, selection_id: str, body: UpdateRequest, services: ServicesDep
) -> SelectionInfo:
    """Freeze what a rule selects now as the next version; without one, its own rule."""
    return SelectionInfo.of(services.versions.update(ref, selection_id, body.rule))


@router.delete(
    "/{selection_id}/versions/{version}",
    status_code=204,
    operation_id="delete_selection_version",
    dependencies=[permitted("delete_selections")],
)
def delete_selection_version(
    ref: RefDep, selection_id: str, version: int, services: ServicesDep
) -> Response:
    """Remove one version; the only one is refused."""
    services.selections.delete_version(ref, selection_id, version)
    return Response(status_code=204)


@router.get("/{selection_id}/versions/{version}/reapplied", operation_id="reapply_rule")
def reapply_rule(ref: RefDep, selection_id: str, version: int, services: ServicesDep) -> Reapplied:
    """What the rule of a version selects in the data as it is now, and why not."""
    return services.versions.reapplied(ref, reference(selection_id, version))


@router.patch(
    "/{selection_id}",
    operation_id="rename_selection",
    dependencies=[permitted("create_selections")],
)
def rename_selection(
    ref: RefDep, selection_id: str, body: RenameRequest, services: ServicesDep
) -> SelectionInfo:
    """Give another name; the id stays."""
    return SelectionInfo.of(services.selections.rename(ref, selection_id, body.name))


@router.delete(
    "/{selection_id}",
    status_code=204,
    operation_id="delete_selection",
    dependencies=[permitted("delete_selections")],
)
def delete_selection(ref: RefDep, selection_id: str, services: ServicesDep) -> Response:
    """Remove it with its versions; deliveries made from it keep their members."""
    services.selections.delete(ref, selection_id)
    return Response(status_code=204)
