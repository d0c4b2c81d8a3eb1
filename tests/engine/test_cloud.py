"""The points of a 3D plot are rows as they are, and how many there are is exact."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.engine.questions import FILTERS, SCOPES, agree
from tests.engine.world import T, world_of

from debiai_studio.datasets.predicate import Range
from debiai_studio.engine.model import Scope
from debiai_studio.engine.plan import Cloud


@pytest.mark.parametrize("colour", [None, "text"])
@pytest.mark.parametrize("filters", FILTERS.values(), ids=FILTERS)
@pytest.mark.parametrize("scope", ["samples", "rows", "nobody"])
def test_points_are_rows_with_a_place_on_all_axes(world, scope, filters, colour):
    z = "prediction" if scope == "rows" else "smooth"
    measures = [Cloud("number", "text", z), Cloud("count", "zoned", z, 7), Cloud("nothing", z, z)]
    agree(world, measures, SCOPES[scope], filters, colour)


@settings(max_examples=40, deadline=None)
@given(
    rows=st.lists(
        st.tuples(*[st.none() | st.floats()] * 2, st.none() | st.text(max_size=2)),
        min_size=1,
        max_size=30,
    ),
    limit=st.integers(1, 40),
)
def test_any_columns_have_points(rows, limit):
    x, y, z = (list(column) for column in zip(*rows, strict=True))
    columns = {"x": (T.NUMBER, x), "y": (T.NUMBER, y), "z": (T.TEXT, z)}
    with world_of(columns) as made:
        agree(made, [Cloud("x", "y", "z", limit)], Scope(), Range(id="a", column="x"), "x")


def test_points_that_still_pass_stay_drawn_while_filters_tighten(world):
    measure = Cloud("score", "smooth", "count", 25)
    before = world.measure(measure).arrays["sample"].tolist()
    leaf = Range(id="a", column="score", min="0.3")
    after = world.measure(measure, filters=leaf).arrays["sample"].tolist()
    kept = [n for n in before if world.samples[n]["score"] >= 0.3]
    assert kept == after[: len(kept)]
