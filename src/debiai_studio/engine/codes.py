"""Codes: each value of a column is its rank among the column's distinct values.

Because the dictionary is sorted and complete, a range is an interval of codes, a bin of a chart
is an interval of codes, and both are exact for every type. Missing values, NaN and the
infinities have codes of their own below the values.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Literal, TypeAlias

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from debiai_studio.datasets.model import Column, ColumnType
from debiai_studio.engine.values import Value, text_of

NULL, NAN, MINUS_INF, PLUS_INF, FIRST = 0, 1, 2, 3, 4
SPECIAL_TEXTS = (None, "nan", "-inf", "inf")

# Values looked at to tell whether most of them repeat: then hashing beats sorting by far.
_PROBE = 10_000
_BEYOND_INT64 = 2.0**63

Codes: TypeAlias = "npt.NDArray[Any]"  # uint16, or uint32 when there are more of them
Dictionary: TypeAlias = "npt.NDArray[Any] | pa.Array[Any]"  # float64, int64 or text
Slab: TypeAlias = "tuple[pa.ChunkedArray[Any], npt.NDArray[np.int64]]"
"""Values and the sample numbers they belong to."""


@dataclass(frozen=True, slots=True)
class Coded:
    """One column as codes.

    ``codes`` is [slabs, samples]: one slab for a sample column, one per model for a result.
    ``dictionary`` holds the distinct finite values, ascending; code ``FIRST + k`` is value k.
    """

    column: Column
    dictionary: Dictionary
    codes: Codes

    @property
    def size(self) -> int:
        """How many codes there are, those of missing values and the like included."""
        return len(self.dictionary) + FIRST

    def value(self, code: int) -> Value:
        """The value of a code from ``FIRST`` on."""
        entry = self.dictionary[code - FIRST]
        value: Value = entry.as_py() if isinstance(entry, pa.Scalar) else entry.item()
        return value

    def text(self, code: int) -> str | None:
        """The canonical text of any code; None for a missing value."""
        return SPECIAL_TEXTS[code] if code < FIRST else text_of(self.column, self.value(code))

    def numbers(self) -> npt.NDArray[np.float64]:
        """The finite values as float64 by code, zero for those below ``FIRST``."""
        numbers = np.zeros(self.size)
        if not isinstance(self.dictionary, pa.Array):
            numbers[FIRST:] = self.dictionary
        return numbers

    def position(self, value: Value, *, after: bool = False) -> int:
        """The first code whose value is not below ``value`` (or, with ``after``, above it)."""
        if isinstance(self.dictionary, pa.Array):
            return FIRST + self._text_position(str(value), after=after)
        if self.dictionary.dtype == np.int64:
            # NumPy would compare an int beyond int64 as a float.
            if not -(2**63) <= int(value) <= 2**63 - 1:
                return FIRST + (len(self.dictionary) if int(value) > 0 else 0)
            key = np.int64(value)
            return FIRST + int(self.dictionary.searchsorted(key, "right" if after else "left"))
        return FIRST + int(self.dictionary.searchsorted(float(value), "right" if after else "left"))

    def positions(self, values: npt.NDArray[Any], *, after: bool = False) -> npt.NDArray[Any]:
        """The position of each of several numbers, float64 or int64, compared exactly."""
        own = np.asarray(self.dictionary)
        side: Literal["left", "right"] = "right" if after else "left"
        if own.dtype == values.dtype:
            return FIRST + own.searchsorted(values, side)
        if own.dtype == np.int64:
            whole = np.floor(values) if after else np.ceil(values)
            inside = (whole >= -_BEYOND_INT64) & (whole < _BEYOND_INT64)
            found = own.searchsorted(np.where(inside, whole, 0).astype(np.int64), side)
            return FIRST + np.where(inside, found, np.where(whole > 0, len(own), 0))
        # No float lies between an integer and the one that it is rounded to, but beside that.
        keys = values.astype(np.float64)
        beyond = keys >= _BEYOND_INT64
        rounded = np.where(beyond, 0, keys).astype(np.int64)
        if after:
            keys = np.where(beyond | (rounded > values), np.nextafter(keys, -np.inf), keys)
        else:
            keys = np.where(~beyond & (rounded < values), np.nextafter(keys, np.inf), keys)
        return FIRST + own.searchsorted(keys, side)

    def code_of(self, value: Value) -> int | None:
        """The code of a finite value, None when the column does not hold it."""
        code = self.position(value)
        return code if code < self.size and self.value(code) == value else None

    def _text_position(self, text: str, *, after: bool) -> int:
        low, high = 0, len(self.dictionary)
        while low < high:
            middle = (low + high) // 2
            entry = self.dictionary[middle].as_py()
            if entry < text or (after and entry == text):
                low = middle + 1
            else:
                high = middle
        return low


def encode(column: Column, slabs: Sequence[Slab], n_samples: int) -> Coded:
    """The codes of a column from its stored values, one slab for each entry of ``slabs``."""
    coder = _text_codes if column.type is ColumnType.TEXT else _number_codes
    arrays = [_flat(column, values) for values, _ in slabs]
    dictionary, flat = coder(pa.chunked_array(arrays, type=arrays[0].type if arrays else None))
    width = np.uint16 if len(dictionary) + FIRST <= np.iinfo(np.uint16).max else np.uint32
    codes = np.zeros((max(len(slabs), 1), n_samples), width)
    start = 0
    for slab, (values, numbers) in enumerate(slabs):
        known = numbers < n_samples
        codes[slab, numbers[known]] = flat[start : start + len(values)][known]
        start += len(values)
    return Coded(column, dictionary, codes)


def _flat(column: Column, values: pa.ChunkedArray[Any]) -> pa.Array[Any]:
    wanted: Any = {
        ColumnType.TEXT: pa.large_string(),
        ColumnType.NUMBER: pa.float64(),
        ColumnType.BOOLEAN: pa.bool_(),
    }.get(column.type, pa.int64())
    cast = values.cast(wanted).combine_chunks()
    flat = cast.combine_chunks() if isinstance(cast, pa.ChunkedArray) else cast
    return flat.cast(pa.int64()) if column.type is ColumnType.BOOLEAN else flat


def _text_codes(values: pa.ChunkedArray[Any]) -> tuple[pa.Array[Any], npt.NDArray[np.int64]]:
    encoded: Any = pc.dictionary_encode(values).combine_chunks()
    if isinstance(encoded, pa.ChunkedArray):
        encoded = pa.concat_arrays(encoded.chunks)
    order = pc.sort_indices(encoded.dictionary).to_numpy(zero_copy_only=False)
    rank = np.empty(len(order) + 1, np.int64)
    rank[order] = np.arange(FIRST, len(order) + FIRST)
    rank[-1] = NULL
    indices = encoded.indices.fill_null(len(order)).to_numpy(zero_copy_only=False)
    return encoded.dictionary.take(pa.array(order)), rank[indices]


def _number_codes(
    values: pa.ChunkedArray[Any],
) -> tuple[npt.NDArray[Any], npt.NDArray[np.int64]]:
    zero: Any = 0
    numbers = values.fill_null(zero).to_numpy()
    codes = np.zeros(len(numbers), np.int64)
    ordinary = values.is_valid().to_numpy(zero_copy_only=False)
    if numbers.dtype == np.float64:
        for code, special in (
            (NAN, np.isnan(numbers)),
            (MINUS_INF, np.isneginf(numbers)),
            (PLUS_INF, np.isposinf(numbers)),
        ):
            codes[special & ordinary] = code
            ordinary = ordinary & ~special
        numbers = numbers + 0.0  # -0.0 is 0.0
    if ordinary.all():
        dictionary, rank = _ranks(numbers)
        return dictionary, rank + FIRST
    dictionary, rank = _ranks(numbers[ordinary])
    codes[ordinary] = rank + FIRST
    return dictionary, codes


def _ranks(
    numbers: npt.NDArray[Any],
) -> tuple[npt.NDArray[Any], npt.NDArray[np.int64]]:
    """The distinct numbers, ascending, and each one's place among them."""
    if numbers.dtype == np.int64 and len(numbers):
        low, high = int(numbers.min()), int(numbers.max())
        if high - low < 4 * len(numbers):
            present = np.zeros(high - low + 1, np.int64)
            present[numbers - low] = 1
            return np.flatnonzero(present) + low, (np.cumsum(present) - 1)[numbers - low]
    probe = numbers[:: max(len(numbers) // _PROBE, 1)]
    if len(np.unique(probe)) * 2 > len(probe):
        dictionary, rank = np.unique(numbers, return_inverse=True)
        return dictionary, rank.astype(np.int64)
    encoded = pa.array(numbers).dictionary_encode()
    distinct = encoded.dictionary.to_numpy()
    order = np.argsort(distinct)
    place = np.empty(len(order), np.int64)
    place[order] = np.arange(len(order))
    return distinct[order], place[encoded.indices.to_numpy()]
