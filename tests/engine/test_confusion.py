from __future__ import annotations

import math
import random

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.engine.questions import FILTERS, SCOPES, agree
from tests.engine.world import T, world_of

from debiai_studio.datasets.predicate import And, OneOf
from debiai_studio.engine.errors import Unsuitable
from debiai_studio.engine.model import Scope
from debiai_studio.engine.plan import Confusion


def labels(found) -> list[str]:
    return [one["label"] for one in found.meta["classes"]]


PAIRS = {
    "samples": [("text", "Text"), ("number", "count"), ("flag", "count"), ("zoned", "naive")],
    "rows": [("text", "label"), ("label", "label"), ("model", "label")],
    "wide": [("alpha.label", "zeta.label"), ("Text", "alpha.label")],
    "nobody": [("text", "Text")],
}


@pytest.mark.parametrize("colour", [None, "text", "count"])
@pytest.mark.parametrize("filters", [FILTERS["none"], FILTERS["some"]], ids=["none", "some"])
@pytest.mark.parametrize("scope", PAIRS)
def test_a_confusion_is_what_counting_and_scikit_learn_find(world, scope, filters, colour):
    agree(world, [Confusion(*pair) for pair in PAIRS[scope]], SCOPES[scope], filters, colour)


texts = st.none() | st.sampled_from(["a", "b", "B", "10", "9", ""])
numbers = st.none() | st.sampled_from([math.nan, math.inf, -math.inf, 0.0, -0.0, 1.0, 2.5])
flags = st.none() | st.booleans()
integers = st.none() | st.integers(-1, 3) | st.sampled_from([2**53, 2**53 + 1])
COLUMNS = {"text": (T.TEXT, texts), "other": (T.TEXT, texts), "number": (T.NUMBER, numbers),
           "flag": (T.BOOLEAN, flags), "integer": (T.INTEGER, integers)}  # fmt: skip
ALIKE = [("text", "other"), ("number", "integer"), ("flag", "integer"), ("flag", "number"),
         ("integer", "integer"), ("number", "flag")]  # fmt: skip


@settings(max_examples=40, deadline=None)
@given(
    rows=st.lists(st.tuples(*(values for _, values in COLUMNS.values())), max_size=30),
    pair=st.sampled_from(ALIKE),
    colour=st.none() | st.sampled_from(list(COLUMNS)),
)
def test_any_rows_are_counted_in_their_cells(rows, pair, colour):
    listed = list(zip(*rows, strict=True)) or [()] * len(COLUMNS)
    columns = {
        name: (type_, list(values))
        for (name, (type_, _)), values in zip(COLUMNS.items(), listed, strict=True)
    }
    some = OneOf(id="a", column="integer", values=("0", "1", "2"), missing=True)
    with world_of(columns) as made:
        for filters in (None, some):
            agree(made, [Confusion(*pair)], Scope(), filters, colour)


def test_a_cell_of_numbers_or_booleans_filters_the_rows_that_it_counts():
    """Defect E2."""
    values = [1.0, 0.0, 1.0, None, math.nan]
    columns = {"flag": (T.BOOLEAN, [True, True, False, True, None]), "told": (T.NUMBER, values)}
    with world_of(columns) as made:
        found = made.measure(Confusion("flag", "told"))
        assert found.meta["values"] == 2
        for i, true in enumerate(found.meta["classes"]):
            for j, told in enumerate(found.meta["classes"]):
                cell = And(children=(leaf("flag", true, "truth"), leaf("told", told, "prediction")))
                counts = made.measure(Confusion("flag", "told"), filters=cell).arrays["counts"]
                assert counts.sum() == counts[0, i, j] == found.arrays["all"][i, j]


def leaf(column: str, one: dict, side: str) -> OneOf:
    """What the page sends for a class."""
    missing, nan = one["aside"] == "missing", one["aside"] == "nan"
    values = () if one["aside"] else tuple(one[side])
    return OneOf(id=column, column=column, values=values, missing=missing, nan=nan)


def test_both_sides_have_the_union_of_their_classes_in_one_order():
    """Defect E3."""
    columns = {
        "truth": (T.TEXT, ["class 10", "class 2", "bus", None]),
        "told": (T.TEXT, ["Car", "class 2", "car", "class 1"]),
    }
    with world_of(columns) as made:
        found = made.measure(Confusion("truth", "told"))
        assert labels(found) == ["bus", "Car", "car", "class 1", "class 2", "class 10", "missing"]
        swapped = made.measure(Confusion("told", "truth"))
        assert labels(swapped) == labels(found)
        assert (swapped.arrays["all"] == found.arrays["all"].T).all()
        assert np.trace(found.arrays["all"]) == 1


def test_numbers_are_classes_in_the_order_of_their_values():
    columns = {
        "truth": (T.INTEGER, [10, 9, -1, 2**53 + 1]),
        "told": (T.NUMBER, [9.0, math.inf, math.nan, float(2**53)]),
    }
    with world_of(columns) as made:
        found = made.measure(Confusion("truth", "told"))
        wanted = ["-1", "9", "10", "9007199254740992.0", "9007199254740993", "inf", "NaN"]
        assert labels(found) == wanted


def test_a_text_that_names_a_value_of_the_other_column_is_its_class():
    columns = {
        "truth": (T.TEXT, ["1", "1.0", "two", "nan"]),
        "told": (T.INTEGER, [1, 1, 2, None]),
    }
    with world_of(columns) as made:
        found = made.measure(Confusion("truth", "told"))
        assert labels(found) == ["1", "2", "nan", "two", "missing"]
        assert found.meta["classes"][0]["truth"] == ["1", "1.0"]
        assert found.arrays["counts"][0, 0, 0] == 2


def test_classes_do_not_change_under_a_filter(world):
    before = world.measure(Confusion("text", "Text"))
    after = world.measure(Confusion("text", "Text"), filters=FILTERS["few"])
    assert before.meta == after.meta
    assert (before.arrays["all"] == after.arrays["all"]).all()


def test_more_than_a_hundred_classes_are_refused_with_the_limit():
    names = [f"t{k}" for k in range(101)]
    some = [random.Random(k).choice(names[:60]) for k in range(101)]  # noqa: S311
    columns = {"truth": (T.TEXT, names), "told": (T.TEXT, some),
               "low": (T.INTEGER, [k % 60 for k in range(101)]),
               "high": (T.INTEGER, [50 + k % 60 for k in range(101)])}  # fmt: skip
    with world_of(columns) as made:
        with pytest.raises(Unsuitable, match=r"101 different values; .* at most 100 classes"):
            made.measure(Confusion("told", "truth"))
        with pytest.raises(Unsuitable, match=r'"high" have 110 .* together; .* at most 100'):
            made.measure(Confusion("low", "high"))
