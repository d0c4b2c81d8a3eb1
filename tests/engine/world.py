"""Small data sets with everything awkward in them, and an engine over each."""

from __future__ import annotations

import math
import random
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from tests.engine.memory_reader import MemoryReader

from debiai_studio.datasets.model import Column, ColumnType, DataSet, Model
from debiai_studio.engine.local import CACHE_BYTES, LocalEngine
from debiai_studio.engine.model import Answer, Query, Scope, View
from debiai_studio.engine.plan import Measure, Plan

T = ColumnType
Rows = list[dict[str, Any]]


@dataclass
class World:
    """A data set as plain Python values, and the engine that must agree with them."""

    dataset: DataSet
    samples: dict[int, dict[str, Any]]  # by sample number, deleted ones left out
    results: dict[str, dict[int, dict[str, Any]]]  # by model, then sample number
    engine: LocalEngine
    reader: MemoryReader

    def ask(self, *views: View, **query: Any) -> Answer:
        return self.engine.answer(
            self.dataset, Query(query.pop("scope", Scope()), views=views, **query)
        )

    def measure(self, measure: Measure, view: str = "w", **query: Any) -> Any:
        """The answer to one measure; an error of its view is raised."""
        answer = self.ask(View(view, Plan({"m": measure})), **query)
        for error in answer.errors.values():
            raise error
        return answer.views[view]["m"]

    def rows(self, scope: Scope) -> Rows:
        """The rows of a scope by the book, each with ``_sample`` and ``_model``."""
        numbers = [n for n in self.samples if scope.samples is None or n in scope.samples]
        if not scope.models:
            return [{**self.samples[n], "_sample": n, "_model": None} for n in numbers]
        having = {m: set(self.results[m]) for m in scope.models}
        join = set.intersection if scope.results == "intersection" else set.union
        numbers = [n for n in numbers if n in join(*having.values())]
        if scope.models_as == "columns":
            return [self._wide(n, scope.models) for n in numbers]
        rows = []
        for n in numbers:
            for model in scope.models:
                if n in having[model]:
                    row = {**self.samples[n], "_sample": n, "_model": model, "model": model}
                    for name, value in self.results[model][n].items():
                        row[f"{name} (result)" if name in self.samples[n] else name] = value
                    rows.append(row)
        return rows

    def _wide(self, number: int, models: tuple[str, ...]) -> dict[str, Any]:
        row = {**self.samples[number], "_sample": number, "_model": None}
        for model in models:
            for column in self.dataset.result_columns:
                found = self.results[model].get(number, {})
                row[f"{model}.{column.name}"] = found.get(column.name)
        return row


@contextmanager
def world_of(
    columns: dict[str, tuple[ColumnType, list[Any]]],
    *,
    results: dict[str, dict[int, dict[str, Any]]] | None = None,
    result_types: dict[str, ColumnType] | None = None,
    deleted: tuple[int, ...] = (),
    zoned: tuple[str, ...] = (),
    folder: Path | None = None,
    cache_bytes: int = CACHE_BYTES,
) -> Iterator[World]:
    """A data set of the columns given; ``results`` by model, sample number and result name."""
    results, result_types = results or {}, result_types or {}
    n = len(next(iter(columns.values()))[1])
    sample_columns = tuple(
        Column(name, type_, f"c{k}", zoned=name in zoned)
        for k, (name, (type_, _)) in enumerate(columns.items())
    )
    result_columns = tuple(Column(m, t, f"r{k}") for k, (m, t) in enumerate(result_types.items()))
    models = tuple(
        Model(name, name.title(), number, "2026-01-01T00:00:00Z", len(found))
        for number, (name, found) in enumerate(results.items())
    )
    kept = [k for k in range(n) if k % 7 or k not in deleted]  # some were compacted away
    reader = MemoryReader(
        [f"id-{k}" for k in range(n)],
        (kept, {c.field: [columns[c.name][1][k] for k in kept] for c in sample_columns}),
        {
            model.number: (
                sorted(results[model.id]),
                {
                    c.field: [results[model.id][k].get(c.name) for k in sorted(results[model.id])]
                    for c in result_columns
                },
            )
            for model in models
        },
        deleted,
    )
    dataset = DataSet(
        1, "x", T.TEXT, "id", sample_columns, result_columns, models, (), n, len(deleted), 1
    )
    with TemporaryDirectory() as temporary:
        place = folder or Path(temporary)
        engine = LocalEngine(lambda _: reader, lambda _: place / "codes", cache_bytes=cache_bytes)
        try:
            samples = {
                k: {name: values[k] for name, (_, values) in columns.items()}
                for k in range(n)
                if k not in deleted
            }
            yield World(dataset, samples, results, engine, reader)
        finally:
            engine.close()


