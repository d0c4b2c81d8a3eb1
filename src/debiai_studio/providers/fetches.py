"""Fetching projects of data providers: in the background, with progress, and in several goes."""

from __future__ import annotations

import asyncio
import contextlib
import threading
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import structlog

from debiai_studio.blocks.patience import Patience
from debiai_studio.errors import StudioError
from debiai_studio.events import Events
from debiai_studio.projects.model import ProjectRef
from debiai_studio.providers.chunks import Chunks
from debiai_studio.providers.errors import FetchCancelled, FetchEnding, FetchUnderWay, UnknownFetch
from debiai_studio.providers.keeping import Keeper, address_of, now
from debiai_studio.providers.model import Fetch, Fetched, Limits, Provider
from debiai_studio.providers.planning import planned
from debiai_studio.providers.ports import Connect, Connection, FetchedStore
from debiai_studio.providers.service import Providers
from debiai_studio.providers.spool import Plan, Spool

log = structlog.get_logger(__name__)

FETCHES = "fetches"

_PROJECTS_AT_ONCE = 2
_REQUESTS_AT_ONCE = 4
_UNDER_WAY = ("waiting", "running")


@dataclass(slots=True)
class _Run:
    """One fetch; it is stopped wherever it waits for the provider."""

    fetch: Fetch
    before: _Run | None = None  # of the same project
    ended: threading.Event = field(default_factory=threading.Event)
    is_cancelled: bool = False
    is_ending: bool = False
    loop: asyncio.AbstractEventLoop | None = None
    task: asyncio.Task[Any] | None = None
    lock: threading.Lock = field(default_factory=threading.Lock)

    def stop(self) -> None:
        """End it. Raises FetchEnding."""
        with self.lock:
            if self.is_ending:
                raise FetchEnding(self.fetch.project)
            self.is_cancelled = True
            if self.loop is not None and self.task is not None:
                self.loop.call_soon_threadsafe(self.task.cancel)

    def end(self) -> None:
        """From now on it cannot be stopped. Raises FetchCancelled."""
        with self.lock:
            if self.is_cancelled:
                raise FetchCancelled(self.fetch.project)
            self.is_ending = True


