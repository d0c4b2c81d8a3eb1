"""Whether a measure's answer is what NumPy and pandas find in the same rows."""

from __future__ import annotations

import math
from collections import Counter
from datetime import UTC, datetime
from typing import Any

import numpy as np
from tests.engine import classified, correlated
from tests.engine.agreement_of_classes import ClassAgreement
from tests.engine.agreement_of_intervals import IntervalAgreement
from tests.engine.agreement_of_statistics import StatisticsAgreement
from tests.engine.oracle import EPOCH, canonical, holds, is_finite
from tests.engine.world import World

from debiai_studio.datasets.model import Column, ColumnType
from debiai_studio.engine.axes import grid
from debiai_studio.engine.model import Scope
from debiai_studio.engine.plan import (
    Confusion,
    Correlation,
    Histogram,
    Lines,
    Page,
    Points,
    Raster,
)

T = ColumnType
Rows = list[dict[str, Any]]


class Agreement(ClassAgreement, IntervalAgreement, StatisticsAgreement):
    """Checks answers for the rows a view sees (``seen``) out of all rows (``rows``) of a scope."""

    def __init__(self, world: World, scope: Scope, filters: Any, colour: dict | None) -> None:
        self.columns = {c.name: c for c in world.engine.columns(world.dataset, scope)}
        self.of_samples = {column.name for column in world.dataset.sample_columns}
        types = {name: column.type for name, column in self.columns.items()}
        self.rows, self.colour = world.rows(scope), colour
        self.seen = [r for r in self.rows if filters is None or holds(filters, r, types, {})]
        self.labels = colour["labels"] if colour else ["all"]
        self.group = [self._group(row) for row in self.seen]

    def check(self, measure: Any, result: Any) -> None:
        getattr(self, measure.kind)(measure, result)

    def _group(self, row: dict[str, Any]) -> int:
        if self.colour is None:
            return 0
        column = self.columns[self.colour["column"]]
        value = row[column.name]
        for group, values in enumerate(self.colour["values"]):
            if values is None:
                continue
            if self.colour["kind"] == "classes" and values != ["nan"]:
                low, high = (self._bound(column, text) for text in values)
                if value is not None and low <= value <= high:
                    return group
            elif canonical(column, value) in values:
                return group
        label = "missing" if value is None else "other"
        # A value may be called "other" too; the group of the others lists no values.
        return list(zip(self.labels, self.colour["values"], strict=True)).index((label, None))

    @staticmethod
    def _bound(column: Column, text: str) -> Any:
        if column.type is T.TIME:
            moment = datetime.fromisoformat(text).replace(tzinfo=UTC) - EPOCH
            return (moment.days * 86400 + moment.seconds) * 10**6 + moment.microseconds
        return int(text) if column.type is T.INTEGER else float(text)

    def in_group(self, group: int) -> Rows:
        return [row for row, its in zip(self.seen, self.group, strict=True) if its == group]

    def place(self, name: str, value: Any) -> float:
        """The coordinate on an axis; NaN for no place."""
        if not is_finite(value):
            return math.nan
        column = self.columns[name]
        if column.type.is_numeric:
            return float(value)
        return float(self.drawn(name).index(value))

    def signed(self, name: str) -> bool:
        return self.columns[name].type in (T.NUMBER, T.INTEGER)

    def drawn(self, name: str) -> list[Any]:
        return sorted({row[name] for row in self.rows if row[name] is not None})

    def domain(self, axis: dict[str, Any]) -> None:
        name = axis["column"]
        places = [self.place(name, row[name]) for row in self.rows]
        places = [place for place in places if not math.isnan(place)]
        low, high = axis["domain"]
        if axis["kind"] == "category":
            if "categories" in axis:
                assert [low, high] == [-0.5, max(len(axis["categories"]), 1) - 0.5]
        elif not places:
            assert low < high
        elif min(places) < max(places):
            assert [low, high] == [min(places), max(places)]
        else:
            assert low <= places[0] <= high
            assert low < high

    def histogram(self, measure: Histogram, result: Any) -> None:
        name, meta, arrays = measure.column, result.meta, result.arrays
        self.domain(meta["axis"])
        for rows, which in ((self.rows, "all"), (self.seen, "selected")):
            values = [row[name] for row in rows]
            assert meta["missing"][which] == values.count(None)
            floats = [value for value in values if isinstance(value, float)]
            assert meta["nan"][which] == sum(map(math.isnan, floats))
            assert meta["inf"][which] == sum(map(math.isinf, floats))
        assert arrays["counts"].shape == (len(self.labels), len(arrays["all"]))
        wanted = [self.rows, *(self.in_group(g) for g in range(len(self.labels)))]
        found = [arrays["all"], *arrays["counts"]]
        for rows, counts in zip(wanted, found, strict=True):
            values = [row[name] for row in rows if is_finite(row[name])]
            assert counts.dtype == np.uint32
            if "edges" in arrays:
                floats = np.array(values, np.float64)
                assert counts.tolist() == np.histogram(floats, arrays["edges"])[0].tolist()
            else:
                self._bars(meta, Counter(canonical(self.columns[name], v) for v in values), counts)

        self._beyond(measure, meta, arrays.get("edges"))

    def _beyond(self, measure: Histogram, meta: dict, edges: Any) -> None:
        for rows, which in ((self.rows, "all"), (self.seen, "selected")):
            values = [row[measure.column] for row in rows if is_finite(row[measure.column])]
            floats = np.array([] if edges is None else values, np.float64)
            ends = (0, 0) if edges is None else (edges[0], edges[-1])
            assert meta["below"][which] == (floats < ends[0]).sum()
            assert meta["above"][which] == (floats > ends[1]).sum()
            window = self.core(measure.column) if measure.shown == "core" else None
            if window is None:
                assert meta["below"][which] == meta["above"][which] == 0
                continue
            shown = floats[(floats >= window[0]) & (floats <= window[1])]
            assert ((shown >= ends[0]) & (shown <= ends[1])).all()
            assert edges[1] > window[0]
            assert edges[-2] <= window[1]

    def core(self, name: str) -> tuple[float, float] | None:
        """Where a picture begins, by NumPy's percentiles."""
        if not self.signed(name):
            return None
        values = [float(row[name]) for row in self.rows if is_finite(row[name])]
        if not values:
            return None
        low, high = np.percentile(values, [0.5, 99.5], method="inverted_cdf")
        span = max(values) / 2 - min(values) / 2
        if low == high or high / 2 - low / 2 > span / 2:
            return None
        margin = (high - low) / 20
        return max(min(values), low - margin), min(max(values), high + margin)

    @staticmethod
    def _bars(meta: dict, occurring: Counter, counts: Any) -> None:
        shown = meta["axis"]["categories"]
        assert len(shown) == len(counts)
        if meta["other"]:
            assert shown[-1] == "other"
            assert counts[-1] == sum(n for text, n in occurring.items() if text not in shown[:-1])
            shown = shown[:-1]
        assert [occurring[text] for text in shown] == counts.tolist()[: len(shown)]

    def raster(self, measure: Raster, result: Any) -> None:
        meta, arrays = result.meta, result.arrays
        edges = [
            grid(*(window or self._shown(measure, name) or meta[axis]["domain"]), cells)
            for axis, name, window, cells in (
                ("x", measure.x, measure.x_window, measure.width),
                ("y", measure.y, measure.y_window, measure.height),
            )
        ]
        groups = [self.rows, *(self.in_group(g) for g in range(len(self.labels)))]
        found = [arrays["all"], *arrays["counts"]]
        assert len(groups) == len(found)
        for rows, counts in zip(groups, found, strict=True):
            places = np.array(
                [
                    (self.place(measure.y, r[measure.y]), self.place(measure.x, r[measure.x]))
                    for r in rows
                ]
            ).reshape(-1, 2)
            places = places[~np.isnan(places).any(axis=1)]
            wanted = np.histogram2d(*places.T, bins=[edges[1], edges[0]])[0]
            assert counts.shape == (measure.height, measure.width)
            assert (counts == wanted).all()
        assert meta["inside"] == arrays["counts"].sum()
        assert meta["inside"] + meta["outside"] == len(self.seen)
        self._beyond_the_window(measure, meta)

    def _shown(self, measure: Raster, name: str) -> tuple[float, float] | None:
        return self.core(name) if measure.shown == "core" else None

    def _beyond_the_window(self, measure: Raster, meta: dict) -> None:
        names = [measure.x, measure.y]
        places = np.array([[self.place(n, row[n]) for n in names] for row in self.seen])
        places = places.reshape(-1, 2)
        places = places[~np.isnan(places).any(axis=1)]
        low, high = np.transpose([meta["x_window"], meta["y_window"]])
        below, above = places < low, places > high
        for axis, name in enumerate(("x", "y")):
            wanted = {"below": below[:, axis].sum(), "above": above[:, axis].sum()}
            assert meta["beyond"][name] == wanted
        assert meta["beyond"]["rows"] == (below | above).any(axis=1).sum()

    def points(self, measure: Points, result: Any) -> None:
        wanted = []
        for row, group in zip(self.seen, self.group, strict=True):
            x, y = (self.place(n, row[n]) for n in (measure.x, measure.y))
            windows = ((x, measure.x_window), (y, measure.y_window))
            if all(not math.isnan(p) and (w is None or w[0] <= p <= w[1]) for p, w in windows):
                wanted.append((x, y, group, row["_sample"]))
        assert result.meta["inside"] == len(wanted)
        assert result.meta["complete"] == (len(wanted) <= measure.limit)
        found = [result.arrays[name].tolist() for name in ("x", "y", "colour", "sample")]
        assert list(zip(*found, strict=True)) == (wanted if result.meta["complete"] else [])

    def lines(self, measure: Lines, result: Any) -> None:
        meta, arrays = result.meta, result.arrays
        assert meta["selected"] == len(self.seen)
        assert meta["rows"] == len(self.rows)
        assert meta["sampled"] == min(measure.limit, len(self.seen)) == len(arrays["positions"])
        assert len(arrays["ground"]) == min(measure.limit, len(self.rows))
        for axis in meta["axes"]:
            self.domain(axis)
        wanted = Counter(
            (row["_sample"], group, self._line(measure, meta, row))
            for row, group in zip(self.seen, self.group, strict=True)
        )
        drawn = Counter(
            (
                int(sample),
                int(group),
                tuple(None if math.isnan(p) else round(float(p), 4) for p in places),
            )
            for sample, group, places in zip(
                arrays["sample"], arrays["colour"], arrays["positions"], strict=True
            )
        )
        assert drawn <= wanted

    def _line(self, measure: Lines, meta: dict, row: dict) -> tuple:
        places = []
        for name, axis in zip(measure.columns, meta["axes"], strict=True):
            place, (low, high) = self.place(name, row[name]), axis["domain"]
            share = np.float32((place / 2 - low / 2) / (high / 2 - low / 2))
            places.append(None if math.isnan(place) else round(float(share), 4))
        return tuple(places)

    def confusion(self, measure: Confusion, result: Any) -> None:
        pair = (self.columns[measure.truth], self.columns[measure.prediction])
        groups = [self.in_group(group) for group in range(len(self.labels))]
        classified.check(pair, result, self.rows, groups, canonical)

    def correlation(self, measure: Correlation, result: Any) -> None:
        assert result.meta["columns"] == list(measure.columns)
        assert result.meta["method"] == measure.method
        correlated.check(measure.columns, measure.method, result.arrays, self.seen, self.of_samples)

    def page(self, measure: Page, result: Any) -> None:
        rows = self.seen
        if measure.sort:
            name, sign = measure.sort, -1 if measure.descending else 1
            rank = {
                value: k
                for k, value in enumerate(sorted({r[name] for r in rows if sortable(r[name])}))
            }
            rows = sorted(
                rows,
                key=lambda r: (r[name] is None, not sortable(r[name]), sign * rank.get(r[name], 0)),
            )
        rows = rows[measure.offset : measure.offset + measure.limit]
        meta = result.meta
        assert meta["total"] == len(self.seen)
        assert meta["sample"] == [row["_sample"] for row in rows]
        assert meta["model"] == [row["_model"] for row in rows]
        assert meta["ids"] == [f"id-{row['_sample']}" for row in rows]
        assert [found["name"] for found in meta["columns"]] == list(measure.columns)
        for found in meta["columns"]:
            column = self.columns[found["name"]]
            assert found["values"] == [canonical(column, row[column.name]) for row in rows]


def sortable(value: Any) -> bool:
    return value is not None and not (isinstance(value, float) and math.isnan(value))
