"""/api/v2/data-providers: which there are, what they hold, and fetching it."""

from __future__ import annotations

from typing import Annotated, Literal

from fastapi import APIRouter, Query
from pydantic import BaseModel, Field

from debiai_studio.http.services import Services, ServicesDep
from debiai_studio.projects.model import ProjectRef
from debiai_studio.providers.keeping import address_of
from debiai_studio.providers.model import Fetch, Fetched, Missing, Provider, RemoteProject
from debiai_studio.providers.service import Finding

router = APIRouter(prefix="/api/v2/data-providers", tags=["data providers"])

ProjectQuery = Annotated[str, Query(description="The id of the project at the data provider.")]


class NewDataProvider(BaseModel):
    """A data provider to add, or to test."""

    name: str = Field(max_length=200)
    url: str = Field(max_length=2000)


class DataProviderFinding(BaseModel):
    """How a data provider was found; ``reason`` says why it was not reached."""

    state: Literal["unknown", "available", "unreachable"]
    reason: str | None = None
    checked_at: str | None = None
    version: str | None = None
    dialect: Literal["documented", "debiai-1.0"] | None = None
    n_projects: int

    @classmethod
    def of(cls, finding: Finding) -> DataProviderFinding:
        """From what was found."""
        return cls(
            state=finding.state,
            reason=finding.reason,
            checked_at=finding.checked_at,
            version=finding.info.version if finding.info else None,
            dialect=finding.dialect.value if finding.dialect else None,
            n_projects=len(finding.projects),
        )


class KeptCopy(BaseModel):
    """What is kept here of a project of a data provider.

    ``is_newest`` is null when the provider tells no date.
    """

    source: str
    project: str
    n_samples: int
    n_models: int
    n_selections: int
    fetched_at: str
    checked_at: str
    updated: str | None
    is_newest: bool | None
    n_listed: int
    n_missing: int
    notes: list[str]


class ProviderProject(BaseModel):
    """A project of a data provider; counts and dates are what the provider tells.

    ``is_listed`` is false when the provider lists it no more; ``kept`` is null until it is fetched.
    """

    id: str
    name: str
    is_listed: bool
    n_samples: int | None = None
    n_models: int | None = None
    n_selections: int | None = None
    created: str | None = None
    updated: str | None = None
    kept: KeptCopy | None = None
    fetch: Fetch | None = None


class DataProvider(BaseModel):
    """A data provider with its projects; ``place`` is where the operator defined it."""

    name: str
    url: str
    place: str | None
    is_checking: bool
    finding: DataProviderFinding
    projects: list[ProviderProject]


class DataProviders(BaseModel):
    """All of them, and what the page may do."""

    creation: bool
    deletion: bool
    providers: list[DataProvider]


class FetchOrder(BaseModel):
    """Which project to fetch; ``again``: also when the provider's date says nothing changed."""

    project: str
    again: bool = False


class FetchAnswer(BaseModel):
    """``fetch`` is null when what is kept is the newest."""

    fetch: Fetch | None


class MissingSamples(BaseModel):
    """What did not come; ``samples`` are the first of them."""

    n_missing: int
    samples: list[Missing]


@router.get("", operation_id="list_data_providers")
def list_data_providers(services: ServicesDep) -> DataProviders:
    """Every data provider as it was last found; those not asked for long are asked meanwhile."""
    # Before what is kept: of a fetch that ends in between, the end is seen.
    fetches = {(fetch.provider, fetch.project): fetch for fetch in services.fetches.list()}
    kept = services.fetches.fetched()
    copies = _copies(services, kept)
    return DataProviders(
        **services.providers.permissions(),
        providers=[
            _described(services, provider, copies, kept, fetches)
            for provider in services.providers.list()
        ],
    )


@router.post("", status_code=201, operation_id="add_data_provider")
def add_data_provider(body: NewDataProvider, services: ServicesDep) -> DataProviderFinding:
    """Add one, and tell how it was found; it is kept also when it cannot be reached."""
    provider = services.providers.add(body.name, body.url)
    return DataProviderFinding.of(services.providers.check(provider.name))


@router.post("/test", operation_id="test_data_provider")
def test_data_provider(body: NewDataProvider, services: ServicesDep) -> DataProviderFinding:
    """Ask an address, and add nothing."""
    return DataProviderFinding.of(services.providers.test(body.name, body.url))


