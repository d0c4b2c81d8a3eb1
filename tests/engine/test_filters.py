from __future__ import annotations

import math

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from pyroaring import BitMap
from tests.engine.oracle import holds, seen_by
from tests.engine.world import BIG, TEXTS, T, world_of

from debiai_studio.datasets.predicate import (
    And,
    Contains,
    InSelection,
    Lasso,
    Missing,
    Not,
    OneOf,
    Or,
    Range,
)
from debiai_studio.engine.errors import InvalidFilter, UnknownColumn
from debiai_studio.engine.model import Query, Scope, View
from debiai_studio.engine.plan import Page, Plan

EVERYTHING = Page((), limit=10_000)
MODELS = ("zeta", "alpha", "mid.dle")
MEMBERS = {"s": BitMap(range(20, 90)), "empty": BitMap()}

NUMBER_BOUNDS = ["-inf", "inf", "0", "0.1", "1.5", "-2.5", "1e150", "5e-324", "-1", "3", "2.9999"]
INTEGER_BOUNDS = [str(BIG + k) for k in (0, 1, 2, 3)] + ["0.5", "-0.5", "1", "-inf", "inf", "1e19"]
TIME_BOUNDS = ["1970-01-01T00:00:00", "2013-01-01T10:00:00", "2013-01-01T10:00:00.000001"]
BOUNDS = {
    "number": NUMBER_BOUNDS,
    "smooth": [*NUMBER_BOUNDS, "0.5", "4.75"],
    "big": INTEGER_BOUNDS,
    "count": ["0", "3", "3.5", "11", "-4"],
    "constant": ["4.25", "4.2", "4.3"],
    "nothing": ["0"],
    "text": TEXTS,
    "flag": ["true", "false"],
    "naive": TIME_BOUNDS,
    "zoned": [f"{bound}Z" for bound in TIME_BOUNDS],
}
RESULT_BOUNDS = {"prediction": NUMBER_BOUNDS, "label": ["yes", "no", "Ja"], "model": list(MODELS)}


def leaf_of(column: str, bounds: list[str]) -> st.SearchStrategy:
    origin = st.sampled_from([None, "w", "v"])
    bound = st.none() | st.sampled_from(bounds)
    finite = [b for b in bounds if "." not in b or column in ("number", "smooth")]
    kinds = [
        st.builds(
            Range, id=st.just("r"), column=st.just(column), origin=origin, min=bound, max=bound
        ),
        st.builds(Missing, id=st.just("m"), column=st.just(column), origin=origin),
        st.builds(
            OneOf,
            id=st.just("o"),
            column=st.just(column),
            origin=origin,
            values=st.lists(st.sampled_from(finite or bounds), max_size=3).map(tuple),
            missing=st.booleans(),
            nan=st.booleans(),
        ),
    ]
    if column in ("text", "label"):
        kinds.append(
            st.builds(
                Contains,
                id=st.just("c"),
                column=st.just(column),
                origin=origin,
                text=st.sampled_from(["", "a", "É", "z", "N", "1"]),
                case=st.booleans(),
            )
        )
    return st.one_of(kinds)


def trees(bounds: dict[str, list[str]]) -> st.SearchStrategy:
    members = st.builds(InSelection, id=st.just("s"), selection_id=st.sampled_from(list(MEMBERS)))
    leaf = st.one_of([leaf_of(column, found) for column, found in bounds.items()] + [members])

    def grown(inner: st.SearchStrategy) -> st.SearchStrategy:
        children = st.lists(inner, max_size=4).map(tuple)
        return (
            st.builds(And, children=children)
            | st.builds(Or, children=children)
            | st.builds(Not, child=inner)
        )

    return st.recursive(leaf, grown, max_leaves=20)


def expected(world, scope, tree):
    types = {column.name: column.type for column in world.engine.columns(world.dataset, scope)}
    rows = world.rows(scope)
    return [r for r in rows if tree is None or holds(tree, r, types, MEMBERS)]


