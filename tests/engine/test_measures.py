from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from tests.engine.questions import FILTERS, MODELS, NUMERIC, RESULTS, SAMPLE_COLUMNS, SCOPES, agree
from tests.engine.world import T, world_of

from debiai_studio.datasets.predicate import And, Range
from debiai_studio.engine.errors import UnknownColumn, Unsuitable
from debiai_studio.engine.model import Scope, View
from debiai_studio.engine.plan import (
    BinnedStatistics,
    Histogram,
    Lines,
    Page,
    Plan,
    Points,
    Raster,
    Summary,
)


def several(names: list[str], numeric: list[str]) -> list:
    x, y = names[0], names[-1]
    return [
        *(Histogram(name, 7, "value") for name in names),
        *(Histogram(name, 40, "frequency") for name in names),
        *(Histogram(name, 7, "value", "core") for name in names),
        *(Summary(name, absolute) for name in names for absolute in (False, True)),
        *(BinnedStatistics(name, numeric[0], 5) for name in names),
        *(BinnedStatistics(name, numeric[0], 5, absolute=True) for name in names),
        *(BinnedStatistics(x, name, 9, quartiles=False) for name in numeric),
        *(BinnedStatistics(x, name, 9) for name in numeric),
        *(BinnedStatistics(name, numeric[0], 5, absolute=True, quartiles=False) for name in names),
        *(Raster(name, x, 13, 6) for name in names),
        *(Raster(name, y, 9, 4, shown="core") for name in names),
        *(Points(name, y, limit) for name in names for limit in (50, 10_000)),
        Lines(tuple(names), 40),
        Lines(tuple(names), 10_000),
        Page(tuple(names), limit=500),
        *(Page((name,), name, down, 3, 20) for name in names for down in (False, True)),
    ]  # fmt: skip


@pytest.mark.parametrize("colour", [None, "text", "flag", "smooth", "number", "count", "zoned"])
@pytest.mark.parametrize("filters", FILTERS.values(), ids=FILTERS)
@pytest.mark.parametrize("scope", SCOPES.values(), ids=SCOPES)
def test_every_measure_is_what_numpy_and_pandas_find(world, scope, filters, colour):
    names, numeric = list(SAMPLE_COLUMNS), list(NUMERIC)
    if scope.models and scope.models_as == "rows":
        names, numeric = [*RESULTS, "smooth", "text"], ["prediction", "smooth"]
    elif scope.models:
        names = ["alpha.prediction", "zeta.label", "alpha.score", "count"]
        numeric = ["alpha.prediction", "count"]
    agree(world, several(names, numeric), scope, filters, colour)


@pytest.mark.parametrize("colour", ["model", "label", "prediction"])
def test_results_can_be_the_colour(world, colour):
    agree(
        world, several([*RESULTS, "text"], ["prediction"]), SCOPES["rows"], FILTERS["some"], colour
    )


window = st.tuples(st.floats(-50, 50), st.floats(-50, 50)).filter(lambda w: w[0] < w[1])


