"""Deliver a document by HTTP POST: the body is exactly the document."""

from __future__ import annotations

import asyncio
import base64
import re
from collections.abc import AsyncIterator
from typing import Any, ClassVar

import httpx

from debiai_studio import __version__
from debiai_studio.egress import EgressPolicy, EgressRefused, guarded_client
from debiai_studio.exports.delivery import require_acceptance
from debiai_studio.exports.errors import DeliveryFailed, DeliveryRejected, InvalidMethod
from debiai_studio.exports.methods.surroundings import Surroundings
from debiai_studio.exports.model import Delivery, ExportMethod, Origin
from debiai_studio.exports.ports import Document, Progress, Receipt

CHUNK = 64 * 1024
ANSWER_BYTES = 20_000
CONNECT_SECONDS = 5.0
TOTAL_SECONDS = 30.0
LONGEST_SECONDS = 600.0

HEADER_PREFIX = "header."
HEADER_NAME = re.compile(r"[!#$%&'*+.^_`|~0-9A-Za-z-]+")
# These make the request what it is; a method that sets them would break it or its id.
OURS = frozenset(
    {"host", "content-length", "transfer-encoding", "connection", "content-type"}
    | {"webhook-id", "webhook-timestamp", "webhook-signature"}
)


class HttpPost:
    """One POST per attempt; ``webhook-id`` is the delivery's id on each."""

    type: ClassVar[str] = "post"
    title: ClassVar[str] = "HTTP POST"
    parameters: ClassVar[tuple[dict[str, Any], ...]] = (
        {"name": "url", "title": "URL", "example": "http://localhost:3012/export/"},
    )
    options: ClassVar[tuple[dict[str, Any], ...]] = (
        {"name": "header.*", "title": "Header", "secret": True},
        {"name": "bearer", "title": "Bearer token", "secret": True},
        {"name": "basic", "title": "User name and password, user:password", "secret": True},
        {"name": "timeout", "title": "Seconds for the whole request", "default": "30"},
    )

    def __init__(self, surroundings: Surroundings | None = None) -> None:
        self._surroundings = surroundings or Surroundings()
        self._clients: dict[EgressPolicy, httpx.AsyncClient] = {}

    def check(self, method: ExportMethod) -> None:
        """Raise InvalidMethod when a parameter or option cannot work. No network."""
        url = _url_of(method)
        try:
            self._policy(method).require_literal(url.host, _port_of(url))
        except EgressRefused as error:
            raise InvalidMethod(f'The URL "{url.host}"', str(error)) from error
        _headers_of(method)
        _seconds_of(method)

    def destination(self, method: ExportMethod) -> str:
        """Where it goes, without the query, which may hold a secret."""
        url = httpx.URL(method.parameters[0]) if method.parameters else httpx.URL("")
        return f"POST {url.copy_with(query=None, fragment=None, userinfo=b'')}"

    def limit(self, method: ExportMethod) -> int | None:  # noqa: ARG002 - the contract's own
        """None: HTTP takes documents of any size."""
        return None

    async def send(
        self, method: ExportMethod, delivery: Delivery, document: Document, progress: Progress
    ) -> Receipt:
        """Post it and wait for an answer that confirms."""
        try:
            self.check(method)
            headers = {
                "User-Agent": f"DebiAI-Studio/{__version__}",
                "Accept-Encoding": "identity",
                **_headers_of(method),
                "Content-Type": document.content_type,
                "Content-Length": str(document.size),
                "webhook-id": delivery.id,
                "webhook-timestamp": str(int(self._surroundings.clock().timestamp())),
            }
            seconds = _seconds_of(method)
        except InvalidMethod as error:
            raise DeliveryRejected(str(error)) from error
        try:
            async with asyncio.timeout(seconds):
                return await self._post(method, headers, _chunks(document, progress))
        except EgressRefused as error:
            raise DeliveryRejected(str(error)) from error
        except (TimeoutError, httpx.TimeoutException) as error:
            reason = f"The receiver did not answer within {seconds:g} seconds."
            raise DeliveryFailed(reason) from error
        except httpx.HTTPError as error:
            raise DeliveryFailed(_sentence_of(error)) from error

    async def _post(
        self, method: ExportMethod, headers: dict[str, str], body: AsyncIterator[bytes]
    ) -> Receipt:
        client = self._client(self._policy(method))
        url = method.parameters[0]
        async with client.stream("POST", url, headers=headers, content=body) as response:
            answer = await _answer_of(response)
            require_acceptance(
                response.status_code,
                answer=answer,
                location=response.headers.get("location"),
                retry_after=response.headers.get("retry-after"),
                now=self._surroundings.clock,
            )
            return Receipt(status=response.status_code, answer=answer)

    async def close(self) -> None:
        """Close the connections."""
        for client in self._clients.values():
            await client.aclose()
        self._clients.clear()

    def _policy(self, method: ExportMethod) -> EgressPolicy:
        egress = self._surroundings.egress
        return egress.others if method.origin is Origin.PAGE else egress.trusted

    def _client(self, policy: EgressPolicy) -> httpx.AsyncClient:
        if policy not in self._clients:
            limits = httpx.Timeout(LONGEST_SECONDS, connect=CONNECT_SECONDS)
            self._clients[policy] = guarded_client(policy, timeout=limits)
        return self._clients[policy]


