"""A data provider over HTTP, guarded, with timeouts, asked again when that can help."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any, TypeVar
from urllib.parse import quote

import httpx

from debiai_studio.egress import Egress, EgressRefused, guarded_client
from debiai_studio.providers import contract
from debiai_studio.providers.errors import (
    BadAnswer,
    ProviderRefused,
    ProviderTrouble,
    ProviderUnreachable,
)
from debiai_studio.providers.model import (
    Dialect,
    Id,
    Info,
    Provider,
    RemoteModel,
    RemoteProject,
    RemoteSelection,
    Structure,
)
from debiai_studio.providers.ports import Page

_T = TypeVar("_T")
_CONNECT_SECONDS = 5.0
_IMPATIENT_SECONDS = 10.0
# A large answer may take this many times as long as its beginning.
_SLOW_ANSWER = 10
_PAUSES = (0.5, 2.0)  # between attempts
_LONGEST_PAUSE = 30.0
_LARGEST_ANSWER = 1 << 29
_LONGEST_TEXT = 300
# The address is not served: the other dialect may know another one.
_NOT_SERVED = (404, 405, 501)
_PASSING = (429, 502, 503, 504)


@dataclass(frozen=True, slots=True)
class _Way:
    """One way to ask for something."""

    method: str
    path: str
    body: Any = None
    query: dict[str, str] | None = None


class HttpConnection:
    """One data provider. What it does not serve in one dialect is asked for in the other."""

    def __init__(
        self, provider: Provider, client: httpx.AsyncClient, *, attempts: int, seconds: float
    ) -> None:
        """``seconds`` bounds one request with all of its answer."""
        self._provider = provider
        self._client = client
        self._attempts = attempts
        self._seconds = seconds
        self._served: dict[str, int] = {}  # by what is asked for, which way is served
        self._dialect = Dialect.DOCUMENTED

    async def info(self) -> Info:
        """What it tells of itself. Raises ProviderTrouble."""
        return await self._ask("info", [_Way("GET", "/info")], contract.info)

    async def projects(self) -> list[RemoteProject]:
        """Its projects. Raises ProviderTrouble."""
        return await self._ask("projects", [_Way("GET", "/projects")], contract.projects)

    async def discover(self, project: str) -> Dialect:
        """How it wants to be asked. Raises ProviderTrouble."""
        await self.ids(project, Page(0, 0, "discovery", begins=True, ends=True))
        return self._dialect

    async def structure(self, project: str) -> Structure:
        """The columns and expected results of a project. Raises ProviderTrouble."""
        return await self._ask("structure", [_Way("GET", _of(project))], contract.structure)

    async def ids(self, project: str, page: Page) -> list[Id]:
        """One page of the ids of a project. Raises ProviderTrouble."""
        begins, ends = (str(flag).lower() for flag in (page.begins, page.ends))
        query = {
            "from": str(page.first),
            "to": str(page.last),
            "analysisId": page.analysis,
            "analysisStart": begins,
            "analysisEnd": ends,
        }
        # DebiAI 1.0's server sends the query, its page the body.
        body = {
            "from": page.first,
            "to": page.last,
            "analysis": {"id": page.analysis, "start": page.begins, "end": page.ends},
        }
        ways = [
            _Way("GET", _of(project, "data-id-list"), query=query),
            _Way("POST", _of(project, "dataIdList"), body, query),
        ]
        found = await self._ask("ids", ways, contract.ids)
        self._dialect = list(Dialect)[self._served["ids"]]
        return found

    async def rows(self, project: str, ids: Sequence[Id]) -> dict[str, Any]:
        """Values in the order of the columns, by id as text. Raises ProviderTrouble."""
        ways = [
            _Way("POST", _of(project, "data"), list(ids)),
            _Way("POST", _of(project, "blocksFromSampleIds"), {"sampleIds": list(ids)}),
        ]
        return await self._ask("rows", ways, contract.rows)

    async def models(self, project: str) -> list[RemoteModel]:
        """The models of a project. Raises ProviderTrouble."""
        ways = [_Way("GET", _of(project, "models"))]
        return await self._if_served("models", ways, contract.models)

    async def evaluated(self, project: str, model: str) -> list[Id]:
        """The ids that a model has results of. Raises ProviderTrouble."""
        ways = [
            _Way("GET", _of(project, "models", model, "evaluated-data-id-list")),
            _Way("GET", _of(project, "models", model)),
        ]
        return await self._ask("evaluated", ways, contract.ids)

    async def results(self, project: str, model: str, ids: Sequence[Id]) -> dict[str, Any]:
        """Values in the order of the expected results, by id as text. Raises ProviderTrouble."""
        ways = [
            _Way("POST", _of(project, "models", model, "results"), list(ids)),
            _Way(
                "POST", _of(project, "models", model, "getModelResults"), {"sampleIds": list(ids)}
            ),
        ]
        return await self._ask("results", ways, contract.rows)

    async def selections(self, project: str) -> list[RemoteSelection]:
        """The selections of a project. Raises ProviderTrouble."""
        ways = [_Way("GET", _of(project, "selections"))]
        return await self._if_served("selections", ways, contract.selections)

    async def selected(self, project: str, selection: str) -> list[Id]:
        """The ids of a selection. Raises ProviderTrouble."""
        ways = [
            _Way("GET", _of(project, "selections", selection, "selected-data-id-list")),
            _Way("GET", _of(project, "selections", selection)),
        ]
        return await self._ask("selected", ways, contract.ids)

    async def _if_served(
        self, what: str, ways: list[_Way], read: Callable[[Any], list[_T]]
    ) -> list[_T]:
        try:
            return await self._ask(what, ways, read)
        except ProviderRefused as error:
            if error.status in _NOT_SERVED:
                return []
            raise

    async def _ask(self, what: str, ways: list[_Way], read: Callable[[Any], _T]) -> _T:
        """What the first way that is served gives; the later requests go that way first."""
        first = self._served.get(what, list(Dialect).index(self._dialect)) % len(ways)
        refusal: ProviderRefused | None = None
        for number in (first, *(other for other in range(len(ways)) if other != first)):
            way = ways[number]
            try:
                document = await self._request(way)
            except ProviderRefused as error:
                if error.status not in _NOT_SERVED or what in self._served:
                    raise
                refusal = refusal or error
                continue
            self._served[what] = number
            try:
                return read(document)
            except contract.OffContractError as error:
                raise BadAnswer(self._provider.name, _named(way), str(error)) from error
        raise refusal or AssertionError

    async def _request(self, way: _Way) -> Any:
        for attempt in range(self._attempts):
            is_last = attempt == self._attempts - 1
            pause = _PAUSES[min(attempt, len(_PAUSES) - 1)]
            try:
                return await self._once(way)
            except _PassingError as error:
                if is_last:
                    raise error.trouble from error
                pause = error.pause or pause
            await asyncio.sleep(pause)
        raise AssertionError

    async def _once(self, way: _Way) -> Any:
        name = self._provider.name
        try:
            request = self._client.build_request(
                way.method, self._provider.url + way.path, params=way.query, json=way.body
            )
            async with asyncio.timeout(self._seconds):
                answer = await self._client.send(request, stream=True)
                try:
                    body = await _read(answer)
                finally:
                    await answer.aclose()
        except EgressRefused as error:
            raise ProviderUnreachable(name, str(error)) from error
        except (httpx.TimeoutException, TimeoutError) as error:
            reason = f"it did not answer {_named(way)} in time."
            raise _PassingError(ProviderUnreachable(name, reason)) from error
        except httpx.HTTPError as error:
            reason = f"{str(error).rstrip('.') or type(error).__name__}."
            raise _PassingError(ProviderUnreachable(name, reason)) from error
        if body is None:
            reason = f"it is larger than {_LARGEST_ANSWER >> 20} MB"
            raise BadAnswer(name, _named(way), reason)
        if not answer.is_success:
            raise self._refusal(way, answer, body)
        try:
            # Whole numbers stay exact, and NaN, which Python's providers may send, is read.
            return json.loads(body) if body else None
        except (ValueError, RecursionError) as error:
            raise BadAnswer(name, _named(way), "it is not JSON") from error

    def _refusal(self, way: _Way, answer: httpx.Response, body: bytes) -> Exception:
        text = " ".join(body.decode("utf-8", "replace").split())[:_LONGEST_TEXT]
        if answer.is_redirect:
            text = f"a redirect to {answer.headers.get('location', 'nowhere')}; set that address"
        refusal = ProviderRefused(self._provider.name, _named(way), answer.status_code, text)
        if answer.status_code not in _PASSING:
            return refusal
        after = answer.headers.get("retry-after", "")
        pause = min(float(after), _LONGEST_PAUSE) if after.isdecimal() else None
        return _PassingError(refusal, pause)


class _PassingError(Exception):
    """A trouble that may be gone at the next attempt."""

    def __init__(self, trouble: ProviderTrouble, pause: float | None = None) -> None:
        super().__init__(str(trouble))
        self.trouble = trouble
        self.pause = pause


class HttpConnections:
    """Opens connections; ``seconds`` is how long a patient one waits for an answer.

    What the operator defined may reach private addresses, what was made in the page only where
    export methods of the page may.
    """

    def __init__(self, egress: Egress, seconds: float) -> None:
        self._egress = egress
        self._seconds = seconds

    @asynccontextmanager
    async def __call__(self, provider: Provider, *, patient: bool) -> AsyncIterator[HttpConnection]:
        """A connection, closed at the end."""
        seconds = self._seconds if patient else min(self._seconds, _IMPATIENT_SECONDS)
        client = guarded_client(
            self._egress.others if provider.place is None else self._egress.trusted,
            timeout=httpx.Timeout(seconds, connect=min(seconds, _CONNECT_SECONDS)),
            headers={"Accept": "application/json"},
        )
        async with client:
            if patient:
                attempts, whole = 1 + len(_PAUSES), seconds * _SLOW_ANSWER
            else:
                attempts, whole = 1, seconds
            yield HttpConnection(provider, client, attempts=attempts, seconds=whole)


async def _read(answer: httpx.Response) -> bytes | None:
    """The body; None when it is too large."""
    parts = []
    size = 0
    async for part in answer.aiter_bytes():
        size += len(part)
        if size > _LARGEST_ANSWER:
            return None
        parts.append(part)
    return b"".join(parts)


def _of(project: str, *parts: str) -> str:
    return "/".join(["/projects", *(quote(part, safe="") for part in (project, *parts))])


def _named(way: _Way) -> str:
    return f"{way.method} {way.path}"
