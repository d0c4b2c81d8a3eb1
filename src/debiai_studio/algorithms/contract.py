"""The contract of DebiAI's algo-providers: descriptions read, inputs written, outputs read."""

from __future__ import annotations

import json
from typing import Any

import orjson
import pyarrow as pa
from pydantic import BaseModel, Field, ValidationError

from debiai_studio.algorithms.errors import AlgorithmFailed
from debiai_studio.algorithms.model import (
    IDS,
    PROJECT,
    Algorithm,
    Input,
    ItemType,
    Output,
    ValueType,
)
from debiai_studio.algorithms.ports import Call, Column, Returned
from debiai_studio.algorithms.signature import array_of

_TYPES: dict[str, ValueType] = {
    "string": "text",
    "text": "text",
    "number": "number",
    "boolean": "boolean",
    "array": "array",
}
_ITEMS: dict[str, ItemType] = {
    "string": "text",
    "text": "text",
    "number": "number",
    "boolean": "boolean",
}
# JSON has no word for them; DebiAI's page tolerates these.
_WORDS = {"Infinity": float("inf"), "-Infinity": float("-inf"), "NaN": float("nan")}


class _Value(BaseModel):
    name: str
    description: str | None = None
    type: str = "any"
    arrayType: str | None = None  # noqa: N815 - the contract's name
    availableValues: list[Any] | None = None  # noqa: N815
    default: Any = None
    min: float | None = None
    max: float | None = None
    lengthMin: int | None = None  # noqa: N815
    lengthMax: int | None = None  # noqa: N815


class _Described(BaseModel):
    id: str
    name: str | None = None
    description: str | None = None
    tags: list[str] | None = None
    author: str | None = None
    version: str | None = None
    creationDate: str | None = None  # noqa: N815
    updateDate: str | None = None  # noqa: N815
    inputs: list[_Value] = Field(default_factory=list)
    outputs: list[_Value] = Field(default_factory=list)


def read_algorithms(body: bytes) -> list[Algorithm]:
    """The algorithms that a provider describes. Raises ValueError with the place."""
    found = json.loads(body)
    if not isinstance(found, list):
        raise ValueError("the answer is not a list of algorithms.")  # noqa: TRY004
    algorithms = []
    for place, one in enumerate(found, start=1):
        try:
            algorithms.append(_algorithm(_Described.model_validate(one)))
        except ValidationError as error:
            first = error.errors()[0]
            where = ".".join(str(part) for part in first["loc"])
            raise ValueError(f"algorithm {place}, {where}: {first['msg']}.") from error
    return algorithms


def write_algorithm(algorithm: Algorithm) -> dict[str, Any]:
    """The description of an algorithm; what is not known is left out."""
    described = {
        "id": algorithm.id,
        "name": algorithm.name,
        "description": algorithm.description,
        "tags": algorithm.tags,
        "author": algorithm.author,
        "version": algorithm.version,
        "creationDate": algorithm.created,
        "updateDate": algorithm.updated,
        "inputs": [_written_input(one) for one in algorithm.inputs],
        "outputs": [_written(one) for one in algorithm.outputs],
    }
    return {key: value for key, value in described.items() if value not in (None, "")}


def _written_input(one: Input) -> dict[str, Any]:
    more = {
        "availableValues": one.choices or None,
        "default": one.default,
        "min": one.min,
        "max": one.max,
        "lengthMin": one.length_min,
        "lengthMax": one.length_max,
    }
    return _written(one) | {
        key: _as_a_page_writes(value) for key, value in more.items() if value is not None
    }


def _written(one: Input | Output) -> dict[str, Any]:
    described: dict[str, Any] = {"name": one.name}
    if one.description:
        described["description"] = one.description
    if one.type == "columns":
        return described | {"type": "array", "arrayType": "array"}
    if one.type == "array" and one.items != "any":
        return described | {"type": "array", "arrayType": one.items}
    return described | {"type": "string" if one.type == "text" else one.type}


def write_inputs(call: Call) -> bytes:
    """The body of a run. A missing value, NaN and the infinities are null."""
    inputs = []
    for name, argument in call.arguments.items():
        if isinstance(argument, Column):
            values = argument.values.to_pylist()
            inputs.append({"name": name, "value": values, "columnLabel": argument.label})
        else:
            inputs.append({"name": name, "value": _as_a_page_writes(argument)})
    return orjson.dumps({"inputs": inputs})


def _as_a_page_writes(value: Any) -> Any:
    """Whole numbers without a decimal point, as DebiAI's page sends them: a provider may need it.

    One in Python describes the default 3 of a whole number as 3.0.
    """
    if isinstance(value, float) and value.is_integer():
        return int(value)
    return [_as_a_page_writes(one) for one in value] if isinstance(value, list) else value


def read_outputs(call: Call, body: bytes) -> list[Returned]:
    """What came back. Raises AlgorithmFailed when it is not what the contract says."""
    try:
        found = json.loads(body)
    except ValueError as error:
        raise AlgorithmFailed(f"What came back is not JSON: {error}") from error
    if isinstance(found, dict):
        found = found.get("outputs")
    items = found if isinstance(found, list) else [None]
    declared = {output.name: output for output in call.algorithm.outputs}
    outputs: dict[str, Returned] = {}
    for item in items:
        if not isinstance(item, dict) or not isinstance(item.get("name"), str):
            raise AlgorithmFailed("What came back is not a list of outputs with name and value.")
        name, value = item["name"], item.get("value")
        if name in outputs:
            raise AlgorithmFailed(f'The output "{name}" came twice.')
        known = declared.get(name)
        outputs[name] = Returned(name, _read(name, value, known.items if known else "any"))
    return list(outputs.values())


def _read(name: str, value: Any, items: ItemType) -> Any:
    if not isinstance(value, list):
        return value
    if items == "number" or any(isinstance(one, float) for one in value):
        value = [_WORDS.get(one, one) if isinstance(one, str) else one for one in value]
    if any(isinstance(one, list | dict) for one in value):
        return value
    array = array_of(name, value)
    return value if array is None or pa.types.is_nested(array.type) else array


def _algorithm(one: _Described) -> Algorithm:
    return Algorithm(
        id=one.id,
        name=one.name or one.id,
        description=one.description or "",
        tags=one.tags or [],
        author=one.author,
        version=one.version,
        created=one.creationDate,
        updated=one.updateDate,
        inputs=[_input(value) for value in one.inputs],
        outputs=[
            Output(
                name=value.name,
                description=value.description or "",
                type=_TYPES.get(value.type, "any"),
                items=_ITEMS.get(value.arrayType or "", "any"),
            )
            for value in one.outputs
        ],
    )


def _input(value: _Value) -> Input:
    type_ = _TYPES.get(value.type, "any")
    filled = None
    if value.name == IDS and type_ in ("array", "any"):
        filled = "ids"
    elif value.name == PROJECT and type_ in ("text", "any"):
        filled = "project"
    return Input(
        name=value.name,
        description=value.description or "",
        type=type_,
        items=_ITEMS.get(value.arrayType or "", "any"),
        choices=value.availableValues or [],
        default=value.default,
        required=value.default is None and filled is None,
        min=value.min,
        max=value.max,
        length_min=value.lengthMin,
        length_max=value.lengthMax,
        filled=filled,
    )
