"""Builds what runs algorithms."""

from __future__ import annotations

from contextlib import ExitStack
from dataclasses import dataclass

from sqlalchemy import Engine as Catalogue

from debiai_studio.algorithms.direct import DirectUse
from debiai_studio.algorithms.local_provider import LocalProvider
from debiai_studio.algorithms.providers import AlgoProviders, ProviderRules
from debiai_studio.algorithms.service import Experiments
from debiai_studio.bootstrap.data import DataParts
from debiai_studio.egress import Egress
from debiai_studio.settings import Settings
from debiai_studio.storage.catalogue.experiments import AlgoProviderStore, SqlExperiments


@dataclass(frozen=True, slots=True)
class AlgorithmParts:
    """The services about algorithms."""

    providers: AlgoProviders
    experiments: Experiments
    direct: DirectUse


def build_algorithms(
    settings: Settings, catalogue: Catalogue, data: DataParts, stack: ExitStack
) -> AlgorithmParts:
    """Build them; ``stack`` ends what is under way at the end."""
    providers = AlgoProviders(
        LocalProvider(settings.studio_folder / "algorithms"),
        AlgoProviderStore(catalogue),
        ProviderRules(
            defined=settings.algo_providers,
            built_in=settings.algo_integrated,
            creation=settings.algo_creation,
            deletion=settings.algo_deletion,
        ),
        Egress.of(loopback_server=not settings.is_shared, allowed=settings.allowed_targets),
    )
    experiments = Experiments(
        providers=providers,
        store=SqlExperiments(catalogue),
        datasets=data.datasets,
        selections=data.selections,
        events=data.events,
    )
    experiments.recover()
    stack.callback(experiments.close)
    direct = DirectUse(providers)
    stack.callback(direct.close)
    return AlgorithmParts(providers, experiments, direct)
