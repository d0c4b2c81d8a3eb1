"""Who may talk to the server: host names, same origin, token, and the headers of every answer.

Written as plain ASGI so that nothing is buffered. A request is refused unless its Host is one
the server was told of; unless its Origin, when there is one, is exactly the server's own (other
ports of localhost are other origins, ``null`` is nobody's); unless Sec-Fetch-Site, when there is
one, says same-origin or that the person typed the address; and, when a token is set, unless it
is given as bearer token or as the password or user of HTTP Basic. A signed address (the ids of a
delivery, its callback) needs none: its route refuses what this server did not sign.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import hmac
import re
from collections.abc import Iterable
from typing import Any
from urllib.parse import urlsplit

from starlette.datastructures import Headers, MutableHeaders
from starlette.responses import JSONResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from debiai_studio import callers
from debiai_studio.callers import Caller

HEADERS = {
    "Content-Security-Policy": (
        "default-src 'self'; script-src 'self'; style-src 'self' 'unsafe-inline'; "
        "img-src 'self' data: blob:; worker-src 'self' blob:; connect-src 'self'; "
        "frame-ancestors 'none'; base-uri 'none'; form-action 'self'; object-src 'none'"
    ),
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), microphone=(), geolocation=()",
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
}

# Reachable without a token: the page must load before it can ask for one.
OPEN_PATHS = ("/health",)
SIGNED_PATHS = {
    "GET": re.compile(r"/api/v2/deliveries/[^/]+/ids\.(ndjson|parquet|arrow)"),
    "POST": re.compile(r"/callbacks/[^/]+"),
}
# Where data is. Every other address is a page, the one of unknown addresses included.
DATA_PATHS = (
    "/api",
    "/app",
    "/callbacks",
    "/data-providers",
    "/health",
    "/projects",
    "/version",
)


class Guard:
    """The middleware in front of every route."""

    def __init__(self, app: ASGIApp, *, hosts: Iterable[str], token: str | None) -> None:
        """``hosts`` are names without port; ``token`` None lifts the token rule."""
        self._app = app
        self._hosts = {name.lower() for name in hosts}
        self._token = token
        # Tells one token from another, and nobody what it is.
        mark = hashlib.sha256(token.encode()).hexdigest()[:8] if token else ""
        self._name = f"token {mark}" if token else "no token"

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Let a request through, or answer with a problem document."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        headers = Headers(scope=scope)
        refusal = (
            self._refuse_host(headers)
            or self._refuse_origin(headers, scope)
            or self._refuse_token(headers, scope)
        )

        async def send_with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                out = MutableHeaders(scope=message)
                for name, value in HEADERS.items():
                    out.setdefault(name, value)
                if scope["path"].startswith("/assets/"):
                    out.setdefault("Cache-Control", "public, max-age=31536000, immutable")
                else:
                    out.setdefault("Cache-Control", "no-store")
            await send(message)

        if refusal is not None:
            await refusal(scope, receive, send_with_headers)
            return
        name = "signed address" if _is_signed(scope) else self._name
        callers.current.set(Caller(name, (scope.get("client") or ("",))[0]))
        await self._app(scope, receive, send_with_headers)

    def _refuse_host(self, headers: Headers) -> JSONResponse | None:
        if len(headers.getlist("host")) == 1 and _name(headers["host"]) in self._hosts:
            return None
        return _problem(
            421,
            "http.unknown_host",
            "Unknown host name",
            "This server does not answer to that host name. Add it with --allowed-host NAME.",
        )

    def _refuse_origin(self, headers: Headers, scope: Scope) -> JSONResponse | None:
        own = headers["host"].lower()
        foreign = _problem(
            403,
            "http.foreign_origin",
            "Refused",
            "Only the pages of this server may use it from a browser.",
        )
        for origin in headers.getlist("origin"):
            parts = urlsplit(origin)
            if parts.scheme not in ("http", "https") or parts.netloc.lower() != own:
                return foreign
        site = headers.get("sec-fetch-site")
        if site in (None, "same-origin"):
            return None
        if site == "none" or _is_navigation(headers, scope):
            return None
        return foreign

    def _refuse_token(self, headers: Headers, scope: Scope) -> JSONResponse | None:
        is_open = scope["path"] in OPEN_PATHS or is_page(scope) or _is_signed(scope)
        if self._token is None or is_open:
            return None
        given = _given_token(headers, scope)
        if given is not None and hmac.compare_digest(given.encode(), self._token.encode()):
            return None
        answer = _problem(
            401,
            "http.token_needed",
            "Token needed",
            "This server asks for the token that it printed when it started.",
        )
        answer.headers["WWW-Authenticate"] = 'Bearer realm="DebiAI Studio"'
        return answer


def _is_navigation(headers: Headers, scope: Scope) -> bool:
    """A link followed from elsewhere: it shows a page, which no other page can read."""
    return (
        scope["method"] == "GET"
        and headers.get("sec-fetch-mode") == "navigate"
        and headers.get("sec-fetch-dest") == "document"
        and is_page(scope)
    )


def _is_signed(scope: Scope) -> bool:
    paths = SIGNED_PATHS.get(scope["method"])
    return paths is not None and paths.fullmatch(scope["path"]) is not None


def is_page(scope: Scope) -> bool:
    """The page itself and its files: the same for everybody, and without any data."""
    path = scope["path"]
    return scope["method"] in ("GET", "HEAD") and not any(
        path == data or path.startswith(f"{data}/") for data in DATA_PATHS
    )


def _given_token(headers: Headers, scope: Scope) -> str | None:
    scheme, _, value = headers.get("authorization", "").partition(" ")
    if scheme.lower() == "bearer":
        return value.strip()
    if scheme.lower() == "basic":
        try:
            user, _, password = base64.b64decode(value, validate=True).decode().partition(":")
        except (binascii.Error, UnicodeDecodeError):
            return None
        return password or user
    if scope["path"] == "/api/v2/events":  # EventSource cannot send headers
        query = dict(
            pair.split("=", 1) for pair in scope["query_string"].decode().split("&") if "=" in pair
        )
        return query.get("token")
    return None


def _name(host: str) -> str:
    try:
        return (urlsplit(f"//{host}").hostname or "").lower()
    except ValueError:
        return ""


def _problem(status: int, type_: str, title: str, detail: str) -> JSONResponse:
    body: dict[str, Any] = {"type": type_, "title": title, "status": status, "detail": detail}
    return JSONResponse(body, status, media_type="application/problem+json")
