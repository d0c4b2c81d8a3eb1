"""Listing and deleting projects."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager, nullcontext

import structlog

from debiai_studio.events import Events
from debiai_studio.projects.model import Project, ProjectRef
from debiai_studio.projects.ports import ProjectCatalogue

log = structlog.get_logger()


class Projects:
    """The projects of every source.

    ``forget`` is called with each deleted project: caches and open files of it are dropped there.
    ``alone`` keeps changes of a project away, or raises ProjectBusy.
    """

    def __init__(
        self,
        catalogue: ProjectCatalogue,
        events: Events,
        forget: Callable[[Project], None] = lambda _project: None,
        alone: Callable[[ProjectRef], AbstractContextManager[object]] = nullcontext,
    ) -> None:
        self._catalogue = catalogue
        self._events = events
        self._forget = forget
        self._alone = alone

    def list(self) -> list[Project]:
        """Every project, last changed first."""
        return self._catalogue.list()

    def get(self, ref: ProjectRef) -> Project:
        """One project. Raises UnknownProject."""
        return self._catalogue.get(ref)

    def delete(self, ref: ProjectRef) -> None:
        """Remove it with its selections; waiting deliveries keep what they need.

        Raises UnknownProject, ProjectBusy.
        """
        with self._alone(ref):
            project = self._catalogue.delete(ref)
            self._forget(project)
            self._catalogue.remove_values(project.key)
        log.info("projects.deleted", project=str(ref), samples=project.n_samples)
        self._events.publish(
            "project", {"action": "deleted", "source": ref.source, "project": ref.project}
        )
