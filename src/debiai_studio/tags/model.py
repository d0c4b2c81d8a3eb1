"""Tags, and how they were given."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict
from pyroaring import BitMap

from debiai_studio.datasets.model import ColumnType
from debiai_studio.selections.rule import Rule
from debiai_studio.tags.errors import UnsuitableValue

TagType = Literal["text", "number", "integer", "boolean"]
Value = str | float | int | bool

LONGEST_TEXT = 1000
_INT64 = range(-(2**63), 2**63)


class TagRequest(BaseModel):
    """Give the samples that a rule selects a value, or with ``value`` null take it away.

    ``value`` is canonical text, so that every whole number of 64 bits is exact.
    """

    model_config = ConfigDict(extra="forbid")

    column: str
    type: TagType = "text"
    value: str | None
    rule: Rule = Rule()


@dataclass(frozen=True, slots=True)
class Tagging:
    """Samples got a value, or lost theirs (None); ``before`` are the values that they had."""

    id: str
    project_key: int
    column: str
    value: Value | None
    rule: dict[str, Any]
    at: str
    author: str
    samples: BitMap
    before: tuple[tuple[Value, BitMap], ...]

    @property
    def n_samples(self) -> int:
        """How many samples got or lost a value."""
        return len(self.samples)

    @property
    def n_had(self) -> int:
        """How many of them had a value before."""
        return sum(len(samples) for _, samples in self.before)


@dataclass(frozen=True, slots=True)
class ListedTagging:
    """A tagging by the numbers of its samples, as a list shows it."""

    id: str
    column: str
    value: Value | None
    rule: dict[str, Any]
    at: str
    author: str
    n_samples: int
    n_had: int


def taken_out(
    tagging: Tagging, newer: Sequence[Tagging]
) -> tuple[BitMap, dict[str, tuple[tuple[Value, BitMap], ...]]]:
    """The samples that no newer tagging of the column has, and ``before`` of those that have some.

    ``newer`` are the oldest first. For what one shares with the tagging, the values before are
    those that were there before the tagging.
    """
    left = BitMap(tagging.samples)
    inherited = {}
    for later in newer:
        shared = left & later.samples
        if shared:
            kept = [(value, samples - shared) for value, samples in later.before]
            passed_on = [(value, samples & shared) for value, samples in tagging.before]
            inherited[later.id] = tuple((v, s) for v, s in (*kept, *passed_on) if s)
            left -= shared
    return left, inherited


def read_value(type_: TagType, text: str) -> Value:
    """The value that canonical text tells. Raises UnsuitableValue."""
    if type_ == "text":
        if not 0 < len(text) <= LONGEST_TEXT or "\0" in text:
            raise UnsuitableValue(text[:40], type_, f"use 1 to {LONGEST_TEXT:,} characters.")
        return text
    if type_ == "boolean":
        if text not in ("true", "false"):
            raise UnsuitableValue(text, type_, "write true or false.")
        return text == "true"
    try:
        number = int(text) if type_ == "integer" else float(text)
    except ValueError as error:
        remedy = "write a whole number." if type_ == "integer" else "write a number such as 1.5."
        raise UnsuitableValue(text, type_, remedy) from error
    if (isinstance(number, int) and number not in _INT64) or not math.isfinite(number):
        raise UnsuitableValue(text, type_, "it is beyond what a column keeps.")
    return number


def type_of(value: Value) -> ColumnType:
    """The type of a column that keeps the value."""
    if isinstance(value, bool):
        return ColumnType.BOOLEAN
    if isinstance(value, int):
        return ColumnType.INTEGER
    return ColumnType.NUMBER if isinstance(value, float) else ColumnType.TEXT
