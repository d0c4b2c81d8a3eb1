"""Gives a tree its types: columns by name, functions by the kinds of what they are given."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime
from difflib import get_close_matches

from debiai_studio.datasets.model import DataSet, Derivation
from debiai_studio.expressions.errors import InvalidExpression
from debiai_studio.expressions.functions import FUNCTIONS
from debiai_studio.expressions.functions.function import Case, Function, says
from debiai_studio.expressions.parser import parse
from debiai_studio.expressions.tokens import quoted, renamed
from debiai_studio.expressions.tree import (
    Apply,
    Bound,
    Call,
    ColumnValue,
    Constant,
    Kind,
    Literal,
    Name,
    Node,
    columns_in,
)

DATE = "date"
_RESULT = " (result)"
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


def bind(expression: str, dataset: DataSet) -> Bound:
    """An expression over the columns of a data set. Raises InvalidExpression."""
    return _checked(_Binding(dataset, _named(dataset)).of(parse(expression)))


def bind_kept(derivation: Derivation, dataset: DataSet) -> Bound:
    """The expression of a column that was derived: its names mean what they meant then.

    So that a column that comes later takes no name from a result, nor a result from a column.
    Raises InvalidExpression.
    """
    if derivation.results is None:
        return bind(derivation.expression, dataset)
    named = {
        c.name: ColumnValue(c, is_result=False, written=c.name) for c in dataset.sample_columns
    }
    for written, _ in derivation.results:
        named.pop(written, None)
    results = {column.name: column for column in dataset.result_columns}
    for written, name in derivation.results:
        if name in results:
            named[written] = ColumnValue(results[name], is_result=True, written=written)
    return _checked(_Binding(dataset, named).of(parse(derivation.expression)))


def in_names_of_now(derivation: Derivation, dataset: DataSet) -> str:
    """The expression with the names that mean the same when it is bound anew."""
    expression = derivation.expression
    now = {
        value.column.name: written for written, value in _named(dataset).items() if value.is_result
    }
    for written, name in derivation.results or ():
        if now.get(name, written) != written:
            expression = renamed(expression, written, now[name])
    return expression


def _checked(bound: Bound) -> Bound:
    if bound.kind is Kind.MISSING:
        raise InvalidExpression(0, "it gives nothing but missing values.")
    if bound.kind in (Kind.ARRAY, Kind.DICT):
        raise InvalidExpression(0, f"it gives {bound.kind} values; length(…) gives their number.")
    return bound


def is_result(bound: Bound) -> bool:
    """Whether it looks at results of a model, so that each model has its own values."""
    return any(value.is_result for value in columns_in(bound))


def _named(dataset: DataSet) -> dict[str, ColumnValue]:
    """What the names of an expression mean that is written now."""
    named = {
        c.name: ColumnValue(c, is_result=False, written=c.name) for c in dataset.sample_columns
    }
    for column in dataset.result_columns:
        name = f"{column.name}{_RESULT}" if column.name in named else column.name
        named[name] = ColumnValue(column, is_result=True, written=name)
    return named


class _Binding:
    def __init__(self, dataset: DataSet, columns: dict[str, ColumnValue]) -> None:
        self._columns = columns
        self._of_models = {
            f"{model.id}.{column.name}": column.name
            for model in dataset.models
            for column in dataset.result_columns
        }

    def of(self, node: Node) -> Bound:
        if isinstance(node, Literal):
            return Constant(node.value, _kind_of(node))
        if isinstance(node, Name):
            return self._column(node)
        if node.function == DATE:
            return _date(node)
        if node.function not in FUNCTIONS:
            near = get_close_matches(node.function, [*FUNCTIONS, DATE], 1)
            hint = f"did you mean {near[0]}?" if near else "the help lists all there are."
            raise InvalidExpression(
                node.position, f"there is no function “{node.function}”; {hint}"
            )
        arguments = [self.of(argument) for argument in node.arguments]
        return _applied(FUNCTIONS[node.function], arguments, node)

    def _column(self, node: Name) -> Bound:
        found = self._columns.get(node.name)
        if found is not None:
            return found
        if node.name in self._of_models:
            name = quoted(self._of_models[node.name])
            reason = f"write {name} without the model: the values of each model are computed."
            raise InvalidExpression(node.position, reason)
        names = {name.lower(): name for name in self._columns}
        near = get_close_matches(node.name.lower(), names, 1, 0.5)
        hint = f"did you mean {quoted(names[near[0]])}?" if near else _listed(list(self._columns))
        raise InvalidExpression(node.position, f"there is no column “{node.name}”; {hint}")


def _listed(names: list[str]) -> str:
    shown = ", ".join(quoted(name) for name in names[:5])
    return f"there are {shown}{' …' if len(names) > 5 else ''}."  # noqa: PLR2004


def _kind_of(literal: Literal) -> Kind:
    value = literal.value
    if value is None:
        return Kind.MISSING
    if isinstance(value, bool):
        return Kind.BOOLEAN
    if isinstance(value, int):
        return Kind.INTEGER
    return Kind.NUMBER if isinstance(value, float) else Kind.TEXT


def _applied(function: Function, arguments: Sequence[Bound], node: Call) -> Bound:
    kinds = [argument.kind for argument in arguments]
    for case in function.cases:
        common = _common(case, kinds)
        if common is None:
            continue
        takes = _takes(case, len(kinds))
        wanted = [common if one == "same" else one for one in takes]
        given = tuple(
            argument if kind == "any" else _as(argument, Kind(kind))
            for argument, kind in zip(arguments, wanted, strict=True)
        )
        gives = common if case.gives == "same" else case.gives
        return Apply(case.sql, given, common, gives)
    raise InvalidExpression(node.position, _unfit(function, arguments, node))


def _takes(case: Case, count: int) -> list[Kind | str]:
    more = count - len(case.takes)
    return [*case.takes, *([case.takes[-1]] * more if case.more and more > 0 else [])]


def _common(case: Case, kinds: list[Kind]) -> Kind | None:
    """The kind that the arguments of one kind share (else that of the first); None: unfit."""
    takes = _takes(case, len(kinds))
    if len(takes) != len(kinds):
        return None
    shared = [kind for one, kind in zip(takes, kinds, strict=True) if one == "same"]
    common = _unified(shared) if shared else kinds[0]
    if common is None or (shared and common not in case.same):
        return None
    fits = all(
        one in ("same", "any") or _unified([Kind(one), kind]) is one
        for one, kind in zip(takes, kinds, strict=True)
    )
    return common if fits else None


def _unified(kinds: list[Kind]) -> Kind | None:
    there = {kind for kind in kinds if kind is not Kind.MISSING}
    if there == {Kind.INTEGER, Kind.NUMBER}:
        return Kind.NUMBER
    if len(there) > 1:
        return None
    return there.pop() if there else Kind.MISSING


def _as(bound: Bound, kind: Kind) -> Bound:
    if bound.kind is kind:
        return bound
    if bound.kind is Kind.MISSING:
        return Constant(None, kind)
    if isinstance(bound, Constant):
        value = bound.value
        return Constant(float(value) if isinstance(value, int) else value, kind)
    return Apply(says("CAST({0} AS DOUBLE)"), (bound,), bound.kind, kind)


def _unfit(function: Function, arguments: Sequence[Bound], node: Call) -> str:
    kinds = [argument.kind for argument in arguments]
    if set(kinds) == {Kind.TIME, Kind.ZONED_TIME}:
        return "one moment has a zone and the other has none; end the constant with Z or leave it."
    is_time = any(kind in (Kind.TIME, Kind.ZONED_TIME) for kind in kinds)
    texts = [one.value for one in arguments if isinstance(one, Constant) and one.kind is Kind.TEXT]
    if is_time and texts:
        return f'write date("{texts[0]}") for a moment.'
    if function.name == "=" and len(node.arguments) == 2 and Kind.TEXT in kinds:  # noqa: PLR2004
        return f"it compares {kinds[0]} with {kinds[1]} values; texts are written in quotes."
    told = " and ".join(kinds) if kinds else "nothing"
    return f"“{function.name}” is used as {function.usage}; it is given {told} here."


def _date(node: Call) -> Constant:
    (argument,) = node.arguments if len(node.arguments) == 1 else (None,)
    if not isinstance(argument, Literal) or not isinstance(argument.value, str):
        reason = 'date is used as date("2024-05-31") or date("2024-05-31T10:00:00Z").'
        raise InvalidExpression(node.position, reason)
    try:
        moment = datetime.fromisoformat(argument.value)
    except ValueError as error:
        reason = f'“{argument.value}” is no moment; write date("2024-05-31T10:00:00").'
        raise InvalidExpression(argument.position, reason) from error
    kind = Kind.TIME if moment.tzinfo is None else Kind.ZONED_TIME
    moment = moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment.astimezone(UTC)
    since = moment - _EPOCH
    micros = (since.days * 86_400 + since.seconds) * 1_000_000 + since.microseconds
    return Constant(micros, kind)
