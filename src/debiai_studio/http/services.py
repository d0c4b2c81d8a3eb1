"""What the routes call: the services that bootstrap built."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated, Any

from fastapi import Depends, Request

from debiai_studio.algorithms.direct import DirectUse
from debiai_studio.algorithms.providers import AlgoProviders
from debiai_studio.algorithms.service import Experiments
from debiai_studio.answers.service import Answers
from debiai_studio.blocks.models import BlockModels
from debiai_studio.blocks.service import Blocks
from debiai_studio.comments.service import Comments
from debiai_studio.datasets.service import DataSets
from debiai_studio.debiai_folder.service import DebiaiFolders
from debiai_studio.derived.service import DerivedColumns
from debiai_studio.engine.ports import Engine
from debiai_studio.events import Events
from debiai_studio.exports.fetching import Fetching
from debiai_studio.exports.history import History
from debiai_studio.exports.ports import Audit
from debiai_studio.exports.service import ExportMethods, Exports
from debiai_studio.layouts.configurations import Configurations
from debiai_studio.layouts.from_debiai import FromDebiai
from debiai_studio.layouts.service import Layouts, States
from debiai_studio.permissions import Permissions
from debiai_studio.projects.model import LOCAL, Project, ProjectRef
from debiai_studio.projects.service import Projects
from debiai_studio.providers.fetches import Fetches
from debiai_studio.providers.service import Providers
from debiai_studio.selections.service import Selections
from debiai_studio.selections.versions import SelectionVersions
from debiai_studio.sources.service import Sources
from debiai_studio.streams.service import Streams
from debiai_studio.tags.service import Tags
from debiai_studio.widgets.service import Widgets


@dataclass(frozen=True, slots=True)
class Services:
    """Every service, built once by bootstrap."""

    projects: Projects
    datasets: DataSets
    engine: Engine
    sources: Sources
    providers: Providers
    fetches: Fetches
    blocks: Blocks
    block_models: BlockModels
    selections: Selections
    versions: SelectionVersions
    widgets: Widgets
    layouts: Layouts
    states: States
    from_debiai: FromDebiai
    configurations: Configurations
    debiai_folders: DebiaiFolders
    methods: ExportMethods
    exports: Exports
    history: History
    fetching: Fetching
    streams: Streams
    answers: Answers
    derived: DerivedColumns
    tags: Tags
    comments: Comments
    algo_providers: AlgoProviders
    experiments: Experiments
    direct_use: DirectUse
    audit: Audit
    events: Events
    permissions: Permissions
    about: dict[str, Any]

    def served_projects(self) -> list[Project]:
        """Every project that this server shows, last changed first."""
        enabled = self.permissions.enabled
        return [one for one in self.projects.list() if enabled or one.ref.source != LOCAL]


async def _services(request: Request) -> Services:
    services: Services = request.app.state.services
    return services


async def _ref(source: str, project: str) -> ProjectRef:
    return ProjectRef(source, project)


# Coroutines, as others would each be run in a thread of their own.
ServicesDep = Annotated[Services, Depends(_services)]
RefDep = Annotated[ProjectRef, Depends(_ref)]
