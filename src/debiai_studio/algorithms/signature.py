"""A function as an algorithm: its form from hints and docstring, its arguments, what it returns."""

from __future__ import annotations

import inspect
import re
import types
import typing
from collections.abc import Callable, Mapping, Sequence
from typing import Any, get_args, get_origin

import numpy as np
import pyarrow as pa
from pydantic import TypeAdapter, ValidationError

from debiai_studio.algorithms.errors import AlgorithmFailed, InvalidInput
from debiai_studio.algorithms.hints import FEATURES, NUMBERS, VALUES, Progress
from debiai_studio.algorithms.model import Algorithm, Input, ItemType, Output, ValueType
from debiai_studio.algorithms.ports import Argument, Column

Function = Callable[..., Any]

RESULT = "result"
_ITEMS: dict[Any, ItemType] = {float: "number", int: "number", str: "text", bool: "boolean"}
_SCALARS: dict[str, ValueType] = {
    "number": "number",
    "integer": "number",
    "string": "text",
    "boolean": "boolean",
}
_SECTION = re.compile(r"^(Args|Arguments|Parameters|Returns|Raises|Attributes|Yields|Examples?):$")
_ENTRY = re.compile(r"^(\w+)\s*(?:\([^)]*\))?:\s*(.*)$")


def described(id_: str, function: Function, *, version: str | None, author: str) -> Algorithm:
    """The algorithm that a function is: the first line of its docstring is its name."""
    title, text, entries = _docstring(function)
    hints = typing.get_type_hints(function, include_extras=True)
    parameters = inspect.signature(function).parameters.values()
    inputs = [
        _input(parameter, hints.get(parameter.name), entries.get(parameter.name, ""))
        for parameter in parameters
        if hints.get(parameter.name) != Progress
    ]
    return Algorithm(
        id=id_,
        name=title or id_.replace("_", " ").capitalize(),
        description=text,
        author=author,
        version=version,
        inputs=inputs,
        outputs=_outputs(function, hints.get("return")),
    )


def called(
    function: Function, arguments: Mapping[str, Argument], progress: Progress
) -> dict[str, Any]:
    """What the function gave, by output. Raises InvalidInput, and what the function raises."""
    hints = typing.get_type_hints(function, include_extras=True)
    given: dict[str, Any] = {}
    for name in inspect.signature(function).parameters:
        if hints.get(name) == Progress:
            given[name] = progress
        elif name in arguments:
            given[name] = _converted(name, arguments[name], hints.get(name))
    returned = function(**given)
    if isinstance(returned, tuple) and hasattr(returned, "_asdict"):
        return dict(returned._asdict())
    return {RESULT: returned}


def array_of(output: str, value: Any) -> pa.Array[Any] | None:
    """The value as an Arrow array, NaN of NumPy missing; None when it is no list.

    Raises AlgorithmFailed for values of several types.
    """
    if isinstance(value, pa.ChunkedArray):
        return pa.concat_arrays(value.chunks) if value.num_chunks else pa.array([], value.type)
    if isinstance(value, pa.Array):
        return value
    try:
        if isinstance(value, np.ndarray):
            if value.ndim != 1:
                return pa.array(value.tolist())
            return pa.array(value, from_pandas=True)
        if isinstance(value, list | tuple):
            return pa.array(value)
    except (pa.ArrowInvalid, pa.ArrowTypeError, pa.ArrowNotImplementedError) as error:
        raise AlgorithmFailed(
            f'The output "{output}" holds values that make no column: {error}'
        ) from error
    return None


def _converted(name: str, argument: Argument, hint: Any) -> Any:
    mark = _mark(hint)
    columns = _columns(argument)
    if columns is None:
        if mark == NUMBERS:
            return np.asarray(_validated(name, argument, list[float | None]), np.float64)
        if mark == VALUES:
            return pa.array(_validated(name, argument, list[Any]))
        return argument if hint is None else _validated(name, argument, hint)
    if mark == FEATURES:
        return np.column_stack([_numbers(column.values) for column in columns])
    if mark == NUMBERS:
        return _numbers(columns[0].values)
    return columns[0].values if mark == VALUES else columns[0].values.to_pylist()


def _columns(argument: Argument) -> Sequence[Column] | None:
    if isinstance(argument, Column):
        return [argument]
    if isinstance(argument, list) and argument and isinstance(argument[0], Column):
        return argument
    return None


