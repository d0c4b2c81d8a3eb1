"""What a rule selects at one version of the data, and whether that can be told yet."""

from __future__ import annotations

from typing import Any

from pyroaring import BitMap

from debiai_studio.datasets.model import DataSet
from debiai_studio.datasets.service import DataSets
from debiai_studio.selections import rule as rules
from debiai_studio.selections.errors import RuleNotAgain
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

        ``incomplete``: also when results are missing that it is judged by. Raises NotComplete,
        StreamChanging, RuleNotAgain, and what the rule raises.
        """
        rule = rules.read(stream.rule)
        if rule is None:
            raise RuleNotAgain(stream.name, "this version of the program cannot read it.")
        for _ in range(_TRIES):
            before = self._datasets.of(stream.ref)
            missing = missing_results(before, stream.rule)
            if missing and stream.waits_for_results and not incomplete:
                raise NotComplete(missing)
            members = self._selections.members_again(stream.ref, rule)
            if _version(self._datasets.of(stream.ref)) == _version(before):
                return members
        raise StreamChanging(stream.name)


def missing_results(dataset: DataSet, rule: dict[str, Any]) -> dict[str, int]:
    """How many samples have no result yet, by model of the rule; only where some are missing."""
    asked = rule.get("models", ())
    return {
        model.name: dataset.n_samples - model.n_results
        for model in dataset.models
        if model.id in asked and model.n_results < dataset.n_samples
    }


def _version(dataset: DataSet) -> tuple[int, int]:
    return dataset.data_version, dataset.n_deleted
