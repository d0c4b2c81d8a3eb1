"""Where algorithms come from: this machine, and algo-providers of the operator or the page."""

from __future__ import annotations

import threading
import time
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

from debiai_studio.algorithms.debiai_names import INTEGRATED
from debiai_studio.algorithms.errors import (
    InvalidProvider,
    ProviderConfigured,
    ProviderExists,
    ProvidersFixed,
    ProviderUnreachable,
    UnknownAlgorithm,
    UnknownProvider,
)
from debiai_studio.algorithms.functions import BUILT_IN
from debiai_studio.algorithms.http_provider import HttpProvider
from debiai_studio.algorithms.model import AlgoProvider, Algorithm, valid_url
from debiai_studio.algorithms.ports import Offer, Provider, ProviderStore
from debiai_studio.egress import Egress

_LONGEST_NAME = 100
_SECONDS_FRESH = 60.0
_AT_ONCE = 8


@dataclass(frozen=True, slots=True)
class ProviderRules:
    """What the operator defined and allows."""

    defined: tuple[AlgoProvider, ...] = ()
    built_in: bool = True
    creation: bool = True
    deletion: bool = True


class AlgoProviders:
    """Every provider by name. What one offers is asked for when it is needed, and kept a minute."""

    def __init__(
        self, local: Provider, store: ProviderStore, rules: ProviderRules, egress: Egress
    ) -> None:
        self._local = local
        self._store = store
        self._rules = rules
        self._egress = egress
        self._lock = threading.Lock()
        self._asked: dict[tuple[str, str | None], tuple[float, Offer]] = {}

    @property
    def rules(self) -> ProviderRules:
        """What the operator defined and allows."""
        return self._rules

    def offers(self, *, refresh: bool = False) -> Sequence[Offer]:
        """What each offers, built-in ones first; asked all at once, none holds up the others."""
        named = self._all()
        with ThreadPoolExecutor(_AT_ONCE, thread_name_prefix="algo-providers") as pool:
            return list(pool.map(lambda one: self._offer(one, refresh=refresh), named))

    def find(self, name: str, algorithm_id: str) -> tuple[Provider, Algorithm]:
        """Raises UnknownProvider, UnknownAlgorithm, ProviderUnreachable."""
        named = self._all()
        known = next((one for one in named if one.name == name), None)
        if known is None:
            raise UnknownProvider(name, [one.name for one in named])
        provider = self._provider(known)
        algorithms = provider.algorithms()
        for algorithm in algorithms:
            if algorithm.id == algorithm_id:
                return provider, algorithm
        raise UnknownAlgorithm(name, algorithm_id, [one.id for one in algorithms])

    def add(self, name: str, url: str) -> Offer:
        """Keep one that was made in the page.

        Raises ProvidersFixed, InvalidProvider, ProviderExists.
        """
        if not self._rules.creation:
            raise ProvidersFixed("added")
        name = name.strip()
        if not name or len(name) > _LONGEST_NAME or not name.isprintable():
            raise InvalidProvider(f"A name has 1 to {_LONGEST_NAME} printable characters.")
        usable = valid_url(url)
        if usable is None:
            raise InvalidProvider(
                f'"{url}" is not the address of a provider; write one such as '
                "http://localhost:8000, without a query."
            )
        provider = AlgoProvider(name, usable)
        taken = name in (BUILT_IN, INTEGRATED) or any(
            name == one.name for one in self._rules.defined
        )
        if taken or not self._store.add(provider):
            raise ProviderExists(name)
        return self._offer(provider, refresh=True)

    def delete(self, name: str) -> None:
        """Forget one of the page; columns made by it stay.

        Raises ProvidersFixed, ProviderConfigured, UnknownProvider.
        """
        if not self._rules.deletion:
            raise ProvidersFixed("deleted")
        for one in self._rules.defined:
            if one.name == name:
                raise ProviderConfigured(name, str(one.place))
        if name == BUILT_IN and self._rules.built_in:
            raise ProviderConfigured(name, "[ALGO_PROVIDERS_CONFIG] enable_integrated")
        if not self._store.delete(name):
            raise UnknownProvider(name, [one.name for one in self._all()])

    def _all(self) -> list[AlgoProvider]:
        own = [AlgoProvider(BUILT_IN, "", "")] if self._rules.built_in else []
        defined = {one.name for one in self._rules.defined}
        made = [one for one in self._store.list() if one.name not in defined]
        return [*own, *self._rules.defined, *made]

    def _provider(self, one: AlgoProvider) -> Provider:
        if not one.url:
            return self._local
        policy = self._egress.others if one.place is None else self._egress.trusted
        return HttpProvider(one, policy)

    def _offer(self, one: AlgoProvider, *, refresh: bool) -> Offer:
        key = (one.name, one.url)
        with self._lock:
            asked_at, known = self._asked.get(key, (0.0, None))
        if known is not None and not refresh and time.monotonic() - asked_at < _SECONDS_FRESH:
            return known
        offer = Offer(one.name, one.url or None, one.place)
        try:
            offer.algorithms = self._provider(one).algorithms()
        except ProviderUnreachable as error:
            offer.problem = str(error)
        with self._lock:
            self._asked[key] = (time.monotonic(), offer)
        return offer
