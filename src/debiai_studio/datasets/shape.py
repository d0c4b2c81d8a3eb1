"""What a data set becomes when its columns or models change."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field, replace

from debiai_studio.datasets.errors import UnknownModel
from debiai_studio.datasets.model import Category, Column, ColumnType, DataSet, Model, in_order
from debiai_studio.datasets.ports import Reshape


@dataclass(frozen=True, slots=True)
class NewColumn:
    """A sample column that is to be."""

    name: str
    type: ColumnType
    category: Category = Category.OTHER
    group: str | None = None
    is_tag: bool = False


@dataclass(frozen=True, slots=True)
class Reshaped:
    """The data set after, and what becomes of its tables."""

    after: DataSet
    tables: Reshape = field(default_factory=Reshape)


def with_columns(dataset: DataSet, columns: Sequence[NewColumn]) -> Reshaped:
    """With more sample columns; those whose names are there stay as they are."""
    known = {column.name for column in dataset.sample_columns}
    first = _first_free(dataset.sample_columns)
    missing = [column for column in columns if column.name not in known]
    added = [
        Column(c.name, c.type, f"c{first + place}", c.category, c.group, is_tag=c.is_tag)
        for place, c in enumerate(missing)
    ]
    return Reshaped(replace(dataset, sample_columns=(*dataset.sample_columns, *added)))


def with_columns_of(
    dataset: DataSet, columns: Sequence[NewColumn], former: Collection[str]
) -> Reshaped:
    """With exactly these sample columns, and those that are not of ``former`` names.

    A column whose type changes begins without values.
    """
    known = {column.name: column for column in dataset.sample_columns}
    names = {column.name for column in columns}
    free = _first_free(dataset.sample_columns)
    wanted = []
    for new in columns:
        old = known.get(new.name)
        if old is not None and old.type is new.type:
            wanted.append(replace(old, category=new.category, group=new.group))
        else:
            wanted.append(Column(new.name, new.type, f"c{free}", new.category, new.group))
            free += 1
    others = [c for c in dataset.sample_columns if c.name not in names and c.name not in former]
    left = {column.field for column in (*wanted, *others)}
    dropped = tuple(c.field for c in dataset.sample_columns if c.field not in left)
    return Reshaped(
        replace(dataset, sample_columns=(*wanted, *others)), Reshape(dropped_columns=dropped)
    )


def widened(dataset: DataSet, names: Collection[str]) -> Reshaped:
    """With columns of whole numbers that take decimals too, and what is derived from them."""
    wide = {column.field for column in dataset.sample_columns if column.name in names}
    free = {"c": _first_free(dataset.sample_columns), "r": _first_free(dataset.result_columns)}
    found: dict[str, Column] = {}
    copied: dict[str, str] = {}
    for column in in_order(dataset):
        inputs = {one.field for one in dataset.inputs_of(column)}
        is_meant = column.field in wide or not inputs.isdisjoint(found)
        if not is_meant or column.type is not ColumnType.INTEGER:
            continue
        letter = column.field[0]
        field = f"{letter}{free[letter]}"
        found[column.field] = replace(column, type=ColumnType.NUMBER, field=field)
        free[letter] += 1
        if column.derivation is None:
            copied[field] = column.field
    if not found:
        return Reshaped(dataset)
    after = replace(
        dataset,
        sample_columns=tuple(found.get(one.field, one) for one in dataset.sample_columns),
        result_columns=tuple(found.get(one.field, one) for one in dataset.result_columns),
    )
    return Reshaped(after, Reshape(copied))


def with_values(dataset: DataSet, columns: Sequence[NewColumn]) -> Reshaped:
    """With room for values of these columns.

    Those that lack are made; one of whole numbers takes decimals too when decimals are to come.
    """
    decimals = [column.name for column in columns if column.type is ColumnType.NUMBER]
    wide = widened(dataset, decimals)
    return Reshaped(with_columns(wide.after, columns).after, wide.tables)


def without_columns(dataset: DataSet, names: Collection[str]) -> Reshaped:
    """Without sample columns; names that are not there change nothing."""
    gone = [column for column in dataset.sample_columns if column.name in names]
    left = tuple(column for column in dataset.sample_columns if column.name not in names)
    dropped = Reshape(dropped_columns=tuple(column.field for column in gone))
    return Reshaped(replace(dataset, sample_columns=left), dropped)


def with_model(dataset: DataSet, name: str, at: str, metadata: dict[str, object]) -> Reshaped:
    """With one more model, which has no results yet."""
    number = max((m.number for m in dataset.models), default=-1) + 1
    model = Model(name, name, number, at, 0, metadata)
    return Reshaped(replace(dataset, models=(*dataset.models, model)))


def with_models_of(
    dataset: DataSet,
    mark: str,
    models: Sequence[tuple[str, str, dict[str, object]]],
    results: Mapping[str, ColumnType],
    at: str,
) -> Reshaped:
    """With new models, without results, in the place of those with the mark in their metadata.

    ``models`` are (value of the mark, name, metadata); a name that is taken gets a number.
    ``results`` are the types by name that are to come: a column that cannot take them goes, with
    the values that other models have of it. Derived ones stay.
    """
    dropped = [model for model in dataset.models if mark in model.metadata]
    left = [model for model in dataset.models if mark not in model.metadata]
    unfit = [
        column
        for column in dataset.result_columns
        if column.derivation is None
        and not _takes(column, results.get(column.name), is_needed=bool(left))
    ]
    number = max((m.number for m in dataset.models), default=-1) + 1
    taken = {model.id for model in left}
    for place, (value, name, metadata) in enumerate(models):
        free, again = name, 1
        while free in taken:
            again += 1
            free = f"{name} {again}"
        taken.add(free)
        created = next((m.created_at for m in dropped if m.metadata[mark] == value), at)
        model = Model(free, free, number + place, created, 0, {**metadata, mark: value})
        left.append(model)
    fitting = tuple(column for column in dataset.result_columns if column not in unfit)
    return Reshaped(
        replace(dataset, models=tuple(left), result_columns=fitting),
        Reshape(
            dropped_results=tuple(column.field for column in unfit),
            dropped_models=tuple(model.number for model in dropped),
        ),
    )


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


def _takes(column: Column, type_: ColumnType | None, *, is_needed: bool) -> bool:
    if type_ is None:
        return is_needed
    return column.type is type_ or (column.type, type_) == (ColumnType.NUMBER, ColumnType.INTEGER)


def _first_free(columns: Sequence[Column]) -> int:
    return max((int(column.field[1:]) for column in columns), default=-1) + 1
