"""Codes: each value of a column is its rank among the column's distinct values.

Because the dictionary is sorted and complete, a range is an interval of codes, a bin of a chart
is an interval of codes, and both are exact for every type. Missing values, NaN and the
infinities have codes of their own below the values.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Literal, TypeAlias

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from debiai_studio.datasets.model import Column
from debiai_studio.engine.values import Value, text_of

NULL, NAN, MINUS_INF, PLUS_INF, FIRST = 0, 1, 2, 3, 4
SPECIAL_TEXTS = (None, "nan", "-inf", "inf")

# Codes that are looked at together where there may be about as many as rows.
BLOCK = 1 << 20

_BEYOND_INT64 = 2.0**63

Codes: TypeAlias = "npt.NDArray[Any]"  # uint16, or uint32 when there are more of them
Totals: TypeAlias = "npt.NDArray[np.uint32]"
"""How many rows have each code."""
Dictionary: TypeAlias = "npt.NDArray[Any] | pa.Array[Any]"  # float64, int64 or text


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

    def numbers(self, start: int = 0, stop: int | None = None) -> npt.NDArray[np.float64]:
        """The finite values as float64 by code, zero for those below ``FIRST``.

        Those of the codes from ``start`` to before ``stop`` alone, if given.
        """
        stop = self.size if stop is None else min(stop, self.size)
        numbers = np.zeros(stop - start)
        if not isinstance(self.dictionary, pa.Array):
            aside = max(FIRST - start, 0)
            numbers[aside:] = self.dictionary[start + aside - FIRST : stop - FIRST]
        return numbers

    def number_at(self, code: int) -> float:
        """The finite value of a code from ``FIRST`` on, as float64."""
        return float(self.numbers(code, code + 1)[0])

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


def ends_of(totals: Totals) -> tuple[int, int] | None:
    """The lowest and the highest code from ``FIRST`` on that rows have; None when none has one."""
    found: list[int] = []
    for start in range(FIRST, len(totals), BLOCK):
        present = np.flatnonzero(totals[start : start + BLOCK])
        if len(present):
            found += [start + int(present[0]), start + int(present[-1])]
    return (found[0], found[-1]) if found else None
