"""Turns every failure into one shape, RFC 9457 ``application/problem+json``. Nowhere else."""

from __future__ import annotations

from collections.abc import Callable
from http import HTTPStatus

import structlog
from fastapi import FastAPI, Request, Response
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
from starlette.exceptions import HTTPException

from debiai_studio.answers.errors import AnswerTooLarge, MalformedAnswer, TooManyAnswers
from debiai_studio.errors import (
    Conflict,
    Forbidden,
    Gone,
    Invalid,
    NotFound,
    StudioError,
    Unavailable,
)

log = structlog.get_logger(__name__)

STATUS: tuple[tuple[type[StudioError], int], ...] = (
    # Of these, receivers read the status alone.
    (MalformedAnswer, 400),
    (AnswerTooLarge, 413),
    (TooManyAnswers, 429),
    (NotFound, 404),
    (Invalid, 422),
    (Conflict, 409),
    (Forbidden, 403),
    (Gone, 410),
    (Unavailable, 503),
)


def problem(status: int, type_: str, title: str, detail: str, **more: object) -> JSONResponse:
    """A problem document."""
    return JSONResponse(
        {"type": type_, "title": title, "status": status, "detail": detail, **more},
        status,
        media_type="application/problem+json",
    )


def status_of(error: StudioError) -> int:
    """The HTTP status of an error of ours."""
    return next((status for kind, status in STATUS if isinstance(error, kind)), 500)


def describe(error: StudioError) -> dict[str, object]:
    """The problem document of an error that is part of a larger answer."""
    return {
        "type": error.code,
        "title": error.title,
        "status": status_of(error),
        "detail": str(error),
    }


def install(app: FastAPI, *, no_page: Callable[[Request], Response | None]) -> None:
    """Register the handlers. ``no_page`` answers unknown addresses of pages, None for others."""

    @app.exception_handler(StudioError)
    async def studio_error(_request: Request, error: StudioError) -> JSONResponse:
        return problem(status_of(error), error.code, error.title, str(error))

    @app.exception_handler(RequestValidationError)
    async def invalid_request(_request: Request, error: RequestValidationError) -> JSONResponse:
        found = error.errors()
        first = found[0]
        place = ".".join(str(part) for part in first["loc"][1:]) or "the request"
        problems = [
            {"place": ".".join(map(str, item["loc"])), "message": item["msg"]} for item in found
        ]
        return problem(
            422, "http.invalid_request", "Not valid", f"{place}: {first['msg']}", problems=problems
        )

    @app.exception_handler(HTTPException)
    async def http_error(request: Request, error: HTTPException) -> Response:
        page = no_page(request) if error.status_code == HTTPStatus.NOT_FOUND else None
        if page is not None:
            return page
        answer = problem(error.status_code, "http.error", "Not possible", str(error.detail))
        answer.headers.update(error.headers or {})
        return answer

    @app.exception_handler(Exception)
    async def bug(request: Request, error: Exception) -> JSONResponse:
        log.error("http.bug", path=request.url.path, exc_info=error)
        return problem(
            500,
            "studio.bug",
            "Something went wrong",
            "The server met an unexpected problem; its log has the details.",
        )
