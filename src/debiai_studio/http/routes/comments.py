"""/api/v2/projects/…/comments."""

from __future__ import annotations

from fastapi import APIRouter, Response
from pydantic import BaseModel, ConfigDict

from debiai_studio.comments.model import About, Comment
from debiai_studio.http.services import RefDep, ServicesDep

router = APIRouter(prefix="/api/v2/projects/{source}/{project}/comments", tags=["comments"])


class CommentText(BaseModel):
    """What is written: a title, a text, or both."""

    model_config = ConfigDict(extra="forbid")

    title: str = ""
    text: str = ""


class CommentDraft(CommentText):
    """A comment; ``subject`` is the id of the selection or widget that it is about."""

    about: About = "project"
    subject: str = ""


class CommentInfo(BaseModel):
    """A comment with who wrote it, and when."""

    id: str
    about: About
    subject: str
    title: str
    text: str
    author: str
    created_at: str
    changed_at: str


@router.get("", operation_id="list_comments")
def list_comments(ref: RefDep, services: ServicesDep) -> list[CommentInfo]:
    """All comments of a project, the oldest first."""
    return [_info(one) for one in services.comments.of_project(ref)]


@router.post("", status_code=201, operation_id="write_comment")
def write_comment(ref: RefDep, body: CommentDraft, services: ServicesDep) -> CommentInfo:
    """Keep a comment."""
    return _info(services.comments.write(ref, body.about, body.subject, body.title, body.text))


@router.put("/{comment_id}", operation_id="change_comment")
def change_comment(
    ref: RefDep, comment_id: str, body: CommentText, services: ServicesDep
) -> CommentInfo:
    """Write it anew."""
    return _info(services.comments.change(ref, comment_id, body.title, body.text))


@router.delete("/{comment_id}", status_code=204, operation_id="delete_comment")
def delete_comment(ref: RefDep, comment_id: str, services: ServicesDep) -> Response:
    """Forget it."""
    services.comments.delete(ref, comment_id)
    return Response(status_code=204)


def _info(one: Comment) -> CommentInfo:
    return CommentInfo(
        id=one.id,
        about=one.about,
        subject=one.subject,
        title=one.title,
        text=one.text,
        author=one.author,
        created_at=one.created_at,
        changed_at=one.changed_at,
    )