@router.delete("/{name}", status_code=204, operation_id="remove_data_provider")
def remove_data_provider(name: str, services: ServicesDep) -> None:
    """Remove one; what was fetched of it stays."""
    services.providers.remove(name)


@router.post("/{name}/check", operation_id="check_data_provider")
def check_data_provider(name: str, services: ServicesDep) -> DataProviderFinding:
    """Ask it now."""
    return DataProviderFinding.of(services.providers.check(name))


@router.post("/{name}/fetches", status_code=202, operation_id="fetch_project")
def fetch_project(name: str, body: FetchOrder, services: ServicesDep) -> FetchAnswer:
    """Fetch a project, go on with a fetch that ended early, or bring what is kept up to date."""
    return FetchAnswer(fetch=services.fetches.start(name, body.project, again=body.again))


@router.post("/{name}/fetches/cancel", operation_id="cancel_fetch")
def cancel_fetch(name: str, project: ProjectQuery, services: ServicesDep) -> Fetch:
    """Stop; what came is kept for going on."""
    return services.fetches.cancel(name, project)


@router.delete("/{name}/fetches", status_code=204, operation_id="discard_fetch")
def discard_fetch(name: str, project: ProjectQuery, services: ServicesDep) -> None:
    """Forget what came of a fetch that ended early."""
    services.fetches.discard(name, project)


@router.get("/{name}/missing", operation_id="list_missing_samples")
def list_missing_samples(name: str, project: ProjectQuery, services: ServicesDep) -> MissingSamples:
    """The samples, and the results of models, that did not come at the last fetch, and why."""
    ref = address_of(name, project)
    services.projects.get(ref)
    kept = services.fetches.fetched().get(ref)
    if kept is None:
        return MissingSamples(n_missing=0, samples=[])
    return MissingSamples(n_missing=kept.n_missing, samples=list(kept.missing))


def _copies(services: Services, kept: dict[ProjectRef, Fetched]) -> dict[ProjectRef, KeptCopy]:
    return {
        project.ref: KeptCopy(
            source=project.ref.source,
            project=project.ref.project,
            n_samples=project.n_samples,
            n_models=project.n_models,
            n_selections=project.n_selections,
            fetched_at=known.fetched_at,
            checked_at=known.checked_at,
            updated=known.updated,
            is_newest=None,
            n_listed=known.n_listed,
            n_missing=known.n_missing,
            notes=list(known.notes),
        )
        for project in services.projects.list()
        if (known := kept.get(project.ref)) is not None
    }


def _described(
    services: Services,
    provider: Provider,
    copies: dict[ProjectRef, KeptCopy],
    kept: dict[ProjectRef, Fetched],
    fetches: dict[tuple[str, str], Fetch],
) -> DataProvider:
    finding = services.providers.found(provider)
    listed = {project.id: project for project in finding.projects}
    others = [known.remote_id for ref, known in kept.items() if ref.source == provider.name]
    others += [project for name, project in fetches if name == provider.name]
    # Whatever was found before, a fetched project stays openable.
    ids = dict.fromkeys([*listed, *others])
    return DataProvider(
        name=provider.name,
        url=provider.shown_url,
        place=provider.place,
        is_checking=services.providers.is_checking(provider.name),
        finding=DataProviderFinding.of(finding),
        projects=[
            _project(
                id_,
                listed.get(id_),
                copies.get(address_of(provider.name, id_)),
                fetches.get((provider.name, id_)),
                finding.checked_at or "",
            )
            for id_ in ids
        ],
    )


def _project(
    id_: str,
    remote: RemoteProject | None,
    kept: KeptCopy | None,
    fetch: Fetch | None,
    listed_at: str,
) -> ProviderProject:
    if remote is None:
        return ProviderProject(id=id_, name=id_, is_listed=False, kept=kept, fetch=fetch)
    if kept is not None and kept.updated is not None:
        # What was fetched after the list tells more than the list.
        kept.is_newest = kept.checked_at >= listed_at or remote.updated == kept.updated
    return ProviderProject(
        id=id_,
        name=remote.name,
        is_listed=True,
        n_samples=remote.n_samples,
        n_models=remote.n_models,
        n_selections=remote.n_selections,
        created=remote.created,
        updated=remote.updated,
        kept=kept,
        fetch=fetch,
    )
