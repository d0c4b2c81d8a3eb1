"""What a data set becomes when a derived column is made, changed or taken away."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

from debiai_studio.datasets.errors import TooManyResults
from debiai_studio.datasets.model import Category, Column, DataSet, Derivation, in_order
from debiai_studio.datasets.ports import Reshape
from debiai_studio.datasets.results import MOST_RESULTS
from debiai_studio.datasets.shape import Reshaped
from debiai_studio.derived.errors import (
    CircularExpression,
    ColumnInUse,
    DependentBreaks,
    UnknownDerivedColumn,
    UnsuitableName,
)
from debiai_studio.expressions.binding import bind, bind_kept, is_result
from debiai_studio.expressions.errors import InvalidExpression
from debiai_studio.expressions.fitting import fits
from debiai_studio.expressions.tokens import renamed
from debiai_studio.expressions.tree import Bound, Kind, columns_in

GROUP = "Derived"
LONGEST_NAME = 200
_TAKEN = "there is such a column already."

# The name of a column, and whether it is a result.
_Place = tuple[str, bool]


@dataclass(frozen=True, slots=True)
class Wish:
    """What a column is to be, who says so, and when."""

    name: str
    expression: str
    author: str
    at: str


def derived_columns(dataset: DataSet) -> list[Column]:
    """Those of the samples, then those that are results."""
    return [c for c in (*dataset.sample_columns, *dataset.result_columns) if c.derivation]


def with_derived(dataset: DataSet, wish: Wish) -> Reshaped:
    """With one more. Raises InvalidExpression, UnsuitableName, TooManyResults."""
    bound = bind(wish.expression, dataset)
    _check_name(dataset, wish.name)
    return Reshaped(_put(dataset, _made(wish, bound), bound, None, dataset))


def with_changed(dataset: DataSet, name: str, wish: Wish) -> Reshaped:
    """With another name or expression; what looks at it follows.

    Raises UnknownDerivedColumn, InvalidExpression, UnsuitableName, CircularExpression,
    DependentBreaks, TooManyResults.
    """
    old = find(dataset, name)
    assert old.derivation is not None  # noqa: S101 - found so
    if wish.name != name:
        _check_name(dataset, wish.name)
    is_same = wish.expression == old.derivation.expression
    bound = bind_kept(old.derivation, dataset) if is_same else bind(wish.expression, dataset)
    is_computed = not is_same or not fits(old, bound)
    if not is_computed:
        after = _replaced(dataset, old, replace(old, name=wish.name))
    else:
        _check_circle(dataset, old, bound)
        after = _put(dataset, _made(wish, bound), bound, old, dataset)
    after = _with_dependents(dataset, after, old, wish, is_computed=is_computed)
    left = {column.field for column in (*after.sample_columns, *after.result_columns)}
    gone = Reshape(
        dropped_columns=tuple(c.field for c in dataset.sample_columns if c.field not in left),
        dropped_results=tuple(c.field for c in dataset.result_columns if c.field not in left),
    )
    return Reshaped(after, gone)


def without_derived(dataset: DataSet, name: str) -> Reshaped:
    """Without one. Raises UnknownDerivedColumn, ColumnInUse."""
    old = find(dataset, name)
    users = [c.name for c in derived_columns(dataset) if old in dataset.inputs_of(c)]
    if users:
        raise ColumnInUse(name, users)
    after = replace(
        dataset,
        sample_columns=tuple(c for c in dataset.sample_columns if c is not old),
        result_columns=tuple(c for c in dataset.result_columns if c is not old),
    )
    is_sample = old in dataset.sample_columns
    return Reshaped(
        after,
        Reshape(dropped_columns=(old.field,))
        if is_sample
        else Reshape(dropped_results=(old.field,)),
    )


def find(dataset: DataSet, name: str) -> Column:
    """The derived column of that name. Raises UnknownDerivedColumn."""
    for column in derived_columns(dataset):
        if column.name == name:
            return column
    raise UnknownDerivedColumn(name, [column.name for column in derived_columns(dataset)])


def _with_dependents(
    before: DataSet, dataset: DataSet, old: Column, wish: Wish, *, is_computed: bool
) -> DataSet:
    """With those that look at the changed column, by its new name and with values anew."""
    fields = {old.field}
    changed = {_place_of(before, old): _place_of(dataset, find(dataset, wish.name))}
    for column in in_order(before):
        kept = column.derivation
        inputs = {one.field for one in before.inputs_of(column)}
        if kept is None or column is old or fields.isdisjoint(inputs):
            continue
        fields.add(column.field)
        follows = _following(kept, changed)
        if len(set(follows.inputs)) < len(follows.inputs):
            reason = f"it looks at another that is called {wish.name} there; use another name."
            raise DependentBreaks(old.name, column.name, reason)
        try:
            bound = bind_kept(follows, dataset)
        except InvalidExpression as error:
            raise DependentBreaks(old.name, column.name, str(error)) from error
        if not is_computed:
            dataset = _replaced(dataset, column, replace(column, derivation=follows))
            continue
        again = Wish(column.name, follows.expression, kept.author, kept.at)
        dataset = _put(dataset, _made(again, bound), bound, column, before)
        changed[_place_of(before, column)] = (column.name, is_result(bound))
    return dataset


def _place_of(dataset: DataSet, column: Column) -> _Place:
    return column.name, column in dataset.result_columns


def _following(kept: Derivation, changed: Mapping[_Place, _Place]) -> Derivation:
    """With the names that columns have now, and what they are now."""
    expression = kept.expression
    inputs: list[str] = []
    results: list[tuple[str, str]] = []
    named = dict(kept.results or ())
    if kept.results is None:
        changed = {(was, False): (now, False) for (was, _), (now, _) in changed.items()}
    for written in kept.inputs:
        was = (named.get(written, written), written in named)
        name, is_of_models = changed.get(was, was)
        now = written if (name, is_of_models) == was else name
        if now != written:
            expression = renamed(expression, written, now)
        inputs.append(now)
        if is_of_models:
            results.append((now, name))
    told = None if kept.results is None else tuple(results)
    return replace(kept, expression=expression, inputs=tuple(inputs), results=told)


def _made(wish: Wish, bound: Bound) -> Column:
    used = list(columns_in(bound))
    inputs = tuple(dict.fromkeys(value.written for value in used))
    results = {value.written: value.column.name for value in used if value.is_result}
    return Column(
        wish.name,
        bound.kind.column_type,
        "",
        Category.OTHER,
        GROUP,
        zoned=bound.kind is Kind.ZONED_TIME,
        derivation=Derivation(
            wish.expression, inputs, wish.author, wish.at, tuple(results.items())
        ),
    )


def _put(
    dataset: DataSet, column: Column, bound: Bound, old: Column | None, before: DataSet
) -> DataSet:
    """With a column under a field of its own, in the place of another where that can be.

    ``before`` is the data set before the change: no field of it is given again, as its values may
    still be stored.
    """
    results = is_result(bound)
    family = dataset.result_columns if results else dataset.sample_columns
    former = before.result_columns if results else before.sample_columns
    if any(one.name == column.name and one is not old for one in family):
        raise UnsuitableName(column.name, _TAKEN)
    first = max((int(one.field[1:]) for one in (*family, *former)), default=-1) + 1
    column = replace(column, field=f"{'r' if results else 'c'}{first}")
    if old is not None and old in family:
        return _replaced(dataset, old, column)
    sample_columns = tuple(c for c in dataset.sample_columns if c is not old)
    result_columns = tuple(c for c in dataset.result_columns if c is not old)
    if not results:
        return replace(
            dataset, sample_columns=(*sample_columns, column), result_columns=result_columns
        )
    if len(result_columns) >= MOST_RESULTS:
        raise TooManyResults([column.name], MOST_RESULTS)
    return replace(dataset, sample_columns=sample_columns, result_columns=(*result_columns, column))


def _replaced(dataset: DataSet, old: Column, new: Column) -> DataSet:
    return replace(
        dataset,
        sample_columns=tuple(new if c is old else c for c in dataset.sample_columns),
        result_columns=tuple(new if c is old else c for c in dataset.result_columns),
    )


def _check_name(dataset: DataSet, name: str) -> None:
    if not name or len(name) > LONGEST_NAME or not name.isprintable() or name != name.strip():
        raise UnsuitableName(name, f"use 1 to {LONGEST_NAME} printable characters.")
    taken = {c.name for c in (*dataset.sample_columns, *dataset.result_columns)}
    if name in taken | {dataset.id_name, "model"}:
        raise UnsuitableName(name, _TAKEN)


def _check_circle(dataset: DataSet, changed: Column, bound: Bound) -> None:
    ways = [[changed, value.column] for value in columns_in(bound)]
    while ways:
        way = ways.pop()
        if way[-1].field == changed.field:
            raise CircularExpression(changed.name, [column.name for column in way])
        ways += [[*way, one] for one in dataset.inputs_of(way[-1])]
