"""What a data set becomes when its columns or models change."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass, field, replace

from debiai_studio.datasets.errors import UnknownModel
from debiai_studio.datasets.model import Category, Column, ColumnType, DataSet, Model
from debiai_studio.datasets.ports import Reshape


@dataclass(frozen=True, slots=True)
class NewColumn:
    """A sample column that is to be."""

    name: str
    type: ColumnType
    category: Category = Category.OTHER
    group: str | None = None


@dataclass(frozen=True, slots=True)
class Reshaped:
    """The data set after, and what becomes of its tables."""

    after: DataSet
    tables: Reshape = field(default_factory=Reshape)


def with_columns(dataset: DataSet, columns: Sequence[NewColumn]) -> Reshaped:
    """With more sample columns; those whose names are there stay as they are."""
    known = {column.name for column in dataset.sample_columns}
    first = _first_free(dataset)
    missing = [column for column in columns if column.name not in known]
    added = [
        Column(c.name, c.type, f"c{first + place}", c.category, c.group)
        for place, c in enumerate(missing)
    ]
    return Reshaped(replace(dataset, sample_columns=(*dataset.sample_columns, *added)))


def widened(dataset: DataSet, names: Collection[str]) -> Reshaped:
    """With columns of whole numbers that take decimals too."""
    first = _first_free(dataset)
    copied: dict[str, str] = {}
    columns = []
    for column in dataset.sample_columns:
        if column.name in names and column.type is ColumnType.INTEGER:
            wide = replace(column, type=ColumnType.NUMBER, field=f"c{first + len(copied)}")
            copied[wide.field] = column.field
            columns.append(wide)
        else:
            columns.append(column)
    return Reshaped(replace(dataset, sample_columns=tuple(columns)), Reshape(copied))


def with_model(dataset: DataSet, name: str, at: str, metadata: dict[str, object]) -> Reshaped:
    """With one more model, which has no results yet."""
    number = max((m.number for m in dataset.models), default=-1) + 1
    model = Model(name, name, number, at, 0, metadata)
    return Reshaped(replace(dataset, models=(*dataset.models, model)))


def without_model(dataset: DataSet, model_id: str) -> Reshaped:
    """Without a model and its results. Raises UnknownModel."""
    model = model_of(dataset, model_id)
    left = tuple(one for one in dataset.models if one != model)
    return Reshaped(replace(dataset, models=left), Reshape(dropped_models=(model.number,)))


def without_result(dataset: DataSet, name: str) -> Reshaped:
    """Without a result of every model; one that is not there changes nothing."""
    gone = [column for column in dataset.result_columns if column.name == name]
    left = tuple(column for column in dataset.result_columns if column.name != name)
    dropped = Reshape(dropped_results=tuple(column.field for column in gone))
    return Reshaped(replace(dataset, result_columns=left), dropped)


def model_of(dataset: DataSet, model_id: str) -> Model:
    """The model of that id. Raises UnknownModel."""
    for model in dataset.models:
        if model.id == model_id:
            return model
    raise UnknownModel(model_id, [model.id for model in dataset.models])


def _first_free(dataset: DataSet) -> int:
    return max((int(c.field[1:]) for c in dataset.sample_columns), default=-1) + 1