def changed(world: World, **change: Any) -> DataSet:
    """The data set at another version."""
    return replace(world.dataset, **change)


BIG = 2**53
TEXTS = ["", "a", "A", "É", "é", "ß", "𝄞 clef", "zz", "null", "10", "9", "other"]
NUMBERS = [None, math.nan, math.inf, -math.inf, 0.0, -0.0, 0.1, 1.5, -2.5, 1e150, 5e-324, 3.0]
INTEGERS = [None, BIG + 1, BIG + 2, BIG + 3, -BIG - 1, 0, 1, 2**63 - 1, -(2**63)]
TIMES = [None, 0, 1, -1, 1357034400000000, 1357034400000001, 1388534400000000]


def awkward(n: int = 160, seed: int = 5) -> dict[str, tuple[ColumnType, list[Any]]]:
    """Columns with every value that once broke something."""
    r = random.Random(seed)  # noqa: S311  (test data)

    def some(values: list[Any]) -> list[Any]:
        return [r.choice(values) for _ in range(n)]

    return {
        "number": (T.NUMBER, some(NUMBERS)),
        "smooth": (T.NUMBER, [r.choice([None, r.gauss(0, 1), r.gauss(5, 2)]) for _ in range(n)]),
        "big": (T.INTEGER, some(INTEGERS)),
        "count": (T.INTEGER, [r.choice([None, *range(12)]) for _ in range(n)]),
        "constant": (T.NUMBER, [4.25] * n),
        "nothing": (T.NUMBER, [None] * n),
        "text": (T.TEXT, some([None, *TEXTS])),
        "Text": (T.TEXT, some(["x", "y"])),
        "flag": (T.BOOLEAN, some([None, True, False])),
        "naive": (T.TIME, some(TIMES)),
        "zoned": (T.TIME, some(TIMES)),
        "score": (T.NUMBER, [r.random() for _ in range(n)]),
        "list": (T.ARRAY, some([None, "[1, 2]", "[]"])),
    }


def three_models(n: int = 160, seed: int = 6) -> dict[str, dict[int, dict[str, Any]]]:
    """Results of three models, each for some of the samples."""
    r = random.Random(seed)  # noqa: S311  (test data)
    return {
        model: {
            k: {
                "prediction": r.choice([None, math.nan, r.gauss(0, 3), 1.0]),
                "label": r.choice([None, "yes", "no", "Ja"]),
                "score": r.random(),
            }
            for k in range(n)
            if r.random() < share
        }
        for model, share in (("zeta", 0.9), ("alpha", 0.5), ("mid.dle", 0.2))
    }


RESULT_TYPES = {"prediction": T.NUMBER, "label": T.TEXT, "score": T.NUMBER}
DELETED = (0, 3, 7, 14, 150)


@contextmanager
def awkward_world(n: int = 160, **more: Any) -> Iterator[World]:
    """The awkward columns with three models and deleted samples."""
    with world_of(
        awkward(n),
        results=three_models(n),
        result_types=RESULT_TYPES,
        deleted=DELETED,
        zoned=("zoned",),
        **more,
    ) as world:
        yield world
