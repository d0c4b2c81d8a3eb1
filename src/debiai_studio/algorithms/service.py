"""Experiments: algorithms run on samples, and the columns that come of it."""

from __future__ import annotations

import secrets
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import Any

import numpy as np
import structlog
from pyroaring import BitMap

from debiai_studio import callers
from debiai_studio.algorithms.errors import (
    ExperimentEnded,
    ExperimentUnderWay,
    NothingToRunOn,
    ServerStopped,
    UnknownExperiment,
)
from debiai_studio.algorithms.inputs import Binding, arguments, bind
from debiai_studio.algorithms.model import Algorithm, Experiment, ExperimentRequest, MadeColumn
from debiai_studio.algorithms.naming import check_names, named
from debiai_studio.algorithms.outputs import NewValues, sorted_out
from debiai_studio.algorithms.ports import Call, Control, ExperimentStore
from debiai_studio.algorithms.providers import AlgoProviders
from debiai_studio.algorithms.running import Progress, Running
from debiai_studio.algorithms.writing import Writing, columns_of
from debiai_studio.datasets.model import DataSet
from debiai_studio.datasets.service import DataSets
from debiai_studio.datasets.shape import without_columns, without_result
from debiai_studio.errors import StudioError, problem_of
from debiai_studio.events import Events
from debiai_studio.projects.errors import UnknownProject
from debiai_studio.projects.model import ProjectRef
from debiai_studio.selections.service import Selections

log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class Shown:
    """An experiment, how far it is, and how many samples came since; None: cannot be told."""

    experiment: Experiment
    progress: Progress
    n_new: int | None


