"""Questions that follow each other closely, as under a dragged brush."""

from __future__ import annotations

import itertools
from concurrent.futures import ThreadPoolExecutor

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from tests.engine.questions import SCOPES, agree

from debiai_studio.datasets.predicate import And, Not, OneOf, Or, Range
from debiai_studio.engine.counting import (
    ALONE,
    Base,
    Counted,
    change_of,
    shape_of,
    taken_over,
)
from debiai_studio.engine.model import Query, View
from debiai_studio.engine.plan import (
    BinnedStatistics,
    Combinations,
    Confusion,
    Histogram,
    Lines,
    Page,
    Plan,
    Points,
    Raster,
    Summary,
)

MEASURES = [
    Histogram("count", 7),
    Histogram("text", 40, "frequency"),
    Histogram("number", 9, "value", "core"),
    Raster("smooth", "text", 13, 6),
    Raster("smooth", "score", 11, 7, x_window=(-1.0, 2.0)),
    Points("smooth", "score", 50),
    Summary("count"),
    Summary("number", absolute=True),
    BinnedStatistics("text", "count", 5),
    BinnedStatistics("flag", "zoned", 2, quartiles=False),
    BinnedStatistics("score", "smooth", 5, quartiles=False),
    Combinations(("text", "flag"), values=6, limit=20),
    Lines(("smooth", "text", "count"), 40),
    Page(("text",), "score", True, 3, 20),
    Page(("text",), "text", False, 0, 200),
]  # fmt: skip

shares = st.floats(0, 1).map(lambda share: round(share, 2))
few = st.floats(0, 0.1).map(lambda share: round(share, 2))
moves = st.lists(st.tuples(shares, shares), min_size=2, max_size=6)


def brush(name: str, low: float, high: float, origin: str | None = None) -> Range:
    return Range(id=name, column="score", min=str(low), max=str(high), origin=origin)


def dragged(kind: str, low: float, high: float):
    """One of several trees with a brush in it that stands at (low, high)."""
    low, high = min(low, high), max(low, high)
    span = brush("moving", low, high)
    return {
        "range": And(id="root", children=(span,)),
        "box": And(children=(span, Range(id="y", column="smooth", max=str(2 * high)))),
        "either": Or(children=(OneOf(id="a", column="text", values=("é", "a")), span)),
        "not": And(children=(Not(child=span), OneOf(id="a", column="flag", values=("true",)))),
    }[kind]


