"""Rows by true and predicted class, and how well the classes were told."""

from __future__ import annotations

import math
import re
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from debiai_studio.datasets.model import Column, ColumnType
from debiai_studio.engine import kernels
from debiai_studio.engine.axes import Bins, place_rows
from debiai_studio.engine.codes import FIRST, MINUS_INF, NAN, NULL, PLUS_INF, SPECIAL_TEXTS, Coded
from debiai_studio.engine.errors import InvalidFilter, Unsuitable
from debiai_studio.engine.frame import Frame
from debiai_studio.engine.model import MeasureResult
from debiai_studio.engine.plan import Confusion
from debiai_studio.engine.rows import Rows
from debiai_studio.engine.values import Value, value_of

MAX_CLASSES = 100

_COUNTABLE = (ColumnType.NUMBER, ColumnType.INTEGER, ColumnType.BOOLEAN)
_INFINITIES = {MINUS_INF: -math.inf, PLUS_INF: math.inf}

Floats = npt.NDArray[np.float64]
Counts = npt.NDArray[np.uint32]


@dataclass(frozen=True, slots=True)
class SharedClasses:
    """The classes of both columns in one order, whatever the filters.

    The first ``n_values`` of them are values; "NaN" and "missing" follow when there are such rows.
    """

    meta: list[dict[str, Any]]
    n_values: int
    truth: Bins
    prediction: Bins


def confusion(measure: Confusion, frame: Frame, scope: Frame) -> MeasureResult:
    """The matrix of each colour group, and the scores of all of them and of each."""
    rows = frame.rows
    classes = rows.kept(
        ("shared classes", measure.truth, measure.prediction),
        lambda: _classes(rows, measure.truth, measure.prediction),
        lambda made: made.truth.nbytes + made.prediction.nbytes,
    )
    size = len(classes.meta)

    def count(seen: Frame) -> Counts:
        counts = np.zeros((seen.groups + 1, size, size), np.uint32)
        if size:
            kernels.raster(
                seen.seen(classes.prediction), seen.seen(classes.truth), seen.seen_slot, counts
            )
        return counts[: seen.groups] * np.uint32(rows.weight)

    def everything() -> Counts:
        ground: Counts = count(scope).sum(axis=0, dtype=np.uint32)
        return ground

    counts = count(frame)
    matrices = np.concatenate([counts.sum(axis=0, dtype=np.uint32)[None], counts])
    meta = {
        "truth": _column(rows, measure.truth),
        "prediction": _column(rows, measure.prediction),
        "classes": classes.meta,
        "values": classes.n_values,
    }
    ground = rows.array(("confused", measure, frame.unit), everything)
    scores = _scores(matrices[:, : classes.n_values, : classes.n_values])
    return MeasureResult(meta, {"counts": counts.copy(), "all": ground, **scores})


def _scores(matrices: Counts) -> dict[str, npt.NDArray[Any]]:
    """Of matrices [M, classes, classes], truth in rows; NaN where a share is of nothing."""
    counts = matrices.astype(np.float64)
    right = np.einsum("mcc->mc", counts)
    true, predicted = counts.sum(axis=2), counts.sum(axis=1)
    scored = true.sum(axis=1)
    return {
        "scored": scored.astype(np.uint32),
        "accuracy": _share(right.sum(axis=1), scored),
        "support": true.astype(np.uint32),
        "precision": _share(right, predicted),
        "recall": _share(right, true),
        "f1": _share(2 * right, true + predicted),
    }


def _share(part: Floats, whole: Floats) -> Floats:
    share: Floats = np.divide(part, whole, out=np.full(part.shape, np.nan), where=whole > 0)
    return share


def _column(rows: Rows, name: str) -> dict[str, Any]:
    column = rows.place(name).column
    return {"column": name, "type": column.type.value, "zoned": column.zoned}


