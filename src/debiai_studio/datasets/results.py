"""What a data set becomes when a model gets results: its models, its columns, the rows to keep."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from debiai_studio.datasets.errors import TooManyResults, UnsuitableValues
from debiai_studio.datasets.model import Column, ColumnType, DataSet, Model
from debiai_studio.datasets.ports import Numbers, Values
from debiai_studio.datasets.shape import model_of

# Every model has a column of each result: more than this is no table any more.
MOST_RESULTS = 200


@dataclass(frozen=True, slots=True)
class ModelOfResults:
    """The model that results belong to: the one with this mark in its metadata, else a new one.

    ``metadata`` replaces what the model had.
    """

    mark: tuple[str, str]
    name: str
    at: str
    metadata: dict[str, object] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class ResultValues:
    """One result of some samples; ``type`` is None when every value is missing.

    ``there`` tells the values that were given, missing ones included, from those that stay.
    """

    type: ColumnType | None
    values: pa.Array[Any]
    there: npt.NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class Planned:
    """The data set with room for the results, before they are counted."""

    after: DataSet
    model: Model
    is_new: bool
    columns: tuple[Column, ...]
    values: dict[str, pa.Array[Any]]  # by Column.field, like ``there``
    there: dict[str, npt.NDArray[np.bool_]]


def plan_results(
    dataset: DataSet, owner: ModelOfResults | str, results: Mapping[str, ResultValues]
) -> Planned:
    """Find or make the model and the columns. Raises UnknownModel and what is unsuitable.

    A column that would hold nothing but missing values is not made.
    """
    known = {column.name: column for column in dataset.result_columns}
    values: dict[str, pa.Array[Any]] = {}
    there: dict[str, npt.NDArray[np.bool_]] = {}
    columns: list[Column] = []
    added: list[Column] = []
    free = _first_free(dataset)
    for name, given in results.items():
        column = known.get(name)
        if column is None:
            if given.type is None:
                continue
            column = Column(name, given.type, f"r{free + len(added)}")
            added.append(column)
        columns.append(column)
        values[column.field] = (
            given.values if given.type is None else fitted(column, given.type, given.values)
        )
        there[column.field] = given.there
    if added and len(known) + len(added) > MOST_RESULTS:
        raise TooManyResults([column.name for column in added], MOST_RESULTS)
    is_new = False
    if isinstance(owner, str):
        model = model_of(dataset, owner)
    else:
        found = _model_of(dataset, owner)
        is_new = found is None
        model = found or _made_for(dataset, owner)
        model = replace(model, metadata={**owner.metadata, owner.mark[0]: owner.mark[1]})
    others = dataset.models if is_new else tuple(m for m in dataset.models if m.id != model.id)
    models = tuple(sorted((*others, model), key=lambda m: m.number))
    after = replace(
        dataset,
        result_columns=(*dataset.result_columns, *added),
        models=models,
        data_version=dataset.data_version + 1,
    )
    return Planned(after, model, is_new, tuple(columns), values, there)


def with_count(planned: Planned, n_results: int) -> DataSet:
    """The data set after, with that many results of the model."""
    models = tuple(
        replace(m, n_results=n_results) if m.id == planned.model.id else m
        for m in planned.after.models
    )
    return replace(planned.after, models=models)


def fitted(column: Column, type_: ColumnType, values: pa.Array[Any]) -> pa.Array[Any]:
    """The values as the column keeps them. Raises UnsuitableValues."""
    if column.type is type_:
        return values
    if column.type is ColumnType.NUMBER and type_ is ColumnType.INTEGER:
        try:
            return values.cast(pa.float64())
        except pa.ArrowInvalid as error:
            raise UnsuitableValues(column.name, column.type.value, str(error)) from error
    reason = (
        f"{type_.value} values came. Send {column.type.value} values, or use another name; "
        "nothing was changed."
    )
    raise UnsuitableValues(column.name, column.type.value, reason)


def _model_of(dataset: DataSet, owner: ModelOfResults) -> Model | None:
    key, value = owner.mark
    return next((m for m in dataset.models if m.metadata.get(key) == value), None)


def _made_for(dataset: DataSet, owner: ModelOfResults) -> Model:
    number = max((m.number for m in dataset.models), default=-1) + 1
    name = _free_name(owner.name, {m.name for m in dataset.models} | _ids(dataset))
    return Model(name, name, number, owner.at, 0)


def _first_free(dataset: DataSet) -> int:
    return max((int(c.field[1:]) for c in dataset.result_columns), default=-1) + 1


def _ids(dataset: DataSet) -> set[str]:
    return {model.id for model in dataset.models}


def _free_name(name: str, taken: set[str]) -> str:
    number, free = 1, name
    while free in taken:
        number += 1
        free = f"{name} {number}"
    return free


def with_stored(
    reader: Values, before: DataSet, planned: Planned, numbers: Numbers
) -> dict[str, pa.Array[Any]]:
    """The values by field; where none was given, what is stored."""
    old = {column.field for column in before.result_columns}
    partly = [c for c in planned.columns if not planned.there[c.field].all() and c.field in old]
    if planned.is_new or not partly:
        return planned.values
    stored = reader.results(planned.model.number, numbers, partly)
    return planned.values | {
        c.field: pc.if_else(
            pa.array(planned.there[c.field]),
            planned.values[c.field].cast(stored.column(c.field).type),
            stored.column(c.field).combine_chunks(),
        )
        for c in partly
    }
