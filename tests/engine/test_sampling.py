"""Large data is answered from a sample at once: unbiased, marked, and where the exact answer is."""

from __future__ import annotations

import numpy as np
import pytest
from pyroaring import BitMap
from tests.engine.world import T, world_of

from debiai_studio.datasets.predicate import And, InSelection, Range
from debiai_studio.engine.errors import Abandoned
from debiai_studio.engine.model import Query, Scope, View
from debiai_studio.engine.plan import (
    BinnedStatistics,
    Cloud,
    Combinations,
    Confusion,
    Correlation,
    Histogram,
    Intervals,
    Lines,
    Page,
    Plan,
    Points,
    Raster,
    Stars,
    Summary,
)

EVERY = 8
RUNS = 600
MODELS = ("one", "two")
SCOPES = {"one": Scope(("one",)), "two": Scope(MODELS), "wide": Scope(MODELS, models_as="columns")}
COUNTED = ("counts", "count", "inside", "class_counts", "all", "class_all", "support", "scored")
MEANS = ("mean", "x_mean", "y_mean", "accuracy", "precision", "recall", "f1", "lower", "upper")
MEASURES = [
    Histogram("n", bins=10),
    Histogram("text"),
    Raster("n", "x", 20, 10),
    BinnedStatistics("n", "x", bins=6),
    BinnedStatistics("n", "x", bins=6, quartiles=False),
    Combinations(("text", "flag"), weight="n"),
    Confusion("text", "guess"),
    Intervals("n", "x", "low", "high", bins=5),
    Stars("n", "x"),
    Stars("n", "x", group_by="text"),
]


def repeated(values):
    return [value for value in values for _ in range(EVERY)]