def agree(world, scope, tree) -> None:
    answer = world.ask(
        View("w", Plan({"rows": EVERYTHING})),
        View("other", Plan({"rows": EVERYTHING})),
        scope=scope,
        filters=tree,
        selections=MEMBERS,
        steps=True,
    )
    passed = expected(world, scope, tree)
    samples = {row["_sample"] for row in passed}
    assert answer.counts.rows == len(passed)
    assert answer.counts.samples == len(samples)
    assert set(world.engine.select(world.dataset, Query(scope, tree, MEMBERS))) == samples
    for view, seen in (("w", seen_by(tree, "w")), ("other", tree)):
        page = answer.views[view]["rows"].meta
        found = list(zip(page["sample"], page["model"], strict=True))
        assert found == [(r["_sample"], r["_model"]) for r in expected(world, scope, seen)]
    if isinstance(tree, And):
        for k, step in enumerate(answer.steps):
            left = expected(world, scope, And(children=tree.children[: k + 1]))
            assert step.samples == len({row["_sample"] for row in left})


LOTS = settings(
    max_examples=400, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)


@LOTS
@given(tree=trees(BOUNDS))
def test_any_tree_selects_what_it_says(world, tree):
    agree(world, Scope(), tree)


@LOTS
@given(
    tree=trees(BOUNDS | RESULT_BOUNDS),
    models=st.lists(st.sampled_from(MODELS), min_size=1, unique=True).map(tuple),
    results=st.sampled_from(["union", "intersection"]),
    samples=st.sampled_from([None, BitMap(range(100)), BitMap([1])]),
)
def test_a_sample_is_selected_if_any_of_its_rows_passes(world, tree, models, results, samples):
    agree(world, Scope(models, results, "rows", samples), tree)


@settings(parent=LOTS, max_examples=100)
@given(
    tree=trees({"alpha.prediction": NUMBER_BOUNDS, "zeta.label": ["yes", "no"], "count": ["3"]}),
    results=st.sampled_from(["union", "intersection"]),
)
def test_results_are_columns_when_models_are(world, tree, results):
    agree(world, Scope(("alpha", "zeta"), results, "columns"), tree)


def test_inverting_the_only_filter_inverts_the_selection(world):
    """Defect E1."""
    leaf = Range(id="a", column="count", min="3", max="5")
    kept = world.engine.select(world.dataset, Query(Scope(), And(children=(leaf,))))
    others = world.engine.select(world.dataset, Query(Scope(), And(children=(Not(child=leaf),))))
    assert kept
    assert others
    assert kept | others == BitMap(world.samples)
    assert not kept & others


@pytest.mark.parametrize(
    ("column", "text", "value"), [("count", "3", 3), ("flag", "true", True), ("number", "1.5", 1.5)]
)
def test_values_given_as_text_select_numbers_and_booleans(world, column, text, value):
    """Defect E2."""
    found = world.engine.select(
        world.dataset, Query(Scope(), OneOf(id="a", column=column, values=(text,)))
    )
    assert set(found) == {n for n, row in world.samples.items() if row[column] == value}
    assert found


def test_two_intervals_keep_the_order_of_rows(world):
    """Defect E5."""
    late, early = (Range(id=i, column="score", min=a, max=b) for i, a, b in (
        ("a", "0.7", "1"), ("b", "0", "0.2"),
    ))  # fmt: skip
    page = world.measure(EVERYTHING, filters=Or(children=(late, early)))
    assert page.meta["sample"] == sorted(page.meta["sample"])
    assert page.meta["total"] > 0


def test_a_range_of_texts_compares_texts(world):
    """Defect E15."""
    found = world.engine.select(
        world.dataset, Query(Scope(), Range(id="a", column="text", min="10", max="9"))
    )
    within = {n for n, row in world.samples.items() if row["text"] in ("10", "9")}
    assert set(found) == within


def test_an_empty_text_is_not_a_missing_one(world):
    """Defect E15."""
    empty = world.engine.select(
        world.dataset, Query(Scope(), OneOf(id="a", column="text", values=("",)))
    )
    missing = world.engine.select(world.dataset, Query(Scope(), Missing(id="a", column="text")))
    assert set(empty) == {n for n, row in world.samples.items() if row["text"] == ""}
    assert set(missing) == {n for n, row in world.samples.items() if row["text"] is None}


