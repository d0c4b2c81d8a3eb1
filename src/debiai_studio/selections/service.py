"""Saving, combining and resolving selections."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime
from functools import reduce
from typing import Any

import structlog
from pyroaring import BitMap

from debiai_studio import callers
from debiai_studio.datasets.errors import UnknownModel
from debiai_studio.datasets.model import DataSet
from debiai_studio.datasets.predicate import InSelection, leaves
from debiai_studio.datasets.service import DataSets
from debiai_studio.engine.model import Query, Scope
from debiai_studio.engine.ports import Engine
from debiai_studio.events import Events
from debiai_studio.projects.model import ProjectRef
from debiai_studio.selections.digests import SetDigests
from debiai_studio.selections.errors import (
    EmptyName,
    NothingToCombine,
    UnknownSelection,
    UnknownVersion,
)
from debiai_studio.selections.model import Selection
from debiai_studio.selections.naming import parsed, slug
from debiai_studio.selections.ports import SelectionCatalogue
from debiai_studio.selections.rule import Combination, Operation, Rule, pinned

log = structlog.get_logger()

_LONGEST_NAME = 200


class Selections:
    """Saved selections of every project, and the meaning of a rule.

    Members are frozen when a selection is saved: samples added or changed later do not join or
    leave it. A sample that is deleted later is no longer listed. Saving under a name that is
    there makes its next version; the others stay. Wherever a selection is named, its id means
    the newest version, and ``<id>@<version>`` that version.
    """

    def __init__(
        self,
        catalogue: SelectionCatalogue,
        data_sets: DataSets,
        engine: Engine,
        events: Events,
        digests: SetDigests,
    ) -> None:
        self._catalogue = catalogue
        self._data_sets = data_sets
        self._engine = engine
        self._events = events
        self._digests = digests

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

    def members_again(self, ref: ProjectRef, rule: Rule | Combination) -> BitMap:
        """The samples that the rule of a saved selection selects now."""
        if isinstance(rule, Rule):
            return self.members_of(ref, rule)
        return self._combination(self._data_sets.of(ref), rule.operation, list(rule.selections))

    def get(self, ref: ProjectRef, named: str) -> Selection:
        """One version, or the newest, without members. Raises UnknownSelection, UnknownVersion."""
        dataset = self._data_sets.of(ref)
        selection_id, version = parsed(named)
        found = self._catalogue.get(dataset.project_key, selection_id, version)
        if found is None:
            raise self._unknown(dataset, selection_id, version)
        return self._counted(dataset, found)

    def history(self, ref: ProjectRef, selection_id: str) -> Sequence[Selection]:
        """Every version, newest first. Raises UnknownSelection."""
        dataset = self._data_sets.of(ref)
        found = self._catalogue.history(dataset.project_key, selection_id)
        if not found:
            raise UnknownSelection(selection_id)
        return [self._counted(dataset, one) for one in found]

    def members(self, ref: ProjectRef, named: str) -> BitMap:
        """The frozen members of a version, or of the newest, less samples deleted since."""
        dataset = self._data_sets.of(ref)
        members = self._members(dataset, named)
        return members - self._data_sets.deleted(dataset) if dataset.n_deleted else members

    def save(
        self, ref: ProjectRef, name: str, rule: Rule, *, version_of: str | None = None
    ) -> Selection:
        """Freeze what the rule selects now under a name (an empty selection is allowed).

        The next version of the selection of that id or name when there is one, else a new one.
        """
        checked = _checked(name)
        dataset, query = self.resolve(ref, rule)
        members = self._engine.select(dataset, query)
        kept = rule.model_dump(mode="json")
        return self._add(ref, checked, members, kept, dataset=dataset, version_of=version_of)

    def save_members(
        self,
        ref: ProjectRef,
        name: str,
        members: BitMap,
        rule: dict[str, Any],
        *,
        created_at: str | None = None,
    ) -> Selection:
        """Keep samples that a client named itself, now or before.

        ``rule`` says how they were chosen.
        """
        dataset = self._data_sets.of(ref)
        return self._add(ref, _checked(name), members, rule, dataset=dataset, created_at=created_at)

    def combine(
        self,
        ref: ProjectRef,
        name: str,
        operation: Operation,
        selection_ids: list[str],
        *,
        version_of: str | None = None,
    ) -> Selection:
        """Save the union, intersection, first minus the others, or all but the first."""
        checked = _checked(name)
        dataset = self._data_sets.of(ref)
        members = self._combination(dataset, operation, selection_ids)
        rule = {"operation": operation, "selections": selection_ids}
        return self._add(ref, checked, members, rule, dataset=dataset, version_of=version_of)

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
        """Remove it with its versions; deliveries made from it keep their members."""
        if not self._catalogue.delete(self._data_sets.of(ref).project_key, selection_id):
            raise UnknownSelection(selection_id)
        self._tell(ref, "deleted", selection_id)

    def delete_version(self, ref: ProjectRef, selection_id: str, version: int) -> None:
        """Remove one version. Raises OnlyVersion, UnknownSelection, UnknownVersion."""
        dataset = self._data_sets.of(ref)
        if not self._catalogue.delete_version(dataset.project_key, selection_id, version):
            raise self._unknown(dataset, selection_id, version)
        self._tell(ref, "version deleted", selection_id)

    def list(self, ref: ProjectRef) -> Sequence[Selection]:
        """All selections of a project, newest first."""
        dataset = self._data_sets.of(ref)
        return [
            self._counted(dataset, found) for found in self._catalogue.list(dataset.project_key)
        ]

    def _add(
        self,
        ref: ProjectRef,
        name: str,
        members: BitMap,
        rule: dict[str, Any],
        *,
        dataset: DataSet,
        version_of: str | None = None,
        created_at: str | None = None,
    ) -> Selection:
        before = (
            self._catalogue.get(dataset.project_key, version_of)
            if version_of is not None
            else self._catalogue.named(dataset.project_key, name)
        )
        if before is not None:
            rule = pinned(rule, before.id, before.reference)
        wanted = Selection(
            id=slug(name),
            name=name,
            created_at=created_at or _now(),
            n_samples=len(members),
            data_version=dataset.data_version,
            rule=rule,
            author=callers.current.get().told,
        )
        saved = self._catalogue.add(dataset.project_key, wanted, members, version_of)
        log.info(
            "selections.saved", project=str(ref), version=saved.version, samples=saved.n_samples
        )
        self._tell(ref, "saved", saved.id)
        self._digests.look()
        return saved

    def _members(self, dataset: DataSet, named: str) -> BitMap:
        selection_id, version = parsed(named)
        members = self._catalogue.members(dataset.project_key, selection_id, version)
        if members is None:
            raise self._unknown(dataset, selection_id, version)
        return members

    def _unknown(
        self, dataset: DataSet, selection_id: str, version: int | None
    ) -> UnknownSelection | UnknownVersion:
        known = version and self._catalogue.get(dataset.project_key, selection_id)
        if version is None or not known:
            return UnknownSelection(selection_id)
        return UnknownVersion(selection_id, version)

    def _counted(self, dataset: DataSet, selection: Selection) -> Selection:
        """With the number of members that exist."""
        if not dataset.n_deleted:
            return selection
        members = self._members(dataset, selection.reference) - self._data_sets.deleted(dataset)
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


def _now() -> str:
    return datetime.now(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def _checked(name: str) -> str:
    name = name.strip()
    if not 0 < len(name) <= _LONGEST_NAME:
        raise EmptyName
    return name
