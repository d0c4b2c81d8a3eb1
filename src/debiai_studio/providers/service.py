"""The data providers of every origin, and how each was found when it was last asked."""

from __future__ import annotations

import asyncio
import builtins
import threading
import time
from collections.abc import Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, replace
from typing import Literal

import structlog

from debiai_studio.events import Events
from debiai_studio.providers.errors import (
    ProviderDefined,
    ProviderExists,
    ProvidersFixed,
    ProviderTrouble,
    UnknownProvider,
)
from debiai_studio.providers.keeping import now
from debiai_studio.providers.model import Dialect, Info, Provider, RemoteProject, checked
from debiai_studio.providers.ports import Connect, ProviderStore

log = structlog.get_logger(__name__)

_AT_ONCE = 8
_LEAST_SECONDS = 5.0


@dataclass(frozen=True, slots=True)
class ProviderRules:
    """What the operator set: his data providers, one per name, and what the page may do.

    ``fresh_seconds`` is for how long a provider is not asked again for its list of projects.
    """

    defined: Sequence[Provider] = ()
    creation: bool = True
    deletion: bool = True
    fresh_seconds: float = 120


@dataclass(frozen=True, slots=True)
class Finding:
    """How a data provider was found. ``dialect`` is known once it has a project.

    The rest is that of the last time when it answered; ``projects`` are then not those of now.
    """

    state: Literal["unknown", "available", "unreachable"] = "unknown"
    checked_at: str | None = None
    reason: str | None = None
    info: Info | None = None
    dialect: Dialect | None = None
    projects: tuple[RemoteProject, ...] = ()


class Providers:
    """Lists, adds, tests and removes data providers."""

    def __init__(
        self, store: ProviderStore, connect: Connect, events: Events, rules: ProviderRules
    ) -> None:
        self._store = store
        self._connect = connect
        self._events = events
        self._rules = rules
        self._defined = {provider.name: provider for provider in rules.defined}
        self._findings: dict[str, Finding] = {}
        self._asked_at: dict[str, float] = {}
        self._under_way: dict[str, Future[Finding]] = {}
        self._lock = threading.Lock()
        self._pool = ThreadPoolExecutor(_AT_ONCE, thread_name_prefix="provider")
        for provider in store.all():
            if provider.name in self._defined:
                log.info("providers.overridden", provider=provider.name, by="configuration")

    def list(self) -> builtins.list[Provider]:
        """Those of the operator first, in his order, then those of the page by name."""
        made = [one for one in self._store.all() if one.name not in self._defined]
        return [*self._defined.values(), *made]

    def get(self, name: str) -> Provider:
        """One. Raises UnknownProvider."""
        for provider in self.list():
            if provider.name == name:
                return provider
        raise UnknownProvider(name)

    def permissions(self) -> dict[str, bool]:
        """{creation, deletion}: what the page may do."""
        return {"creation": self._rules.creation, "deletion": self._rules.deletion}

    def add(self, name: str, url: str) -> Provider:
        """A data provider of the page. Raises ProvidersFixed, InvalidProvider, ProviderExists."""
        if not self._rules.creation:
            raise ProvidersFixed("Adding", "creation")
        provider = checked(name.strip(), url.strip())
        if provider.name in self._defined:
            raise ProviderExists(provider.name)
        self._store.add(provider)
        self._tell(provider.name)
        return provider

    def remove(self, name: str) -> None:
        """Forget it; what was fetched stays. Raises UnknownProvider, ProvidersFixed."""
        provider = self.get(name)
        if not self._rules.deletion:
            raise ProvidersFixed("Removing", "deletion")
        if provider.place is not None:
            raise ProviderDefined(name, provider.place)
        self._store.remove(name)
        with self._lock:
            self._findings.pop(name, None)
            self._asked_at.pop(name, None)
        self._tell(name)

    def test(self, name: str, url: str) -> Finding:
        """How an address would be found that is not added. Raises InvalidProvider."""
        if not self._rules.creation:
            raise ProvidersFixed("Adding", "creation")
        return self._find(checked(name.strip() or "new", url.strip()), Finding())

    def found(self, provider: Provider) -> Finding:
        """How it was found, at once; one that was not asked for long is asked in the background.

        What is found then comes as a ``provider`` event.
        """
        with self._lock:
            asked = self._asked_at.get(provider.name)
            # A page that reads again what was found must not make it be asked again.
            fresh = max(self._rules.fresh_seconds, _LEAST_SECONDS)
            is_old = asked is None or time.monotonic() - asked >= fresh
        if is_old:
            self._start(provider)
        with self._lock:
            return self._findings.get(provider.name, Finding())

    def check(self, name: str) -> Finding:
        """Ask it now. Raises UnknownProvider."""
        return self._start(self.get(name)).result()

    def is_checking(self, name: str) -> bool:
        """Whether it is being asked."""
        with self._lock:
            return name in self._under_way

    def close(self) -> None:
        """Wait for what is under way."""
        self._pool.shutdown(wait=True, cancel_futures=True)

    def _start(self, provider: Provider) -> Future[Finding]:
        with self._lock:
            known = self._under_way.get(provider.name)
            if known is None:
                self._asked_at[provider.name] = time.monotonic()
                known = self._pool.submit(self._look, provider)
                self._under_way[provider.name] = known
        return known

    def _look(self, provider: Provider) -> Finding:
        try:
            with self._lock:
                before = self._findings.get(provider.name, Finding())
            found = self._find(provider, before)
            with self._lock:
                self._findings[provider.name] = found
        finally:
            with self._lock:
                self._under_way.pop(provider.name, None)
                self._asked_at[provider.name] = time.monotonic()
        self._tell(provider.name)
        return found

    def _find(self, provider: Provider, before: Finding) -> Finding:
        try:
            return asyncio.run(self._ask(provider, before))
        except ProviderTrouble as error:
            log.warning("providers.unreachable", provider=provider.name, reason=str(error))
            return replace(before, state="unreachable", checked_at=now(), reason=str(error))

    async def _ask(self, provider: Provider, before: Finding) -> Finding:
        async with self._connect(provider, patient=False) as connection:
            info = await connection.info()
            projects = await connection.projects()
            dialect = before.dialect
            for project in projects if dialect is None else ():
                try:
                    dialect = await connection.discover(project.id)
                    break
                except ProviderTrouble:
                    # Of a broken project nothing can be learned; the next one may tell.
                    continue
        return Finding("available", now(), None, info, dialect, tuple(projects))

    def _tell(self, name: str) -> None:
        self._events.publish("provider", {"provider": name})
