"""Whether answers about rows in classes are what pandas finds in the same rows."""

from __future__ import annotations

import math
from collections import Counter
from typing import Any

import pandas as pd
from tests.engine.oracle import canonical, is_finite

from debiai_studio.datasets.model import Column
from debiai_studio.engine.plan import Combinations, Stars

Rows = list[dict[str, Any]]


class ClassAgreement:
    """The checks of measures that cut columns into classes; part of ``Agreement``."""

    columns: dict[str, Column]
    rows: Rows
    seen: Rows
    labels: list[str]
    group: list[int]
    signed: Any

    def classes(self, meta: dict[str, Any], most: int) -> Any:
        """Checks the classes of a column; returns what finds the class of a value."""
        column = self.columns[meta["column"]]
        values = [row[column.name] for row in self.rows]
        occurring = Counter(value for value in values if is_finite(value))
        shown = sorted(occurring)
        if len(occurring) > most:
            # Of equally frequent values the first ones.
            shown = sorted(sorted(shown, key=lambda v: -occurring[v])[: most - 1])
        texts = [canonical(column, value) for value in shown]
        wanted = [(text, "value") for text in texts]
        if len(occurring) > most:
            wanted.append(("other", "other"))
        floats = [value for value in values if isinstance(value, float)]
        wanted += [(t, "value") for t in ("-inf", "inf") if float(t) in floats]
        wanted += [("nan", "nan")] * any(map(math.isnan, floats))
        wanted += [("", "missing")] * (None in values)
        assert list(zip(meta["classes"], meta["kinds"], strict=True)) == wanted
        assert meta["distinct"] == len(occurring)

        def class_of(value: Any) -> int:
            if value is None:
                return wanted.index(("", "missing"))
            if isinstance(value, float) and math.isnan(value):
                return wanted.index(("nan", "nan"))
            known = (canonical(column, value), "value")
            return wanted.index(known if known in wanted else ("other", "other"))

        return class_of

    def combinations(self, measure: Combinations, result: Any) -> None:
        meta, arrays = result.meta, result.arrays
        finders = [self.classes(column, measure.values) for column in meta["columns"]]
        assert [column["column"] for column in meta["columns"]] == list(measure.columns)

        def table(rows: Rows, groups: list[int]) -> pd.DataFrame:
            cells = [
                (tuple(f(r[n]) for f, n in zip(finders, measure.columns, strict=True)), g)
                for r, g in zip(rows, groups, strict=True)
            ]
            weight = [r[measure.weight] if measure.weight else 1.0 for r in rows]
            return pd.DataFrame(
                {
                    "cell": [cell for cell, _ in cells],
                    "group": [group for _, group in cells],
                    "weight": [float(w) if is_finite(w) else math.nan for w in weight],
                }
            )

        seen, everything = table(self.seen, self.group), table(self.rows, [0] * len(self.rows))
        sizes = seen.groupby("cell").size()
        assert meta["weight"] == measure.weight
        assert meta["combinations"] == len(sizes)
        assert meta["selected"] == len(seen)
        assert meta["without_weight"] == (seen["weight"].isna().sum() if measure.weight else 0)
        drawn = [tuple(cell) for cell in arrays["classes"].tolist()]
        assert len(drawn) == min(len(sizes), measure.limit)
        assert drawn == sorted(set(drawn))
        assert meta["drawn"] == sum(sizes[cell] for cell in drawn)
        self._largest(measure, seen, sizes, drawn)
        self._cells(measure, seen, everything, drawn, arrays)
        self._totals(measure, seen, everything, meta["columns"], arrays)

    def _largest(self, measure: Any, seen: Any, sizes: Any, drawn: Any) -> None:
        if not measure.weight:
            # Of equally large combinations the first ones.
            order = sorted(sizes.index, key=lambda cell: (-sizes[cell], cell))
            assert set(drawn) == set(order[: measure.limit])
            return
        weight = {cell: total(its["weight"]) for cell, its in seen.groupby("cell")}
        least = min((weight[cell] for cell in drawn), default=0.0)
        beside = [one for cell, one in weight.items() if cell not in drawn]
        assert all(one <= least or math.isclose(one, least, rel_tol=1e-12) for one in beside)

    def _cells(self, measure: Any, seen: Any, everything: Any, drawn: Any, arrays: Any) -> None:
        counts = Counter(zip(seen["cell"], seen["group"], strict=True))
        rows = Counter(everything["cell"])
        assert arrays["all"].tolist() == [rows[cell] for cell in drawn]
        for group in range(len(self.labels)):
            assert arrays["counts"][group].tolist() == [counts[cell, group] for cell in drawn]
            if measure.weight:
                for k, cell in enumerate(drawn):
                    its = seen[(seen["cell"] == cell) & (seen["group"] == group)]
                    self._sum(arrays["weights"][group, k], its["weight"])

    def _totals(self, measure: Any, seen: Any, everything: Any, columns: Any, arrays: Any) -> None:
        place = 0
        for k, column in enumerate(columns):
            mine = seen["cell"].map(lambda cell, k=k: cell[k])
            all_ = everything["cell"].map(lambda cell, k=k: cell[k])
            for class_ in range(len(column["classes"])):
                assert arrays["class_all"][place] == (all_ == class_).sum()
                for group in range(len(self.labels)):
                    its = seen[(mine == class_) & (seen["group"] == group)]
                    assert arrays["class_counts"][group, place] == len(its)
                    if measure.weight:
                        self._sum(arrays["class_weights"][group, place], its["weight"])
                place += 1
        assert place == len(arrays["class_all"])
        assert ("weights" in arrays) == ("class_weights" in arrays) == bool(measure.weight)

    @staticmethod
    def _sum(found: float, weights: Any) -> None:
        wanted = total(weights)
        assert math.isclose(found, wanted, rel_tol=1e-14), (found, wanted)

    def stars(self, measure: Stars, result: Any) -> None:
        meta, arrays = result.meta, result.arrays
        names = (measure.x, measure.y)
        places = self.group
        n = len(self.labels)
        if measure.group_by:
            class_of = self.classes(meta["groups"], measure.limit)
            places = [class_of(row[measure.group_by]) for row in self.seen]
            n = max(len(meta["groups"]["classes"]), 1)
        pairs = [[row[name] for name in names] for row in self.seen]
        values = [[v if is_finite(v) else math.nan for v in pair] for pair in pairs]
        index = pd.Index(places, dtype=int)
        table = pd.DataFrame(values, index, ["x", "y"], dtype=float).dropna()
        for side, name, absolute in zip(
            ("x", "y"), names, (measure.absolute_x, measure.absolute_y), strict=True
        ):
            if absolute and self.signed(name):
                table[side] = table[side].abs()
        assert [meta[side]["column"] for side in "xy"] == list(names)
        assert meta["absolute"] == {"x": measure.absolute_x, "y": measure.absolute_y}
        assert (meta["selected"], meta["counted"]) == (len(self.seen), len(table))
        assert len(arrays["count"]) == n
        for group in range(n):
            its = table[table.index == group]
            assert arrays["count"][group] == len(its)
            for side in ("x", "y"):
                scale = its[side].abs().max() if len(its) else 0.0
                for figure, wanted in (("mean", its[side].mean()), ("std", its[side].std())):
                    self._figure(float(arrays[f"{side}_{figure}"][group]), float(wanted), scale)

    @staticmethod
    def _figure(found: float, wanted: float, scale: float) -> None:
        if not math.isfinite(wanted):
            # pandas' squares overflow where the halves of these do not.
            assert math.isnan(found) or scale > 1e150
            return
        assert math.isclose(found, wanted, rel_tol=1e-9, abs_tol=scale * 1e-12 + 1e-300)


def total(weights: Any) -> float:
    """The exact sum of what is not missing; infinite beyond float64."""
    try:
        return math.fsum(weights.dropna().tolist())
    except OverflowError:
        return math.inf
