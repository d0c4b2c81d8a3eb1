from __future__ import annotations

import math

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats
from tests.engine.questions import FILTERS, NUMERIC, SCOPES, agree
from tests.engine.world import T, world_of

from debiai_studio.datasets.predicate import Range
from debiai_studio.engine.errors import Unsuitable
from debiai_studio.engine.measures.significance import p_of
from debiai_studio.engine.model import Scope
from debiai_studio.engine.plan import Correlation

METHODS = ("pearson", "spearman")


NAMES = {
    "samples": (*NUMERIC, "flag"),
    "rows": ("prediction", "smooth", "score (result)", "score", "flag"),
    "wide": ("alpha.prediction", "zeta.prediction", "smooth"),
    "nobody": ("smooth", "flag"),
}


@pytest.mark.parametrize("colour", [None, "text"])
@pytest.mark.parametrize("filters", FILTERS.values(), ids=FILTERS)
@pytest.mark.parametrize("scope", NAMES)
def test_a_correlation_is_what_extended_precision_and_scipy_find(world, scope, filters, colour):
    measures = [Correlation(NAMES[scope], method) for method in METHODS]
    agree(world, measures, SCOPES[scope], filters, colour)


values = st.none() | st.floats(-100, 100) | st.sampled_from([math.nan, math.inf, -math.inf])
integers = st.none() | st.integers(-(2**63), 2**63 - 1)
few = st.none() | st.integers(2**62, 2**62 + 2)
small = st.none() | st.sampled_from([1e-300, 2e-300, 3e-300, -5e-324])


@settings(max_examples=40, deadline=None)
@given(
    rows=st.lists(st.tuples(values, integers, few, small, st.none() | st.booleans()), max_size=30),
    filtered=st.booleans(),
)
def test_any_numbers_have_the_correlation_of_extended_precision(rows, filtered):
    listed = list(zip(*rows, strict=True)) or [()] * 5
    types = {"v": T.NUMBER, "i": T.INTEGER, "t": T.TIME, "s": T.NUMBER, "b": T.BOOLEAN}
    columns = {
        name: (type_, list(its)) for (name, type_), its in zip(types.items(), listed, strict=True)
    }
    some = Range(id="a", column="v", min="-20") if filtered else None
    with world_of(columns) as made:
        agree(made, [Correlation(tuple(types), method) for method in METHODS], Scope(), some, "b")


@pytest.mark.parametrize("method", METHODS)
def test_correlations_of_many_rows_are_those_of_pandas(method):
    random = np.random.default_rng(4)
    n = 20_000
    x = random.normal(size=n)
    table = pd.DataFrame(
        {
            "x": x,
            "y": 0.4 * x + random.normal(size=n),
            "cut": np.where(random.random(n) < 0.3, np.nan, x.round(1)),
            "tied": random.integers(0, 5, n).astype(float),
            "far": 100 + x,
        }
    )
    table.loc[table["tied"] == 2, "far"] = np.nan
    columns = {
        name: (T.NUMBER, [None if math.isnan(v) else v for v in table[name].tolist()])
        for name in table
    }
    with world_of(columns) as made:
        found = made.measure(Correlation(tuple(table), method)).arrays
    wanted = table.corr(method)
    np.testing.assert_allclose(found["r"], wanted, atol=1e-9)
    mask = table.notna().to_numpy(int)
    assert (found["n"] == mask.T @ mask).all()
    test = stats.pearsonr if method == "pearson" else stats.spearmanr
    complete = table[["x", "tied"]]
    assert found["p"][0, 3] == pytest.approx(test(complete["x"], complete["tied"]).pvalue, rel=1e-6)


patterns = st.lists(st.sets(st.integers(0, 19), max_size=12), min_size=2, max_size=3)


@settings(max_examples=40, deadline=None)
@given(
    seed=st.integers(0, 2**32),
    patterns=patterns,
    which=st.lists(st.integers(0, 2), min_size=4, max_size=6),
)
def test_columns_that_lack_the_same_rows_are_correlated_like_any_others(seed, patterns, which):
    random = np.random.default_rng(seed)
    columns = {"all": (T.NUMBER, random.normal(size=20).tolist())}
    for k, pattern in enumerate(which):
        lacking = patterns[pattern % len(patterns)]
        its = random.integers(0, 9, 20).tolist()
        columns[f"c{k}"] = (T.INTEGER, [None if n in lacking else v for n, v in enumerate(its)])
    with world_of(columns) as made:
        measures = [Correlation(tuple(columns), method) for method in METHODS]
        agree(made, measures, Scope(), None, None)
        agree(made, measures, Scope(), Range(id="a", column="all", min="0"), "all")


