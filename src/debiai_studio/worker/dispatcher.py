"""Takes what is due from the outbox and sends it, each export method at its own pace."""

from __future__ import annotations

import asyncio
import contextlib
import secrets
import threading
from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TypeVar

import structlog

from debiai_studio.events import Events
from debiai_studio.exports.delivery import Clock, Ending, utc_now
from debiai_studio.exports.model import Delivery, DeliveryState
from debiai_studio.exports.ports import Document, Sender
from debiai_studio.exports.queue import Claim, Queue
from debiai_studio.failpoints import UNARMED, Failpoints
from debiai_studio.worker.attempt import Attempting, Tools
from debiai_studio.worker.lane import LARGEST, Lane, Lanes
from debiai_studio.worker.news import DeliveryNews, news_of
from debiai_studio.worker.records import Methods, Records
from debiai_studio.worker.threads import shut_down
from debiai_studio.worker.trouble import report_trouble

log = structlog.get_logger(__name__)
T = TypeVar("T")

CONCURRENCY = 2
# Files, names and clients that hang hold a thread each, and must leave threads to the others.
THREADS = 2 * LARGEST
RENEW_SECONDS = 15.0
# Leases that ended and cancellations from elsewhere are looked for no more often than this, and
# again so soon after something was begun.
CARE_SECONDS = 0.5
BUSY_SECONDS = 0.05
# Something else may have written to the catalogue; an idle look costs next to nothing.
LOOK_SECONDS = 30.0
# After a failing catalogue (disk full, say) the loop goes on at this pace.
TROUBLE_SECONDS = 1.0
# Attempts under way get this long to end when the server stops, and then this long to break off.
GRACE_SECONDS = 3.0
END_SECONDS = 10.0

Renderer = Callable[[Delivery], Document]


@dataclass(slots=True, eq=False)
class _Running:
    claim: Claim
    attempting: Attempting
    lane: Lane
    news: DeliveryNews
    task: asyncio.Task[None] | None = None
    recording: bool = False

    def stop(self, outcome: str) -> None:
        """End the attempt, unless it has ended and is being recorded, or was told before."""
        if self.task and not self.recording and self.attempting.stop_outcome is None:
            self.attempting.stop_outcome = outcome
            self.task.cancel()


