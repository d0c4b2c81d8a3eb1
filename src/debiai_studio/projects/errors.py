"""Why a project cannot be used.

StudioError
├── NotFound
│   └── UnknownProject
└── Conflict
    └── ProjectBusy      an import or a change is under way
"""

from __future__ import annotations

from debiai_studio.errors import Conflict, NotFound
from debiai_studio.projects.model import ProjectRef


class UnknownProject(NotFound):
    """There is no such project."""

    code = "projects.unknown"
    title = "Unknown project"

    def __init__(self, ref: ProjectRef) -> None:
        super().__init__(f'There is no project "{ref.project}" in the source "{ref.source}".')
        self.ref = ref


class ProjectBusy(Conflict):
    """Another change of the project is under way."""

    code = "projects.busy"
    title = "Project is busy"

    def __init__(self, ref: ProjectRef) -> None:
        super().__init__(f'"{ref.project}" is being changed; try again when that change has ended.')
        self.ref = ref
