"""/api/v2/algo-providers, and /api/v2/projects/…/experiments."""

from __future__ import annotations

from typing import Any, Literal

from fastapi import APIRouter, Response
from pydantic import BaseModel, ConfigDict

from debiai_studio.algorithms.model import (
    Algorithm,
    ExperimentRequest,
    Given,
    KeptValue,
    MadeColumn,
)
from debiai_studio.algorithms.naming import proposed
from debiai_studio.algorithms.ports import Offer
from debiai_studio.algorithms.service import Shown
from debiai_studio.http.permitted import permitted
from debiai_studio.http.services import RefDep, ServicesDep

router = APIRouter(prefix="/api/v2", tags=["algorithms"])
# Of samples, or results of models.
WRITES_COLUMNS = permitted("insert_data", "insert_results")


class AlgorithmInfo(Algorithm):
    """An algorithm; ``column_names`` says by output what its column would be called."""

    column_names: dict[str, str]


class ProviderInfo(BaseModel):
    """A provider with what it offers; ``problem`` says why it offers nothing.

    ``place`` is where it is defined outside the page; ``url`` is null for this machine.
    """

    name: str
    url: str | None
    place: str | None
    status: Literal["available", "unavailable"]
    problem: str | None
    deletable: bool
    algorithms: list[AlgorithmInfo]


class ProviderDraft(BaseModel):
    """An algo-provider to add."""

    model_config = ConfigDict(extra="forbid")

    name: str
    url: str


class ProviderList(BaseModel):
    """Every provider, and whether more can be added in the page."""

    creation: bool
    providers: list[ProviderInfo]


class ExperimentInfo(BaseModel):
    """One run with its provenance.

    ``model`` is the one whose results the columns are, null for columns of the samples.
    ``n_new``: samples that its rule selects now and that it did not cover; null when that cannot
    be told. ``fraction`` is null while nothing is known.
    """

    id: str
    provider: str
    algorithm: str
    title: str
    version: str | None
    inputs: dict[str, Given]
    rule: dict[str, Any] | None
    timeout_seconds: int
    created_at: str
    author: str
    state: Literal["waiting", "running", "done", "failed", "cancelled"]
    step: str
    fraction: float | None
    error: dict[str, Any] | None
    finished_at: str | None
    data_version: int | None
    model: str | None
    n_samples: int
    n_new: int | None
    columns: list[MadeColumn]
    values: list[KeptValue]


@router.get("/algo-providers", operation_id="list_algo_providers")
def list_algo_providers(services: ServicesDep, *, refresh: bool = False) -> ProviderList:
    """Every provider with its algorithms; what they offer is asked anew with ``refresh``."""
    rules = services.algo_providers.rules
    return ProviderList(
        creation=rules.creation,
        providers=[
            _provider(offer, deletion=rules.deletion)
            for offer in services.algo_providers.offers(refresh=refresh)
        ],
    )


@router.post("/algo-providers", status_code=201, operation_id="add_algo_provider")
def add_algo_provider(body: ProviderDraft, services: ServicesDep) -> ProviderInfo:
    """Keep one more; it is kept also when it cannot be reached now."""
    offer = services.algo_providers.add(body.name, body.url)
    return _provider(offer, deletion=services.algo_providers.rules.deletion)


@router.delete("/algo-providers/{name:path}", status_code=204, operation_id="delete_algo_provider")
def delete_algo_provider(name: str, services: ServicesDep) -> Response:
    """Forget one that was made in the page; the columns that it made stay."""
    services.algo_providers.delete(name)
    return Response(status_code=204)


@router.get("/projects/{source}/{project}/experiments", operation_id="list_experiments")
def list_experiments(ref: RefDep, services: ServicesDep) -> list[ExperimentInfo]:
    """The experiments of a project, the newest first."""
    return [_experiment(one) for one in services.experiments.list(ref)]


@router.post(
    "/projects/{source}/{project}/experiments",
    status_code=202,
    operation_id="start_experiment",
    dependencies=[WRITES_COLUMNS],
)
def start_experiment(ref: RefDep, body: ExperimentRequest, services: ServicesDep) -> ExperimentInfo:
    """Run an algorithm; it goes on when the page is left."""
    started = services.experiments.start(ref, body)
    return _experiment(services.experiments.get(ref, started.id))


@router.get(
    "/projects/{source}/{project}/experiments/{experiment_id}", operation_id="get_experiment"
)
def get_experiment(ref: RefDep, experiment_id: str, services: ServicesDep) -> ExperimentInfo:
    """One experiment."""
    return _experiment(services.experiments.get(ref, experiment_id))


@router.post(
    "/projects/{source}/{project}/experiments/{experiment_id}/again",
    status_code=202,
    operation_id="run_experiment_again",
    dependencies=[WRITES_COLUMNS],
)
def run_experiment_again(ref: RefDep, experiment_id: str, services: ServicesDep) -> ExperimentInfo:
    """Run it on the samples that its rule selects now, into the same columns."""
    services.experiments.again(ref, experiment_id)
    return _experiment(services.experiments.get(ref, experiment_id))


@router.post(
    "/projects/{source}/{project}/experiments/{experiment_id}/cancel",
    operation_id="cancel_experiment",
)
def cancel_experiment(ref: RefDep, experiment_id: str, services: ServicesDep) -> ExperimentInfo:
    """Stop it; nothing of the run remains."""
    services.experiments.cancel(ref, experiment_id)
    return _experiment(services.experiments.get(ref, experiment_id))


@router.delete(
    "/projects/{source}/{project}/experiments/{experiment_id}",
    status_code=204,
    operation_id="delete_experiment",
    dependencies=[WRITES_COLUMNS],
)
def delete_experiment(
    ref: RefDep, experiment_id: str, services: ServicesDep, *, columns: bool = False
) -> Response:
    """Forget it; with ``columns`` the columns that it made go too."""
    services.experiments.delete(ref, experiment_id, columns=columns)
    return Response(status_code=204)


def _provider(offer: Offer, *, deletion: bool) -> ProviderInfo:
    return ProviderInfo(
        name=offer.name,
        url=offer.url,
        place=offer.place,
        status="available" if offer.problem is None else "unavailable",
        problem=offer.problem,
        deletable=deletion and offer.place is None,
        algorithms=[
            AlgorithmInfo(
                **one.model_dump(),
                column_names={
                    output.name: proposed(one, output.name)
                    for output in one.outputs
                    if output.type in ("array", "any")
                },
            )
            for one in offer.algorithms
        ],
    )


def _experiment(shown: Shown) -> ExperimentInfo:
    experiment, request = shown.experiment, shown.experiment.request
    return ExperimentInfo(
        id=experiment.id,
        provider=request.provider,
        algorithm=request.algorithm,
        title=experiment.title,
        version=experiment.version,
        inputs=request.inputs,
        rule=None if request.rule is None else request.rule.model_dump(mode="json"),
        timeout_seconds=request.timeout_seconds,
        created_at=experiment.created_at,
        author=experiment.author,
        state=experiment.state,
        step=shown.progress.step,
        fraction=shown.progress.fraction,
        error=experiment.error,
        finished_at=experiment.finished_at,
        data_version=experiment.data_version,
        model=experiment.model,
        n_samples=len(experiment.covered),
        n_new=shown.n_new,
        columns=list(experiment.columns),
        values=list(experiment.values),
    )