class Dispatcher:
    """One thread with a loop of its own; at most ``concurrency`` attempts per method at once.

    ``methods`` gives an export method with references and secrets resolved; ``renderer`` the
    document of a delivery, always the same bytes. ``sole``: no other dispatcher works on this
    catalogue (the server holds the lock on its data folder), so leases left behind are dead.
    """

    def __init__(
        self,
        queue: Queue,
        senders: Mapping[str, Sender],
        *,
        methods: Methods,
        renderer: Renderer,
        events: Events,
        concurrency: int = CONCURRENCY,
        sole: bool = True,
        clock: Clock = utc_now,
        failpoints: Failpoints = UNARMED,
        renew_seconds: float = RENEW_SECONDS,
    ) -> None:
        self._queue = queue
        self._senders = senders
        self._sole = sole
        self._clock = clock
        self._failpoints = failpoints
        self._renew_seconds = renew_seconds
        self._renewed_at = clock()
        self._cared_at = -CARE_SECONDS
        self._told = False
        self._lanes = Lanes(senders, concurrency, sole=sole)
        self._events = events
        self._renderer = renderer
        self._owner = f"dispatcher-{secrets.token_hex(6)}"
        self._running: set[_Running] = set()
        self._loop: asyncio.AbstractEventLoop | None = None
        self._woken: asyncio.Event | None = None
        self._stopping = False
        self.is_stuck = False
        self._thread: threading.Thread | None = None
        self._database = ThreadPoolExecutor(8, thread_name_prefix="delivery-catalogue")
        self._records = Records(queue, methods, self._on_database, self._more_to_come)
        self._tools = Tools(senders, self._records, self._render, failpoints, clock)
        self._rendering = ThreadPoolExecutor(4, thread_name_prefix="delivery-rendering")

    def start(self) -> None:
        """Begin to deliver. Never waits for a receiver or broker."""
        if self._thread is None:
            self._queue.subscribe(self._changed)
            self._thread = threading.Thread(target=self._live, name="dispatcher", daemon=True)
            self._thread.start()

    def stop(self) -> None:
        """Let attempts under way end for a moment, put the others back, and end.

        ``is_stuck`` then says whether a thread had to be left behind: a file on a server that is
        gone may hold one for ever. Its delivery goes round again at the next start.
        """
        if self._thread is not None:
            self._stopping = True
            self.wake()
            self._thread.join()
            self._thread = None
            self.is_stuck |= not shut_down(self._rendering, END_SECONDS)
            self._database.shutdown()

    def wake(self) -> None:
        """Look at once whether something is due. From any thread; never waits."""
        loop, woken = self._loop, self._woken
        if loop is not None and woken is not None:
            # The loop may close between the look and the call.
            with contextlib.suppress(RuntimeError):
                loop.call_soon_threadsafe(woken.set)

    def _changed(self, delivery: Delivery | None) -> None:
        if delivery is not None:
            self._events.publish("delivery", news_of(delivery))
        if delivery is None or delivery.state is not DeliveryState.PENDING:
            self._told = True
        elif self._lanes.is_full(delivery.method_id):
            return  # who makes room looks
        self.wake()

    def _live(self) -> None:
        # Not asyncio.run(): it would wait for every thread without limit.
        loop, threads = asyncio.new_event_loop(), ThreadPoolExecutor(THREADS, "delivery")
        loop.set_default_executor(threads)
        try:
            loop.run_until_complete(self._run())
            loop.run_until_complete(loop.shutdown_asyncgens())
        finally:
            self.is_stuck |= not shut_down(threads, END_SECONDS)
            loop.close()

    async def _run(self) -> None:
        self._woken = asyncio.Event()
        self._loop = asyncio.get_running_loop()
        renewing = asyncio.create_task(self._keep_renewing())
        try:
            await self._serve()
            await self._wind_down()
        finally:
            renewing.cancel()
            await asyncio.gather(renewing, return_exceptions=True)
            self._loop = None
            for sender in self._senders.values():
                await sender.close()

    async def _serve(self) -> None:
        assert self._woken is not None  # noqa: S101 - set by _run
        while not self._stopping:
            self._woken.clear()
            try:
                pause = await self._look()
            except Exception as error:  # noqa: BLE001 - the loop outlives a failing catalogue
                report_trouble("dispatcher.trouble", error)
                pause = TROUBLE_SECONDS
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout(pause):
                    await self._woken.wait()

    async def _look(self) -> float:
        """Begin what is due; the seconds until something else may be."""
        looked_at = self._clock()
        longest = await self._care(looked_at)
        free = self._lanes.slots()
        claims = await self._on_database(lambda: self._queue.claim(self._owner, free))
        if claims:
            self._failpoints.reach("claimed")
            for claim in claims:
                self._begin(claim)
            return BUSY_SECONDS
        due = await self._on_database(lambda: self._queue.next_due(looked_at))
        if due is None:
            return longest
        return min(max((due - self._clock()).total_seconds(), 0.001), longest)

    async def _care(self, looked_at: datetime) -> float:
        """Stop what was cancelled and take back what was lost; seconds until it must be again."""
        now = asyncio.get_running_loop().time()
        soon = self._cared_at + CARE_SECONDS - now
        if soon > 0 and not self._told:
            return soon
        self._cared_at, self._told = now, False
        await self._stop_cancelled()
        if looked_at - self._renewed_at > timedelta(seconds=self._renew_seconds):
            # The machine slept: what we work on is not lost, whatever the leases say.
            await self._renew()
        # By the time of the look: a machine that falls asleep just here has lost no lease yet.
        await self._on_database(lambda: self._queue.recover(sole=self._sole, ended_by=looked_at))
        self._sole = False  # from now on, leases are our own
        return LOOK_SECONDS

    def _begin(self, claim: Claim) -> None:
        lane = self._lanes.begin(claim)
        news = DeliveryNews(claim, self._queue, self._events, self._failpoints)
        attempting = Attempting(claim, self._tools, lane, news)
        running = _Running(claim, attempting, lane, news)
        self._running.add(running)
        running.task = asyncio.create_task(self._attempt(running))

    async def _render(self, delivery: Delivery) -> Document:
        loop = asyncio.get_running_loop()
        return await loop.run_in_executor(self._rendering, self._renderer, delivery)

    async def _attempt(self, running: _Running) -> None:
        claim = running.claim
        try:
            running.news.tell(claim.delivery)
            ending = await running.attempting.run()
            running.recording = True
            if ending is None:
                await self._records.released(claim)
                return
            if ending.outcome == "retryable" or ending.disable:
                self._hold_back(running.lane)
            after = await self._records.ended(claim, ending)
            self._failpoints.reach("recorded")
            if after is None:
                log.warning("delivery.lease_lost", delivery_id=claim.delivery.id)
            else:
                self._say(after, ending, running.news)
        except Exception as error:  # noqa: BLE001 - its lease ends, and the delivery goes round again
            report_trouble("delivery.not_recorded", error, delivery_id=claim.delivery.id)
        finally:
            self._running.remove(running)
            if self._lanes.end(claim):
                self.wake()

    def _more_to_come(self) -> bool:
        return any(running.attempting.stands_ready for running in self._running)

    def _hold_back(self, lane: Lane) -> None:
        """The receiver failed: what stands ready for it goes back to its place in the queue."""
        for running in tuple(self._running):
            if running.lane is lane and running.attempting.stands_ready:
                running.stop("held back")

    def _say(self, after: Delivery, ending: Ending, news: DeliveryNews) -> None:
        log.info(
            "delivery.attempted",
            outcome=ending.outcome,
            delivery_id=after.id,
            method=after.method_name,
            attempt=after.attempts,
            status=ending.status,
            state=after.state.value,
            milliseconds=ending.milliseconds,
        )
        news.tell(after)
        if ending.disable:
            self._events.publish("method", {"id": after.method_id})

    async def _stop_cancelled(self) -> None:
        if not self._running:
            return
        claims = [running.claim for running in self._running]
        wanted = await self._on_database(lambda: self._queue.cancelled(claims))
        for running in tuple(self._running):
            if running.claim.delivery.id in wanted:
                running.stop("cancelled")

    async def _renew(self) -> None:
        self._renewed_at = self._clock()
        claims = [running.claim for running in self._running]
        if not claims:
            return
        lost = await self._on_database(lambda: self._queue.renew(claims))
        for running in tuple(self._running):
            # Another dispatcher sends it now: what our sender still holds must not follow.
            if any(running.claim is one for one in lost):
                running.stop("unknown")

    async def _keep_renewing(self) -> None:
        while True:
            await asyncio.sleep(self._renew_seconds)
            try:
                await self._renew()
            except Exception as error:  # noqa: BLE001 - three more renewals fit into a lease
                report_trouble("dispatcher.trouble", error)

    async def _wind_down(self) -> None:
        tasks = [running.task for running in self._running if running.task is not None]
        for running in tuple(self._running):
            if running.attempting.stands_ready:
                running.stop("held back")
        if tasks:
            await asyncio.wait(tasks, timeout=GRACE_SECONDS)
            for running in tuple(self._running):
                running.stop("unknown")
            await asyncio.wait(tasks, timeout=END_SECONDS)

    async def _on_database(self, call: Callable[[], T]) -> T:
        return await asyncio.get_running_loop().run_in_executor(self._database, call)
