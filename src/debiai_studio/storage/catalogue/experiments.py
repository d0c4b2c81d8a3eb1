"""Experiments and algo-providers in the catalogue."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from pyroaring import BitMap
from sqlalchemy import Engine, Row, Select, delete, insert, select, update
from sqlalchemy.exc import IntegrityError

from debiai_studio.algorithms.model import (
    AlgoProvider,
    Experiment,
    ExperimentRequest,
    KeptValue,
    MadeColumn,
)
from debiai_studio.datasets.errors import UnknownData
from debiai_studio.projects.model import ProjectRef
from debiai_studio.storage.catalogue import moments
from debiai_studio.storage.catalogue.audit import note
from debiai_studio.storage.catalogue.tables import algo_providers, experiments, projects

_EXPERIMENT = select(projects.c.source, projects.c.project, *experiments.c).join_from(
    experiments, projects
)
_AS_THEY_ARE = (
    "id",
    "project_key",
    "title",
    "version",
    "created_at",
    "author",
    "state",
    "error",
    "finished_at",
    "data_version",
    "model",
)


class SqlExperiments:
    """The ``algorithms.ports.ExperimentStore`` of the catalogue."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self._reading = engine.execution_options(read_only=True)

    def put(self, experiment: Experiment) -> None:
        """Keep it, in place of the one with its id. Raises UnknownData."""
        values: dict[str, Any] = {name: getattr(experiment, name) for name in _AS_THEY_ARE}
        values["request"] = experiment.request.model_dump(mode="json")
        values["columns"] = [one.model_dump() for one in experiment.columns]
        values["outputs"] = [one.model_dump(mode="json") for one in experiment.values]
        values["covered"] = experiment.covered.serialize()
        known = experiments.c.id == experiment.id
        try:
            with self._engine.begin() as connection:
                changed = connection.execute(update(experiments).where(known).values(values))
                if not changed.rowcount:
                    connection.execute(insert(experiments).values(values))
                    note(
                        connection,
                        experiment.created_at,
                        "experiment.started",
                        experiment.id,
                        source=experiment.ref.source,
                        project=experiment.ref.project,
                        provider=experiment.request.provider,
                        algorithm=experiment.request.algorithm,
                    )
        except IntegrityError as error:
            raise UnknownData(experiment.project_key) from error

    def list(self, project_key: int) -> Sequence[Experiment]:
        """All of a project, the newest first."""
        newest_first = (experiments.c.created_at.desc(), experiments.c.id)
        of_it = experiments.c.project_key == project_key
        return self._read(_EXPERIMENT.where(of_it).order_by(*newest_first))

    def get(self, experiment_id: str) -> Experiment | None:
        """One experiment."""
        return next(iter(self._read(_EXPERIMENT.where(experiments.c.id == experiment_id))), None)

    def unended(self) -> Sequence[Experiment]:
        """Those that wait or run, of every project."""
        return self._read(_EXPERIMENT.where(experiments.c.state.in_(("waiting", "running"))))

    def delete(self, experiment_id: str) -> None:
        """Forget it."""
        with self._engine.begin() as connection:
            connection.execute(delete(experiments).where(experiments.c.id == experiment_id))
            note(connection, moments.now(), "experiment.deleted", experiment_id)

    def _read(self, query: Select[Any]) -> Sequence[Experiment]:
        with self._reading.connect() as connection:
            return [_experiment(row) for row in connection.execute(query)]


class AlgoProviderStore:
    """The ``algorithms.ports.ProviderStore`` of the catalogue."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self._reading = engine.execution_options(read_only=True)

    def list(self) -> Sequence[AlgoProvider]:
        """In the order of their making."""
        query = select(algo_providers).order_by(algo_providers.c.created_at, algo_providers.c.name)
        with self._reading.connect() as connection:
            return [AlgoProvider(row.name, row.url) for row in connection.execute(query)]

    def add(self, provider: AlgoProvider) -> bool:
        """Whether the name was free."""
        at = moments.now()
        values = {"name": provider.name, "url": provider.url, "created_at": at}
        try:
            with self._engine.begin() as connection:
                connection.execute(insert(algo_providers).values(values))
                note(connection, at, "algo_provider.added", provider.name, url=provider.url)
        except IntegrityError:
            return False
        return True

    def delete(self, name: str) -> bool:
        """Whether there was one."""
        with self._engine.begin() as connection:
            removal = delete(algo_providers).where(algo_providers.c.name == name)
            found = connection.execute(removal).rowcount == 1
            if found:
                note(connection, moments.now(), "algo_provider.deleted", name)
        return found


def _experiment(row: Row[*tuple[Any, ...]]) -> Experiment:
    return Experiment(
        ref=ProjectRef(row.source, row.project),
        request=ExperimentRequest.model_validate(row.request),
        columns=tuple(MadeColumn.model_validate(one) for one in row.columns),
        values=tuple(KeptValue.model_validate(one) for one in row.outputs),
        covered=BitMap.deserialize(row.covered),
        **{name: getattr(row, name) for name in _AS_THEY_ARE},
    )
