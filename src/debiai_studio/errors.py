"""The errors of DebiAI Studio: a few kinds, one class per decision a caller can take.

StudioError
├── NotFound      the thing that was named does not exist
├── Invalid       the request cannot be carried out as it is; nothing was changed
├── Conflict      the request is fine, but not in the present state
├── Forbidden     the operator switched this off
├── Gone          the thing that was named was there once, and will not be again
└── Unavailable   something outside cannot be reached or is full; trying again may help

A concept subclasses one of these, sets a stable ``code`` (``concept.what``), takes typed
arguments, keeps them as attributes and writes its own sentence: the thing, and the remedy.
The HTTP status is chosen in ``http/errors.py`` alone.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any


class StudioError(Exception):
    """Anything that goes wrong in a way a person can be told about."""

    code = "studio.error"
    title = "Something went wrong"


class NotFound(StudioError):
    """The thing that was named does not exist."""

    code = "studio.not_found"
    title = "Not found"


class Invalid(StudioError):
    """The request cannot be carried out as it is; nothing was changed."""

    code = "studio.invalid"
    title = "Not valid"


class Conflict(StudioError):
    """The request is fine, but not in the present state."""

    code = "studio.conflict"
    title = "Not possible now"


class Forbidden(StudioError):
    """The operator switched this off, or the caller may not do it."""

    code = "studio.forbidden"
    title = "Not allowed"


class Gone(StudioError):
    """The thing that was named was there once, and will not be again."""

    code = "studio.gone"
    title = "No longer there"


class Unavailable(StudioError):
    """Something outside cannot be reached or is full; trying again may help."""

    code = "studio.unavailable"
    title = "Not available"


def problem_of(error: StudioError) -> dict[str, Any]:
    """The error as a problem document."""
    return {"type": error.code, "title": error.title, "detail": str(error)}


def error_of(problem: dict[str, Any]) -> StudioError:
    """The error that a problem document tells of: its class and sentence, not its attributes."""
    known = {kind.code: kind for kind in _below(StudioError)}
    kind = known.get(problem["type"], StudioError)
    error = kind.__new__(kind)
    Exception.__init__(error, problem["detail"])
    return error


def _below(kind: type[StudioError]) -> Iterator[type[StudioError]]:
    yield kind
    for each in kind.__subclasses__():
        yield from _below(each)