def _numbers(values: pa.Array[Any]) -> np.ndarray[Any, np.dtype[np.float64]]:
    """Float64 [rows], whole numbers beyond 2^53 to the nearest; NaN where a value is missing."""
    return np.asarray(
        values.cast(pa.float64(), safe=False).to_numpy(zero_copy_only=False), np.float64
    )


def _validated(name: str, value: Any, hint: Any) -> Any:
    try:
        return TypeAdapter(hint).validate_python(value)
    except ValidationError as error:
        raise InvalidInput(name, f"is not what it takes: {error.errors()[0]['msg']}.") from error


def _input(parameter: inspect.Parameter, hint: Any, description: str) -> Input:
    required = parameter.default is inspect.Parameter.empty
    default = None if required else parameter.default
    more = {
        "name": parameter.name,
        "description": description,
        "default": default,
        "required": required,
    }
    type_, items = _shape(hint)
    if type_ != "any" or hint is None or hint is Any:
        return Input(**more, type=type_, items=items)
    schema = _schema(hint)
    choices = schema.get("enum") or ([schema["const"]] if "const" in schema else [])
    return Input(
        **more,
        type=_SCALARS.get(str(schema.get("type")), "any"),
        choices=choices,
        min=schema.get("minimum", schema.get("exclusiveMinimum")),
        max=schema.get("maximum", schema.get("exclusiveMaximum")),
    )


def _schema(hint: Any) -> dict[str, Any]:
    schema = TypeAdapter(hint).json_schema()
    others = [one for one in schema.get("anyOf", []) if one.get("type") != "null"]
    return others[0] if len(others) == 1 else schema


def _shape(hint: Any) -> tuple[ValueType, ItemType]:
    """Array or columns, and of what; "any" for everything else."""
    mark = _mark(hint)
    if mark == NUMBERS:
        return "array", "number"
    if mark == FEATURES:
        return "columns", "number"
    if mark == VALUES:
        return "array", "any"
    origin = get_origin(hint) or hint
    if origin in (list, tuple, Sequence):
        items = [one for one in _union(next(iter(get_args(hint)), Any)) if one is not type(None)]
        return "array", _ITEMS.get(items[0], "any") if len(items) == 1 else "any"
    if origin in (np.ndarray, pa.Array):
        return "array", "any"
    return "any", "any"


def _union(hint: Any) -> tuple[Any, ...]:
    return get_args(hint) if get_origin(hint) in (types.UnionType, typing.Union) else (hint,)


def _mark(hint: Any) -> str | None:
    marks = getattr(hint, "__metadata__", ())
    return next((mark for mark in marks if mark in (NUMBERS, FEATURES, VALUES)), None)


def _outputs(function: Function, hint: Any) -> list[Output]:
    if isinstance(hint, type) and issubclass(hint, tuple) and hasattr(hint, "_fields"):
        _, _, entries = _docstring(hint)
        fields = typing.get_type_hints(hint, include_extras=True)
        return [_output(name, entries.get(name, ""), fields.get(name)) for name in hint._fields]
    text = _section(inspect.getdoc(function) or "", "Returns")
    return [_output(RESULT, text, hint)]


def _output(name: str, description: str, hint: Any) -> Output:
    type_, items = _shape(hint)
    if type_ == "any":
        type_ = _ITEMS.get(hint, "any")
    return Output(name=name, description=description, type=type_, items=items)


def _docstring(of: Any) -> tuple[str, str, dict[str, str]]:
    """Title, description, and what is said of each parameter or attribute."""
    lines = (inspect.getdoc(of) or "").splitlines()
    head: list[str] = []
    entries: dict[str, str] = {}
    section, entry = "", ""
    for line in lines:
        found = _SECTION.match(line.strip()) if not line.startswith(" ") else None
        if found:
            section, entry = found[1], ""
        elif not section:
            head.append(line)
        elif section in ("Args", "Arguments", "Parameters", "Attributes"):
            named = _ENTRY.match(line.strip())
            indent = len(line) - len(line.lstrip())
            if named and indent <= _INDENT:
                entry = named[1]
                entries[entry] = named[2]
            elif entry and line.strip():
                entries[entry] = f"{entries[entry]} {line.strip()}".strip()
    title = head[0].strip().rstrip(".") if head else ""
    return title, " ".join(" ".join(head[1:]).split()), entries


def _section(text: str, name: str) -> str:
    found = re.search(rf"^{name}:\n((?:[ \t]+.*\n?|\n)+)", text, re.MULTILINE)
    return " ".join(found[1].split()) if found else ""


_INDENT = 4
