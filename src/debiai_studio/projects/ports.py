"""What projects need from storage."""

from __future__ import annotations

from typing import Protocol

from debiai_studio.projects.model import Project, ProjectRef


class ProjectCatalogue(Protocol):
    """The projects that are kept here."""

    def list(self) -> list[Project]:
        """Every project, last changed first."""
        ...

    def get(self, ref: ProjectRef) -> Project:
        """One project. Raises UnknownProject."""
        ...

    def delete(self, ref: ProjectRef) -> Project:
        """Remove it with its selections in one transaction. Raises UnknownProject.

        What waiting deliveries need of it stays until ``remove_folders``.
        """
        ...

    def remove_values(self, project_key: int) -> None:
        """Give back the space of a deleted project, but for what waiting deliveries need."""
        ...
