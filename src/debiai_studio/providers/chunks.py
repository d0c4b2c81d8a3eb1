"""Fetching the values of some samples, and telling which did not come, and why."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any

from debiai_studio.providers.errors import (
    BadAnswer,
    NothingReadable,
    ProviderRefused,
    ProviderTrouble,
)
from debiai_studio.providers.kinds import kinds_of
from debiai_studio.providers.model import Id, Limits, Missing
from debiai_studio.providers.ports import Connection
from debiai_studio.providers.spool import Chunk, Plan

Ask = Callable[[Sequence[Id]], Awaitable[dict[str, Any]]]

# So many requests of one chunk may fail while the ids that make them fail are looked for.
_MOST_FAILURES = 64
# It is the provider that says no, not a sample.
_FOR_ALL = (401, 403)
_ABSENT = "it was not in the answer"


@dataclass(slots=True)
class _Values:
    """Values by id as text; ``failed`` says why others did not come."""

    found: dict[str, list[Any]] = field(default_factory=dict)
    failed: dict[Id, str] = field(default_factory=dict)


class Chunks:
    """Fetches the chunks of a plan; several at once, if wanted."""

    def __init__(
        self, connection: Connection, plan: Plan, limits: Limits, *, is_readable: bool = False
    ) -> None:
        """``is_readable``: a chunk came before, so the provider gives values."""
        self._connection = connection
        self._plan = plan
        self._limits = limits
        self._is_readable = is_readable
        self._dead: dict[str, str] = {}  # why a model gives nothing, by its id
        self._alive: set[str] = set()
        place = {str(id_): at // plan.chunk for at, id_ in enumerate(plan.ids)}
        # In the model's own order: some providers answer in it, whatever order was asked for.
        self._evaluated: dict[str, dict[int, list[Id]]] = {}
        for model in plan.models:
            by_chunk: dict[int, list[Id]] = {}
            for id_ in model.ids:
                by_chunk.setdefault(place[str(id_)], []).append(id_)
            self._evaluated[model.id] = by_chunk

    async def get(self, number: int) -> Chunk:
        """One chunk.

        A request that fails is halved until the samples are found that make it fail. Raises
        ProviderTrouble when the provider cannot be reached, or gives nothing at all.
        """
        ids = self._plan.ids_of(number)
        project = self._plan.project
        n_columns = len(self._plan.structure.columns)
        rows = await _collected(
            lambda part: self._connection.rows(project, part), ids, self._limits.rows, n_columns
        )
        if not rows.found and rows.failed and not self._is_readable:
            raise NothingReadable(project, next(iter(rows.failed.values())))
        self._is_readable = True
        missing = [Missing(id=id_, reason=reason) for id_, reason in rows.failed.items()]
        results: dict[str, dict[str, list[Any]]] = {}
        for model in self._plan.models:
            given = await self._results(model.id, number)
            results[model.id] = given.found
            missing += [
                Missing(id=id_, model=model.id, reason=reason)
                for id_, reason in given.failed.items()
            ]
        return Chunk(
            rows=rows.found,
            results=results,
            missing=missing,
            kinds=_kinds(rows.found.values(), n_columns),
            result_kinds=_kinds(
                (row for given in results.values() for row in given.values()),
                len(self._plan.structure.results),
            ),
        )

    async def _results(self, model: str, number: int) -> _Values:
        ids = self._evaluated[model].get(number, [])
        if model in self._dead:
            return _Values(failed=dict.fromkeys(ids, self._dead[model]))
        given = await _collected(
            lambda part: self._connection.results(self._plan.project, model, part),
            ids,
            self._limits.results,
            len(self._plan.structure.results),
        )
        if given.found:
            self._alive.add(model)
        elif given.failed and model not in self._alive:
            self._dead[model] = next(iter(given.failed.values()))
        return given


async def _collected(ask: Ask, ids: Sequence[Id], limit: int, width: int) -> _Values:
    """The values of samples, at most ``limit`` in one request; what an answer lacks, once more."""
    values = _Values()
    waiting = [ids[start : start + limit] for start in range(0, len(ids), limit)][::-1]
    absent: list[Id] = []
    failures = 0
    while waiting:
        part = waiting.pop()
        try:
            answer = await ask(part)
        except (ProviderRefused, BadAnswer) as error:
            if isinstance(error, ProviderRefused) and error.status in _FOR_ALL:
                raise
            failures += 1
            if len(part) > 1 and failures < _MOST_FAILURES:
                half = len(part) // 2
                waiting += [part[half:], part[:half]]
            else:
                values.failed |= dict.fromkeys(part, str(error))
            continue
        absent += _take(answer, part, width, values)
    if absent:
        await _ask_again(ask, absent, limit, width, values)
    return values


async def _ask_again(ask: Ask, absent: list[Id], limit: int, width: int, values: _Values) -> None:
    for start in range(0, len(absent), limit):
        part = absent[start : start + limit]
        try:
            answer = await ask(part)
        except ProviderTrouble:
            answer = {}
        left = _take(answer, part, width, values)
        values.failed |= dict.fromkeys(left, _ABSENT)


def _take(answer: dict[str, Any], part: Sequence[Id], width: int, values: _Values) -> list[Id]:
    """Take over what fits; the ids that are not in the answer."""
    absent = []
    for id_ in part:
        row = answer.get(str(id_))
        if row is None:
            absent.append(id_)
        elif isinstance(row, list) and len(row) == width:
            values.found[str(id_)] = row
        else:
            came = f"{len(row)} values" if isinstance(row, list) else "no list of values"
            values.failed[id_] = f"{came} came for {width} columns"
    return absent


def _kinds(rows: Iterable[list[Any]], width: int) -> list[list[str]]:
    columns = list(zip(*rows, strict=True)) or [()] * width
    return [sorted(kinds_of(column)) for column in columns]