@pytest.mark.parametrize("low", [2**62, -(2**63)])
def test_a_brush_far_from_the_middle_takes_no_digits(low):
    """Whole numbers over all of int64, of which a few are left."""
    random = np.random.default_rng(2)
    few = random.integers(0, 3000, 500)
    far = [-(2**63), 2**63 - 1] * 300
    columns = {
        "x": (T.INTEGER, [*(int(v) + low for v in few), *far]),
        "y": (T.INTEGER, [*(int(v) for v in few + random.integers(0, 900, 500)), *range(600)]),
    }
    some = Range(id="a", column="x", min=str(low + 1), max=str(low + 3000))
    with world_of(columns) as made:
        agree(made, [Correlation(("x", "y"), m) for m in METHODS], Scope(), some, None)


def test_a_sample_counts_once_for_its_own_columns_however_many_models_tell_of_it():
    random = np.random.default_rng(3)
    x, y = random.normal(size=(2, 60))
    results = {
        model: {k: {"told": float(random.normal())} for k in range(60) if k % share}
        for model, share in (("a", 99), ("b", 2), ("c", 3))
    }
    columns = {"x": (T.NUMBER, x.tolist()), "y": (T.NUMBER, y.tolist())}
    with world_of(columns, results=results, result_types={"told": T.NUMBER}) as made:
        scope = Scope(("a", "b", "c"))
        found = made.measure(Correlation(("x", "told", "y")), scope=scope).arrays
    wanted = stats.pearsonr(x[1:], y[1:])
    assert found["n"].tolist() == [[59, 129, 59], [129, 129, 129], [59, 129, 59]]
    assert found["r"][0, 2] == pytest.approx(wanted.statistic)
    assert found["p"][0, 2] == pytest.approx(wanted.pvalue)


@pytest.mark.parametrize("offset", [0.0, 1e6, 1e12, -1e15])
def test_a_large_offset_takes_nothing_from_a_correlation(offset):
    random = np.random.default_rng(1)
    x = random.integers(-8, 8, 3000) + 0.0
    y = random.integers(-8, 8, 3000) + x
    # What stands alone, far off, is none of the pair's.
    alone = [None] * 3000 + [1.0] * 5
    columns = {
        "x": (T.NUMBER, [*(x + offset), *[1e17] * 5]),
        "y": (T.NUMBER, [*(y + offset), *[None] * 5]),
        "z": (T.NUMBER, alone),
    }
    with world_of(columns) as made:
        found = made.measure(Correlation(("x", "y", "z"))).arrays
    assert found["r"][0, 1] == pytest.approx(np.corrcoef(x, y)[0, 1], abs=1e-12)
    assert found["n"][0].tolist() == [3005, 3000, 5]


def test_texts_have_no_correlation_and_a_missing_value_is_no_zero():
    """Defect E9."""
    columns = {
        "x": (T.NUMBER, [1.0, 2.0, 3.0, None, 4.0]),
        "y": (T.NUMBER, [2.0, 4.0, 6.0, 50.0, 8.0]),
        "name": (T.TEXT, list("abcde")),
    }
    with world_of(columns) as made:
        with pytest.raises(Unsuitable, match="it holds text values; a correlation needs numbers"):
            made.measure(Correlation(("x", "name")))
        found = made.measure(Correlation(("x", "y"))).arrays
        assert found["r"][0, 1] == pytest.approx(1)
        assert found["n"][0, 1] == 4


def test_equal_values_share_the_mean_of_their_ranks():
    """Defect E9."""
    x, y = [1, 1, 2, 3, 3, 3, 9], [2, 1, 1, 5, 4, 4, 4]
    with world_of({"x": (T.INTEGER, x), "y": (T.INTEGER, y)}) as made:
        found = made.measure(Correlation(("x", "y"), "spearman")).arrays
    wanted = stats.spearmanr(x, y)
    assert found["r"][0, 1] == pytest.approx(wanted.statistic)
    assert found["p"][0, 1] == pytest.approx(wanted.pvalue)


def test_a_constant_column_has_no_correlation_not_even_with_itself(world):
    found = world.measure(Correlation(("constant", "smooth", "nothing"))).arrays
    assert np.isnan(found["r"][0]).all()
    assert np.isnan(found["r"][2]).all()
    assert found["r"][1, 1] == 1


@pytest.mark.parametrize("n", [3, 4, 5, 10, 53, 104, 1000, 10**6, 10**9])
@pytest.mark.parametrize("r", [0.0, 1e-9, 1e-4, -0.01, 0.3, 0.9, 0.999999, 1.0, -1.0])
def test_p_values_are_those_of_the_t_distribution(n, r):
    """Defect E9."""
    with np.errstate(divide="ignore"):
        t = abs(r) * np.sqrt((n - 2) / np.float64((1 - r) * (1 + r)))
    assert p_of(r, n) == pytest.approx(2 * stats.t.sf(t, n - 2), rel=1e-7, abs=1e-300)


def test_two_rows_always_lie_on_a_line_so_that_nothing_follows():
    with world_of({"x": (T.NUMBER, [1.0, 2.0]), "y": (T.NUMBER, [5.0, 3.0])}) as made:
        found = made.measure(Correlation(("x", "y"))).arrays
    assert found["r"][0, 1] == pytest.approx(-1)
    assert np.isnan(found["p"]).all()
