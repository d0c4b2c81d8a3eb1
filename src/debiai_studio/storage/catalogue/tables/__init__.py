"""The tables of the catalogue: the moment of truth. Everything else can be rebuilt or checked."""

from debiai_studio.storage.catalogue.tables.base import metadata
from debiai_studio.storage.catalogue.tables.data import (
    belonging,
    block_structures,
    column_gaps,
    folders_to_remove,
    projects,
    selection_versions,
    selections,
)
from debiai_studio.storage.catalogue.tables.deliveries import (
    answers,
    attempts,
    audit,
    deliveries,
    export_methods,
    streams,
)
from debiai_studio.storage.catalogue.tables.providers import (
    algo_providers,
    data_providers,
    experiments,
    fetched_projects,
)
from debiai_studio.storage.catalogue.tables.views import (
    comments,
    layouts,
    states,
    taggings,
    widget_configurations,
)

__all__ = [
    "algo_providers",
    "answers",
    "attempts",
    "audit",
    "belonging",
    "block_structures",
    "column_gaps",
    "comments",
    "data_providers",
    "deliveries",
    "experiments",
    "export_methods",
    "fetched_projects",
    "folders_to_remove",
    "layouts",
    "metadata",
    "projects",
    "selection_versions",
    "selections",
    "states",
    "streams",
    "taggings",
    "widget_configurations",
]
