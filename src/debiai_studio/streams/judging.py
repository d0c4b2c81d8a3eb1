"""What a rule selects at one version of the data, and whether that can be told yet."""

from __future__ import annotations

from pyroaring import BitMap

from debiai_studio.datasets.model import DataSet
from debiai_studio.datasets.predicate import InSelection, Lasso, Predicate, leaves
from debiai_studio.datasets.service import DataSets
from debiai_studio.selections import rule as rules
from debiai_studio.selections.errors import RuleNotAgain
from debiai_studio.selections.rule import Combination, Rule
from debiai_studio.selections.service import Selections
from debiai_studio.streams.errors import NotComplete, StreamChanging
from debiai_studio.streams.model import Stream

_TRIES = 3


class Judging:
    """Judges the rules of streams."""

    def __init__(self, datasets: DataSets, selections: Selections) -> None:
        self._datasets = datasets
        self._selections = selections

    def members_of(self, stream: Stream, *, incomplete: bool) -> BitMap:
        """The samples that its rule selects, all at one version of the data.

        ``incomplete``: also when values or results it is judged by have not come yet. Raises
        NotComplete, StreamChanging, RuleNotAgain, and what the rule raises.
        """
        rule = rules.read(stream.rule)
        if rule is None:
            raise RuleNotAgain(stream.name, "this version of the program cannot read it.")
        for _ in range(_TRIES):
            before = self._datasets.of(stream.ref)
            if stream.waits_for_columns and not incomplete:
                self._require_complete(before, rule)
            members = self._selections.members_again(stream.ref, rule)
            if _version(self._datasets.of(stream.ref)) == _version(before):
                return members
        raise StreamChanging(stream.name)

    def _require_complete(self, dataset: DataSet, rule: Rule | Combination) -> None:
        if isinstance(rule, Combination):  # of frozen sets
            return
        lacking = self._datasets.incomplete(dataset)
        used = columns_of(rule.filters)
        missing = {name: count for name, count in lacking.items() if name in used}
        for model in dataset.models:
            if model.id in rule.models and model.n_results < dataset.n_samples:
                missing[f"results of {model.name}"] = dataset.n_samples - model.n_results
        if missing:
            raise NotComplete(missing)


def columns_of(filters: Predicate | None) -> set[str]:
    """The names of the columns that filters look at."""
    found: set[str] = set()
    for leaf in leaves(filters):
        match leaf:
            case Lasso(x=x, y=y):
                found |= {x, y}
            case InSelection():
                pass
            case other:
                found.add(other.column)
    return found


def _version(dataset: DataSet) -> tuple[int, int]:
    return dataset.data_version, dataset.n_deleted
