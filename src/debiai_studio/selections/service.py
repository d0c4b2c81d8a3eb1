"""Saving, combining and resolving selections."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from functools import reduce
from typing import Any, Literal

import structlog
from pyroaring import BitMap

from debiai_studio.datasets.errors import UnknownModel
from debiai_studio.datasets.model import DataSet
from debiai_studio.datasets.predicate import InSelection, leaves
from debiai_studio.datasets.service import DataSets
from debiai_studio.engine.model import Query, Scope
from debiai_studio.engine.ports import Engine
from debiai_studio.events import Events
from debiai_studio.projects.model import ProjectRef
from debiai_studio.selections.errors import EmptyName, NothingToCombine, UnknownSelection
from debiai_studio.selections.model import Selection
from debiai_studio.selections.naming import slug
from debiai_studio.selections.ports import SelectionCatalogue
from debiai_studio.selections.rule import Rule

Operation = Literal["union", "intersection", "minus", "invert"]

log = structlog.get_logger()

_LONGEST_NAME = 200


class Selections:
    """Saved selections of every project, and the meaning of a rule.

    Members are frozen when a selection is saved: samples added or changed later do not join or
    leave it. A sample that is deleted later is no longer listed.
    """

    def __init__(
        self, catalogue: SelectionCatalogue, data_sets: DataSets, engine: Engine, events: Events
    ) -> None:
        self._catalogue = catalogue
        self._data_sets = data_sets
        self._engine = engine
        self._events = events

    def resolve(self, ref: ProjectRef, rule: Rule) -> tuple[DataSet, Query]:
        """The data set, and the engine query (without views) that a rule means.

        Raises UnknownProject, UnknownSelection, UnknownModel, and the engine's errors.
        """
        dataset = self._data_sets.of(ref)
        known = [model.id for model in dataset.models]
        for model_id in rule.models:
            if model_id not in known:
                raise UnknownModel(model_id, known)
        deleted = self._data_sets.deleted(dataset) if dataset.n_deleted else BitMap()
        named = {
            leaf.selection_id for leaf in leaves(rule.filters) if isinstance(leaf, InSelection)
        }
        members = {id_: self._members(dataset, id_) - deleted for id_ in {*rule.selections, *named}}
        samples = None
        if rule.selections:
            samples = _combined(rule.combine, [members[id_] for id_ in rule.selections])
        scope = Scope(rule.models, rule.results, rule.models_as, samples)
        selections = {id_: members[id_] for id_ in named}
        return dataset, Query(scope=scope, filters=rule.filters, selections=selections)

    def members_of(self, ref: ProjectRef, rule: Rule) -> BitMap:
        """The samples that a rule selects now."""
        dataset, query = self.resolve(ref, rule)
        return self._engine.select(dataset, query)

    def get(self, ref: ProjectRef, selection_id: str) -> Selection:
        """One selection, without members."""
        dataset = self._data_sets.of(ref)
        found = self._catalogue.get(dataset.project_key, selection_id)
        if found is None:
            raise UnknownSelection(selection_id)
        return self._counted(dataset, found)

    def members(self, ref: ProjectRef, selection_id: str) -> BitMap:
        """The frozen members, less samples deleted since."""
        dataset = self._data_sets.of(ref)
        members = self._members(dataset, selection_id)
        return members - self._data_sets.deleted(dataset) if dataset.n_deleted else members

    def save(self, ref: ProjectRef, name: str, rule: Rule) -> Selection:
        """Freeze what the rule selects now under a name (an empty selection is allowed)."""
        checked = _checked(name)
        dataset, query = self.resolve(ref, rule)
        members = self._engine.select(dataset, query)
        return self._add(ref, dataset, checked, members, rule.model_dump(mode="json"))

    def save_members(
        self, ref: ProjectRef, name: str, members: BitMap, rule: dict[str, Any]
    ) -> Selection:
        """Keep samples that a client named itself; ``rule`` says how they were chosen."""
        return self._add(ref, self._data_sets.of(ref), _checked(name), members, rule)

    def combine(
        self, ref: ProjectRef, name: str, operation: Operation, selection_ids: list[str]
    ) -> Selection:
        """Save the union, intersection, first minus the others, or all but the first."""
        checked = _checked(name)
        dataset = self._data_sets.of(ref)
        members = self._combination(dataset, operation, selection_ids)
        rule = {"operation": operation, "selections": selection_ids}
        return self._add(ref, dataset, checked, members, rule)

    def count_combined(
        self, ref: ProjectRef, operation: Operation, selection_ids: list[str]
    ) -> int:
        """How many samples ``combine`` would save."""
        return len(self._combination(self._data_sets.of(ref), operation, selection_ids))

    def _combination(
        self, dataset: DataSet, operation: Operation, selection_ids: list[str]
    ) -> BitMap:
        if not selection_ids:
            raise NothingToCombine
        deleted = self._data_sets.deleted(dataset)
        sets = [self._members(dataset, id_) - deleted for id_ in selection_ids]
        if operation == "invert":
            return BitMap(range(dataset.next_sample_no)) - deleted - sets[0]
        return _combined(operation, sets)

    def rename(self, ref: ProjectRef, selection_id: str, name: str) -> Selection:
        """Give another name; the id stays."""
        checked = _checked(name)
        key = self._data_sets.of(ref).project_key
        if not self._catalogue.rename(key, selection_id, checked):
            raise UnknownSelection(selection_id)
        self._tell(ref, "renamed", selection_id)
        return self.get(ref, selection_id)

    def delete(self, ref: ProjectRef, selection_id: str) -> None:
        """Remove it; deliveries made from it keep their members."""
        if not self._catalogue.delete(self._data_sets.of(ref).project_key, selection_id):
            raise UnknownSelection(selection_id)
        self._tell(ref, "deleted", selection_id)

    def list(self, ref: ProjectRef) -> list[Selection]:
        """All selections of a project, newest first."""
        dataset = self._data_sets.of(ref)
        return [
            self._counted(dataset, found) for found in self._catalogue.list(dataset.project_key)
        ]

    def _add(
        self,
        ref: ProjectRef,
        dataset: DataSet,
        name: str,
        members: BitMap,
        rule: dict[str, Any],
    ) -> Selection:
        moment = datetime.now(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")
        wanted = Selection(slug(name), name, moment, len(members), dataset.data_version, rule)
        saved = self._catalogue.add(dataset.project_key, wanted, members)
        log.info("selections.saved", project=str(ref), samples=saved.n_samples)
        self._tell(ref, "saved", saved.id)
        return saved

    def _members(self, dataset: DataSet, selection_id: str) -> BitMap:
        members = self._catalogue.members(dataset.project_key, selection_id)
        if members is None:
            raise UnknownSelection(selection_id)
        return members

    def _counted(self, dataset: DataSet, selection: Selection) -> Selection:
        """With the number of members that exist."""
        if not dataset.n_deleted:
            return selection
        members = self._members(dataset, selection.id) - self._data_sets.deleted(dataset)
        return replace(
            selection, n_samples=len(members), n_deleted=selection.n_samples - len(members)
        )

    def _tell(self, ref: ProjectRef, action: str, selection_id: str) -> None:
        self._events.publish(
            "selection",
            {
                "action": action,
                "source": ref.source,
                "project": ref.project,
                "selection": selection_id,
            },
        )


def _combined(operation: str, sets: list[BitMap]) -> BitMap:
    if operation == "union":
        return reduce(BitMap.union, sets)
    if operation == "intersection":
        return reduce(BitMap.intersection, sets)
    return reduce(BitMap.difference, sets)


def _checked(name: str) -> str:
    name = name.strip()
    if not 0 < len(name) <= _LONGEST_NAME:
        raise EmptyName
    return name
