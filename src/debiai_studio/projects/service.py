"""Listing and deleting projects."""

from __future__ import annotations

from debiai_studio.projects.model import Project, ProjectRef


class Projects:
    """The projects of every source."""

    def list(self) -> list[Project]:
        """Every project, last changed first."""
        raise NotImplementedError

    def get(self, ref: ProjectRef) -> Project:
        """One project. Raises UnknownProject."""
        raise NotImplementedError

    def delete(self, ref: ProjectRef) -> None:
        """Remove it with its selections; waiting deliveries keep what they need."""
        raise NotImplementedError