async def _chunks(document: Document, progress: Progress) -> AsyncIterator[bytes]:
    with document.open() as body:
        sent = 0
        while chunk := await asyncio.to_thread(body.read, CHUNK):
            yield chunk
            sent += len(chunk)
            progress(sent)


async def _answer_of(response: httpx.Response) -> str:
    """The first 20 kB; a receiver that goes on without end is not read any further."""
    parts, size = [], 0
    async for part in response.aiter_raw(ANSWER_BYTES):
        parts.append(part)
        size += len(part)
        if size >= ANSWER_BYTES:
            break
    return b"".join(parts)[:ANSWER_BYTES].decode("utf-8", errors="replace")


def _url_of(method: ExportMethod) -> httpx.URL:
    if len(method.parameters) != 1:
        raise InvalidMethod(f'The export method "{method.name}"', "post takes one URL.")
    text = method.parameters[0]
    remedy = "use an address like http://localhost:3012/export/."
    try:
        url = httpx.URL(text)
    except (httpx.InvalidURL, ValueError) as error:
        raise InvalidMethod(f'The URL "{text}"', remedy) from error
    if url.scheme not in ("http", "https") or not url.host:
        raise InvalidMethod(f'The URL "{text}"', remedy)
    if url.userinfo:
        raise InvalidMethod(f'The URL of "{url.host}"', "use the option basic for a password.")
    return url


def _port_of(url: httpx.URL) -> int:
    return url.port or (443 if url.scheme == "https" else 80)


def _seconds_of(method: ExportMethod) -> float:
    text = method.options.get("timeout", str(TOTAL_SECONDS))
    try:
        seconds = float(text)
    except ValueError:
        seconds = 0.0
    if not 0 < seconds <= LONGEST_SECONDS:
        remedy = f"use seconds between 0 and {LONGEST_SECONDS:g}."
        raise InvalidMethod(f'The option timeout, "{text}"', remedy)
    return seconds


def _headers_of(method: ExportMethod) -> dict[str, str]:
    headers: dict[str, str] = {}
    for key, value in method.options.items():
        if not key.startswith(HEADER_PREFIX):
            continue
        name = key.removeprefix(HEADER_PREFIX)
        if not HEADER_NAME.fullmatch(name):
            raise InvalidMethod(f'The header name "{name}"', "use letters, digits and hyphens.")
        if name.lower() in OURS:
            raise InvalidMethod(f'The header "{name}"', "it is set by DebiAI Studio itself.")
        headers[name] = value
    if "bearer" in method.options:
        headers["Authorization"] = f"Bearer {method.options['bearer']}"
    if "basic" in method.options:
        if ":" not in method.options["basic"]:
            raise InvalidMethod("The option basic", "write it as user:password.")
        code = base64.b64encode(method.options["basic"].encode()).decode()
        headers["Authorization"] = f"Basic {code}"
    for name, value in headers.items():
        if any(character < " " or character > "~" for character in value):
            raise InvalidMethod(f'The value of the header "{name}"', "use ASCII on one line.")
    return headers


def _sentence_of(error: httpx.HTTPError) -> str:
    if isinstance(error, httpx.ConnectError):
        return f"The receiver cannot be reached: {_why_unreached(error)}."
    detail = str(error) or type(error).__name__
    return f"The connection to the receiver broke before it answered: {detail}."


def _why_unreached(error: httpx.ConnectError) -> str:
    cause: BaseException | None = error
    while cause is not None and not isinstance(cause, ConnectionRefusedError):
        cause = cause.__cause__ or cause.__context__
    if cause is not None or not str(error):
        return "the connection was refused, so nothing listens there"
    return str(error)
