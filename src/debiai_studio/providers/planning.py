"""Finding out what there is to fetch of a project, before any value comes."""

from __future__ import annotations

import uuid
from collections.abc import Awaitable, Callable
from typing import TypeVar

from debiai_studio.providers.errors import BadAnswer, ProviderRefused, ProviderTrouble
from debiai_studio.providers.model import Id, Info, Limits, Provider
from debiai_studio.providers.ports import Connection, Page
from debiai_studio.providers.spool import Plan

# A provider may allow more, but a chunk is held in memory, and what is lost with it comes again.
_MOST_ROWS = 10_000
_MOST_IDS = 100_000

Tell = Callable[[str, int], None]
_T = TypeVar("_T")


async def planned(
    connection: Connection, provider: Provider, project: str, info: Info, tell: Tell
) -> Plan:
    """The plan. ``tell`` is told the step and how many ids came. Raises ProviderTrouble."""
    tell("Reading the description", 0)
    structure = await connection.structure(project)
    ids, notes = await _listed(
        connection,
        provider.name,
        project,
        limits=info.limits,
        told=structure.n_samples,
        tell=tell,
    )
    tell("Reading models and selections", len(ids))
    models = await connection.models(project)
    known = {str(id_) for id_ in ids}
    for model in models:
        what = f'the results of the model "{model.name}"'
        model.ids = await _or_note(connection.evaluated(project, model.id), what, notes)
        model.ids, unknown = _among(model.ids, known)
        if unknown:
            notes.append(f"{unknown} of {what} are of samples that are not listed.")
        if model.n_results is not None and model.n_results != len(model.ids) + unknown:
            notes.append(
                f'The model "{model.name}" is said to have {model.n_results} results, and '
                f"{len(model.ids) + unknown} are listed."
            )
    selections = await _or_note(connection.selections(project), "the selections", notes)
    for selection in selections:
        what = f'the samples of the selection "{selection.name}"'
        found = await _or_note(connection.selected(project, selection.id), what, notes)
        selection.ids, unknown = _among(found, known)
        if unknown:
            notes.append(f"{unknown} of {what} are not listed.")
    return Plan(
        provider=provider.name,
        url=provider.shown_url,
        project=project,
        structure=structure,
        ids=ids,
        models=models,
        selections=selections,
        chunk=min(info.limits.rows, _MOST_ROWS),
        notes=notes,
    )


async def _listed(
    connection: Connection,
    name: str,
    project: str,
    *,
    limits: Limits,
    told: int | None,
    tell: Tell,
) -> tuple[list[Id], list[str]]:
    """Every id once, in the provider's order, and what was strange.

    Pages are asked for until one brings nothing new: what a provider says of its number of
    samples, or of the size of its pages, is not relied on.
    """
    found: dict[str, Id] = {}
    analysis = uuid.uuid4().hex
    size = min(limits.ids, _MOST_IDS)
    first = repeated = 0
    is_short = False
    while True:
        last = first + size - 1
        ends = told is not None and last + 1 >= told
        page = Page(first, last, analysis, begins=first == 0, ends=ends)
        try:
            ids = await connection.ids(project, page)
        except ProviderRefused:
            # Behind its last id a provider may well say no.
            if first and (is_short or (told is not None and first >= told)):
                break
            raise
        before = len(found)
        for id_ in ids:
            found.setdefault(str(id_), id_)
        if len(found) == before:
            break
        repeated += len(ids) - (len(found) - before)
        first += len(ids)
        is_short = len(ids) < size
        tell("Reading the ids", len(found))
    notes = []
    if repeated:
        notes.append(f"{repeated} ids are listed more than once; each sample is kept once.")
    if told is not None and told != len(found):
        notes.append(f"It is said to have {told} samples, and {len(found)} are listed.")
    if told and not found:
        request = f"the ids of {project}"
        raise BadAnswer(name, request, f"it says it has {told} samples, and lists none")
    return list(found.values()), notes


async def _or_note(asked: Awaitable[list[_T]], what: str, notes: list[str]) -> list[_T]:
    """What was asked for; when that fails, nothing, and a note that says why."""
    try:
        return await asked
    except ProviderTrouble as error:
        notes.append(f"Not read were {what}: {error}")
        return []


def _among(ids: list[Id], known: set[str]) -> tuple[list[Id], int]:
    """Those that are known, each once, and how many are not."""
    distinct = {str(id_): id_ for id_ in ids}
    kept = [id_ for text, id_ in distinct.items() if text in known]
    return kept, len(distinct) - len(kept)
