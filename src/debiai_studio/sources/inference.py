"""The type of a column, found by reading all of its values and never a sample of them."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, field
from enum import StrEnum

import pyarrow as pa
import pyarrow.compute as pc

from debiai_studio.datasets.model import ColumnType
from debiai_studio.sources.arrow_types import NAIVE, ZONED, kept, plain, text_of
from debiai_studio.sources.errors import shortened
from debiai_studio.sources.ports import Style
from debiai_studio.sources.text_values import as_numbers, as_times, is_boolean, trimmed

_N_EXAMPLES = 3
# Values seen before the first batch is, so that one odd value far down can be named.
_FIRST_LOOK = 100
_LARGEST = 2**63 - 1


class Fit(StrEnum):
    """The narrowest thing that all values so far are."""

    NOTHING = "nothing"
    INTEGER = "an integer"
    LONG = "an integer beyond 64 bits"
    NUMBER = "a number"
    BOOLEAN = "true or false"
    NAIVE = "a time"
    ZONED = "a time with zone"
    ARRAY = "an array"
    DICT = "a dict"
    TEXT = "text"


_TYPES = {
    Fit.INTEGER: ColumnType.INTEGER,
    Fit.NUMBER: ColumnType.NUMBER,
    Fit.BOOLEAN: ColumnType.BOOLEAN,
    Fit.NAIVE: ColumnType.TIME,
    Fit.ZONED: ColumnType.TIME,
    Fit.ARRAY: ColumnType.ARRAY,
    Fit.DICT: ColumnType.DICT,
}
_OTHER_CUSTOMS = (
    (
        re.compile(r"\s*[+-]?(\d{1,3}(\.\d{3})+|\d+),\d+\s*"),
        "Looks like numbers with decimal commas: kept as text; save them with points.",
    ),
    (
        re.compile(r"\s*\d{1,2}[./-]\d{1,2}[./-](\d{4}|\d{2})([ T]\d{1,2}:\d{2}.*)?\s*"),
        "Looks like dates: kept as text; save them as year-month-day, like 2020-12-31.",
    ),
)
_JOINED = {
    frozenset((Fit.INTEGER, Fit.NUMBER)): Fit.NUMBER,
    frozenset((Fit.INTEGER, Fit.LONG)): Fit.LONG,
    frozenset((Fit.LONG, Fit.NUMBER)): Fit.NUMBER,
}


def joined(one: Fit, other: Fit) -> Fit:
    """What values of both are."""
    if one is other or other is Fit.NOTHING:
        return one
    if one is Fit.NOTHING:
        return other
    return _JOINED.get(frozenset((one, other)), Fit.TEXT)


def fit_of_text(values: pa.Array, hint: Fit = Fit.NOTHING) -> Fit:
    """What all of the text values are (no NULL among them); ``hint`` is tried first."""
    if not len(values):
        return Fit.NOTHING
    if hint is Fit.TEXT:
        return hint
    for fit in sorted(_TESTS, key=lambda each: each is not hint):
        if _TESTS[fit](values):
            return fit
    bare = trimmed(values)
    return Fit.TEXT if bare.equals(values) else fit_of_text(bare, hint)


def _is_integer(values: pa.Array) -> bool:
    # An integer is what is written as one: not 007, +5 or 0x10.
    try:
        return bool(values.cast(pa.int64()).cast(pa.string()).equals(values))
    except pa.ArrowInvalid:
        return False


def _is_long(values: pa.Array) -> bool:
    return bool(pc.all(pc.match_substring_regex(values, r"^(0|-?[1-9][0-9]*)$")).as_py())


def _is_number(values: pa.Array) -> bool:
    if as_numbers(values) is None:
        return False
    return not pc.any(pc.match_substring_regex(values, r"^[+-]?0[0-9]")).as_py()


_TESTS: dict[Fit, Callable[[pa.Array], bool]] = {
    Fit.INTEGER: _is_integer,
    Fit.LONG: _is_long,
    Fit.NUMBER: _is_number,
    Fit.BOOLEAN: is_boolean,
    Fit.NAIVE: lambda values: as_times(values, NAIVE) is not None,
    Fit.ZONED: lambda values: as_times(values, ZONED) is not None,
}


@dataclass(slots=True)
class ColumnProfile:
    """What is known of one column after the batches so far."""

    name: str
    style: Style
    fit: Fit = Fit.NOTHING
    zoned: bool = False
    present: int = 0
    examples: list[str | None] = field(default_factory=list)
    note: str | None = None
    skip: bool = False
    stated: ColumnType | None = None  # by a file that states its types
    is_unsigned: bool = False  # of 64 bits, so that values may be too large for an integer

    def add(self, array: pa.Array, meta: str, first_row: int) -> None:
        """Take in a batch's values; ``first_row`` counts from 0."""
        self.present += len(array) - array.null_count
        if self.style is Style.TYPED:
            self._add_typed(array, first_row)
        elif self.style is Style.JSON:
            self._add_json(array, meta, first_row)
        elif first_row == 0:
            self._add_text(array.slice(0, _FIRST_LOOK), 0)
            self._add_text(array.slice(_FIRST_LOOK), _FIRST_LOOK)
        else:
            self._add_text(array, first_row)
        if len(self.examples) < _N_EXAMPLES:
            self._add_examples(array)

    @property
    def type(self) -> ColumnType:
        """The column's type."""
        return self.stated or _TYPES.get(self.fit, ColumnType.TEXT)

    @property
    def is_zoned(self) -> bool:
        """Whether times have a zone."""
        return self.zoned or self.fit is Fit.ZONED

    @property
    def depends_on_values(self) -> bool:
        """Whether a value yet to come may change the type that the file states."""
        return self.is_unsigned and self.fit is not Fit.LONG

    @property
    def told(self) -> str | None:
        """Why the type was chosen, when that is not plain."""
        if self.note:
            return self.note
        if self.fit is Fit.LONG:
            return "Integers beyond 64 bits are kept as text, so that no digit is lost."
        if self.fit is Fit.TEXT and self.style is Style.TEXT:
            return _told_of_look(self.examples)
        if self.fit is Fit.NOTHING and self.style is not Style.TYPED:
            return "There are no values."
        return None

    def _add_typed(self, array: pa.Array, first_row: int) -> None:
        if first_row == 0:
            found = kept(array.type)
            self.stated, self.zoned, self.skip = found.type, found.zoned, found.skip
            self.note = found.note
            self.is_unsigned = pa.types.is_uint64(array.type)
        if self.is_unsigned and len(array):
            largest = pc.max(array).as_py()
            if largest is not None and largest > _LARGEST:
                self.stated, self.fit = ColumnType.TEXT, Fit.LONG

    def _add_text(self, array: pa.Array, first_row: int) -> None:
        values = array.drop_null()
        before, found = self.fit, fit_of_text(values, self.fit)
        self.fit = joined(before, found)
        if self.fit is Fit.TEXT and before not in (Fit.NOTHING, Fit.TEXT):
            self._explain(array, before, first_row)

    def _add_json(self, array: pa.Array, meta: str, first_row: int) -> None:
        before = self.fit
        found = _fit_of_json(array, meta, before)
        self.fit = joined(before, found)
        if self.fit is Fit.TEXT and (meta == "mixed" or before not in (Fit.NOTHING, found)):
            if meta != "mixed" and before is not Fit.TEXT and found is Fit.TEXT:
                self._explain(array, before, first_row)
            elif self.note is None:
                self.note = f"Values of several kinds (first in row {first_row + 1:,} or after)."

    def _explain(self, array: pa.Array, before: Fit, first_row: int) -> None:
        low, high = 0, len(array)
        while high - low > 1:
            middle = (low + high) // 2
            values = array.slice(low, middle - low).drop_null()
            if joined(before, fit_of_text(values, before)) is Fit.TEXT:
                high = middle
            else:
                low = middle
        value = str(array[low].as_py())
        why = f"is not {before}"
        if re.fullmatch(r"[+-]?0\d+(\.\d*)?", value.strip()):
            why = "has leading zeros"
        self.note = f"{shortened(value)!r} in row {first_row + low + 1:,} {why}: kept as text."

    def _add_examples(self, array: pa.Array) -> None:
        few = array.slice(0, _FIRST_LOOK).drop_null()
        try:
            texts = text_of(plain(few))
        except pa.ArrowInvalid:
            return
        for text in texts:
            if text is not None and (short := shortened(text)) not in self.examples:
                self.examples.append(short)
            if len(self.examples) == _N_EXAMPLES:
                return


def _told_of_look(examples: list[str | None]) -> str | None:
    """What text looks like, when it was written by another custom than is read."""
    for pattern, told in _OTHER_CUSTOMS:
        if examples and all(each is not None and pattern.fullmatch(each) for each in examples):
            return told
    return None


def _fit_of_json(array: pa.Array, meta: str, hint: Fit) -> Fit:
    if array.null_count == len(array):
        return Fit.NOTHING
    if meta:
        return {"array": Fit.ARRAY, "dict": Fit.DICT, "long": Fit.LONG}.get(meta, Fit.TEXT)
    if pa.types.is_boolean(array.type):
        return Fit.BOOLEAN
    if pa.types.is_integer(array.type):
        return Fit.INTEGER
    if pa.types.is_floating(array.type):
        return Fit.NUMBER
    # Text that looks like a number was meant as text; a time has no other form in JSON.
    found = fit_of_text(array.drop_null(), hint)
    return found if found in (Fit.NAIVE, Fit.ZONED) else Fit.TEXT
