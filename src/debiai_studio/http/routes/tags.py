"""/api/v2/projects/…/tags."""

from __future__ import annotations

from typing import Any

from fastapi import APIRouter, Response
from pydantic import BaseModel

from debiai_studio.http.permitted import permitted
from debiai_studio.http.services import RefDep, ServicesDep
from debiai_studio.tags.model import ListedTagging, Tagging, TagRequest, TagType, Value

router = APIRouter(prefix="/api/v2/projects/{source}/{project}/tags", tags=["tags"])
WRITES = permitted("insert_data")


class TagInfo(BaseModel):
    """A column of tags."""

    column: str
    type: TagType


class TaggingInfo(BaseModel):
    """Samples got a value, or lost theirs (null); ``value`` is canonical text."""

    id: str
    column: str
    value: str | None
    n_samples: int
    n_had: int
    rule: dict[str, Any]
    at: str
    author: str


class TagList(BaseModel):
    """The tags of a project, and how they were given, the newest first."""

    tags: list[TagInfo]
    taggings: list[TaggingInfo]


@router.get("", operation_id="list_tags")
def list_tags(ref: RefDep, services: ServicesDep) -> TagList:
    """The tags of a project, and how they were given."""
    return TagList(
        tags=[TagInfo(column=one.name, type=one.type.value) for one in services.tags.columns(ref)],
        taggings=[_info(one) for one in services.tags.taggings(ref)],
    )


@router.post("", status_code=201, operation_id="tag_samples", dependencies=[WRITES])
def tag_samples(ref: RefDep, body: TagRequest, services: ServicesDep) -> TaggingInfo:
    """Give the samples that a rule selects now a value, or take it away."""
    return _info(services.tags.tag(ref, body))


@router.post(
    "/taggings/{tagging_id}/undo",
    status_code=204,
    operation_id="undo_tagging",
    dependencies=[WRITES],
)
def undo_tagging(ref: RefDep, tagging_id: str, services: ServicesDep) -> Response:
    """Give the samples that still have its value those they had before."""
    services.tags.undo(ref, tagging_id)
    return Response(status_code=204)


@router.delete("/{column:path}", status_code=204, operation_id="delete_tag", dependencies=[WRITES])
def delete_tag(ref: RefDep, column: str, services: ServicesDep) -> Response:
    """Take a tag away from every sample."""
    services.tags.delete(ref, column)
    return Response(status_code=204)


def _info(one: Tagging | ListedTagging) -> TaggingInfo:
    return TaggingInfo(
        id=one.id,
        column=one.column,
        value=_text_of(one.value),
        n_samples=one.n_samples,
        n_had=one.n_had,
        rule=one.rule,
        at=one.at,
        author=one.author,
    )


def _text_of(value: Value | None) -> str | None:
    if isinstance(value, bool):
        return "true" if value else "false"
    return value if value is None or isinstance(value, str) else repr(value)
