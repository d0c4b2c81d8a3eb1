"""Coverage is exact: every row counts, and the ends of an interval belong to it."""

from __future__ import annotations

import math
from unittest.mock import patch

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.engine.questions import FILTERS, SCOPES, agree
from tests.engine.world import T, world_of

from debiai_studio.datasets.predicate import Range
from debiai_studio.engine.errors import Unsuitable
from debiai_studio.engine.model import Scope
from debiai_studio.engine.plan import Intervals


@pytest.mark.parametrize("colour", [None, "text"])
@pytest.mark.parametrize("filters", FILTERS.values(), ids=FILTERS)
@pytest.mark.parametrize("scope", ["samples", "rows", "nobody"])
def test_intervals_are_what_numpy_finds(world, scope, filters, colour):
    y = "prediction" if scope == "rows" else "smooth"
    measures = [
        Intervals("count", y, "number", "smooth", 5, 20),
        Intervals("text", y, "score", "big", 5),
        Intervals("zoned", "naive", "zoned", "naive", 9),
        Intervals("constant", "big", "count", "big", 9, 3),
    ]
    agree(world, measures, SCOPES[scope], filters, colour)


value = st.none() | st.floats() | st.sampled_from([0.0, -0.0, 1.0, math.nan, 2.0**63, 1e308])
whole = st.none() | st.integers(-(2**63), 2**63 - 1) | st.sampled_from([0, 1, 2**53, 2**53 + 1])


@settings(max_examples=40, deadline=None)
@given(rows=st.lists(st.tuples(value, value, value, whole, whole), min_size=1, max_size=30))
def test_any_values_are_judged_as_python_compares_them(rows):
    x, y, low, upper, whole_low = (list(column) for column in zip(*rows, strict=True))
    columns = {
        "x": (T.NUMBER, x), "y": (T.NUMBER, y), "low": (T.NUMBER, low),
        "upper": (T.INTEGER, upper), "whole": (T.INTEGER, whole_low),
    }  # fmt: skip
    some = Range(id="a", column="x", min="0")
    with world_of(columns) as made:
        measures = [Intervals("x", "y", "low", "upper", 4), Intervals("y", "upper", "whole", "y")]
        for filters in (None, some):
            agree(made, measures, Scope(), filters, "upper")


def test_integers_beyond_2_to_53_are_judged_to_the_last_digit():
    big = 2**53
    columns = {
        "x": (T.NUMBER, [0.0, 1.0]),
        "y": (T.INTEGER, [big + 1, big + 1]),
        "low": (T.INTEGER, [big, big + 2]),
        "high": (T.INTEGER, [big + 1, big + 3]),
    }
    with world_of(columns) as made:
        found = made.measure(Intervals("x", "y", "low", "high"))
        assert found.arrays["inside"].sum() == 1


near_the_end = st.sampled_from([2**63 - 1, 2**63 - 513, -(2**63), 2**53 + 1, 2**62 + 257, 0])
float_near_it = st.sampled_from([2.0**63, 2.0**63 - 1024, -(2.0**63), 2.0**53, 2.0**62, 0.5, 1e300])


@settings(max_examples=40, deadline=None)
@given(rows=st.lists(st.tuples(near_the_end, float_near_it, near_the_end), min_size=1, max_size=9))
def test_integers_and_decimals_are_compared_exactly_where_no_float_is_longer_than_64_bits(rows):
    whole, decimal, other = (list(column) for column in zip(*rows, strict=True))
    columns = {"i": (T.INTEGER, whole), "f": (T.NUMBER, decimal), "j": (T.INTEGER, other)}
    pairs = [("f", "i", "j"), ("i", "f", "j"), ("i", "j", "f"), ("i", "f", "f"), ("f", "f", "i")]
    # As on Windows.
    with patch.object(np, "longdouble", np.float64), world_of(columns) as made:
        agree(made, [Intervals("j", *names, 3) for names in pairs], Scope(), None, None)


def test_a_missing_bound_is_no_bound_at_zero():
    """Defect E7: a missing value counted as 0."""
    columns = {
        "x": (T.NUMBER, [0.0, 1.0, 2.0]),
        "y": (T.NUMBER, [1.0, 1.0, 1.0]),
        "low": (T.NUMBER, [None, 0.0, math.nan]),
        "high": (T.NUMBER, [2.0, 2.0, 2.0]),
    }
    with world_of(columns) as made:
        meta = made.measure(Intervals("x", "y", "low", "high")).meta
        assert (meta["rows"], meta["judged"], meta["inside"]) == (3, 1, 1)


def test_dates_are_not_judged_by_numbers(world):
    with pytest.raises(Unsuitable, match="holds numbers, but naive holds dates"):
        world.measure(Intervals("score", "naive", "score", "score"))


def test_rows_that_still_pass_stay_drawn_while_filters_tighten(world):
    measure = Intervals("score", "smooth", "score", "score", limit=25)
    before = world.measure(measure).arrays["sample"].tolist()
    leaf = Range(id="a", column="score", min="0.3")
    after = world.measure(measure, filters=leaf).arrays["sample"].tolist()
    kept = [n for n in before if world.samples[n]["score"] >= 0.3]
    assert kept == after[: len(kept)]
