"""Builds what asks data providers and fetches their projects."""

from __future__ import annotations

from contextlib import ExitStack
from dataclasses import dataclass

from sqlalchemy import Engine as Catalogue

from debiai_studio.bootstrap.data import DataParts
from debiai_studio.egress import Egress
from debiai_studio.providers.connection import HttpConnections
from debiai_studio.providers.fetches import Fetches
from debiai_studio.providers.keeping import Keeper
from debiai_studio.providers.service import ProviderRules, Providers
from debiai_studio.settings import Settings
from debiai_studio.storage.catalogue.providers import FetchedTable, ProviderTable


@dataclass(frozen=True, slots=True)
class ProviderParts:
    """The services about data providers."""

    providers: Providers
    fetches: Fetches


def build_providers(
    settings: Settings, catalogue: Catalogue, data: DataParts, stack: ExitStack
) -> ProviderParts:
    """Build them; ``stack`` closes them at the end."""
    connect = HttpConnections(
        Egress.of(loopback_server=not settings.is_shared, allowed=settings.allowed_targets),
        seconds=settings.provider_timeout,
    )
    fetched = FetchedTable(catalogue)
    providers = Providers(
        ProviderTable(catalogue),
        connect,
        data.events,
        ProviderRules(
            defined=settings.data_providers,
            creation=settings.provider_creation,
            deletion=settings.provider_deletion,
            fresh_seconds=settings.provider_cache_duration if settings.provider_cache else 0,
        ),
    )
    stack.callback(providers.close)
    keeper = Keeper(data.projects, data.datasets, data.selections, data.new_project, fetched)
    fetches = Fetches(
        settings.studio_folder,
        providers=providers,
        connect=connect,
        keeper=keeper,
        fetched=fetched,
        events=data.events,
    )
    stack.callback(fetches.close)
    return ProviderParts(providers, fetches)