@pytest.fixture(scope="module", params=SCOPES)
def alike(request):
    """Runs of samples that are alike, and a scope: one of each, weighted, is as good as all."""
    random = np.random.default_rng(7)
    n = random.integers(0, 60, RUNS).astype(float)
    x = random.normal(0, 5, RUNS)
    columns = {
        "n": (T.NUMBER, repeated([None if v > 56 else v for v in n])),
        "x": (T.NUMBER, repeated(x)),
        "low": (T.NUMBER, repeated(x - random.random(RUNS))),
        "high": (T.NUMBER, repeated(x + random.random(RUNS) - 0.5)),
        "text": (T.TEXT, repeated(random.choice(["a", "b", "c"], RUNS).tolist())),
        "guess": (T.TEXT, repeated(random.choice(["a", "b", "c"], RUNS).tolist())),
        "flag": (T.BOOLEAN, repeated((random.random(RUNS) > 0.5).tolist())),
    }
    labels = repeated(random.choice(["a", "b", "c"], RUNS).tolist())
    results = {
        "one": {k: {"label": label} for k, label in enumerate(labels)},
        "two": {k: {"label": "a"} for k in range(EVERY * RUNS // 2)},
    }
    rows = RUNS + RUNS // 2 if request.param == "two" else RUNS
    with world_of(
        columns, results=results, result_types={"label": T.TEXT}, sampled_from=1, sample_rows=rows
    ) as world:
        yield world, SCOPES[request.param]


@pytest.fixture(scope="module")
def uneven():
    """Every row differs, in a rhythm that falls in with that of the sample."""
    random = np.random.default_rng(3)
    size = 40_000
    columns = {
        "x": (T.NUMBER, random.normal(0, 1, size).tolist()),
        "turn": (T.INTEGER, [k % EVERY for k in range(size)]),
        "text": (T.TEXT, random.choice(["a", "b"], size).tolist()),
    }
    with world_of(columns, sampled_from=1, sample_rows=size // EVERY) as world:
        yield world


FILTERS = And(children=(Range(id="f", column="x", min="-2", max="6"),))


@pytest.mark.parametrize("filters", [None, FILTERS], ids=["all", "some"])
@pytest.mark.parametrize("measure", MEASURES, ids=lambda one: one.kind)
def test_counts_and_means_of_runs_that_are_alike_are_those_of_all_rows(alike, measure, filters):
    world, scope = alike
    query = {"scope": scope, "filters": filters, "colour": "flag"}
    view = View("v", Plan({"m": measure}))

    exact, sampled = world.ask(view, **query), world.ask(view, may_sample=True, **query)

    assert (exact.errors, sampled.errors) == ({}, {})
    assert (exact.sampling, sampled.sampling.every) == (None, EVERY)
    assert (sampled.counts, sampled.colour) == (exact.counts, exact.colour)
    one, other = exact.views["v"]["m"], sampled.views["v"]["m"]
    assert one.arrays.keys() == other.arrays.keys()
    for name, array in one.arrays.items():
        if name in COUNTED:
            np.testing.assert_array_equal(other.arrays[name], array, name)
        elif name in MEANS or name.endswith("edges"):
            np.testing.assert_allclose(other.arrays[name], array, rtol=1e-9, err_msg=name)
    counted = {name: v for name, v in one.meta.items() if isinstance(v, int) and name != "sampled"}
    assert {name: other.meta[name] for name in counted} == counted


def test_figures_that_a_sample_does_not_know_are_left_open(alike):
    world, scope = alike
    view = View("v", Plan({"m": Summary("x")}))

    exact = world.ask(view, scope=scope, filters=FILTERS).views["v"]["m"].meta["overall"]
    found = world.ask(view, scope=scope, filters=FILTERS, may_sample=True)

    sampled = found.views["v"]["m"].meta["overall"]
    assert (sampled["distinct"], sampled["min"], sampled["max"]) == (None, None, None)
    assert sampled["count"] == exact["count"]
    assert sampled["mean"] == pytest.approx(exact["mean"])
    assert sampled["std"] == pytest.approx(exact["std"], rel=0.01)
    assert sampled["median"] == pytest.approx(exact["median"], abs=0.2)


@pytest.mark.parametrize(
    "measure", [Lines(("x", "n")), Cloud("x", "n", "low"), Intervals("n", "x", "low", "high")]
)
def test_rows_that_are_drawn_one_by_one_are_named_by_their_sample_numbers(alike, measure):
    world, scope = alike
    found = world.ask(View("v", Plan({"m": measure})), scope=scope, may_sample=True)

    numbers = found.views["v"]["m"].arrays["sample"]
    if isinstance(measure, Cloud):
        drawn = found.views["v"]["m"].arrays["x"]
        expected = [world.samples[int(number)]["x"] for number in numbers]
        np.testing.assert_array_equal(drawn, expected)
    assert len(numbers) > RUNS / 2
    assert numbers.max() > EVERY * RUNS / 4


def test_what_needs_every_row_is_left_to_the_exact_answer(uneven):
    views = [
        View("page", Plan({"m": Page(("x",))})),
        View("r", Plan({"m": Correlation(("x", "turn"))})),
        View("points", Plan({"m": Points("x", "turn", limit=10**6)})),
    ]
    found = uneven.ask(*views, filters=FILTERS, steps=True, may_sample=True)

    assert (set(found.views), found.errors, found.steps) == ({"points"}, {}, [])
    points = found.views["points"]["m"]
    assert (points.meta["complete"], len(points.arrays["x"])) == (False, 0)


def test_a_rhythm_of_the_data_does_not_fall_in_with_the_sample(uneven):
    size = len(uneven.samples)
    histogram = uneven.measure(Histogram("turn"), may_sample=True)

    assert len(histogram.arrays["counts"][0]) == EVERY
    np.testing.assert_allclose(histogram.arrays["counts"][0], size / EVERY, rtol=0.1)
    assert histogram.arrays["counts"].sum() == size


@pytest.mark.parametrize("low", [-3, -1, -0.2, 0, 0.5, 1.5, 2.5])
def test_the_count_is_within_its_margin(uneven, low):
    filters = Range(id="f", column="x", min=str(low))

    exact = uneven.ask(filters=filters).counts
    found = uneven.ask(filters=filters, may_sample=True)

    off = abs(found.counts.samples - exact.samples)
    assert off <= 1.5 * found.sampling.margin
    assert found.sampling.margin < 0.02 * len(uneven.samples)
    assert found.counts.total_samples == exact.total_samples == len(uneven.samples)


def test_a_selection_is_looked_up_by_sample_number(uneven):
    half = BitMap(range(0, len(uneven.samples), 2))
    filters = InSelection(id="s", selection_id="half")

    found = uneven.ask(filters=filters, selections={"half": half}, may_sample=True)

    assert abs(found.counts.samples - len(half)) <= 1.5 * found.sampling.margin


def test_few_rows_are_counted_exactly_whatever_is_allowed():
    with world_of({"x": (T.NUMBER, [1.0, 2.0, 3.0])}) as world:
        assert world.ask(may_sample=True).sampling is None


def test_a_question_that_nobody_waits_for_is_given_up(uneven):
    looks = iter([False, False])
    view = View("v", Plan({"m": Histogram("x")}))
    with pytest.raises(Abandoned):
        uneven.engine.answer(
            uneven.dataset, Query(Scope(), views=(view,)), lambda: next(looks, True)
        )
    assert uneven.measure(Histogram("x")).arrays["all"].sum() == len(uneven.samples)
