"""What is given for each input: checked against the description, and read from the samples."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import pyarrow as pa

from debiai_studio.algorithms.errors import InvalidInput
from debiai_studio.algorithms.model import Algorithm, ExperimentRequest, Given, Input
from debiai_studio.algorithms.ports import Argument
from debiai_studio.algorithms.ports import Column as GivenColumn
from debiai_studio.datasets.canonical import canonical_text
from debiai_studio.datasets.model import Column, ColumnType, DataSet, Model
from debiai_studio.datasets.ports import Numbers, Values
from debiai_studio.datasets.shape import model_of
from debiai_studio.engine.errors import UnknownColumn

_NUMBERS = (ColumnType.NUMBER, ColumnType.INTEGER)
_FEATURES = (*_NUMBERS, ColumnType.BOOLEAN)
_ITEMS: dict[str, tuple[type, ...]] = {
    "number": (int, float),
    "text": (str,),
    "boolean": (bool,),
}
_RESULT = " (result)"


@dataclass(frozen=True, slots=True)
class Bound:
    """A column as it was named, and the model whose result it is."""

    label: str
    column: Column
    model: Model | None


@dataclass(frozen=True, slots=True)
class Binding:
    """What is given: values by input, columns by input, and what fills the others.

    ``owner`` is the model whose results the columns are; None when they are of the samples, or of
    several models.
    """

    values: Mapping[str, Any]
    columns: Mapping[str, tuple[Bound, ...]]
    ids: tuple[str, ...]
    owner: Model | None

    @property
    def has_rows(self) -> bool:
        """Whether the algorithm is given something of each row."""
        return bool(self.columns or self.ids)


def bind(
    dataset: DataSet, project: str, algorithm: Algorithm, request: ExperimentRequest
) -> Binding:
    """Check what is given. Raises InvalidInput, UnknownColumn, UnknownModel."""
    known = {one.name: one for one in algorithm.inputs}
    for name in request.inputs:
        if name not in known:
            raise InvalidInput(name, f'is none of "{algorithm.name}"; it takes {_list(known)}.')
    model = model_of(dataset, request.model) if request.model is not None else None
    values: dict[str, Any] = {}
    columns: dict[str, tuple[Bound, ...]] = {}
    ids: list[str] = []
    for one in algorithm.inputs:
        given = request.inputs.get(one.name)
        if given is None and one.filled == "ids":
            ids.append(one.name)
        elif given is None and one.filled == "project":
            values[one.name] = project
        elif given is None:
            if one.required:
                raise InvalidInput(one.name, "is missing; give a value or a column.")
            values[one.name] = one.default
        elif given.column is not None or given.columns is not None:
            columns[one.name] = _columns(dataset, model, one, given)
        else:
            values[one.name] = value_of(one, given.value)
    owners = {
        bound.model.id: bound.model for all_ in columns.values() for bound in all_ if bound.model
    }
    owner = next(iter(owners.values())) if len(owners) == 1 else None
    return Binding(values, columns, tuple(ids), owner)


def arguments(
    binding: Binding, algorithm: Algorithm, reader: Values, numbers: Numbers
) -> dict[str, Argument]:
    """Everything that is given, columns read for these samples."""
    found: dict[str, Argument] = dict(binding.values)
    for name in binding.ids:
        found[name] = GivenColumn(name, reader.ids(numbers))
    types = {one.name: one for one in algorithm.inputs}
    for name, all_ in binding.columns.items():
        columns = [_read(bound, types[name], reader, numbers) for bound in all_]
        found[name] = columns if types[name].type == "columns" else columns[0]
    # In the order of the description, which is that of the form.
    return {one.name: found[one.name] for one in algorithm.inputs if one.name in found}


def _columns(dataset: DataSet, model: Model | None, one: Input, given: Given) -> tuple[Bound, ...]:
    if one.type == "columns":
        names = [given.column] if given.columns is None else given.columns
    elif one.type in ("array", "any") and given.column is not None:
        names = [given.column]
    else:
        raise InvalidInput(one.name, f"takes a {one.type}, not a column.")
    if not names:
        raise InvalidInput(one.name, "needs at least one column.")
    bound = tuple(_bound(dataset, model, one.name, str(name)) for name in names)
    for each in bound:
        _require_suited(one, each)
    return bound


def _bound(dataset: DataSet, model: Model | None, input_name: str, name: str) -> Bound:
    for column in dataset.sample_columns:
        if column.name == name:
            return Bound(name, column, None)
    for column in dataset.result_columns:
        if name in (column.name, column.name + _RESULT):
            if model is None:
                raise InvalidInput(input_name, f'"{name}" is a result; say of which model.')
            return Bound(name, column, model)
        for owner in dataset.models:
            if name == f"{owner.id}.{column.name}":
                return Bound(name, column, owner)
    raise UnknownColumn(name, [c.name for c in (*dataset.sample_columns, *dataset.result_columns)])


def _require_suited(one: Input, bound: Bound) -> None:
    type_ = bound.column.type
    fits = type_.is_plottable
    if one.type == "columns":
        fits = type_ in _FEATURES
    elif one.items == "number":
        fits = type_ in _NUMBERS
    elif one.items == "boolean":
        fits = type_ is ColumnType.BOOLEAN
    if not fits:
        wanted = "single values" if one.items in ("any", "text") else f"{one.items} values"
        raise InvalidInput(one.name, f'takes {wanted}; "{bound.label}" holds {type_.value} values.')


def value_of(one: Input, value: Any) -> Any:
    """The value that is given by hand. Raises InvalidInput when it does not fit."""
    if one.type == "columns":
        raise InvalidInput(one.name, "takes columns.")
    if one.type == "array":
        return _array(one, value)
    if one.type == "any":
        return value
    if not _is_of(value, one.type):
        raise InvalidInput(one.name, f"takes a {one.type}.")
    if one.type == "number" and (
        (one.min is not None and value < one.min) or (one.max is not None and value > one.max)
    ):
        bounds = [
            f"at least {one.min:g}" if one.min is not None else "",
            f"at most {one.max:g}" if one.max is not None else "",
        ]
        raise InvalidInput(one.name, f"must be {' and '.join(filter(None, bounds))}.")
    return value


def _array(one: Input, value: Any) -> list[Any]:
    if not isinstance(value, list):
        raise InvalidInput(one.name, "takes a column or a list of values.")
    if one.items != "any" and not all(v is None or _is_of(v, one.items) for v in value):
        raise InvalidInput(one.name, f"takes a list of {one.items} values.")
    if one.length_min is not None and len(value) < one.length_min:
        raise InvalidInput(one.name, f"takes at least {one.length_min:,} values.")
    if one.length_max is not None and len(value) > one.length_max:
        raise InvalidInput(one.name, f"takes at most {one.length_max:,} values.")
    return value


def _is_of(value: Any, type_: str) -> bool:
    is_boolean = isinstance(value, bool)
    return isinstance(value, _ITEMS[type_]) and is_boolean == (type_ == "boolean")


def _read(bound: Bound, one: Input, reader: Values, numbers: Numbers) -> GivenColumn:
    column = bound.column
    if bound.model is None:
        table = reader.rows(numbers, [column])
    else:
        table = reader.results(bound.model.number, numbers, [column])
    values: pa.Array[Any] = table.column(column.field).combine_chunks()
    if isinstance(values, pa.ChunkedArray):
        values = pa.concat_arrays(values.chunks) if values.num_chunks else pa.array([], values.type)
    if one.items == "text" and column.type is not ColumnType.TEXT:
        values = pa.array([canonical_text(column, value) for value in values], pa.string())
    return GivenColumn(bound.label, values)


def _list(known: Mapping[str, Input]) -> str:
    return ", ".join(f'"{name}"' for name in known) or "nothing"
