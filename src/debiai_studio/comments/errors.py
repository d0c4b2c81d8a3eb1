"""Why a comment cannot be kept or found.

StudioError
├── NotFound
│   └── UnknownComment   it was deleted, or is of another project
└── Invalid
    ├── UnsuitableText   it is empty, or too long
    └── UnsuitableSubject  a project has none, anything else is named by its id
"""

from __future__ import annotations

from debiai_studio.errors import Invalid, NotFound


class UnknownComment(NotFound):
    """It was deleted, or is of another project."""

    code = "comments.unknown"
    title = "Unknown comment"

    def __init__(self, comment_id: str) -> None:
        super().__init__(f'There is no comment "{comment_id}"; it may have been deleted.')
        self.comment_id = comment_id


class UnsuitableText(Invalid):
    """It is empty, or too long."""

    code = "comments.unsuitable_text"
    title = "Comment not possible"

    def __init__(self, most: int) -> None:
        super().__init__(f"A comment has a title or a text, of 1 to {most:,} characters.")
        self.most = most


class UnsuitableSubject(Invalid):
    """A project has none, anything else is named by its id."""

    code = "comments.unsuitable_subject"
    title = "Comment not possible"

    def __init__(self, about: str) -> None:
        told = "takes no subject" if about == "project" else "needs the id of its subject"
        super().__init__(f"A comment about a {about} {told}.")
        self.about = about
