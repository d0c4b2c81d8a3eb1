"""How large a request may be, and how many a client may make in a minute."""

from __future__ import annotations

import math
import re
import time
from collections.abc import Callable
from dataclasses import dataclass, field

from starlette.types import ASGIApp, Message, Receive, Scope, Send

from debiai_studio.http.errors import problem

MEGABYTE = 1024 * 1024
UPLOADS = ("/api/v2/imports/files",)
# What leaves the server, or decides where it may leave to.
SENDING = re.compile(
    r"/exports|/export-methods(/[^/]+/test)?|/deliveries/[^/]+/(retry|again)"
    r"|/app/exportMethods(/[^/]+/exportData)?|/exportSelection"
    r"|/streams(/[^/]+/(run|full|resume))?$"
)
CLIENTS_KEPT = 10_000


@dataclass(frozen=True, slots=True)
class Limits:
    """0 lifts a limit. Sizes are megabytes, rates are per client and minute."""

    request_megabytes: int = 256
    upload_megabytes: int = 0
    requests_per_minute: int = 0
    exports_per_minute: int = 0


@dataclass(slots=True)
class Rate:
    """A bucket of tokens for each client; a whole minute's may be used at once."""

    per_minute: int
    clock: Callable[[], float] = time.monotonic
    _left: dict[str, tuple[float, float]] = field(default_factory=dict)

    def seconds_to_wait(self, client: str) -> int:
        """0 when the client may go on; then one token is taken."""
        if not self.per_minute:
            return 0
        now = self.clock()
        left, at = self._left.get(client, (float(self.per_minute), now))
        left = min(self.per_minute, left + (now - at) * self.per_minute / 60)
        if left < 1:
            self._left[client] = (left, now)
            return math.ceil((1 - left) * 60 / self.per_minute)
        if len(self._left) >= CLIENTS_KEPT:
            # Who came longest ago has most of the tokens back.
            del self._left[next(iter(self._left))]
        self._left.pop(client, None)
        self._left[client] = (left - 1, now)
        return 0


class Limiter:
    """The middleware behind the guard."""

    def __init__(self, app: ASGIApp, *, limits: Limits) -> None:
        self._app = app
        self._limits = limits
        self._requests = Rate(limits.requests_per_minute)
        self._exports = Rate(limits.exports_per_minute)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Let a request through, or answer 413 or 429 with a remedy."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        refusal = self._too_many(scope)
        if refusal is not None:
            setting, seconds = refusal
            answer = problem(
                429,
                "http.too_many_requests",
                "Too many requests",
                f"This client made too many requests. Try again in {seconds} s; the operator can "
                f"raise {setting}.",
            )
            answer.headers["Retry-After"] = str(seconds)
            await answer(scope, receive, send)
            return
        await _Sized(self._largest(scope["path"])).run(self._app, scope, receive, send)

    def _too_many(self, scope: Scope) -> tuple[str, int] | None:
        client = (scope.get("client") or ("",))[0]
        if seconds := self._requests.seconds_to_wait(client):
            return "requests_per_minute", seconds
        is_sending = scope["method"] == "POST" and SENDING.search(scope["path"]) is not None
        if is_sending and (seconds := self._exports.seconds_to_wait(client)):
            return "exports_per_minute", seconds
        return None

    def _largest(self, path: str) -> tuple[str, int]:
        if path in UPLOADS:
            return "upload_megabytes", self._limits.upload_megabytes
        return "request_megabytes", self._limits.request_megabytes


class _Sized:
    """One request whose body is counted as it comes."""

    def __init__(self, largest: tuple[str, int]) -> None:
        self._setting, self._megabytes = largest
        self._got = 0
        self._is_answered = False

    async def run(self, app: ASGIApp, scope: Scope, receive: Receive, send: Send) -> None:
        """Stop reading when the limit is passed, and answer 413."""
        if not self._megabytes:
            await app(scope, receive, send)
            return
        declared = dict(scope["headers"]).get(b"content-length", b"")
        if declared.isdigit() and self._is_over(int(declared)):
            await self._refuse(scope, receive, send)
            return

        async def counted() -> Message:
            message = await receive()
            self._got += len(message.get("body", b""))
            # The application stops as if the client had gone.
            return {"type": "http.disconnect"} if self._is_over(self._got) else message

        async def answer(message: Message) -> None:
            if self._is_answered or not self._is_over(self._got):
                self._is_answered = True
                await send(message)

        try:
            await app(scope, counted, answer)
        except Exception:  # what follows from the end of the body is no fault of its own
            if not self._is_over(self._got):
                raise
        if self._is_over(self._got) and not self._is_answered:
            await self._refuse(scope, receive, send)

    def _is_over(self, size: int) -> bool:
        return size > self._megabytes * MEGABYTE

    async def _refuse(self, scope: Scope, receive: Receive, send: Send) -> None:
        answer = problem(
            413,
            "http.too_large",
            "Request too large",
            f"The request is larger than {self._megabytes} MB. Send less at a time; the operator "
            f"can raise {self._setting}.",
        )
        answer.headers["Connection"] = "close"
        await answer(scope, receive, send)
