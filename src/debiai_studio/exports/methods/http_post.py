"""Deliver a document by HTTP POST: the body is exactly the document."""

from __future__ import annotations

import asyncio
import ssl
from dataclasses import replace
from typing import Any, ClassVar

import httpx

from debiai_studio import __version__
from debiai_studio.egress import EgressPolicy, EgressRefused, guarded_client
from debiai_studio.exports import set_digest
from debiai_studio.exports.callbacks import OF_SAMPLES, callback_headers
from debiai_studio.exports.delivery import require_acceptance
from debiai_studio.exports.errors import DeliveryFailed, DeliveryRejected, InvalidMethod
from debiai_studio.exports.methods.answers import MOST_BYTES, returned_of
from debiai_studio.exports.methods.http_body import Body, body_of
from debiai_studio.exports.methods.http_options import (
    HTTP_OPTIONS,
    LARGE,
    HttpOptions,
    port_of,
)
from debiai_studio.exports.methods.http_trouble import failure_of
from debiai_studio.exports.methods.large import check_large
from debiai_studio.exports.methods.parsed import Parsed
from debiai_studio.exports.methods.signing import signature
from debiai_studio.exports.methods.surroundings import Surroundings
from debiai_studio.exports.methods.tls import Tls
from debiai_studio.exports.model import Delivery, ExportMethod, Origin
from debiai_studio.exports.ports import Document, Progress, Receipt
from debiai_studio.exports.stream_headers import stream_headers

ANSWER_BYTES = 20_000

# What the connections of a client have in common: policy, proxy and TLS.
Way = tuple[EgressPolicy, httpx.URL | None, Tls]


