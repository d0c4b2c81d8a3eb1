"""Correlations by the book: in extended precision, pair by pair, p-values by SciPy."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
from scipy import stats

Rows = list[dict[str, Any]]


def common(rows: Rows, x: str, y: str) -> list[list[Any]]:
    """The values of two columns in the rows that have a finite one in both."""
    both = [(row[x], row[y]) for row in rows]
    kept = [pair for pair in both if all(v is not None and math.isfinite(v) for v in pair)]
    return [list(values) for values in zip(*kept, strict=True)] or [[], []]


def numbers(values: list[Any]) -> np.ndarray:
    """Distances from the first one: of integers exact, where a float would round an int64."""
    if all(isinstance(value, int) for value in values):
        return np.array([value - values[0] for value in values], dtype=np.longdouble)
    floats = np.array(values, np.float64).astype(np.longdouble)
    return floats - floats[0]


def expected(x: list[Any], y: list[Any], method: str) -> float:
    if len(set(x)) <= 1 or len(set(y)) <= 1:
        return math.nan
    ranked = method == "spearman"
    sides = [stats.rankdata(values) if ranked else numbers(values) for values in (x, y)]
    a, b = (one - one.mean() for one in sides)
    a, b = a / np.abs(a).max(), b / np.abs(b).max()
    return float((a * b).sum() / (np.sqrt((a * a).sum()) * np.sqrt((b * b).sum())))


def check(
    names: tuple[str, ...], method: str, arrays: dict[str, Any], rows: Rows, of_samples: set[str]
) -> None:
    """Pairs of columns ``of_samples`` are of samples, however many rows tell of each."""
    samples = list({row["_sample"]: row for row in rows}.values())
    for i, x in enumerate(names):
        for j, y in enumerate(names):
            sides = common(samples if {x, y} <= of_samples else rows, x, y)
            r, p, n = (arrays[what][i, j] for what in ("r", "p", "n"))
            assert n == len(sides[0]), (x, y)
            np.testing.assert_allclose(r, expected(*sides, method), atol=1e-9, err_msg=f"{x} {y}")
            if n < 3 or math.isnan(r):
                assert math.isnan(p), (x, y)
            elif abs(r) < 1:
                t = r * np.sqrt((n - 2.0) / ((1 - r) * (1 + r)))
                wanted = 2 * stats.t.sf(abs(t), n - 2.0)
                np.testing.assert_allclose(p, wanted, rtol=1e-6, atol=1e-300, err_msg=f"{x} {y}")
            else:
                assert p == 0
