"""Means and spreads in one pass over the rows keep their digits, wherever an outlier stands."""

from __future__ import annotations

import math
from statistics import fmean

import pytest
from tests.engine.world import T, world_of

from debiai_studio.engine.plan import BinnedStatistics, Intervals, Stars

MANY = 100_000


@pytest.fixture(scope="module", params=[0, 1, 127, 1024, 5000, MANY - 1])
def outlying(request):
    values = [0.1, 0.3] * (MANY // 2)
    values[request.param] = 1e9
    mean = math.fsum(values) / MANY
    std = math.sqrt(math.fsum((value - mean) ** 2 for value in values) / (MANY - 1))
    with world_of({"v": (T.NUMBER, values), "x": (T.NUMBER, [0.0] * MANY)}) as made:
        yield made, mean, std


def test_an_outlier_takes_no_digits_from_means_and_spreads(outlying):
    made, mean, std = outlying
    binned = made.measure(BinnedStatistics("x", "v", quartiles=False)).arrays
    stars = made.measure(Stars("v", "v")).arrays
    intervals = made.measure(Intervals("x", "v", "v", "v")).arrays
    exactly = {"rel": 1e-12, "nan_ok": False}
    assert binned["mean"][0, 0] == pytest.approx(mean, **exactly)
    assert binned["std"][0, 0] == pytest.approx(std, **exactly)
    assert stars["x_mean"][0] == pytest.approx(mean, **exactly)
    assert stars["y_std"][0] == pytest.approx(std, **exactly)
    assert intervals["lower"][0].max(initial=-math.inf, where=intervals["count"][0] > 0) == (
        pytest.approx(mean, **exactly)
    )


def test_groups_that_lie_far_apart_join_exactly():
    values = [1e9 + k % 7 for k in range(3000)] + [-1e9 - k % 5 for k in range(3000)]
    mean = fmean(values)
    std = math.sqrt(math.fsum((value - mean) ** 2 for value in values) / 5999)
    with world_of({"v": (T.NUMBER, values)}) as made:
        found = made.measure(Stars("v", "v")).arrays
    assert found["x_mean"][0] == pytest.approx(mean, abs=1e-6)
    assert found["x_std"][0] == pytest.approx(std, rel=1e-12)


def test_a_spread_beyond_float64_is_not_called_zero():
    with world_of({"v": (T.NUMBER, [1e200, -1e200])}) as made:
        found = made.measure(Stars("v", "v")).arrays
    assert found["x_mean"][0] == 0
    assert not math.isfinite(found["x_std"][0])
