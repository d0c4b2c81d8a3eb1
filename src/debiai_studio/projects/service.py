"""Listing and deleting projects."""

from __future__ import annotations

from collections.abc import Callable

import structlog

from debiai_studio.events import Events
from debiai_studio.projects.model import Project, ProjectRef
from debiai_studio.projects.ports import ProjectCatalogue

log = structlog.get_logger()


class Projects:
    """The projects of every source.

    ``forget`` is called with each deleted project: caches and open files of it are dropped there.
    """

    def __init__(
        self,
        catalogue: ProjectCatalogue,
        events: Events,
        forget: Callable[[Project], None] = lambda _project: None,
    ) -> None:
        self._catalogue = catalogue
        self._events = events
        self._forget = forget

    def list(self) -> list[Project]:
        """Every project, last changed first."""
        return self._catalogue.list()

    def get(self, ref: ProjectRef) -> Project:
        """One project. Raises UnknownProject."""
        return self._catalogue.get(ref)

    def delete(self, ref: ProjectRef) -> None:
        """Remove it with its selections; waiting deliveries keep what they need."""
        project = self._catalogue.delete(ref)
        log.info("projects.deleted", project=str(ref), samples=project.n_samples)
        self._forget(project)
        self._events.publish(
            "project", {"action": "deleted", "source": ref.source, "project": ref.project}
        )
