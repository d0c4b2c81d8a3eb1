"""An algo-provider of DebiAI at an address: columns go there whole, and outputs come back."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Sequence
from typing import Any
from urllib.parse import quote

import httpx
import orjson

from debiai_studio.algorithms.contract import read_algorithms, read_outputs, write_inputs
from debiai_studio.algorithms.errors import AlgorithmFailed, ProviderUnreachable
from debiai_studio.algorithms.model import AlgoProvider, Algorithm
from debiai_studio.algorithms.ports import Call, Control, Returned
from debiai_studio.egress import EgressPolicy, EgressRefused, guarded_client

_SECONDS_TO_DESCRIBE = 5.0
_SECONDS_TO_CONNECT = 10.0
_MOST_BYTES = 1_000_000_000
_LONGEST_REASON = 500


class HttpProvider:
    """One provider; nothing is kept between two calls."""

    def __init__(self, provider: AlgoProvider, policy: EgressPolicy) -> None:
        self._name = provider.name
        self._url = provider.url
        self._policy = policy

    def algorithms(self) -> Sequence[Algorithm]:
        """What it describes. Raises ProviderUnreachable."""
        limits = httpx.Timeout(_SECONDS_TO_DESCRIBE)

        async def ask() -> tuple[int, bytes]:
            async with asyncio.timeout(_SECONDS_TO_DESCRIBE):
                return await self._exchange("GET", "/algorithms", limits)

        status, body = asyncio.run(self._reached(ask()))
        if status != httpx.codes.OK:
            raise ProviderUnreachable(self._name, f"it answered {status}; is {self._url} right?")
        try:
            return read_algorithms(body)
        except ValueError as error:
            raise ProviderUnreachable(self._name, str(error)) from error

    def run(self, call: Call, control: Control) -> list[Returned]:
        """Run one. Raises AlgorithmFailed, ProviderUnreachable, and what ``control`` tells."""
        body = write_inputs(call)
        path = f"/algorithms/{quote(call.algorithm.id, safe='')}/run"
        limits = httpx.Timeout(None, connect=_SECONDS_TO_CONNECT)
        control.tell("Waiting for the provider", None)

        async def ask() -> tuple[int, bytes]:
            loop = asyncio.get_running_loop()
            task = asyncio.ensure_future(self._exchange("POST", path, limits, body))
            control.ends_by(lambda: _soon(loop, task))
            try:
                return await task
            finally:
                control.ends_by(lambda: None)

        try:
            status, answer = asyncio.run(self._reached(ask()))
        except asyncio.CancelledError:
            control.check()
            raise
        if status != httpx.codes.OK:
            raise AlgorithmFailed(f"The provider answered {status}: {_reason(answer)}")
        return read_outputs(call, answer)

    async def _exchange(
        self, method: str, path: str, limits: httpx.Timeout, body: bytes | None = None
    ) -> tuple[int, bytes]:
        headers = {"Content-Type": "application/json"} if body is not None else {}
        async with (
            guarded_client(self._policy, timeout=limits) as client,
            client.stream(method, self._url + path, content=body, headers=headers) as answer,
        ):
            parts, size = [], 0
            async for part in answer.aiter_bytes():
                size += len(part)
                if size > _MOST_BYTES:
                    raise AlgorithmFailed(f"More than {_MOST_BYTES:,} bytes came back.")
                parts.append(part)
            return answer.status_code, b"".join(parts)

    async def _reached(self, asking: Awaitable[tuple[int, bytes]]) -> tuple[int, bytes]:
        """What was answered. Raises ProviderUnreachable."""
        try:
            return await asking
        except EgressRefused as error:
            raise ProviderUnreachable(self._name, str(error)) from error
        except (httpx.TimeoutException, TimeoutError) as error:
            raise ProviderUnreachable(self._name, "it did not answer in time.") from error
        except (httpx.HTTPError, httpx.InvalidURL) as error:
            raise ProviderUnreachable(self._name, f"{error or type(error).__name__}.") from error


def _soon(loop: asyncio.AbstractEventLoop, task: asyncio.Future[Any]) -> None:
    """Cancel a task of another thread."""
    loop.call_soon_threadsafe(task.cancel)


def _reason(body: bytes) -> str:
    """The sentence in an error: JSON with ``detail``, or text."""
    try:
        found: Any = orjson.loads(body)
    except orjson.JSONDecodeError:
        found = body.decode("utf-8", "replace")
    if isinstance(found, dict) and "detail" in found:
        found = found["detail"]
    return str(found)[:_LONGEST_REASON] or "no reason was given."
