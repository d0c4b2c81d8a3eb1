"""Reads an answer: strictly, as a whole, with a sentence for what is not as it must be."""

from __future__ import annotations

import json
from dataclasses import dataclass
from itertools import chain
from typing import Any, NoReturn

import numpy as np
import pyarrow as pa

from debiai_studio.answers.errors import MalformedAnswer
from debiai_studio.datasets.model import ColumnType
from debiai_studio.datasets.results import ResultValues

LISTS = ("samples", "results")
ID = "id"
MOST_ROWS = 1_000_000
MOST_NAMES = 50
LONGEST_NAME = 200
_INT64 = range(-(2**63), 2**63)
_EXACT = 2**53


@dataclass(frozen=True, slots=True)
class Given:
    """The rows of an answer: an id each, and the values under their names, in order."""

    ids: list[str | int]
    rows: list[dict[str, Any]]
    set_digest: str | None = None


def parse(body: bytes) -> Given:
    """The rows; none when the answer holds no list of samples. Raises MalformedAnswer."""
    document = _json(body)
    if isinstance(document, dict):
        lists = [name for name in LISTS if name in document]
        if len(lists) > 1:
            raise MalformedAnswer('It has both "samples" and "results".')
        said = document.get("set_digest")
        digest = said if isinstance(said, str) else None
        given = document[lists[0]] if lists else []
        if not isinstance(given, list):
            raise MalformedAnswer(f'Under "{lists[0]}" there is no list.')
    elif isinstance(document, list):
        given, digest = document, None
    else:
        raise MalformedAnswer("It is neither a list nor an object.")
    if len(given) > MOST_ROWS:
        raise MalformedAnswer(f"It has {len(given):,} rows; an answer has at most {MOST_ROWS:,}.")
    ids = [_id_of(row, place) for place, row in enumerate(given, start=1)]
    if not _is_sound(ids):
        for place, id_ in enumerate(ids, start=1):
            if isinstance(id_, str):
                _check_text(id_, f"The id of row {place:,}")
    if given and all(len(row) == 1 for row in given):
        raise MalformedAnswer("Its rows hold an id and nothing else.")
    return Given(ids, given, digest)


def columns_of(rows: list[dict[str, Any]]) -> dict[str, ResultValues]:
    """The values by name, one for each row. Raises MalformedAnswer naming row and value."""
    names = [name for name in dict.fromkeys(chain.from_iterable(rows)) if name != ID]
    if len(names) > MOST_NAMES:
        raise MalformedAnswer(f"It has {len(names)} names; an answer has at most {MOST_NAMES}.")
    for name in names:
        _check_name(name)
    return {name: _column(name, rows) for name in names}


def _json(body: bytes) -> Any:
    try:
        return json.loads(body.decode("utf-8-sig"), parse_constant=_no_constant)
    except UnicodeDecodeError as error:
        raise MalformedAnswer("It is not UTF-8.") from error
    except RecursionError as error:
        raise MalformedAnswer("It is nested too deeply.") from error
    except json.JSONDecodeError as error:
        where = f"line {error.lineno}, column {error.colno}"
        raise MalformedAnswer(f"It is not JSON ({where}: {error.msg}).") from error
    except ValueError as error:  # a number of thousands of digits
        raise MalformedAnswer("It holds a number that is too long.") from error


def _no_constant(word: str) -> NoReturn:
    raise MalformedAnswer(f"{word} is not JSON; write null where there is no value.")


def _id_of(row: object, place: int) -> str | int:
    if not isinstance(row, dict):
        raise MalformedAnswer(f"Row {place:,} is not an object.")
    id_ = row.get(ID)
    if isinstance(id_, bool) or not isinstance(id_, str | int):
        raise MalformedAnswer(f'Row {place:,} has no "id" that is a text or a whole number.')
    return id_


def _check_name(name: str) -> None:
    if not name.strip() or len(name) > LONGEST_NAME or not name.isprintable():
        shown = ascii(name[:40])
        raise MalformedAnswer(
            f"The name {shown} cannot be a column: use 1 to {LONGEST_NAME} printable characters."
        )


def _check_text(text: str, what: str) -> None:
    try:
        text.encode()
    except UnicodeEncodeError as error:
        raise MalformedAnswer(f"{what} holds half a character (a lone surrogate).") from error
    if "\0" in text:
        raise MalformedAnswer(f"{what} holds the character U+0000.")


def _is_sound(values: list[Any]) -> bool:
    """Whether all texts among the values can be kept; told at once, which is the rule."""
    together = "".join(value for value in values if isinstance(value, str))
    try:
        together.encode()
    except UnicodeEncodeError:
        return False
    return "\0" not in together


def _column(name: str, rows: list[dict[str, Any]]) -> ResultValues:
    there = np.fromiter((name in row for row in rows), bool, len(rows))
    values = [row.get(name) for row in rows]
    if set(map(type, values)) <= {str, type(None)} and _is_sound(values):
        type_ = None if values.count(None) == len(values) else ColumnType.TEXT
        return ResultValues(type_, _array(name, type_, values), there)
    type_ = None
    for place, value in enumerate(values, start=1):
        if value is None:
            continue
        found = _type_of(name, value, place)
        if type_ is None or type_ is found:
            type_ = found
        elif {type_, found} == {ColumnType.INTEGER, ColumnType.NUMBER}:
            type_ = ColumnType.NUMBER
        else:
            raise MalformedAnswer(
                f'"{name}" of row {place:,} is {found.value}, but {type_.value} before.'
            )
    return ResultValues(type_, _array(name, type_, values), there)


def _type_of(name: str, value: object, place: int) -> ColumnType:
    if isinstance(value, str):
        _check_text(value, f'"{name}" of row {place:,}')
        return ColumnType.TEXT
    if isinstance(value, bool):
        return ColumnType.BOOLEAN
    if isinstance(value, int):
        if value not in _INT64:
            raise MalformedAnswer(f'"{name}" of row {place:,} is beyond 64 bits; send it as text.')
        return ColumnType.INTEGER
    if isinstance(value, float):
        if value in (float("inf"), float("-inf")):
            raise MalformedAnswer(f'"{name}" of row {place:,} is too large for a number.')
        return ColumnType.NUMBER
    kind = "a list" if isinstance(value, list) else "an object"
    raise MalformedAnswer(
        f'"{name}" of row {place:,} is {kind}; a value is a text, a number, true, false or null.'
    )


def _array(name: str, type_: ColumnType | None, values: list[Any]) -> pa.Array[Any]:
    if type_ is ColumnType.NUMBER:
        for place, value in enumerate(values, start=1):
            if isinstance(value, int) and not -_EXACT <= value <= _EXACT:
                raise MalformedAnswer(
                    f'"{name}" of row {place:,} is a whole number beyond 2^53 among numbers '
                    "with decimals, where it would not stay exact; send it as text."
                )
        return pa.array([None if v is None else float(v) for v in values], pa.float64())
    arrow: dict[ColumnType | None, pa.DataType] = {
        ColumnType.TEXT: pa.string(),
        ColumnType.INTEGER: pa.int64(),
        ColumnType.BOOLEAN: pa.bool_(),
    }
    return pa.array(values, arrow.get(type_, pa.null()))
