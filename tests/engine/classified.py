"""Whether a confusion is what plain counting and scikit-learn find in the same rows."""

from __future__ import annotations

import math
import warnings
from collections import Counter
from collections.abc import Callable
from typing import Any

import numpy as np
from sklearn.metrics import accuracy_score, precision_recall_fscore_support

from debiai_studio.datasets.model import Column

Rows = list[dict[str, Any]]
Text = Callable[[Column, Any], str | None]


def class_of(value: Any) -> Any:
    """What tells a class from another; 1, 1.0 and True are one."""
    if value is None:
        return "missing", None
    if isinstance(value, float) and math.isnan(value):
        return "nan", None
    return "value", value


def check(
    pair: tuple[Column, Column], result: Any, rows: Rows, groups: list[Rows], text: Text
) -> None:
    """For two columns that are both numbers, or of one type; ``text`` gives canonical texts."""
    truth, prediction = (column.name for column in pair)
    meta, arrays = result.meta, result.arrays
    occurring = {class_of(row[name]) for row in rows for name in (truth, prediction)}
    assert len(meta["classes"]) == len(occurring)
    assert meta["values"] == sum(kind == "value" for kind, _ in occurring)
    order = _order(pair, meta, rows, text)
    wanted = [_matrix(order, pair, some) for some in (rows, *groups)]
    assert arrays["all"].tolist() == wanted[0].tolist()
    assert arrays["counts"].tolist() == [matrix.tolist() for matrix in wanted[1:]]
    everyone = [row for group in groups for row in group]
    for k, some in enumerate([everyone, *groups]):
        _scores(order[: meta["values"]], pair, some, {n: arrays[n][k] for n in SCORES})


SCORES = ("scored", "accuracy", "support", "precision", "recall", "f1")


def _order(pair: tuple[Column, Column], meta: dict, rows: Rows, text: Text) -> list[Any]:
    """The class of each line of the matrix, told by the texts that it filters with."""
    found: dict[Any, Any] = {}
    for side, column in zip(("truth", "prediction"), pair, strict=True):
        for value in (row[column.name] for row in rows):
            kind, _ = known = class_of(value)
            places = [
                k
                for k, one in enumerate(meta["classes"])
                if (kind == "missing" and one["aside"] == kind)
                or (kind != "missing" and text(column, value) in one[side])
            ]
            assert len(places) == 1, (value, meta["classes"])
            assert found.setdefault(known, places[0]) == places[0]
    return sorted(found, key=lambda known: found[known])


def _matrix(order: list[Any], pair: tuple[Column, Column], rows: Rows) -> np.ndarray:
    pairs = Counter(tuple(class_of(row[column.name]) for column in pair) for row in rows)
    return np.array([[pairs[true, told] for told in order] for true in order]).reshape(
        len(order), len(order)
    )


def _scores(order: list[Any], pair: tuple[Column, Column], rows: Rows, found: dict) -> None:
    place = {known: k for k, known in enumerate(order)}
    told = [[place.get(class_of(row[column.name])) for column in pair] for row in rows]
    told = [both for both in told if None not in both]
    assert found["scored"] == len(told)
    if not told:
        assert all(np.isnan(found[name]).all() for name in ("accuracy", "precision", "recall"))
        return
    true, predicted = zip(*told, strict=True)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        wanted = precision_recall_fscore_support(
            true, predicted, labels=list(range(len(order))), zero_division=np.nan
        )
    np.testing.assert_allclose(found["accuracy"], accuracy_score(true, predicted))
    for name, one in zip(("precision", "recall", "f1", "support"), wanted, strict=True):
        np.testing.assert_allclose(found[name], one, err_msg=name)
