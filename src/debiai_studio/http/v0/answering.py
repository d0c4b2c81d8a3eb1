"""Bodies and errors as DebiAI writes them: errors are JSON strings, which its client shows."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Coroutine
from typing import Annotated, Any, NoReturn

import orjson
from fastapi import APIRouter, Depends, Request, Response
from fastapi.concurrency import run_in_threadpool
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
from fastapi.routing import APIRoute

from debiai_studio.algorithms.errors import ProviderExists as AlgoProviderExists
from debiai_studio.blocks.errors import AlreadySet, BadModelName, ProjectExists
from debiai_studio.errors import Invalid, NotFound, StudioError
from debiai_studio.http.errors import status_of
from debiai_studio.projects.errors import UnknownProject
from debiai_studio.projects.model import DEBIAI_LOCAL, LOCAL, LOCAL_NAMES, ProjectRef
from debiai_studio.providers.errors import ProviderExists

# Of these, orjson would make decimals.
_LONG_NUMBER = re.compile(rb"(?<![0-9.])[0-9]{19,}(?![0-9]*[.eE])")

_STATUS: tuple[tuple[type[StudioError], int], ...] = (
    (ProjectExists, 400),
    (ProviderExists, 400),
    (AlgoProviderExists, 400),
    (AlreadySet, 403),
    (BadModelName, 402),
    (Invalid, 400),
)


class UnknownProvider(NotFound):
    """Only the projects kept here are served at these addresses."""

    code = "http.unknown_provider"
    title = "Unknown data provider"

    def __init__(self, name: str) -> None:
        super().__init__(f'There is no data provider "{name}"; use "{PROVIDER}".')


class _Route(APIRoute):
    def get_route_handler(self) -> Callable[[Request], Coroutine[Any, Any, Response]]:
        handler = super().get_route_handler()

        async def handle(request: Request) -> Response:
            try:
                return await handler(request)
            except UnknownProject as error:
                return JSONResponse(f"Project {error.ref.project} not found", 404)
            except StudioError as error:
                status = next((s for kind, s in _STATUS if isinstance(error, kind)), None)
                return JSONResponse(str(error), status or status_of(error))
            except RequestValidationError as error:
                first = error.errors()[0]
                place = ".".join(str(part) for part in first["loc"][1:]) or "the request"
                return JSONResponse(f"{place}: {first['msg']}", 400)

        return handle


# What DebiAI's client calls the source of the projects kept here.
PROVIDER = DEBIAI_LOCAL


def new_router() -> APIRouter:
    """A router whose routes answer errors as DebiAI does."""
    return APIRouter(tags=["DebiAI v0"], route_class=_Route)


def takes(schema: dict[str, Any]) -> dict[str, Any]:
    """The OpenAPI description of a body that ``JsonDep`` reads."""
    content = {"application/json": {"schema": schema}}
    return {"requestBody": {"content": content, "required": True}}


def json_answer(document: object) -> Response:
    """An answer of ``orjson``: exact numbers, fast."""
    body = orjson.dumps(document, option=orjson.OPT_NON_STR_KEYS)
    return Response(body, media_type="application/json")


async def _json(request: Request) -> Any:
    body = await request.body()
    try:
        return await run_in_threadpool(_parsed, body)
    except (ValueError, RecursionError) as error:
        reason = f"The body is not JSON: {error}"
        raise Invalid(reason) from error


def _parsed(body: bytes) -> Any:
    if _LONG_NUMBER.search(body):
        return json.loads(body, parse_constant=_refuse)
    return orjson.loads(body)


def _refuse(constant: str) -> NoReturn:
    message = f"{constant} is no JSON value; send null"
    raise ValueError(message)


def _provider(source: str) -> str:
    if source not in LOCAL_NAMES:
        raise UnknownProvider(source)
    return LOCAL


def _ref(source: str, project: str) -> ProjectRef:
    return ProjectRef(_provider(source), project)


JsonDep = Annotated[Any, Depends(_json)]
ProviderDep = Annotated[str, Depends(_provider)]
RefDep = Annotated[ProjectRef, Depends(_ref)]
P = "/data-providers/{source}/projects/{project}"
