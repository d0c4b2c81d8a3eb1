"""Combinations of classes are exact, whatever the columns hold."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.engine.questions import FILTERS, MODELS, RESULTS, SCOPES, agree
from tests.engine.world import T, world_of

from debiai_studio.datasets.predicate import Not, OneOf, Range
from debiai_studio.engine.errors import Unsuitable
from debiai_studio.engine.model import Scope
from debiai_studio.engine.plan import Combinations


@pytest.mark.parametrize("colour", [None, "text"])
@pytest.mark.parametrize("filters", FILTERS.values(), ids=FILTERS)
@pytest.mark.parametrize("scope", ["samples", "rows", "nobody"])
def test_combinations_are_what_pandas_counts(world, scope, filters, colour):
    results = RESULTS[:3] if scope == "rows" else []
    measures = [
        Combinations((*results, "flag", "number", "text"), 5),
        Combinations(("count", "big", "naive", "constant"), 20, "score"),
        Combinations(("Text", "nothing", *results), 20, None, 3),
    ]
    agree(world, measures, SCOPES[scope], filters, colour)


weights = st.none() | st.floats(min_value=0, allow_infinity=False) | st.sampled_from([0.1, 1e16])
texts = st.none() | st.sampled_from(["a", "b", "other", "", "é", "missing"])
numbers = st.none() | st.floats() | st.sampled_from([math.nan, math.inf, -math.inf, -0.0])


@settings(max_examples=40, deadline=None)
@given(
    rows=st.lists(st.tuples(texts, numbers, weights), min_size=1, max_size=40),
    values=st.integers(2, 6),
    limit=st.integers(1, 30),
)
def test_any_columns_can_be_combined_and_weighed(rows, values, limit):
    t, v, w = (list(column) for column in zip(*rows, strict=True))
    columns = {"t": (T.TEXT, t), "v": (T.NUMBER, v), "w": (T.NUMBER, w)}
    some = Not(child=OneOf(id="a", column="t", values=("a",)))
    with world_of(columns) as made:
        for measure in (Combinations(("t", "v"), values), Combinations(("v", "t"), values, "w")):
            for filters in (None, some):
                agree(made, [measure], Scope(), filters, "t")
        for weight in (None, "w"):
            agree(made, [Combinations(("v", "t"), values, weight, limit)], Scope(), None, None)


def test_a_weight_is_summed_without_rounding_it_away():
    weights = [1e16, *[1.0] * 1000]
    with world_of({"t": (T.TEXT, ["a"] * 1001), "w": (T.NUMBER, weights)}) as made:
        found = made.measure(Combinations(("t",), weight="w"))
        assert found.arrays["weights"].tolist() == [[1e16 + 1000]]


def test_the_heaviest_combinations_are_drawn_not_those_with_most_rows():
    columns = {"t": (T.TEXT, ["a", "a", "a", "b"]), "w": (T.NUMBER, [1.0, 1.0, None, 9.0])}
    with world_of(columns) as made:
        measures = [Combinations(("t",), weight="w", limit=1), Combinations(("t",), limit=1)]
        agree(made, measures, Scope(), None, None)
        assert made.measure(measures[0]).arrays["weights"].tolist() == [[9.0]]


@pytest.mark.parametrize("value", [-0.5, -math.inf])
def test_a_weight_below_zero_is_refused_with_a_reason(value):
    columns = {"t": (T.TEXT, ["a", "b"]), "w": (T.NUMBER, [1.0, value])}
    with world_of(columns) as made, pytest.raises(Unsuitable, match="below zero"):
        made.measure(Combinations(("t",), weight="w"))


def test_too_many_combinations_are_refused_and_the_column_is_named():
    random = np.random.default_rng(1)
    columns = {f"n{k}": (T.INTEGER, random.integers(0, 20, 120_000).tolist()) for k in range(8)}
    with world_of(columns) as made:
        assert made.measure(Combinations(("n0", "n1"))).meta["combinations"] == 400
        with pytest.raises(Unsuitable, match=r'"n4".* 100,000 combinations'):
            made.measure(Combinations(tuple(columns)))


def test_classes_stand_in_the_order_of_their_type():
    """Defect E7: numbers of many values were sorted as texts, booleans became numbers."""
    columns = {"n": (T.INTEGER, [100, 20, 3, -1]), "b": (T.BOOLEAN, [True, False, None, True])}
    with world_of(columns) as made:
        meta = made.measure(Combinations(("n", "b"))).meta["columns"]
        assert meta[0]["classes"] == ["-1", "3", "20", "100"]
        assert meta[1]["classes"] == ["false", "true", ""]


def test_the_values_of_classes_filter_exactly_their_rows(world):
    """Defect E2: clicks kept values of numbers and booleans as texts, and no row matched."""
    for name in ("count", "flag", "number", "naive", "big"):
        found = world.measure(Combinations((name,), 100))
        classes = found.meta["columns"][0]
        for k, (text, kind) in enumerate(zip(classes["classes"], classes["kinds"], strict=True)):
            leaf = OneOf(
                id="a", column=name, values=(text,) if kind == "value" else (),
                missing=kind == "missing", nan=kind == "nan",
            )  # fmt: skip
            assert world.ask(filters=leaf).counts.rows == found.arrays["class_counts"][0, k] > 0


def test_classes_do_not_move_under_a_filter(world):
    leaf = Range(id="a", column="score", min="0.9")
    before, after = (
        world.measure(Combinations(("count", "text"), 5), filters=f, scope=Scope(MODELS))
        for f in (None, leaf)
    )
    assert before.meta["columns"] == after.meta["columns"]
