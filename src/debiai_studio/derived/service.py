"""Derived columns: made, changed, taken away, and tried out before."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

import numpy as np
import pyarrow as pa

from debiai_studio import callers
from debiai_studio.datasets.canonical import canonical_text
from debiai_studio.datasets.model import Column, DataSet, Model
from debiai_studio.datasets.service import DataSets
from debiai_studio.derived.planning import (
    Wish,
    derived_columns,
    find,
    with_changed,
    with_derived,
    without_derived,
)
from debiai_studio.derived.ports import Evaluator
from debiai_studio.expressions.binding import bind, bind_kept, in_names_of_now, is_result
from debiai_studio.expressions.errors import InvalidExpression
from debiai_studio.expressions.fitting import fits
from debiai_studio.expressions.tree import Bound, Kind
from debiai_studio.projects.model import ProjectRef

_SHOWN = 8
# Deleted samples are among the first ones.
_LOOKED_AT = 1000


@dataclass(frozen=True, slots=True)
class Listed:
    """A derived column; ``problem`` says why its values are not computed any more.

    ``expression`` has the names that mean the same when it is written anew.
    """

    column: Column
    expression: str
    is_result: bool
    used_by: tuple[str, ...]
    problem: str | None


@dataclass(frozen=True, slots=True)
class Preview:
    """What an expression gives: its kind, and for the first samples (id, canonical text)."""

    kind: Kind
    is_result: bool
    model: Model | None
    values: list[tuple[str, str | None]]


class DerivedColumns:
    """Those of every project. Their values are computed in each change of the data."""

    def __init__(self, datasets: DataSets, evaluator: Evaluator) -> None:
        self._datasets = datasets
        self._evaluator = evaluator

    def of_project(self, ref: ProjectRef) -> list[Listed]:
        """Those of a project. Raises UnknownProject."""
        dataset = self._datasets.of(ref)
        return [_listed(dataset, column) for column in derived_columns(dataset)]

    def preview(self, ref: ProjectRef, expression: str) -> Preview:
        """What it gives for the first samples, of a result those of the first model.

        Raises InvalidExpression.
        """
        dataset = self._datasets.of(ref)
        bound = bind(expression, dataset)
        model, of_models = None, is_result(bound)
        if of_models:
            model = max(dataset.models, key=lambda one: one.n_results > 0, default=None)
        return Preview(bound.kind, of_models, model, self._first(dataset, bound, model))

    def add(self, ref: ProjectRef, name: str, expression: str) -> Listed:
        """Make one, with its values.

        Raises InvalidExpression, UnsuitableName, TooManyResults, ProjectBusy.
        """
        wish = _wish(name, expression)
        after = self._datasets.reshape(ref, lambda dataset: with_derived(dataset, wish))
        return _listed(after, find(after, wish.name))

    def change(self, ref: ProjectRef, name: str, new_name: str, expression: str) -> Listed:
        """Give it another name or expression; those that look at it follow.

        Raises what ``add`` does, UnknownDerivedColumn, CircularExpression, DependentBreaks.
        """
        wish = _wish(new_name, expression)
        after = self._datasets.reshape(ref, lambda dataset: with_changed(dataset, name, wish))
        return _listed(after, find(after, wish.name))

    def delete(self, ref: ProjectRef, name: str) -> None:
        """Take it away. Raises UnknownDerivedColumn, ColumnInUse, ProjectBusy."""
        self._datasets.reshape(ref, lambda dataset: without_derived(dataset, name))

    def _first(
        self, dataset: DataSet, bound: Bound, model: Model | None
    ) -> list[tuple[str, str | None]]:
        if is_result(bound) and model is None:
            return []
        number = None if model is None else model.number
        table = self._evaluator.first_values(dataset, bound, number, _LOOKED_AT)
        deleted = self._datasets.deleted(dataset)
        numbers = table.column("sample_no").to_numpy()
        places = np.flatnonzero(~np.isin(numbers, deleted.to_array()))[:_SHOWN]
        ids: pa.Array[Any] = self._datasets.values(dataset).ids(numbers[places])
        shown = Column("", bound.kind.column_type, "", zoned=bound.kind is Kind.ZONED_TIME)
        values = table.column("value")
        return [
            (str(id_.as_py()), canonical_text(shown, values[place]))
            for id_, place in zip(ids, places.tolist(), strict=True)
        ]


def _listed(dataset: DataSet, column: Column) -> Listed:
    assert column.derivation is not None  # noqa: S101 - listed so
    users = tuple(one.name for one in derived_columns(dataset) if column in dataset.inputs_of(one))
    problem = None
    try:
        bound = bind_kept(column.derivation, dataset)
        if not fits(column, bound):
            problem = f"It gives {bound.kind} values now; save it again."
    except InvalidExpression as error:
        problem = str(error)
    shown = in_names_of_now(column.derivation, dataset)
    return Listed(column, shown, column in dataset.result_columns, users, problem)


def _wish(name: str, expression: str) -> Wish:
    author = callers.current.get().told
    at = datetime.now(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")
    return Wish(name.strip(), expression.strip(), author, at)
