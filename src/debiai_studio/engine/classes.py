"""Classes: the rows of a scope by the values of a column, few enough to be told apart."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from debiai_studio.datasets.model import Column
from debiai_studio.engine.axes import Bins, place_rows
from debiai_studio.engine.codes import FIRST, MINUS_INF, NAN, NULL, PLUS_INF, Coded
from debiai_studio.engine.rows import Rows

_ASIDE = ((MINUS_INF, "value"), (PLUS_INF, "value"), (NAN, "nan"), (NULL, "missing"))


@dataclass(frozen=True, slots=True)
class Classes:
    """A column cut into classes, the same whatever the filters.

    ``texts`` are canonical values in the order of the type; then may come ``"other"`` (every
    value without a class of its own), infinities, NaN and ``""`` for missing values. ``kinds``
    tells them apart: "value", "other", "nan", "missing". ``place`` is the class of each row.
    """

    column: Column
    texts: tuple[str, ...]
    kinds: tuple[str, ...]
    distinct: int
    place: Bins

    def __len__(self) -> int:
        return len(self.texts)

    def meta(self) -> dict[str, Any]:
        """The classes as the page reads them; ``distinct`` counts the finite values."""
        return {
            "column": self.column.name,
            "type": self.column.type.value,
            "zoned": self.column.zoned,
            "classes": list(self.texts),
            "kinds": list(self.kinds),
            "distinct": self.distinct,
        }


def classes_of(rows: Rows, name: str, most: int) -> Classes:
    """All values when they are no more than ``most``, else the most frequent ones and "other".

    Raises UnknownColumn or Unsuitable.
    """

    def make() -> Classes:
        return _cut(rows, rows.coded(name), rows.totals(name), most)

    return rows.kept(("classes", name, most), make, lambda made: made.place.nbytes)


def _cut(rows: Rows, coded: Coded, totals: Any, most: int) -> Classes:
    present = np.flatnonzero(totals[FIRST:]) + FIRST
    shown = present
    if len(present) > most:
        frequent = present[np.argsort(-totals[present].astype(np.int64), kind="stable")]
        shown = np.sort(frequent[: most - 1])
    texts = [coded.text(int(code)) or "" for code in shown]
    kinds = ["value"] * len(texts)
    table = np.full(coded.size, len(texts), np.uint16)
    table[shown] = np.arange(len(shown))
    if len(shown) < len(present):
        texts.append("other")
        kinds.append("other")
    for code, kind in _ASIDE:
        table[code] = len(texts)
        if totals[code]:
            texts.append(coded.text(code) or "")
            kinds.append(kind)
    column = rows.place(coded.column.name).column
    return Classes(column, tuple(texts), tuple(kinds), len(present), place_rows(coded, table))