def test_forty_leaves_are_as_right_as_one(world):
    leaves = tuple(
        Range(id=str(k), column="count", min=str(k % 12), max=str(k % 12)) for k in range(40)
    )
    agree(world, Scope(), Or(children=leaves))
    agree(world, Scope(), And(children=tuple(Not(child=leaf) for leaf in leaves[:20])))


SQUARE = ((-1.0, -1.0), (-1.0, 6.0), (6.0, 6.0), (6.0, -1.0))
BOW = ((0.0, 0.0), (8.0, 8.0), (8.0, 0.0), (0.0, 8.0))


def inside(x: float | None, y: float | None, polygon) -> bool:
    if x is None or y is None or not (math.isfinite(x) and math.isfinite(y)):
        return False
    crossings = 0
    for (ax, ay), (bx, by) in zip(polygon, polygon[-1:] + polygon[:-1], strict=True):
        if (ay > y) != (by > y) and x < (bx - ax) * (y - ay) / (by - ay) + ax:
            crossings += 1
    return crossings % 2 == 1


@pytest.mark.parametrize("polygon", [SQUARE, BOW], ids=["square", "bow"])
def test_a_lasso_holds_the_points_inside_by_the_even_odd_rule(world, polygon):
    lasso = Lasso(id="l", x="smooth", y="count", points=polygon)
    found = set(world.engine.select(world.dataset, Query(Scope(), lasso)))
    wanted = {n for n, r in world.samples.items() if inside(r["smooth"], r["count"], polygon)}
    assert found == wanted
    assert found
    outside = world.engine.select(world.dataset, Query(Scope(), Not(child=lasso)))
    assert set(outside) == set(world.samples) - wanted


def test_a_lasso_takes_categories_by_their_drawn_place(world):
    drawn = sorted({r["text"] for r in world.samples.values() if r["text"] is not None})
    polygon = ((0.5, -0.5), (0.5, 0.5), (2.5, 0.5), (2.5, -0.5))
    lasso = Lasso(id="l", x="text", y="flag", points=polygon)
    found = set(world.engine.select(world.dataset, Query(Scope(), lasso)))
    assert found == {
        n for n, r in world.samples.items() if r["text"] in drawn[1:3] and r["flag"] is False
    }
    assert found


def test_a_lasso_of_fewer_than_three_points_holds_nothing(world):
    lasso = Lasso(id="l", x="smooth", y="count", points=((0, 0), (9, 9)))
    assert not world.engine.select(world.dataset, Query(Scope(), lasso))


@pytest.mark.parametrize(
    ("leaf", "says"),
    [
        (Range(id="a", column="count", min="ten"), "must be a number"),
        (Range(id="a", column="number", min="nan"), "cannot be NaN"),
        (Range(id="a", column="count", max="nan"), "cannot be NaN"),
        (OneOf(id="a", column="flag", values=("yes",)), '"true" or "false"'),
        (Range(id="a", column="naive", min="2013-01-01T10:00:00Z"), "2013-01-01T10:00:00"),
        (Range(id="a", column="zoned", min="2013-01-01T10:00:00"), "2013-01-01T10:00:00Z"),
        (Range(id="a", column="zoned", min="soon Z"), "2013-01-01T10:00:00Z"),
        (Contains(id="a", column="count", text="1"), "text column"),
        (Range(id="a", column="list", min="1"), "array"),
        (InSelection(id="a", selection_id="gone"), "gone"),
    ],
)
def test_a_filter_that_does_not_fit_says_why(world, leaf, says):
    with pytest.raises(InvalidFilter, match=says):
        world.ask(filters=leaf)


def test_a_filter_on_a_column_that_is_not_there_names_the_nearest(world):
    with pytest.raises(UnknownColumn, match='"smooth"'):
        world.ask(filters=Missing(id="a", column="smoth"))


def test_a_text_column_with_more_values_than_small_codes_can_be_searched():
    texts = [f"sample {k}" for k in range(70_000)]
    with world_of({"text": (T.TEXT, texts)}) as made:
        found = made.engine.select(
            made.dataset, Query(Scope(), Contains(id="a", column="text", text="SAMPLE 6999"))
        )
        assert set(found) == {6999, *range(69_990, 70_000)}
        between = Range(id="a", column="text", min="sample 69998", max="sample 69999")
        assert set(made.engine.select(made.dataset, Query(Scope(), between))) == {69_998, 69_999}
