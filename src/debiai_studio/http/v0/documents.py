"""Projects, models and selections as DebiAI describes them."""

from __future__ import annotations

import contextlib
from datetime import datetime
from typing import Any

from debiai_studio.blocks.model import CATEGORIES, BlockStructure
from debiai_studio.datasets.model import Category, Model
from debiai_studio.http.services import Services
from debiai_studio.http.v0.answering import PROVIDER
from debiai_studio.projects.errors import UnknownProject
from debiai_studio.projects.model import LOCAL, Project
from debiai_studio.selections.model import Selection

Document = dict[str, Any]


def overview(services: Services, project: Project) -> Document:
    """A project in a list."""
    structure = services.blocks.structure(project.ref)
    return {
        "id": project.ref.project,
        "name": project.name,
        "dataProviderId": PROVIDER,
        "nbModels": project.n_models,
        "nbSelections": project.n_selections,
        "nbSamples": project.n_samples,
        "creationDate": milliseconds(project.created_at),
        "updateDate": milliseconds(project.updated_at),
        "columns": [_column(category, c) for _, category, c in structure.described()],
        "blockLevelInfo": list(structure.levels),
    }


def overviews(services: Services) -> list[Document]:
    """Every project kept here, last changed first; one that is deleted meanwhile is left out."""
    found = []
    for project in services.served_projects():
        if project.ref.source != LOCAL:
            continue
        with contextlib.suppress(UnknownProject):
            found.append(overview(services, project))
    return found


def whole(services: Services, project: Project) -> Document:
    """A project by itself."""
    structure: BlockStructure = services.blocks.structure(project.ref)
    models = services.datasets.of(project.ref).models
    return {
        **overview(services, project),
        "selections": [selection(one) for one in reversed(services.selections.list(project.ref))],
        "resultStructure": None if structure.expected is None else list(structure.expected),
        "models": [_model(one, project.updated_at) for one in models],
    }


def selection(one: Selection) -> Document:
    """A selection at its newest version; files are none of a client's business."""
    moment = milliseconds(one.created_at)
    return {
        "id": one.id,
        "name": one.name,
        "filePath": "",
        "creationDate": moment,
        "updateDate": moment,
        "nbSamples": one.n_samples,
    }


def milliseconds(moment: str) -> float:
    """Since 1970, of a moment of the catalogue."""
    return datetime.fromisoformat(moment).timestamp() * 1000


def _column(category: str, column: Document) -> Document:
    place = CATEGORIES.get(category, Category.OTHER)
    described = {"name": column["name"], "category": place.value}
    group = {"group": column["group"]} if column.get("group") else {}
    return {**described, "type": column.get("type", "auto"), **group}


def _model(model: Model, updated_at: str) -> Document:
    return {
        "id": model.id,
        "name": model.name,
        "version": "0.0.0",
        "creationDate": milliseconds(model.created_at),
        "updateDate": milliseconds(updated_at),
        "metadata": model.metadata,
        "nbResults": model.n_results,
    }