@settings(
    max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(
    moves=moves,
    kinds=st.sampled_from(["range", "box", "either", "not"]),
    scope=st.sampled_from(["samples", "rows", "wide", "common"]),
    colour=st.sampled_from([None, "text", "smooth"]),
)
def test_every_move_is_answered_as_if_it_were_the_first_question(
    world, moves, kinds, scope, colour
):
    for low, high in moves:
        agree(world, MEASURES, SCOPES[scope], dragged(kinds, low, high), colour)


NUMBERS = itertools.count()
SOME = [Histogram("count", 7), Histogram("text", 40), Raster("smooth", "text", 13, 6)]


def trees(low: float) -> list:
    """Trees of several shapes, new to the engine; some select everything, or almost.

    A brush over a whole axis does, and a question goes on from the newest of any shape.
    """
    name = f"tree {next(NUMBERS)}"
    everything = brush(f"{name} all", -1e9, 1e9)
    missing = Not(child=everything)
    whole = Or(children=(everything, missing))
    part = brush(f"{name} part", low, 1e9)
    almost = Or(children=(part, missing))
    return [None, whole, And(children=(whole,)), almost, And(children=(whole, almost)), missing]


@settings(
    max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(
    steps=st.lists(
        st.tuples(st.integers(0, 5), few, st.sets(st.sampled_from(range(3)))),
        min_size=3,
        max_size=9,
    )
)
def test_pages_that_ask_for_some_widgets_at_a_time_get_the_same_answers(world, steps):
    for number, low, asked in steps:
        measures = [SOME[place] for place in sorted(asked)] or SOME
        agree(world, measures, SCOPES["samples"], trees(low)[number], None)


def test_a_count_that_nothing_left_out_goes_on_from_is_of_one_base_alone(world):
    whole = trees(0)[1]
    agree(world, SOME, SCOPES["samples"], None, None)
    agree(world, SOME[1:], SCOPES["samples"], whole, None)
    agree(world, [SOME[0], SOME[2]], SCOPES["samples"], trees(0.05)[4], None)
    agree(world, SOME, SCOPES["samples"], None, None)


def test_counts_hold_no_places_that_the_cache_gave_up():
    places = np.zeros((1, 8), np.uint16)
    counted = Counted.of(ALONE, places, np.zeros((2, 1, 4), np.uint32))
    base = Base(np.zeros((1, 8), np.uint8), {"key": counted})
    assert counted.is_by(ALONE, places)
    del places
    assert taken_over(base) == {}


def test_confusions_follow_the_moves_of_a_brush(world):
    for share in range(0, 100, 5):
        agree(
            world, [Confusion("label", "text")], SCOPES["rows"],
            dragged("range", share / 100, share / 100 + 0.3), "model",
        )  # fmt: skip


def counts(world, filters, view="w", *, samples=False) -> np.ndarray:
    plan = Plan({"m": Histogram("text", 40)}, unit="samples" if samples else "rows")
    scope = SCOPES["rows"] if samples else SCOPES["samples"]
    answer = world.engine.answer(
        world.dataset, Query(scope, filters, colour="flag", views=(View(view, plan),))
    )
    return answer.views[view]["m"].arrays["counts"]


def test_pages_that_drag_the_same_brush_at_once_do_not_disturb_each_other(world):
    trees = [dragged("range", share / 60, share / 60 + 0.2) for share in range(48)]
    alone = [counts(world, tree) for tree in trees]
    with ThreadPoolExecutor(6) as pool:
        for order in (trees, trees[::-1], trees * 3):
            for tree, found in zip(order, pool.map(lambda t: counts(world, t), order), strict=True):
                assert np.array_equal(found, alone[trees.index(tree)])


@pytest.mark.parametrize("samples", [False, True])
def test_a_widget_follows_the_moves_of_others_and_not_its_own(world, samples):
    fixed = OneOf(id="b", column="text", values=("é", "a"), origin="other")
    everything = counts(world, And(children=(fixed,)), "mine", samples=samples)
    for share in range(0, 90, 3):
        own = brush("moving", share / 100, 1, origin="mine")
        tree = And(children=(own, fixed))
        assert np.array_equal(counts(world, tree, "mine", samples=samples), everything)
        others = And(children=(own.model_copy(update={"origin": None}), fixed))
        assert np.array_equal(
            counts(world, tree, "else", samples=samples),
            counts(world, others, "mine", samples=samples),
        )


def test_answers_that_were_given_do_not_change_with_the_next_move(world):
    first = counts(world, dragged("range", 0.1, 0.5))
    kept = first.copy()
    for share in range(30):
        counts(world, dragged("range", 0.1, 0.5 + share / 100))
    assert np.array_equal(first, kept)


@settings(max_examples=200, deadline=None)
@given(st.integers(1, 70), st.lists(st.integers(0, 69), max_size=12), st.integers(1, 2))
def test_a_change_holds_exactly_the_rows_whose_slot_is_another(n, at, blocks):
    before = (np.arange(n * blocks, dtype=np.uint8) % 5).reshape(blocks, n)
    after = before.copy()
    for place in at:
        after.reshape(-1)[place % after.size] = 5
    expected = np.flatnonzero((before != after).reshape(-1))
    accepted = int(np.count_nonzero(after != 5))
    change = change_of(Base(before, {}), after, accepted)
    if change is None:
        assert len(expected) > min(accepted, after.size // 4) - 8
    else:
        assert change.rows.tolist() == expected.tolist()
        assert change.before.tolist() == before.reshape(-1)[expected].tolist()
        assert change.after.tolist() == [5] * len(expected)


def test_a_tree_keeps_its_shape_while_its_brushes_move_and_no_longer():
    shapes = [shape_of(dragged("box", low, 1)) for low in (0.1, 0.2)]
    assert shapes[0] == shapes[1]
    assert shape_of(dragged("range", 0.1, 1)) not in shapes
    assert shape_of(And(children=(brush("a", 0, 1),))) != shape_of(
        And(children=(brush("b", 0, 1),))
    )
    assert shape_of(Not(child=brush("a", 0, 1))) != shape_of(brush("a", 0, 1))
