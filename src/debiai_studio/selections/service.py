"""Saving, combining and resolving selections."""

from __future__ import annotations

from typing import Literal

from pyroaring import BitMap

from debiai_studio.datasets.model import DataSet
from debiai_studio.engine.model import Query
from debiai_studio.projects.model import ProjectRef
from debiai_studio.selections.model import Selection
from debiai_studio.selections.rule import Rule

Operation = Literal["union", "intersection", "minus", "invert"]


class Selections:
    """Saved selections of every project, and the meaning of a rule."""

    def resolve(self, ref: ProjectRef, rule: Rule) -> tuple[DataSet, Query]:
        """The data set, and the engine query (without views) that a rule means.

        Raises UnknownProject, UnknownSelection, UnknownModel, and the engine's errors.
        """
        raise NotImplementedError

    def members_of(self, ref: ProjectRef, rule: Rule) -> BitMap:
        """The samples that a rule selects now."""
        raise NotImplementedError

    def list(self, ref: ProjectRef) -> list[Selection]:
        """All selections of a project, newest first."""
        raise NotImplementedError

    def get(self, ref: ProjectRef, selection_id: str) -> Selection:
        """One selection, without members."""
        raise NotImplementedError

    def members(self, ref: ProjectRef, selection_id: str) -> BitMap:
        """The frozen members, less samples deleted since."""
        raise NotImplementedError

    def save(self, ref: ProjectRef, name: str, rule: Rule) -> Selection:
        """Freeze what the rule selects now under a name (an empty selection is allowed)."""
        raise NotImplementedError

    def combine(
        self, ref: ProjectRef, name: str, operation: Operation, selection_ids: list[str]
    ) -> Selection:
        """Save the union, intersection, first minus the others, or all but the first."""
        raise NotImplementedError

    def rename(self, ref: ProjectRef, selection_id: str, name: str) -> Selection:
        """Give another name; the id stays."""
        raise NotImplementedError

    def delete(self, ref: ProjectRef, selection_id: str) -> None:
        """Remove it; deliveries made from it keep their members."""
        raise NotImplementedError
