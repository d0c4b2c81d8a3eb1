"""Which rows of an answer belong to which samples of a delivery, and which to none."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Protocol

import numpy as np
import pyarrow as pa
from pyroaring import BitMap

from debiai_studio.answers.parsing import Given
from debiai_studio.datasets.model import ColumnType, DataSet
from debiai_studio.datasets.ports import Numbers

EXAMPLES = 5
_LONGEST_EXAMPLE = 100
_WHOLE = re.compile(r"-?(0|[1-9][0-9]{0,18})", re.ASCII)


class Finder(Protocol):
    """Tells the numbers of samples."""

    def __call__(self, dataset: DataSet, ids: pa.Array[Any]) -> Numbers:
        """One number for each id; -1 where there is no such sample."""
        ...


@dataclass(frozen=True, slots=True)
class Placed:
    """The rows that fit, one for each sample, ascending; and the ids of those that do not."""

    numbers: Numbers
    rows: list[dict[str, Any]]
    unknown: list[str]
    outside: list[str]
    duplicate: list[str]

    @property
    def examples(self) -> dict[str, list[str]]:
        """The first ids of each kind that did not fit."""
        kinds = {"unknown": self.unknown, "outside": self.outside, "duplicate": self.duplicate}
        return {
            kind: [id_[:_LONGEST_EXAMPLE] for id_ in ids[:EXAMPLES]]
            for kind, ids in kinds.items()
            if ids
        }


def place(given: Given, dataset: DataSet, members: BitMap, find: Finder) -> Placed:
    """Find the sample of each row. Of two rows with one id, the later one's values count."""
    numbers = _numbers(given.ids, dataset, find)
    by_number: dict[int, dict[str, Any]] = {}
    unknown, outside, duplicate = list[str](), list[str](), list[str]()
    for number, id_, row in zip(numbers.tolist(), given.ids, given.rows, strict=True):
        if number < 0:
            unknown.append(str(id_))
        elif number not in members:
            outside.append(str(id_))
        elif number in by_number:
            duplicate.append(str(id_))
            by_number[number] = by_number[number] | row
        else:
            by_number[number] = row
    order = sorted(by_number)
    return Placed(
        np.array(order, np.int64), [by_number[n] for n in order], unknown, outside, duplicate
    )


def _numbers(ids: Sequence[str | int], dataset: DataSet, find: Finder) -> Numbers:
    numbers = np.full(len(ids), -1, np.int64)
    fitting: list[Any] = [_fitting(id_, dataset.id_type) for id_ in ids]
    places = np.array([n for n, id_ in enumerate(fitting) if id_ is not None], np.int64)
    if len(places):
        type_ = pa.int64() if dataset.id_type is ColumnType.INTEGER else pa.string()
        numbers[places] = find(dataset, pa.array([fitting[n] for n in places.tolist()], type_))
    return numbers


def _fitting(id_: str | int, type_: ColumnType) -> str | int | None:
    """The id in the type of the project's; a receiver may have turned numbers into texts."""
    if type_ is not ColumnType.INTEGER:
        return str(id_)
    if isinstance(id_, str) and not _WHOLE.fullmatch(id_):
        return None
    number = int(id_)
    return number if -(2**63) <= number < 2**63 else None