class Fetches:
    """The fetches under way, and those that ended early. ``studio_folder`` is ``<data>/studio``."""

    def __init__(
        self,
        studio_folder: Path,
        *,
        providers: Providers,
        connect: Connect,
        keeper: Keeper,
        fetched: FetchedStore,
        events: Events,
    ) -> None:
        self._root = studio_folder / FETCHES
        self._providers = providers
        self._connect = connect
        self._keeper = keeper
        self._fetched = fetched
        self._events = events
        self._patience = Patience()
        self._lock = threading.Lock()
        self._runs: dict[tuple[str, str], _Run] = {}
        self._pool = ThreadPoolExecutor(_PROJECTS_AT_ONCE, thread_name_prefix="fetch")
        for plan in Spool.found(self._root):
            done = len(Spool(self._root, plan.provider, plan.project).done())
            self._runs[plan.provider, plan.project] = _Run(
                Fetch(
                    provider=plan.provider,
                    project=plan.project,
                    state="interrupted",
                    fraction=done / max(plan.n_chunks, 1),
                    samples=min(done * plan.chunk, len(plan.ids)),
                )
            )
            self._runs[plan.provider, plan.project].ended.set()

    def list(self) -> list[Fetch]:
        """Those under way, and those that can go on."""
        with self._lock:
            return [run.fetch for run in self._runs.values()]

    def fetched(self) -> dict[ProjectRef, Fetched]:
        """What is known of each project that was fetched."""
        return self._fetched.all()

    def start(self, name: str, project: str, *, again: bool = False) -> Fetch | None:
        """Fetch a project, go on with a fetch that ended early, or bring what is kept up to date.

        None: the provider's date says that what is kept is the newest, and all of it came;
        ``again`` fetches it all the same. Raises UnknownProvider, FetchUnderWay, ProviderTrouble.
        """
        provider = self._providers.get(name)
        key = (name, project)
        with self._lock:
            known = self._runs.get(key)
            if known is not None and known.fetch.state in _UNDER_WAY:
                raise FetchUnderWay(name, project)
        if known is None and not again and asyncio.run(self._is_newest(provider, project)):
            return None
        run = _Run(Fetch(provider=name, project=project, state="waiting"))
        with self._lock:
            run.before = self._runs.get(key)
            if run.before is not None and run.before.fetch.state in _UNDER_WAY:
                raise FetchUnderWay(name, project)
            self._runs[key] = run
        self._tell(run.fetch)
        self._pool.submit(self._carry_out, run, provider, again=again)
        return run.fetch

    def cancel(self, name: str, project: str) -> Fetch:
        """Stop; what came is kept for going on. Raises UnknownFetch."""
        run = self._run(name, project)
        if run.fetch.state not in _UNDER_WAY:
            raise UnknownFetch(name, project)
        run.stop()
        self._change(run, state="cancelled", step="")
        return run.fetch

    def discard(self, name: str, project: str) -> None:
        """Forget what came of a fetch that ended early. Raises UnknownFetch, FetchUnderWay."""
        run = self._run(name, project)
        if run.fetch.state in _UNDER_WAY:
            raise FetchUnderWay(name, project)
        Spool(self._root, name, project).remove()
        with self._lock:
            self._runs.pop((name, project), None)
        self._tell(run.fetch)

    def close(self) -> None:
        """Stop all; they can go on after the next start."""
        for run in list(self._runs.values()):
            with contextlib.suppress(FetchEnding):
                run.stop()
        self._pool.shutdown(wait=True, cancel_futures=True)

    def _run(self, name: str, project: str) -> _Run:
        with self._lock:
            run = self._runs.get((name, project))
        if run is None:
            raise UnknownFetch(name, project)
        return run

    async def _is_newest(self, provider: Provider, project: str) -> bool:
        """Whether all came at the provider's present date; what has no date may have changed."""
        ref = address_of(provider.name, project)
        kept = self._fetched.all().get(ref)
        if kept is None or kept.n_missing or kept.updated is None:
            return False
        async with self._connect(provider, patient=False) as connection:
            structure = await connection.structure(project)
        if structure.updated != kept.updated:
            return False
        self._fetched.put(replace(kept, checked_at=now()))
        self._events.publish("provider", {"provider": provider.name})
        return True

    def _carry_out(self, run: _Run, provider: Provider, *, again: bool) -> None:
        name, project = run.fetch.provider, run.fetch.project
        spool = Spool(self._root, name, project)
        if run.before is not None:
            run.before.ended.wait()
            run.before = None
        try:
            if again:
                spool.remove()
            plan = asyncio.run(self._fetch(run, provider, spool))
            run.end()
            self._change(run, step="Keeping the samples", fraction=None)
            ref = address_of(name, project)
            kept = self._patience.run(ref, lambda: self._keeper.keep(plan, spool))
        except (asyncio.CancelledError, FetchCancelled):
            log.info("fetch.cancelled", provider=name, project=project)
        except StudioError as error:
            log.warning("fetch.failed", provider=name, project=project, reason=str(error))
            self._change(run, state="failed", step="", error=str(error))
        except Exception:
            log.exception("fetch.bug", provider=name, project=project)
            reason = "The server met an unexpected problem; its log has the details."
            self._change(run, state="failed", step="", error=reason)
        else:
            spool.remove()
            with self._lock:
                if self._runs.get((name, project)) is run:
                    del self._runs[name, project]
            log.info("fetch.done", provider=name, project=project, missing=kept.n_missing)
            self._tell(run.fetch)
        finally:
            run.ended.set()

    async def _fetch(self, run: _Run, provider: Provider, spool: Spool) -> Plan:
        with run.lock:
            if run.is_cancelled:
                raise FetchCancelled(run.fetch.project)
            run.loop, run.task = asyncio.get_running_loop(), asyncio.current_task()
        try:
            async with self._connect(provider, patient=True) as connection:
                return await self._fetched_plan(run, provider, connection, spool)
        finally:
            with run.lock:
                run.loop = run.task = None

    async def _fetched_plan(
        self, run: _Run, provider: Provider, connection: Connection, spool: Spool
    ) -> Plan:
        project = run.fetch.project

        def tell(step: str, n_ids: int) -> None:
            self._change(run, state="running", step=step, fraction=None, samples=n_ids)

        tell("Asking the data provider", 0)
        info = await connection.info()
        plan = spool.plan()
        if plan is not None:
            # What came goes on only if the project is still the one that was begun with.
            structure = await connection.structure(project)
            if structure != plan.structure:
                plan = None
        if plan is None:
            plan = await planned(connection, provider, project, info, tell)
            spool.begin(plan)
        await self._chunks(run, connection, plan, info.limits, spool)
        return plan

    async def _chunks(
        self, run: _Run, connection: Connection, plan: Plan, limits: Limits, spool: Spool
    ) -> None:
        done = _usable(plan, spool)
        chunks = Chunks(connection, plan, limits, is_readable=bool(done))
        samples = sum(len(plan.ids_of(number)) for number in done)
        missing = sum(len(spool.get(number).missing) for number in done)

        def tell() -> None:
            fraction = samples / max(len(plan.ids), 1)
            step = f"Reading samples, {samples} of {len(plan.ids)}"
            self._change(run, step=step, fraction=fraction, samples=samples, missing=missing)

        async def get(number: int) -> None:
            nonlocal samples, missing
            chunk = await chunks.get(number)
            await asyncio.to_thread(spool.put, number, chunk)
            samples += len(plan.ids_of(number))
            missing += len(chunk.missing)
            tell()

        async def work(waiting: list[int]) -> None:
            while waiting:
                await get(waiting.pop(0))

        tell()
        waiting = [number for number in range(plan.n_chunks) if number not in done]
        if waiting and not done:
            # One alone finds out whether anything can be read, and in which dialect.
            await get(waiting.pop(0))
        try:
            async with asyncio.TaskGroup() as group:
                for _ in range(_REQUESTS_AT_ONCE):
                    group.create_task(work(waiting))
        except ExceptionGroup as group:
            told, bugs = group.split(StudioError)
            if told is None or bugs is not None:
                raise
            raise told.exceptions[0] from group

    def _change(self, run: _Run, **changes: Any) -> None:
        with run.lock:
            if run.is_cancelled and changes.get("state") != "cancelled":
                return
            run.fetch = run.fetch.model_copy(update=changes)
        self._tell(run.fetch)

    def _tell(self, fetch: Fetch) -> None:
        self._events.publish(
            "provider", {"provider": fetch.provider, "project": fetch.project, "fetch": True}
        )


def _usable(plan: Plan, spool: Spool) -> set[int]:
    """The chunks that came; those that a crash damaged come again."""
    usable = set()
    for number in spool.done():
        try:
            spool.get(number)
        except (ValueError, KeyError):
            spool.drop(number)
        else:
            usable.add(number)
    return usable & set(range(plan.n_chunks))