def _classes(rows: Rows, truth: str, prediction: str) -> SharedClasses:
    pair = (truth, prediction)
    coded = [rows.coded(name) for name in pair]
    totals = [rows.totals(name) for name in pair]
    for name, counts in zip(pair, totals, strict=True):
        found = int(np.count_nonzero(counts[MINUS_INF:]))
        if found > MAX_CLASSES:
            raise Unsuitable(name, _too_many(f"it has {found:,} different values"))
    present = [np.flatnonzero(counts).tolist() for counts in totals]
    keys = [
        {code: _key(one, code, other.column) for code in codes}
        for one, other, codes in zip(coded, reversed(coded), present, strict=True)
    ]
    order = sorted({*keys[0].values(), *keys[1].values()})
    n_values = sum(1 for key in order if key[0] < _NAN_KEY[0])
    if n_values > MAX_CLASSES:
        both = f'it and "{prediction}" have {n_values:,} different values together'
        raise Unsuitable(truth, _too_many(both))
    place = {key: k for k, key in enumerate(order)}
    tables = []
    for one, found_keys in zip(coded, keys, strict=True):
        table = np.zeros(one.size, np.uint16)
        for code, key in found_keys.items():
            table[code] = place[key]
        tables.append(place_rows(one, table))
    return SharedClasses(_described(coded, keys, order), n_values, tables[0], tables[1])


def _too_many(what: str) -> str:
    return f"{what}; a matrix has at most {MAX_CLASSES} classes. Choose columns with fewer."


# Values that compare as numbers come first, then texts, NaN and missing: (rank, value, text).
Key = tuple[int, Any, str]
_NAN_KEY: Key = (2, 0, "")
_MISSING_KEY: Key = (3, 0, "")


def _key(coded: Coded, code: int, other: Column) -> Key:
    """What is equal for values of two columns that are one class, and sorts the classes."""
    if code == NULL:
        return _MISSING_KEY
    if code == NAN:
        return _NAN_KEY
    if code < FIRST:
        return (0, _INFINITIES[code], "")
    value = coded.value(code)
    if coded.column.type is not ColumnType.TEXT:
        alike = coded.column.type is other.type or (
            coded.column.type in _COUNTABLE and other.type in _COUNTABLE
        )
        # A number and a time are never the same, though both are numbers inside.
        kind = "" if alike or other.type is ColumnType.TEXT else coded.column.type.value
        return (0, value, kind)
    read = _read(other, str(value))
    return (1, _natural(str(value)), str(value)) if read is None else (0, read, "")


def _read(column: Column, text: str) -> Value | None:
    """The value of a column that a text names; None for another text, or when it names none."""
    if column.type is ColumnType.TEXT:
        return None
    try:
        value = value_of(column, text)
    except InvalidFilter:
        return None
    return value if value is not None and math.isfinite(float(value)) else None


def _natural(text: str) -> tuple[tuple[str, int], ...]:
    """Sorts "class 2" before "class 10"."""
    parts = re.split(r"([0-9]+)", text.casefold())
    pairs = zip(parts[::2], [*parts[1::2], "-1"], strict=True)
    return tuple((words, int(digits)) for words, digits in pairs)


def _described(
    coded: list[Coded], keys: list[dict[int, Key]], order: list[Key]
) -> list[dict[str, Any]]:
    """Each class with its text, and its canonical values in either column."""
    described: list[dict[str, Any]] = []
    for key in order:
        codes = [[code for code, its in found.items() if its == key] for found in keys]
        texts = [
            [text for code in its if (text := one.text(code)) is not None]
            for one, its in zip(coded, codes, strict=True)
        ]
        named = next((k for k, its in enumerate(texts) if its), None)
        label = "missing" if named is None else texts[named][0]
        described.append(
            {
                "label": "NaN" if label == SPECIAL_TEXTS[NAN] and key == _NAN_KEY else label,
                "type": "text" if named is None else coded[named].column.type.value,
                "aside": {_NAN_KEY: "nan", _MISSING_KEY: "missing"}.get(key),
                "truth": texts[0],
                "prediction": texts[1],
            }
        )
    return described
