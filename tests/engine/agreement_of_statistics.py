"""Whether statistics of a column, also in bins of another one, are what NumPy finds."""

from __future__ import annotations

import math
from collections import Counter
from typing import Any

import numpy as np
import pandas as pd
from tests.engine.oracle import canonical, is_finite

from debiai_studio.datasets.model import Column
from debiai_studio.engine.plan import BinnedStatistics, Summary

Rows = list[dict[str, Any]]

FIGURES = ("mean", "std", "min", "q1", "median", "q3", "max")
QUARTILES = ("q1", "median", "q3")


class StatisticsAgreement:
    """The checks of ``BinnedStatistics`` and ``Summary``; part of ``Agreement``."""

    columns: dict[str, Column]
    rows: Rows
    seen: Rows
    labels: list[str]
    place: Any
    signed: Any
    in_group: Any

    def binned_statistics(self, measure: BinnedStatistics, result: Any) -> None:
        arrays, meta = result.arrays, result.meta
        assert [meta[side]["column"] for side in "xy"] == [measure.x, measure.y]
        assert meta["absolute"] == measure.absolute
        edges = arrays["edges"]
        assert np.allclose(arrays["centres"], edges[:-1] / 2 + edges[1:] / 2)
        for group in range(len(self.labels)):
            rows = [row for row in self.in_group(group) if is_finite(row[measure.y])]
            x = np.array([self.place(measure.x, row[measure.x]) for row in rows])
            y = np.array([float(row[measure.y]) for row in rows])
            y = np.abs(y) if measure.absolute and self.signed(measure.y) else y
            for b in range(len(edges) - 1):
                last = b == len(edges) - 2
                inside = y[(x >= edges[b]) & ((x <= edges[b + 1]) if last else (x < edges[b + 1]))]
                assert arrays["count"][group, b] == len(inside)
                named = [n for n in FIGURES if measure.quartiles or n not in QUARTILES]
                found = {n: arrays[n][group, b] for n in named}
                wanted = figures(inside)
                compare(found, {n: wanted[n] for n in named}, inside)
        assert measure.quartiles or not set(QUARTILES) & set(arrays)

    def summary(self, measure: Summary, result: Any) -> None:
        column = self.columns[measure.column]
        meta = result.meta
        assert len(meta["groups"]) == len(self.labels)
        checked = [(meta["overall"], self.seen), (meta["all"], self.rows)]
        checked += [(meta["groups"][g], self.in_group(g)) for g in range(len(self.labels))]
        for found, rows in checked:
            values = pd.Series([row[column.name] for row in rows], dtype=object)
            kept = [value for value in values if is_finite(value)]
            assert found["count"] == len(kept)
            assert found["missing"] == sum(value is None for value in values)
            floats = [value for value in values if isinstance(value, float)]
            assert found["nan"] == sum(map(math.isnan, floats))
            assert found["inf"] == sum(map(math.isinf, floats))
            kept = [abs(v) for v in kept] if measure.absolute and self.signed(column.name) else kept
            assert found["distinct"] == len(set(kept))
            if not column.type.is_numeric:
                occurring = Counter(kept)
                best = max(occurring.values(), default=0)
                first = min((v for v, n in occurring.items() if n == best), default=None)
                assert (found["top"], found["frequency"]) == (canonical(column, first), best)
                continue
            low, high = (min(kept), max(kept)) if kept else (None, None)
            assert (found["min"], found["max"]) == (canonical(column, low), canonical(column, high))
            floats = np.array(kept, np.float64)
            wanted = figures(floats)
            with np.errstate(over="ignore"):
                wanted["variance"] = float(np.square(wanted["std"]))
            compare(
                {n: found[n] for n in ("mean", "std", "variance", "q1", "median", "q3")},
                wanted,
                floats,
            )


def figures(values: Any) -> dict[str, float]:
    if not len(values):
        return dict.fromkeys(FIGURES, math.nan)
    with np.errstate(over="ignore", invalid="ignore"):
        quartiles = np.quantile(values, [0.25, 0.5, 0.75])
        return {
            "mean": float(np.mean(values)),
            "std": float(np.std(values, ddof=1)) if len(values) > 1 else 0.0,
            "min": float(values.min()),
            "q1": float(quartiles[0]),
            "median": float(quartiles[1]),
            "q3": float(quartiles[2]),
            "max": float(values.max()),
        }


def compare(found: dict[str, float | None], wanted: dict[str, float], values: Any) -> None:
    largest = float(np.abs(values).max(initial=0))
    for name, value in found.items():
        # Opposite numbers cancel: NumPy's own sum is no better than this.
        scale = largest**2 if name == "variance" and largest < 1e150 else largest
        if value is None or not math.isfinite(value):
            assert not math.isfinite(wanted[name]), name
        else:
            assert math.isclose(
                value, wanted[name], rel_tol=1e-9, abs_tol=scale * 1e-12 + 1e-300
            ), name