class HttpPost:
    """One POST per attempt; ``webhook-id`` is the delivery's id on each."""

    type: ClassVar[str] = "post"
    title: ClassVar[str] = "HTTP POST"
    parameters: ClassVar[tuple[dict[str, Any], ...]] = (
        {"name": "url", "title": "URL", "example": "http://localhost:3012/export/"},
    )
    options: ClassVar[tuple[dict[str, Any], ...]] = HTTP_OPTIONS

    def __init__(self, surroundings: Surroundings | None = None) -> None:
        self._surroundings = surroundings or Surroundings()
        self._clients: dict[Way, httpx.AsyncClient] = {}
        self._parsed = Parsed(self._options)

    def check(self, method: ExportMethod) -> None:
        """Raise InvalidMethod when a parameter or option cannot work. No network."""
        self._options(method)

    def destination(self, method: ExportMethod) -> str:
        """Where it goes, without the query, which may hold a secret."""
        url = httpx.URL(method.parameters[0]) if method.parameters else httpx.URL("")
        return f"POST {url.copy_with(query=None, fragment=None, userinfo=b'')}"

    def limit(self, method: ExportMethod) -> int | None:
        """What the method says of its receiver; else HTTP takes documents of any size."""
        return HttpOptions.of(method).largest

    async def send(
        self, method: ExportMethod, delivery: Delivery, document: Document, progress: Progress
    ) -> Receipt:
        """Post it and wait for an answer that confirms."""
        try:
            options = self._parsed.of(method)
        except InvalidMethod as error:
            raise DeliveryRejected(str(error)) from error
        if delivery.kind not in OF_SAMPLES:
            options = replace(options, keeps_answers=False)
        async with body_of(document, compressed=options.compressed) as body:
            headers = await self._headers(options, delivery, document, body)
            try:
                async with asyncio.timeout(options.seconds):
                    client = self._client((self._policy(method), options.proxy, options.tls))
                    return await self._post(client, options, headers, body, progress)
            except EgressRefused as error:
                raise DeliveryRejected(str(error)) from error
            except (TimeoutError, httpx.TimeoutException) as error:
                reason = f"The receiver did not answer within {_waited(error, options):g} seconds."
                raise DeliveryFailed(reason) from error
            # httpx lets through what TLS says while an answer is awaited.
            except (httpx.HTTPError, ssl.SSLError) as error:
                raise failure_of(error, options) from error

    async def _headers(
        self, options: HttpOptions, delivery: Delivery, document: Document, body: Body
    ) -> dict[str, str]:
        timestamp = int(self._surroundings.clock().timestamp())
        headers = {
            "User-Agent": f"DebiAI-Studio/{__version__}",
            "Accept-Encoding": "identity",
            **options.headers,
            "Content-Type": document.content_type,
            "Content-Length": str(body.size),
            "webhook-id": delivery.id,
            "webhook-timestamp": str(timestamp),
        }
        if body.encoding is not None:
            headers["Content-Encoding"] = body.encoding
        if document.set_digest is not None:
            headers[set_digest.HEADER] = document.set_digest
        headers.update(stream_headers(delivery))
        if options.keeps_answers:
            headers.update(callback_headers(self._surroundings.callbacks, delivery))
        if options.keys:
            headers["webhook-signature"] = await asyncio.to_thread(
                signature, options.keys, delivery.id, timestamp, document
            )
        return headers

    async def _post(
        self,
        client: httpx.AsyncClient,
        options: HttpOptions,
        headers: dict[str, str],
        body: Body,
        progress: Progress,
    ) -> Receipt:
        # The whole request has its own limit; these are for its parts.
        limits = httpx.Timeout(options.seconds, connect=options.connect_seconds)
        async with client.stream(
            "POST", options.url, headers=headers, content=body.chunks(progress), timeout=limits
        ) as response:
            keeps = options.keeps_answers and response.is_success
            raw = await _answer_of(response, MOST_BYTES + 1 if keeps else ANSWER_BYTES)
            answer = raw[:ANSWER_BYTES].decode("utf-8", errors="replace")
            require_acceptance(
                response.status_code,
                answer=answer,
                location=response.headers.get("location"),
                retry_after=response.headers.get("retry-after"),
                now=self._surroundings.clock,
            )
            header = response.headers.get(set_digest.HEADER)
            if len(raw) <= ANSWER_BYTES:
                held = set_digest.held_by_receiver(header, answer)
            else:  # another thread, as it may take long
                said = await asyncio.to_thread(raw.decode, "utf-8", "replace") if keeps else answer
                held = await asyncio.to_thread(set_digest.held_by_receiver, header, said)
            return Receipt(
                status=response.status_code,
                answer=answer,
                held_digest=held,
                returned=returned_of(raw) if keeps else None,
            )

    async def close(self) -> None:
        """Close the connections."""
        for client in self._clients.values():
            await client.aclose()
        self._clients.clear()

    def _options(self, method: ExportMethod) -> HttpOptions:
        options = HttpOptions.of(method)
        check_large(method, LARGE, self._surroundings)
        policy = self._policy(method)
        for what, url in (("URL", options.url), ("proxy", options.proxy)):
            if url is None:
                continue
            try:
                policy.require_literal(url.host, port_of(url))
            except EgressRefused as error:
                raise InvalidMethod(f'The {what} "{url.host}"', str(error)) from error
        if options.proxy is not None:
            _require_listed(policy, options.proxy)
        return options

    def _policy(self, method: ExportMethod) -> EgressPolicy:
        egress = self._surroundings.egress
        return egress.others if method.origin is Origin.PAGE else egress.trusted

    def _client(self, way: Way) -> httpx.AsyncClient:
        if way not in self._clients:
            policy, proxy, tls = way
            self._clients[way] = guarded_client(policy, proxy=proxy, tls=tls.context())
        return self._clients[way]


def _require_listed(policy: EgressPolicy, proxy: httpx.URL) -> None:
    """A proxy connects to addresses that nobody can check here."""
    if not policy.private and f"{proxy.host}:{port_of(proxy)}".lower() not in policy.endpoints:
        remedy = "the operator must add it to the allow-list, or define the method in config.ini."
        raise InvalidMethod(f'The proxy "{proxy.host}:{port_of(proxy)}"', remedy)


def _waited(error: Exception, options: HttpOptions) -> float:
    is_connecting = isinstance(error, httpx.ConnectTimeout)
    return options.connect_seconds if is_connecting else options.seconds


async def _answer_of(response: httpx.Response, most: int) -> bytes:
    """The first bytes; a receiver that goes on without end is not read any further."""
    parts, size = [], 0
    async for part in response.aiter_raw(ANSWER_BYTES):
        parts.append(part)
        size += len(part)
        if size >= most:
            break
    return b"".join(parts)[:most]
