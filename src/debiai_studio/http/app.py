"""The ASGI application: routes, the guard in front of them, and the page's files."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable, Iterable
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from pathlib import Path

from fastapi import FastAPI, Request, Response
from fastapi.responses import FileResponse, JSONResponse
from starlette.staticfiles import StaticFiles

from debiai_studio import __version__
from debiai_studio.http import errors, v0
from debiai_studio.http.limits import Limiter, Limits
from debiai_studio.http.permitted import SERVED
from debiai_studio.http.routes import (
    algorithms,
    analysis,
    answers,
    audit,
    comments,
    deliveries,
    derived,
    exports,
    imports,
    layouts,
    live,
    projects,
    providers,
    samples,
    schemas,
    selections,
    streams,
    tags,
    v0_exports,
)
from debiai_studio.http.security import Guard, is_page
from debiai_studio.http.services import Services

STATIC = Path(__file__).parent / "static"
ROUTERS = (
    projects,
    providers,
    samples,
    analysis,
    selections,
    imports,
    layouts,
    exports,
    deliveries,
    derived,
    answers,
    streams,
    tags,
    comments,
    algorithms,
    audit,
    schemas,
    live,
)
PAGES = ("/", "/deliveries", "/settings", "/p/{rest:path}")

Lifespan = Callable[[FastAPI], AbstractAsyncContextManager[None]]


@asynccontextmanager
async def _no_lifespan(_app: FastAPI) -> AsyncIterator[None]:
    yield


def create_app(
    services: Services | None,
    *,
    hosts: Iterable[str] = ("localhost", "127.0.0.1", "::1"),
    token: str | None = None,
    limits: Limits | None = None,
    lifespan: Lifespan = _no_lifespan,
) -> FastAPI:
    """The application. ``services`` None gives one whose API can be described, not used."""
    app = FastAPI(
        title="DebiAI Studio",
        version=__version__,
        lifespan=lifespan,
        docs_url=None,
        redoc_url=None,
        openapi_url="/api/v2/openapi.json",
        dependencies=[SERVED],
    )
    app.state.services = services
    errors.install(app, no_page=_no_page)
    for module in ROUTERS:
        app.include_router(module.router)
    for router in (v0_exports.router, *v0.ROUTERS):
        app.include_router(router)
        app.include_router(router, prefix="/api/v0", include_in_schema=False)
    _add_pages(app)
    app.add_middleware(Limiter, limits=limits or Limits())
    app.add_middleware(Guard, hosts=hosts, token=token)
    return app


def _page(status: int = 200) -> Response:
    index = STATIC / "index.html"
    if not index.exists():
        return errors.problem(
            503,
            "http.no_page",
            "The page is not built",
            "Build it with `make build`, or install the package with pip.",
        )
    return FileResponse(index, status, media_type="text/html")


def _no_page(request: Request) -> Response | None:
    """The page that says that there is none, for those who look for a page."""
    wanted = "text/html" in request.headers.get("accept", "")
    if not wanted or not is_page(request.scope) or request.url.path.startswith("/assets/"):
        return None
    return _page(404)


def _add_pages(app: FastAPI) -> None:
    def page() -> Response:
        return _page()

    for path in PAGES:
        app.add_api_route(path, page, include_in_schema=False, methods=["GET"])

    def no_v1(rest: str) -> JSONResponse:
        return errors.problem(
            404,
            "http.no_v1",
            "No API v1",
            f"DebiAI's /api/v1/{rest} is not served; use the same path at / or /api/v0, "
            "or this server's own API at /api/v2.",
        )

    app.add_api_route(
        "/api/v1/{rest:path}",
        no_v1,
        include_in_schema=False,
        methods=["GET", "POST", "PUT", "PATCH", "DELETE"],
    )
    if STATIC.exists():
        app.mount("/assets", StaticFiles(directory=STATIC / "assets", check_dir=False))

        def icon() -> FileResponse:
            return FileResponse(STATIC / "favicon.svg", media_type="image/svg+xml")

        app.add_api_route("/favicon.svg", icon, include_in_schema=False)
