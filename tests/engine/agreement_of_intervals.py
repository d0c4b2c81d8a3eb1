"""Whether intervals and samples of rows are what NumPy finds in the same rows."""

from __future__ import annotations

import math
from collections import Counter
from typing import Any

import numpy as np
from tests.engine.oracle import is_finite

from debiai_studio.engine.plan import Cloud, Intervals

Rows = list[dict[str, Any]]


class IntervalAgreement:
    """The checks of ``Intervals`` and ``Cloud``; part of ``Agreement``."""

    seen: Rows
    labels: list[str]
    group: list[int]
    place: Any
    in_group: Any

    def intervals(self, measure: Intervals, result: Any) -> None:
        meta, arrays = result.meta, result.arrays
        names = (measure.y, measure.lower, measure.upper)
        edges = arrays["edges"]
        asked = (measure.x, *names)
        assert [meta[axis]["column"] for axis in ("x", "y", "lower", "upper")] == list(asked)
        assert meta["rows"] == len(self.seen)
        every: list[tuple[int, bool, dict[str, Any]]] = []
        for group, found in enumerate(meta["groups"]):
            judged = [r for r in self.in_group(group) if all(is_finite(r[n]) for n in names)]
            # Python compares an integer of any size with a float exactly.
            inside = [r[names[1]] <= r[names[0]] <= r[names[2]] for r in judged]
            every += [(group, its, row) for its, row in zip(inside, judged, strict=True)]
            assert found == {"judged": len(judged), "inside": sum(inside)}
            x = np.array([self.place(measure.x, r[measure.x]) for r in judged])
            for b in range(len(edges) - 1):
                last = b == len(edges) - 2
                here = (x >= edges[b]) & ((x <= edges[b + 1]) if last else (x < edges[b + 1]))
                assert arrays["count"][group, b] == here.sum()
                assert arrays["inside"][group, b] == (here & np.array(inside, bool)).sum()
                for key, name in zip(("mean", "lower", "upper"), names, strict=True):
                    values = np.array([float(r[name]) for r in judged], float)[here]
                    self._mean(float(arrays[key][group, b]), values)
        assert meta["judged"] == len(every)
        assert meta["inside"] == sum(found["inside"] for found in meta["groups"])
        self._sample(measure, meta, arrays, every)

    def _sample(self, measure: Intervals, meta: Any, arrays: Any, judged: Any) -> None:
        names = (measure.x, measure.y, measure.lower, measure.upper)
        placed = Counter(
            (row["_sample"], group, inside, *(self.place(name, row[name]) for name in names))
            for group, inside, row in judged
            if not math.isnan(self.place(measure.x, row[measure.x]))
        )
        assert meta["placed"] == placed.total()
        assert meta["sampled"] == len(arrays["x"]) == min(measure.limit, meta["placed"])
        what = ("sample", "colour", "is_inside", "x", "y", "y_lower", "y_upper")
        drawn = Counter(zip(*(arrays[name].tolist() for name in what), strict=True))
        assert drawn.total() == meta["sampled"]
        assert drawn <= placed

    @staticmethod
    def _mean(found: float, values: Any) -> None:
        if not len(values):
            assert math.isnan(found)
            return
        # Halves, so that the sum of the largest float64s does not overflow.
        wanted = math.fsum(values / 2 / len(values)) * 2
        scale = float(np.abs(values).max())
        assert math.isclose(found, wanted, rel_tol=1e-9, abs_tol=scale * 1e-12 + 1e-300)

    def cloud(self, measure: Cloud, result: Any) -> None:
        meta, arrays = result.meta, result.arrays
        names = (measure.x, measure.y, measure.z)
        placed: Counter[Any] = Counter()
        for row, group in zip(self.seen, self.group, strict=True):
            places = tuple(self.place(name, row[name]) for name in names)
            if not any(map(math.isnan, places)):
                placed[row["_sample"], row["_model"], group, *places] += 1
        assert [meta[side]["column"] for side in "xyz"] == list(names)
        assert meta["selected"] == len(self.seen)
        assert meta["inside"] == placed.total()
        assert meta["sampled"] == min(measure.limit, placed.total())
        # With models as columns a row is of none of them.
        models = meta["models"] if any(row["_model"] for row in self.seen) else [None]
        drawn = zip(
            arrays["sample"].tolist(),
            [models[block] for block in arrays["model"]],
            arrays["colour"].tolist(),
            *(arrays[side].tolist() for side in "xyz"),
            strict=True,
        )
        found = Counter(drawn)
        assert found.total() == meta["sampled"]
        assert found <= placed