@settings(
    max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(
    x=st.sampled_from(["smooth", "count", "text", "number"]),
    y=st.sampled_from(["score", "flag", "constant", "big"]),
    windows=st.tuples(st.none() | window, st.none() | window),
    width=st.integers(1, 50),
)
def test_any_window_of_the_plane_holds_the_rows_in_it(world, x, y, windows, width):
    windows = dict(zip(("x_window", "y_window"), windows, strict=True))
    measures = [Raster(x, y, width, 5, **windows), Points(x, y, 10_000, **windows)]
    agree(world, measures, Scope(), None, "count")


finite = st.floats(allow_nan=False, allow_infinity=False)


@settings(max_examples=150, deadline=None)
@given(
    values=st.lists(st.none() | st.floats(), min_size=1, max_size=40),
    numbers=st.lists(st.integers(-(2**63), 2**63 - 1), min_size=40, max_size=40),
    bins=st.integers(1, 60),
)
def test_any_numbers_can_be_cut_into_bins(values, numbers, bins):
    columns = {"v": (T.NUMBER, values), "i": (T.INTEGER, numbers[: len(values)])}
    with world_of(columns) as made:
        measures = [Histogram("v", bins), Histogram("i", bins), Page(("v", "i"), "v")]
        agree(made, measures, Scope(), None, None)
        for name in columns:
            edges = made.measure(Histogram(name, bins)).arrays["edges"]
            assert (edges[1:] >= edges[:-1]).all()
            assert len(edges) - 1 <= 2 * bins + 3


far = st.none() | st.floats() | st.sampled_from([math.nan, math.inf, -math.inf, 1e308, -1e308])


@settings(max_examples=80, deadline=None)
@given(
    seed=st.integers(0, 2**32),
    ends=st.lists(far, max_size=6),
    integers=st.lists(st.integers(-(2**63), 2**63 - 1), max_size=3),
    bins=st.integers(2, 60),
)
def test_what_lies_beyond_the_core_is_counted_exactly(seed, ends, integers, bins):
    body = np.random.default_rng(seed).normal(20, 3, 400).round(1)
    columns = {
        "v": (T.NUMBER, [*body.tolist(), *ends, None]),
        "i": (T.INTEGER, [*integers, *(int(v) for v in body), *[None] * (len(ends) + 1)]),
    }
    n = min(len(values) for _, values in columns.values())
    columns = {name: (type_, values[:n]) for name, (type_, values) in columns.items()}
    some = And(children=(Range(id="a", column="v", min="21"),))
    with world_of(columns) as made:
        measures = [Histogram(name, bins, shown="core") for name in columns]
        measures += [Raster("v", "i", bins, 7, shown="core")]
        for filters in (None, some):
            agree(made, measures, Scope(), filters, None)
            agree(made, measures, Scope(), filters, "v")


def test_a_long_tail_does_not_take_the_picture():
    values = [*(k / 10 for k in range(1000)), 5000.0, 9000.0, None, math.nan, math.inf, -math.inf]
    with world_of({"v": (T.NUMBER, values)}) as made:
        found = made.measure(Histogram("v", 40, shown="core"))
        assert (found.arrays["edges"][0], found.arrays["edges"][-1]) == (0, 105)
        assert found.meta["above"] == {"all": 2, "selected": 2}
        assert found.meta["below"] == {"all": 0, "selected": 0}
        everything = made.measure(Histogram("v", 40))
        assert everything.arrays["edges"][-1] >= 9000
        assert everything.meta["above"] == {"all": 0, "selected": 0}
        assert made.engine.profile(made.dataset)[0]["core"] == pytest.approx([0, 104.4], abs=0.2)


def test_a_constant_column_draws_one_bar(world):
    """Defect E6."""
    found = world.measure(Histogram("constant"))
    assert found.arrays["counts"].max() == len(world.samples)
    assert np.count_nonzero(found.arrays["counts"]) == 1
    assert found.arrays["edges"][0] < 4.25 < found.arrays["edges"][-1]


def test_values_are_drawn_in_the_order_of_their_type():
    """Defect E7."""
    numbers = list(range(300, 100, -1))
    flags = [k % 2 == 0 for k in numbers]
    with world_of({"n": (T.INTEGER, numbers), "b": (T.BOOLEAN, flags)}) as made:
        page = made.measure(Page(("n",), "n", limit=1000))
        assert page.meta["columns"][0]["values"] == [str(n) for n in sorted(numbers)]
        found = made.measure(Histogram("b", order="value"))
        assert found.meta["axis"]["categories"] == ["false", "true"]
        assert made.measure(Summary("b")).meta["overall"]["top"] == "false"


def test_a_missing_number_is_no_zero_in_a_mean():
    """Defect E7."""
    with world_of({"v": (T.NUMBER, [None, 2.0, None, 4.0])}) as made:
        overall = made.measure(Summary("v")).meta["overall"]
        assert (overall["mean"], overall["count"], overall["missing"]) == (3.0, 2, 2)


def test_quartiles_are_quartiles_in_their_order():
    """Defect E10."""
    values = {"x": (T.NUMBER, [0.0] * 5), "y": (T.NUMBER, [10.0, 20.0, 30.0, 40.0, 50.0])}
    with world_of(values) as made:
        found = made.measure(BinnedStatistics("x", "y")).arrays
        assert [found[q][0, 0] for q in ("q1", "median", "q3")] == [20.0, 30.0, 40.0]


def test_absolute_statistics_count_the_negative_half_too():
    """Defect E10."""
    values = {"x": (T.NUMBER, [0.0] * 4), "y": (T.NUMBER, [-30.0, -10.0, 20.0, 40.0])}
    with world_of(values) as made:
        found = made.measure(BinnedStatistics("x", "y", absolute=True)).arrays
        assert found["count"][0, 0] == 4
        assert (found["min"][0, 0], found["max"][0, 0]) == (10.0, 40.0)


def test_integers_beyond_2_to_53_are_told_apart_to_the_last_digit():
    numbers = [2**53 + k for k in range(4)]
    with world_of({"big": (T.INTEGER, numbers)}) as made:
        page = made.measure(Page(("big",), "big", descending=True))
        assert page.meta["columns"][0]["values"] == [str(n) for n in reversed(numbers)]
        leaf = Range(id="a", column="big", min=str(2**53 + 1), max=str(2**53 + 2))
        assert made.measure(Page(("big",)), filters=leaf).meta["total"] == 2
        summary = made.measure(Summary("big"), filters=leaf).meta["overall"]
        assert (summary["min"], summary["max"]) == (str(2**53 + 1), str(2**53 + 2))


def test_integers_in_a_small_span_have_a_bar_each():
    with world_of({"hour": (T.INTEGER, [5, 6, 6, 23])}) as made:
        found = made.measure(Histogram("hour"))
        assert found.arrays["edges"].tolist() == [k - 0.5 for k in range(5, 25)]
        assert found.arrays["counts"][0].tolist() == [1, 2, *[0] * 16, 1]


def test_frequent_texts_are_bars_and_the_rest_one_other():
    texts = ["a"] * 5 + ["b"] * 4 + ["c"] * 3 + list("defgh")
    with world_of({"t": (T.TEXT, texts)}) as made:
        found = made.measure(Histogram("t", bins=4))
        assert found.meta["other"] is True
        assert found.meta["axis"]["categories"] == ["a", "b", "c", "other"]
        assert found.arrays["counts"][0].tolist() == [5, 4, 3, 5]


def test_an_axis_of_too_many_texts_says_so_but_a_histogram_draws_the_frequent_ones():
    with world_of(
        {"t": (T.TEXT, [f"t{k}" for k in range(1001)]), "n": (T.NUMBER, [1.0] * 1001)}
    ) as made:
        with pytest.raises(Unsuitable, match="1,001 different values"):
            made.measure(Raster("t", "n", 5, 5))
        assert len(made.measure(Histogram("t")).arrays["all"]) == 40


def test_lines_that_still_pass_stay_drawn_while_filters_tighten(world):
    before = world.measure(Lines(("score",), 30))
    leaf = Range(id="a", column="score", min="0.3")
    after = world.measure(Lines(("score",), 30), filters=leaf)
    kept = [n for n in before.arrays["sample"] if world.samples[int(n)]["score"] >= 0.3]
    assert kept == after.arrays["sample"][: len(kept)].tolist()
    assert (before.arrays["ground"] == after.arrays["ground"]).all()


@pytest.mark.parametrize("quartiles", [True, False])
def test_a_single_row_without_a_place_is_in_no_bin(quartiles):
    columns = {"x": (T.NUMBER, [None]), "y": (T.NUMBER, [5.0])}
    with world_of(columns) as made:
        agree(made, [BinnedStatistics("x", "y", 1, quartiles=quartiles)], Scope(), None, None)


def test_an_axis_does_not_move_under_a_filter(world):
    leaf = Range(id="a", column="smooth", min="0", max="1")
    for measure in (Raster("smooth", "text", 9, 9), BinnedStatistics("smooth", "score")):
        before, after = world.measure(measure), world.measure(measure, filters=leaf)
        assert before.meta["x"] == after.meta["x"]
        assert before.meta["y"] == after.meta["y"]


def test_each_sample_counts_once_when_samples_are_the_unit(world):
    scope = Scope(MODELS)
    view = View("w", Plan({"h": Histogram("count")}, unit="samples"))
    leaf = Range(id="a", column="prediction", min="0")
    answer = world.ask(view, scope=scope, filters=leaf)
    found = answer.views["w"]["h"]
    selected = found.arrays["counts"].sum() + found.meta["missing"]["selected"]
    assert selected == answer.counts.samples < answer.counts.rows
    assert found.arrays["all"].sum() + found.meta["missing"]["all"] == answer.counts.total_samples


def test_a_bad_view_fails_alone(world):
    good = View("good", Plan({"h": Histogram("count")}))
    bad = View("bad", Plan({"h": Histogram("count"), "b": Histogram("gone")}))
    worse = View("worse", Plan({"b": BinnedStatistics("count", "text")}))
    answer = world.ask(good, bad, worse)
    assert set(answer.views) == {"good"}
    assert isinstance(answer.errors["bad"], UnknownColumn)
    assert isinstance(answer.errors["worse"], Unsuitable)


@pytest.mark.parametrize("colour", ["gone", "list"])
def test_a_colour_that_cannot_be_is_refused(world, colour):
    with pytest.raises((UnknownColumn, Unsuitable), match=colour):
        world.ask(colour=colour)


def test_a_project_without_samples_has_empty_answers():
    with world_of({"v": (T.NUMBER, []), "t": (T.TEXT, []), "b": (T.BOOLEAN, [])}) as made:
        agree(made, several(["v", "t", "b"], ["v"]), Scope(), None, "t")
        agree(made, several(["v", "t"], ["v"]), Scope(), None, "v")
