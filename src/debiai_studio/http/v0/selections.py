"""Selections: the same ones as on the page."""

from __future__ import annotations

from pydantic import BaseModel
from pyroaring import BitMap

from debiai_studio.datasets.errors import UnknownSamples
from debiai_studio.errors import Invalid
from debiai_studio.http.permitted import permitted
from debiai_studio.http.services import ServicesDep
from debiai_studio.http.v0.answering import P, RefDep, new_router
from debiai_studio.http.v0.documents import Document, selection

router = new_router()

# With the slash is DebiAI's address, without it what its client asks for.
_BOTH = (P + "/selections/", P + "/selections")


class V0NewSelection(BaseModel):
    """Samples under a name."""

    selectionName: str  # noqa: N815  # DebiAI's spelling
    sampleHashList: list[str]  # noqa: N815  # the same


def list_selections(ref: RefDep, services: ServicesDep) -> list[Document]:
    """Every selection at its newest version, the one made first first."""
    return [selection(one) for one in reversed(services.selections.list(ref))]


def create_selection(ref: RefDep, body: V0NewSelection, services: ServicesDep) -> Document:
    """Keep samples under a name; under one that is there, as its next version."""
    dataset = services.datasets.of(ref)
    try:
        members = BitMap(services.blocks.existing(dataset, body.sampleHashList))
    except UnknownSamples as error:
        total = len(body.sampleHashList)
        message = f"{error.count} out of {total} ids do not exist: {error.first}"
        raise Invalid(message) from error
    rule = {"by": "DebiAI client", "samples": len(members)}
    saved = services.selections.save_members(ref, body.selectionName, members, rule)
    ids = list(services.blocks.ids_of_samples(ref, members))
    return {**selection(saved), "samples": ids}


for path in _BOTH:
    hidden = not path.endswith("/")
    name = "v0_{}_selection" + ("_without_slash" if hidden else "")
    router.get(path, operation_id=name.format("list"))(list_selections)
    router.post(
        path,
        operation_id=name.format("create"),
        dependencies=[permitted("create_selections")],
    )(create_selection)


@router.get(P + "/selections/{selection_id}", operation_id="v0_get_selection")
def get_selection(ref: RefDep, selection_id: str, services: ServicesDep) -> list[str]:
    """The ids of its samples in the order of import."""
    members = services.selections.members(ref, selection_id)
    return list(services.blocks.ids_of_samples(ref, members))


@router.delete(
    P + "/selections/{selection_id}",
    operation_id="v0_delete_selection",
    dependencies=[permitted("delete_selections")],
)
def delete_selection(ref: RefDep, selection_id: str, services: ServicesDep) -> str:
    """Remove it with its versions."""
    services.selections.delete(ref, selection_id)
    return "Selection deleted"
