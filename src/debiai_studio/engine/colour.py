"""Colour: the groups that every widget of a page shares."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Literal

import numpy as np

from debiai_studio.datasets.model import Column
from debiai_studio.engine import kernels
from debiai_studio.engine.codes import FIRST, MINUS_INF, NAN, NULL, PLUS_INF, Coded
from debiai_studio.engine.rows import Mask, Rows

MAX_VALUES = 8
_CLASSES = 7
_LABELS = {NULL: "missing", NAN: "NaN", MINUS_INF: "-inf", PLUS_INF: "inf"}


@dataclass(frozen=True, slots=True)
class Colour:
    """The groups of a colour column, the same whatever the filters.

    ``group`` is the group of each row, [1 or blocks, samples]. ``values`` lists the canonical
    values of each group, of a class of numbers its lowest and highest; None for "other" and for
    missing values.
    """

    column: Column | None
    kind: Literal["values", "classes"]
    labels: tuple[str, ...]
    values: tuple[list[str] | None, ...]
    group: Mask

    @property
    def name(self) -> str | None:
        """The colour column's; None without one."""
        return None if self.column is None else self.column.name

    @property
    def groups(self) -> int:
        """How many groups there are; 1 without a colour column."""
        return len(self.labels)

    def meta(self, rows: Rows, selected: list[int]) -> dict[str, Any] | None:
        """The legend as the page reads it, with ``selected`` and all rows of each group."""
        if self.column is None:
            return None
        return {
            "column": self.column.name,
            "type": self.column.type.value,
            "zoned": self.column.zoned,
            "kind": self.kind,
            "labels": list(self.labels),
            "values": list(self.values),
            "counts": selected,
            "all": rows.kept(("legend", self.column.name), lambda: self._tally(rows), len),
        }

    def _tally(self, rows: Rows) -> list[int]:
        counts = np.zeros(self.groups, np.uint32)
        kernels.tally(self.group, rows.mask, counts)
        return [int(count) * rows.weight for count in counts]


def colour_of(rows: Rows, name: str | None) -> Colour:
    """The colour groups of a column. Raises UnknownColumn or Unsuitable."""

    def make() -> Colour:
        if name is None:
            plain = np.zeros((1, rows.n_samples), np.uint8)
            return Colour(None, "values", ("all",), (None,), plain)
        return _groups(rows, rows.coded(name), rows.totals(name))

    return rows.kept(("colour", name), make, lambda made: made.group.nbytes)


def _groups(rows: Rows, coded: Coded, totals: Any) -> Colour:
    present = np.flatnonzero(totals[FIRST:]) + FIRST
    specials = [code for code in (MINUS_INF, PLUS_INF, NAN, NULL) if totals[code]]
    kind: Literal["values", "classes"] = "values"
    if len(present) <= MAX_VALUES:
        parts = [np.array([code]) for code in present]
    elif coded.column.type.is_numeric:
        kind = "classes"
        parts = _classes(present, totals)
        # An infinity lies in the outermost class on its side.
        parts[0] = np.append([MINUS_INF] if MINUS_INF in specials else [], parts[0]).astype(int)
        parts[-1] = np.append(parts[-1], [PLUS_INF] if PLUS_INF in specials else []).astype(int)
        specials = [code for code in specials if code in (NAN, NULL)]
    else:
        frequent = present[np.argsort(-totals[present].astype(np.int64), kind="stable")]
        parts = [np.array([code]) for code in frequent[: MAX_VALUES - 1]]
        parts.append(frequent[MAX_VALUES - 1 :])
    table = np.zeros(coded.size, np.uint8)
    labels: list[str] = []
    values: list[list[str] | None] = []
    for part in [*parts, *(np.array([code]) for code in specials)]:
        table[part] = len(labels)
        label, members = _describe(coded, part, kind)
        labels.append(label)
        values.append(members)
    if not labels:
        labels, values = ["all"], [None]
    group = np.empty(coded.codes.shape, np.uint8)
    kernels.take(table, coded.codes, group)
    return Colour(rows.place(coded.column.name).column, kind, tuple(labels), tuple(values), group)


def _classes(present: Any, totals: Any) -> list[Any]:
    """Up to seven runs of values with about as many rows each."""
    share = np.cumsum(totals[present], dtype=np.int64)
    middle = (share - totals[present] / 2) / share[-1]
    which = np.minimum((middle * _CLASSES).astype(int), _CLASSES - 1)
    return [present[which == k] for k in range(_CLASSES) if (which == k).any()]


def _describe(coded: Coded, part: Any, kind: str) -> tuple[str, list[str] | None]:
    if len(part) == 1 and part[0] < FIRST:
        code = int(part[0])
        return _LABELS[code], None if code == NULL else [_LABELS[code].lower()]
    if kind == "classes":
        low, high = coded.text(int(part[0])) or "", coded.text(int(part[-1])) or ""
        return (low if low == high else f"{low} – {high}"), [low, high]  # noqa: RUF001
    if len(part) == 1:
        text = coded.text(int(part[0])) or ""
        return text, [text]
    return "other", None
