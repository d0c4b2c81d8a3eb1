"""What blocks need from storage."""

from __future__ import annotations

from dataclasses import replace
from typing import Protocol

from debiai_studio.blocks.model import BlockStructure
from debiai_studio.datasets.model import DataSet
from debiai_studio.projects.model import Project, ProjectRef


class StructureCatalogue(Protocol):
    """The structures that are kept, by the key of their project."""

    def get(self, project_key: int) -> BlockStructure | None:
        """None when nobody described blocks."""
        ...

    def put(self, project_key: int, structure: BlockStructure) -> None:
        """Keep it in the place of the one before. Raises UnknownData when the project is gone."""
        ...


class NewProject(Protocol):
    """Makes a project without samples and columns."""

    def __call__(
        self, ref: ProjectRef, *, origin: str, id_name: str, created_at: str | None = None
    ) -> Project:
        """The project, made now or before; when the name is taken, it gets ``-2``."""
        ...


def structure_of(structures: StructureCatalogue, dataset: DataSet) -> BlockStructure:
    """What is kept, or what describes a project that nobody described."""
    kept = structures.get(dataset.project_key)
    if kept is None:
        return BlockStructure.of_imported(dataset)
    if kept.levels or not dataset.next_sample_no:
        return kept
    return replace(BlockStructure.of_imported(dataset), expected=kept.expected)
