"""What becomes of outputs: columns where there is a value for each row, kept values otherwise."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

from debiai_studio.algorithms.errors import AlgorithmFailed
from debiai_studio.algorithms.model import Algorithm, KeptValue
from debiai_studio.algorithms.ports import Returned
from debiai_studio.datasets.model import ColumnType

MOST_KEPT = 1_000
_LONGEST_TEXT = 10_000
_DECLARED = {
    "number": (ColumnType.NUMBER, pa.float64()),
    "text": (ColumnType.TEXT, pa.string()),
    "boolean": (ColumnType.BOOLEAN, pa.bool_()),
}


@dataclass(frozen=True, slots=True)
class NewValues:
    """The values of one column, a value for each row."""

    output: str
    type: ColumnType
    values: pa.Array[Any]


def sorted_out(
    algorithm: Algorithm, returned: Sequence[Returned], n_rows: int | None
) -> tuple[list[NewValues], list[KeptValue]]:
    """The columns, and what is kept as it is; ``n_rows`` None: nothing was given of each row."""
    items = {output.name: output.items for output in algorithm.outputs}
    columns: list[NewValues] = []
    kept: list[KeptValue] = []
    for one in returned:
        value = one.value
        if isinstance(value, pa.Array) and len(value) == n_rows:
            made = _column(one.name, value, items.get(one.name, "any"))
            if made is not None:
                columns.append(made)
                continue
            note = "Its values are no numbers, texts or booleans, so that no column was made."
        elif isinstance(value, pa.Array | list) and n_rows is not None:
            note = f"{_values(len(value))} for {n_rows:,} rows, so that no column was made."
        else:
            note = ""
        kept.append(_kept(one.name, value, note))
    return columns, kept


def _column(output: str, values: pa.Array[Any], items: str) -> NewValues | None:
    type_ = values.type
    if pa.types.is_dictionary(type_):
        values = values.cast(type_.value_type)
        type_ = values.type
    try:
        if pa.types.is_null(type_):
            declared = _DECLARED.get(items)
            return declared and NewValues(output, declared[0], values.cast(declared[1]))
        if pa.types.is_boolean(type_):
            return NewValues(output, ColumnType.BOOLEAN, values)
        if pa.types.is_integer(type_):
            return NewValues(output, ColumnType.INTEGER, values.cast(pa.int64()))
        if pa.types.is_floating(type_):
            return NewValues(output, ColumnType.NUMBER, values.cast(pa.float64()))
        if pa.types.is_string(type_) or pa.types.is_large_string(type_):
            texts = values.cast(pa.string())
            return NewValues(output, ColumnType.TEXT, _sound(output, texts))
    except pa.ArrowInvalid as error:
        raise AlgorithmFailed(f'The output "{output}" does not fit a column: {error}') from error
    return None


def _sound(output: str, texts: pa.Array[Any]) -> pa.Array[Any]:
    if pc.any(pc.match_substring(texts, "\0")).as_py():
        raise AlgorithmFailed(f'The output "{output}" holds the character U+0000.')
    return texts


def _kept(output: str, value: Any, note: str) -> KeptValue:
    if isinstance(value, pa.Array | list):
        n_values = len(value)
        shown = value.slice(0, MOST_KEPT).to_pylist() if isinstance(value, pa.Array) else value
        if n_values > MOST_KEPT:
            note = f"{note} The first {MOST_KEPT:,} are kept.".strip()
        return KeptValue(output=output, value=_plain(shown[:MOST_KEPT]), note=note)
    return KeptValue(output=output, value=_plain(value), note=note)


def _plain(value: Any) -> Any:
    """As JSON takes it: what is no number as a word, other things as text."""
    if isinstance(value, float) and not math.isfinite(value):
        return "NaN" if math.isnan(value) else "Infinity" if value > 0 else "-Infinity"
    if isinstance(value, list | tuple):
        return [_plain(one) for one in value]
    if isinstance(value, dict):
        return {str(key): _plain(one) for key, one in value.items()}
    if value is None or isinstance(value, bool | int | float):
        return value
    return str(value)[:_LONGEST_TEXT]


def _values(n_values: int) -> str:
    return "1 value" if n_values == 1 else f"{n_values:,} values"
