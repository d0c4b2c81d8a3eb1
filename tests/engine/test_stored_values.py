from __future__ import annotations

import pyarrow as pa
import pytest
from tests.datasets.studio import Studio
from tests.engine.memory_reader import ARROW
from tests.engine.questions import SAMPLE_COLUMNS, SCOPES, agree
from tests.engine.world import RESULT_TYPES, T, World, awkward, three_models

from debiai_studio.datasets.model import Column
from debiai_studio.engine.local import LocalEngine
from debiai_studio.engine.model import Scope
from debiai_studio.engine.plan import Histogram, Lines, Page, Points, Summary

N = 160


@pytest.fixture(scope="module")
def world(tmp_path_factory):
    """The awkward columns and three models, imported into real storage."""
    studio = Studio(tmp_path_factory.mktemp("studio"))
    values, results = awkward(N), three_models(N)
    columns = [
        Column(name, type_, f"c{k}", zoned=name == "zoned")
        for k, (name, (type_, _)) in enumerate(values.items())
    ]
    stored = {}
    for column in columns:
        array = pa.array(values[column.name][1], ARROW[column.type])
        if column.type is T.TIME:
            array = array.cast(pa.timestamp("us", tz="UTC" if column.zoned else None))
        stored[column.field] = array
    fields = {name: f"r{k}" for k, name in enumerate(RESULT_TYPES)}
    # A result of nothing but missing values is no result: storage keeps no such row.
    for found in results.values():
        for number in [n for n, row in found.items() if set(row.values()) == {None}]:
            del found[number]
    ref = studio.make(
        [f"id-{k}" for k in range(N)],
        stored,
        columns,
        results={
            model: [
                {field: found.get(k, {}).get(name) for name, field in fields.items()}
                for k in range(N)
            ]
            for model, found in results.items()
        },
        result_columns=[Column(n, t, fields[n]) for n, t in RESULT_TYPES.items()],
    )
    deleted = (3, 7, 150)
    studio.datasets.delete_samples(ref, pa.array([f"id-{k}" for k in deleted]))
    engine = LocalEngine(studio.store.reader, lambda d: studio.store.folder_of(d) / "codes")
    samples = {
        k: {name: column[k] for name, (_, column) in values.items()}
        for k in range(N)
        if k not in deleted
    }
    yield World(studio.datasets.of(ref), samples, results, engine, None)
    engine.close()
    studio.close()


@pytest.mark.parametrize("scope", SCOPES.values(), ids=SCOPES)
def test_stored_values_are_answered_like_those_in_memory(world, scope):
    names = ["score (result)", "prediction", "label", "model"] if scope.models else []
    names = [] if scope.models_as == "columns" else names
    names += SAMPLE_COLUMNS
    measures = [
        *(Summary(name) for name in names),
        *(Histogram(name) for name in names),
        Points("smooth", "count", 1000),
        Lines(("smooth", "text", "flag"), 100),
        Page(tuple(names), "smooth", limit=500),
    ]
    agree(world, measures, scope, None, "text")


def test_arrays_are_shown_as_they_were_stored(world):
    page = world.measure(Page(("list",), limit=500)).meta
    shown = dict(zip(page["sample"], page["columns"][0]["values"], strict=True))
    assert shown == {n: row["list"] for n, row in world.samples.items()}


def test_the_profile_counts_stored_values(world):
    profile = {(f["model"], f["name"]): f for f in world.engine.profile(world.dataset)}
    texts = [row["text"] for row in world.samples.values()]
    assert profile[(None, "text")]["missing"] == texts.count(None)
    lists = [row["list"] for row in world.samples.values()]
    assert profile[(None, "list")]["missing"] == lists.count(None)
    answer = world.ask(scope=Scope(("zeta",)))
    assert answer.counts.rows == sum(n in world.samples for n in world.results["zeta"])
