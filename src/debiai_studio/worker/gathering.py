"""Calls that arrive while one of their kind is under way are made together, as one."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from typing import Generic, TypeVar

Given = TypeVar("Given")
Found = TypeVar("Found")

# More would make the first of them wait noticeably.
LARGEST = 500
# A transaction and its flush take about as long.
GATHER_SECONDS = 0.02


class Gathering(Generic[Given, Found]):
    """Used from one event loop. ``call`` gives one result for each of what it was given."""

    def __init__(
        self,
        call: Callable[[Sequence[Given]], Awaitable[Sequence[Found]]],
        more_to_come: Callable[[], bool] = lambda: False,
    ) -> None:
        """The first of a call waits ``GATHER_SECONDS`` for others while there are to be more."""
        self._call = call
        self._more_to_come = more_to_come
        self._waiting: list[tuple[Given, asyncio.Future[Found]]] = []
        self._working: asyncio.Task[None] | None = None

    async def add(self, given: Given) -> Found:
        """The result for this one; raises what its call raised."""
        future: asyncio.Future[Found] = asyncio.get_running_loop().create_future()
        self._waiting.append((given, future))
        if self._working is None:
            self._working = asyncio.create_task(self._work())
        return await future

    async def _work(self) -> None:
        while self._waiting:
            if len(self._waiting) < LARGEST and self._more_to_come():
                await asyncio.sleep(GATHER_SECONDS)
            batch, self._waiting = self._waiting[:LARGEST], self._waiting[LARGEST:]
            try:
                await self._answer(batch)
            except Exception:  # noqa: BLE001 - told to the one whose fault it is, just below
                # One that cannot be done must not take the others with it.
                for one in batch:
                    await self._answer_alone(one)
        self._working = None

    async def _answer(self, batch: list[tuple[Given, asyncio.Future[Found]]]) -> None:
        found = await self._call([given for given, _ in batch])
        for (_, future), result in zip(batch, found, strict=True):
            if not future.done():
                future.set_result(result)

    async def _answer_alone(self, one: tuple[Given, asyncio.Future[Found]]) -> None:
        try:
            await self._answer([one])
        except Exception as error:  # noqa: BLE001 - handed to the one who asked
            if not one[1].done():
                one[1].set_exception(error)
