"""Puts the values of answers beside the samples: those that came together in one change."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from pyroaring import BitMap

from debiai_studio.answers.errors import MalformedAnswer, NothingToAnswer
from debiai_studio.answers.model import AnswerState, Outcome, Waiting
from debiai_studio.answers.parsing import Given, columns_of, parse
from debiai_studio.answers.placing import Placed, place
from debiai_studio.datasets.errors import TooManyResults, UnsuitableValues
from debiai_studio.datasets.model import ColumnType, DataSet
from debiai_studio.datasets.ports import Numbers
from debiai_studio.datasets.results import ModelOfResults, ResultValues
from debiai_studio.datasets.service import DataSets
from debiai_studio.errors import StudioError
from debiai_studio.exports.ports import NewDelivery
from debiai_studio.projects.errors import UnknownProject
from debiai_studio.projects.model import ProjectRef

# The mark of the model that has the answers of an export method.
MARK = "answers_of"

Taken = tuple[Waiting, NewDelivery]


class Unlike(Exception):  # noqa: N818 - tells that each must be applied by itself
    """Together they might end otherwise than one after the other."""


@dataclass(frozen=True, slots=True)
class _Rows:
    """The rows of one answer that fit, and their columns."""

    taken: Taken
    n_rows: int
    placed: Placed
    results: dict[str, ResultValues]


class Applying:
    """Applying an answer once more changes nothing."""

    def __init__(self, datasets: DataSets) -> None:
        self._datasets = datasets

    def dataset(self, delivery: NewDelivery) -> DataSet:
        """The data of its project, not of another that took the name. Raises UnknownProject."""
        ref = ProjectRef(delivery.source, delivery.project)
        dataset = self._datasets.of(ref)
        if dataset.project_key != delivery.project_key:
            raise UnknownProject(ref)
        return dataset

    def together(self, run: Sequence[Taken]) -> list[Outcome]:
        """What becomes of answers by one method to one project, as if in their order.

        In one change of the data. Raises Unlike when that is not possible.
        """
        try:
            dataset = self.dataset(run[0][1])
            parts = [self._rows(taken, parse(taken[0].body), dataset) for taken in run]
            _require_alike(parts)
            rows: dict[int, dict[str, Any]] = {}
            for part in parts:
                for number, row in zip(part.placed.numbers.tolist(), part.placed.rows, strict=True):
                    rows[number] = rows.get(number, {}) | row
            order = sorted(rows)
            results = columns_of([rows[number] for number in order])
            model, names = self._put(run[-1], np.array(order, np.int64), results)
        except (UnknownProject, MalformedAnswer, UnsuitableValues, TooManyResults) as error:
            raise Unlike from error
        return [_outcome(part, model, names) for part in parts]

    def alone(self, taken: Taken) -> Outcome:
        """What becomes of one answer."""
        given: Given | None = None
        try:
            given = parse(taken[0].body)
            if not given.rows:
                return Outcome(AnswerState.EMPTY)
            rows = self._rows(taken, given, self.dataset(taken[1]))
            if not rows.placed.rows:
                return _outcome(rows, None, ())
            return _outcome(rows, *self._put(taken, rows.placed.numbers, rows.results))
        except UnknownProject:
            return _refused(NothingToAnswer("The project"), given)
        except (MalformedAnswer, UnsuitableValues, TooManyResults) as error:
            return _refused(error, given)

    def _rows(self, taken: Taken, given: Given, dataset: DataSet) -> _Rows:
        columns_of(given.rows)  # what is malformed changes nothing, wherever it stands
        kept = taken[1].members
        members = BitMap.deserialize(kept) if kept else BitMap()
        placed = place(given, dataset, members, self._datasets.existing)
        return _Rows(taken, len(given.rows), placed, columns_of(placed.rows))

    def _put(
        self, taken: Taken, numbers: Numbers, results: dict[str, ResultValues]
    ) -> tuple[str, tuple[str, ...]]:
        """The model that has the values, and the names of its columns among them."""
        waiting, delivery = taken
        owner = _owner(waiting, delivery)
        ref = ProjectRef(delivery.source, delivery.project)
        after = self._datasets.put_results(ref, owner, numbers, results)
        model = next(m.name for m in after.models if m.metadata.get(MARK) == owner.mark[1])
        made = {column.name for column in after.result_columns}
        return model, tuple(name for name in results if name in made)


def _require_alike(parts: Sequence[_Rows]) -> None:
    """Of other types, the first one's column would be made otherwise, or the later one refused."""
    types: dict[str, ColumnType] = {}
    for part in parts:
        if not part.placed.rows:
            raise Unlike
        for name, values in part.results.items():
            if values.type is None or types.setdefault(name, values.type) is not values.type:
                raise Unlike


def _outcome(rows: _Rows, model: str | None, names: tuple[str, ...]) -> Outcome:
    placed = rows.placed
    return Outcome(
        AnswerState.APPLIED,
        model=model,
        columns=tuple(name for name in rows.results if name in names),
        n_rows=rows.n_rows,
        n_applied=len(placed.rows),
        n_unknown=len(placed.unknown),
        n_outside=len(placed.outside),
        n_duplicate=len(placed.duplicate),
        examples=placed.examples,
    )


def _owner(waiting: Waiting, delivery: NewDelivery) -> ModelOfResults:
    return ModelOfResults(
        mark=(MARK, delivery.method_id),
        name=f"Answers of {delivery.method_name}",
        at=waiting.received_at,
        metadata={
            "method": delivery.method_name,
            "delivery": delivery.id,
            "received_at": waiting.received_at,
        },
    )


def _refused(error: StudioError, given: Given | None) -> Outcome:
    return Outcome(AnswerState.REFUSED, n_rows=len(given.rows) if given else 0, error=str(error))
