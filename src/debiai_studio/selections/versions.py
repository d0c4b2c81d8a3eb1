"""Versions of selections beside each other, and beside what their rules select now."""

from __future__ import annotations

from itertools import islice

from pyroaring import BitMap

from debiai_studio.datasets.service import DataSets
from debiai_studio.errors import StudioError
from debiai_studio.projects.model import ProjectRef
from debiai_studio.selections import rule as rules
from debiai_studio.selections.errors import RuleNotAgain
from debiai_studio.selections.model import Difference, Reapplied, Selection
from debiai_studio.selections.rule import Combination, Rule
from debiai_studio.selections.service import Selections

FIRST = 10

_NO_RULE = "its samples were named one by one."


class SelectionVersions:
    """Compares versions, and makes new ones by applying a rule again."""

    def __init__(self, selections: Selections, data_sets: DataSets) -> None:
        self._selections = selections
        self._data_sets = data_sets

    def compare(self, ref: ProjectRef, base: str, other: str) -> Difference:
        """The difference of two versions, of one selection or of two.

        ``base`` and ``other`` are ids, or ids with a version. Raises UnknownSelection,
        UnknownVersion.
        """
        one, two = self._selections.get(ref, base), self._selections.get(ref, other)
        before = self._selections.members(ref, one.reference)
        after = self._selections.members(ref, two.reference)
        added, removed = after - before, before - after
        parts = {
            "added": rules.one_without(two.reference, one.reference),
            "removed": rules.one_without(one.reference, two.reference),
            "same": rules.both(one.reference, two.reference),
        }
        return Difference(
            base=one,
            other=two,
            n_added=len(added),
            n_removed=len(removed),
            n_same=len(after) - len(added),
            first_added=self._first(ref, added),
            first_removed=self._first(ref, removed),
            rules={part: rule.model_dump(mode="json") for part, rule in parts.items()},
        )

    def reapplied(self, ref: ProjectRef, named: str) -> Reapplied:
        """What the rule of a version selects now. Raises UnknownSelection, UnknownVersion."""
        selection = self._selections.get(ref, named)
        data_version = self._data_sets.of(ref).data_version
        try:
            now = self._selections.members_again(ref, self._rule_of(selection))
        except StudioError as error:
            return Reapplied(data_version, refusal=str(error))
        then = self._selections.members(ref, selection.reference)
        return Reapplied(data_version, len(now), len(now - then), len(then - now))

    def update(self, ref: ProjectRef, selection_id: str, rule: Rule | None = None) -> Selection:
        """A new version of what ``rule`` selects now, or without one the rule that it has.

        Raises UnknownSelection, RuleNotAgain.
        """
        selection = self._selections.get(ref, selection_id)
        wanted = rule or self._rule_of(selection)
        if isinstance(wanted, Rule):
            return self._selections.save(ref, selection.name, wanted, version_of=selection.id)
        return self._selections.combine(
            ref,
            selection.name,
            wanted.operation,
            list(wanted.selections),
            version_of=selection.id,
        )

    def _rule_of(self, selection: Selection) -> Rule | Combination:
        rule = rules.read(selection.rule)
        if rule is None:
            raise RuleNotAgain(selection.name, _NO_RULE)
        return rule

    def _first(self, ref: ProjectRef, samples: BitMap) -> tuple[str, ...]:
        few = BitMap(islice(samples, FIRST))
        return tuple(
            str(one) for ids in self._data_sets.id_batches(ref, few) for one in ids.to_pylist()
        )