class Experiments:
    """Every run is recorded before it begins; what it made is recorded with where it came from."""

    def __init__(
        self,
        *,
        providers: AlgoProviders,
        store: ExperimentStore,
        datasets: DataSets,
        selections: Selections,
        events: Events,
    ) -> None:
        self._providers = providers
        self._store = store
        self._datasets = datasets
        self._selections = selections
        self._events = events
        self._writing = Writing(datasets)
        self._running = Running(self._run, self._ended, self._tell)

    def start(self, ref: ProjectRef, request: ExperimentRequest) -> Experiment:
        """Check everything that can be checked, and queue it.

        Raises UnknownProvider, UnknownAlgorithm, ProviderUnreachable, InvalidInput,
        InvalidColumnName, NothingToRunOn, UnknownColumn, UnknownModel and UnknownProject.
        """
        dataset = self._datasets.of(ref)
        _, algorithm = self._providers.find(request.provider, request.algorithm)
        binding = bind(dataset, ref.project, algorithm, request)
        check_names(request.names, self._taken(dataset, algorithm, binding, request))
        self._samples(ref, binding, request)
        experiment = Experiment(
            id=secrets.token_hex(8),
            ref=ref,
            project_key=dataset.project_key,
            title=algorithm.name,
            version=algorithm.version,
            request=request,
            created_at=_now(),
            author=callers.current.get().told,
        )
        return self._queue(experiment)

    def again(self, ref: ProjectRef, experiment_id: str) -> Experiment:
        """Run it once more, on the samples that its rule selects now, into the same columns.

        Raises UnknownExperiment, ExperimentUnderWay, and what ``start`` raises.
        """
        experiment = self._get(ref, experiment_id)
        if not experiment.has_ended:
            raise ExperimentUnderWay
        request = experiment.request
        _, algorithm = self._providers.find(request.provider, request.algorithm)
        binding = bind(self._datasets.of(ref), ref.project, algorithm, request)
        self._samples(ref, binding, request)
        return self._queue(replace(experiment, state="waiting", error=None))

    def cancel(self, ref: ProjectRef, experiment_id: str) -> Experiment:
        """Stop it; nothing of the run remains. Raises UnknownExperiment, ExperimentEnded."""
        experiment = self._get(ref, experiment_id)
        if experiment.has_ended or not self._running.cancel(experiment_id):
            raise ExperimentEnded(experiment.state)
        return self._get(ref, experiment_id)

    def list(self, ref: ProjectRef) -> Sequence[Shown]:
        """All of a project, the newest first."""
        dataset = self._datasets.of(ref)
        return [self._shown(dataset, one) for one in self._store.list(dataset.project_key)]

    def get(self, ref: ProjectRef, experiment_id: str) -> Shown:
        """One. Raises UnknownExperiment."""
        experiment = self._get(ref, experiment_id)
        return self._shown(self._datasets.of(ref), experiment)

    def delete(self, ref: ProjectRef, experiment_id: str, *, columns: bool) -> None:
        """Forget it, and take its columns out if that is wished.

        A column of results goes from every model. Raises UnknownExperiment, ExperimentUnderWay.
        """
        experiment = self._get(ref, experiment_id)
        if not experiment.has_ended:
            raise ExperimentUnderWay
        names = [made.column for made in experiment.columns]
        if columns and experiment.model is None:
            self._datasets.reshape(ref, lambda dataset: without_columns(dataset, names))
        elif columns:
            for name in names:
                self._datasets.reshape(ref, lambda dataset, n=name: without_result(dataset, n))  # type: ignore[misc]
        self._store.delete(experiment_id)
        self._tell(experiment)

    def recover(self) -> None:
        """Tell of those that a server before this one did not end.

        Where the columns of a first run are there, it was recorded all but for its end.
        """
        for experiment in self._store.unended():
            first = experiment.finished_at is None
            if first and experiment.columns and self._has_columns(experiment):
                self._store.put(replace(experiment, state="done", finished_at=_now()))
                continue
            if first:
                experiment = replace(experiment, columns=(), covered=BitMap(), data_version=None)  # noqa: PLW2901
            self._ended(experiment, "failed", problem_of(ServerStopped()))

    def close(self) -> None:
        """End what is under way."""
        self._running.close()

    def _queue(self, experiment: Experiment) -> Experiment:
        self._store.put(experiment)
        self._tell(experiment)
        self._running.start(experiment)
        return experiment

    def _run(self, experiment: Experiment, control: Control) -> None:
        """The work of a run: read, call, write, record."""
        ref, request = experiment.ref, experiment.request
        dataset = self._datasets.of(ref)
        if dataset.project_key != experiment.project_key:
            raise UnknownProject(ref)
        experiment = replace(experiment, state="running")
        self._store.put(experiment)
        control.tell("Reading the samples", None)
        provider, algorithm = self._providers.find(request.provider, request.algorithm)
        binding = bind(dataset, ref.project, algorithm, request)
        samples = self._samples(ref, binding, request)
        numbers = np.asarray(samples.to_array(), np.int64)
        given = arguments(binding, algorithm, self._datasets.values(dataset), numbers)
        control.check()
        returned = provider.run(Call(algorithm, given), control)
        n_rows = len(numbers) if binding.has_rows else None
        columns, values = sorted_out(algorithm, returned, n_rows)
        control.tell("Writing the columns", None)
        model = binding.owner.id if binding.owner else None
        names = self._names(dataset, algorithm, binding, experiment, columns)
        made = replace(
            experiment,
            version=algorithm.version,
            title=algorithm.name,
            data_version=dataset.data_version,
            model=model,
            columns=tuple(
                MadeColumn(output=one.output, column=names[one.output], type=one.type.value)
                for one in columns
            ),
            values=tuple(values),
            covered=samples,
        )
        control.check()
        if columns:
            if experiment.finished_at is None:
                # After a crash between the next two steps the columns tell that it was done.
                self._store.put(made)
            self._writing.put(
                ref,
                algorithm=algorithm,
                model=model,
                columns=columns,
                names=names,
                numbers=numbers,
                before=experiment.covered,
                control=control,
            )
        self._store.put(replace(made, state="done", finished_at=_now()))
        log.info("algorithms.done", experiment=experiment.id, columns=len(columns))

    def _samples(self, ref: ProjectRef, binding: Binding, request: ExperimentRequest) -> BitMap:
        """The samples to run on. Raises NothingToRunOn, and what the rule makes impossible."""
        samples = self._scope(ref, binding.owner.id if binding.owner else None, request)
        if binding.has_rows and not samples:
            raise NothingToRunOn
        return samples

    def _scope(self, ref: ProjectRef, model: str | None, request: ExperimentRequest) -> BitMap:
        dataset = self._datasets.of(ref)
        if request.rule is None:
            samples = BitMap(range(dataset.next_sample_no)) - self._datasets.deleted(dataset)
        else:
            rule = request.rule
            if model is not None and model in rule.models and rule.models_as == "rows":
                rule = rule.model_copy(update={"models": (model,)})
            samples = self._selections.members_of(ref, rule)
        return samples if model is None else samples & self._datasets.with_results(ref, model)

    def _taken(
        self,
        dataset: DataSet,
        algorithm: Algorithm,
        binding: Binding,
        request: ExperimentRequest,
    ) -> set[str]:
        """Names that columns have; what the same algorithm made for another model is shared."""
        taken = {column.name for column in (*dataset.sample_columns, *dataset.result_columns)}
        if binding.owner is None:
            return taken
        for other in self._store.list(dataset.project_key):
            same = (other.request.provider, other.request.algorithm) == (
                request.provider,
                algorithm.id,
            )
            if same and other.model not in (None, binding.owner.id):
                taken -= {made.column for made in other.columns}
        return taken

    def _names(
        self,
        dataset: DataSet,
        algorithm: Algorithm,
        binding: Binding,
        experiment: Experiment,
        columns: Sequence[NewValues],
    ) -> dict[str, str]:
        """The columns of before for the outputs of before, others for others."""
        kept = {made.output: made.column for made in experiment.columns}
        request = experiment.request
        taken = self._taken(dataset, algorithm, binding, request) | set(kept.values())
        others = [one.output for one in columns if one.output not in kept]
        return kept | named(algorithm, others, request.names, taken)

    def _has_columns(self, experiment: Experiment) -> bool:
        try:
            dataset = self._datasets.of(experiment.ref)
        except UnknownProject:
            return False
        known = {column.name for column in columns_of(dataset, experiment.model)}
        return all(made.column in known for made in experiment.columns)

    def _ended(self, experiment: Experiment, state: Any, problem: dict[str, Any] | None) -> None:
        """Record that a run did not do its work; what was there before it stays."""
        self._store.put(replace(experiment, state=state, error=problem))
        self._tell(experiment)

    def _shown(self, dataset: DataSet, experiment: Experiment) -> Shown:
        n_new = 0
        if experiment.columns:
            try:
                scope = self._scope(experiment.ref, experiment.model, experiment.request)
            except StudioError:
                return Shown(experiment, self._running.progress(experiment.id), None)
            n_new = len(scope - experiment.covered - self._datasets.deleted(dataset))
        return Shown(experiment, self._running.progress(experiment.id), n_new)

    def _get(self, ref: ProjectRef, experiment_id: str) -> Experiment:
        experiment = self._store.get(experiment_id)
        if experiment is None or experiment.project_key != self._datasets.of(ref).project_key:
            raise UnknownExperiment(experiment_id)
        return experiment

    def _tell(self, experiment: Experiment) -> None:
        ref, progress = experiment.ref, self._running.progress(experiment.id)
        self._events.publish(
            "experiment",
            {
                "id": experiment.id,
                "source": ref.source,
                "project": ref.project,
                "step": progress.step,
                "fraction": progress.fraction,
            },
        )


def _now() -> str:
    return datetime.now(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")
