"""Means and spreads of groups are those of pandas."""

from __future__ import annotations

import math

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.engine.questions import FILTERS, SCOPES, agree
from tests.engine.world import T, world_of

from debiai_studio.datasets.predicate import Range
from debiai_studio.engine.errors import Unsuitable
from debiai_studio.engine.model import Scope
from debiai_studio.engine.plan import Stars


@pytest.mark.parametrize("colour", [None, "text"])
@pytest.mark.parametrize("filters", FILTERS.values(), ids=FILTERS)
@pytest.mark.parametrize("scope", ["samples", "rows", "nobody"])
def test_stars_are_what_pandas_finds(world, scope, filters, colour):
    y = "prediction" if scope == "rows" else "score"
    measures = [
        Stars("smooth", y),
        Stars("smooth", y, absolute_x=True, group_by="text"),
        Stars("count", "smooth", absolute_y=True, group_by="number", limit=5),
        Stars("big", "constant", absolute_x=True),
        Stars("nothing", "score", group_by="flag"),
    ]
    agree(world, measures, SCOPES[scope], filters, colour)


near = st.none() | st.floats(-1e100, 1e100) | st.sampled_from([math.nan, math.inf, -math.inf])


@settings(max_examples=40, deadline=None)
@given(
    rows=st.lists(
        st.tuples(near, near, st.none() | st.sampled_from("abc")), min_size=1, max_size=30
    ),
    absolute=st.tuples(st.booleans(), st.booleans()),
    limit=st.integers(2, 4),
)
def test_any_numbers_have_stars(rows, absolute, limit):
    x, y, group = (list(column) for column in zip(*rows, strict=True))
    columns = {"x": (T.NUMBER, x), "y": (T.NUMBER, y), "g": (T.TEXT, group)}
    some = Range(id="a", column="x", min="0")
    with world_of(columns) as made:
        measures = [Stars("x", "y", *absolute), Stars("x", "y", *absolute, "g", limit)]
        for filters in (None, some):
            agree(made, measures, Scope(), filters, "g")


def test_values_far_from_zero_keep_their_spread():
    values = [1e9 + k / 1000 for k in range(1000)]
    with world_of({"v": (T.NUMBER, values)}) as made:
        found = made.measure(Stars("v", "v")).arrays
        assert found["x_std"][0] == pytest.approx(0.288819436, rel=1e-6)


def test_one_row_has_a_mean_but_no_spread():
    with world_of({"v": (T.NUMBER, [3.0, None])}) as made:
        found = made.measure(Stars("v", "v")).arrays
        assert (found["count"][0], found["x_mean"][0]) == (1, 3.0)
        assert math.isnan(found["x_std"][0])


def test_a_text_has_no_mean(world):
    with pytest.raises(Unsuitable, match="text"):
        world.measure(Stars("text", "score"))
