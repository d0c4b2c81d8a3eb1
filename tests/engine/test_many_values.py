"""Columns of about as many values as rows, which small data sets have no room for."""

from __future__ import annotations

from importlib import import_module

import numpy as np
import pytest
from tests.engine.world import T, world_of

from debiai_studio.datasets.predicate import And, Range
from debiai_studio.engine.plan import Page, Summary


def test_a_column_of_as_many_values_as_rows_is_summarised_as_numpy_does() -> None:
    values = np.random.default_rng(3).normal(1e6, 1, 40_000)
    kept = values[(values >= 1e6) & (values <= 1e6 + 1.5)]
    filters = And(children=(Range(id="a", column="v", min="1000000", max="1000001.5"),))
    with world_of({"v": (T.NUMBER, [*values.tolist(), None])}) as made:
        found = made.measure(Summary("v"), filters=filters).meta["overall"]
    assert (found["count"], found["missing"]) == (len(kept), 0)
    assert found["distinct"] == len(np.unique(kept))
    assert found["mean"] == pytest.approx(kept.mean(), rel=1e-12)
    assert found["std"] == pytest.approx(kept.std(ddof=1), rel=1e-9)
    quartiles = [found["q1"], found["median"], found["q3"]]
    assert quartiles == pytest.approx(np.quantile(kept, [0.25, 0.5, 0.75]), rel=1e-14)


@pytest.mark.parametrize("descending", [False, True])
def test_pages_of_as_many_values_as_rows_are_sorted_as_numpy_does(*, descending: bool) -> None:
    values = np.random.default_rng(5).permutation(np.repeat(np.arange(60_000), 2)).tolist()
    filters = And(children=(Range(id="a", column="v", min="100", max="59000"),))
    kept = [row for row, value in enumerate(values) if 100 <= value <= 59_000]
    wanted = sorted(kept, key=lambda row: -values[row] if descending else values[row])
    with world_of({"v": (T.NUMBER, [float(value) for value in values])}) as made:
        for offset in (0, 1, 777, 60_001, len(kept) - 3, len(kept), len(kept) + 5):
            page = Page(("v",), sort="v", descending=descending, offset=offset, limit=50)
            found = made.measure(page, filters=filters).meta
            assert found["sample"] == wanted[offset : offset + 50]
            assert found["total"] == len(kept)


@pytest.mark.parametrize("descending", [False, True])
@pytest.mark.parametrize("distinct", [3, 100_000])
def test_pages_of_more_equal_values_than_are_put_in_order_are_sorted_as_numpy_does(
    distinct: int, *, descending: bool
) -> None:
    """One value has most of the rows, alone or among many others."""
    random = np.random.default_rng(7)
    values = np.where(random.random(300_000) < 0.7, 1, random.integers(0, distinct, 300_000))
    kept = np.flatnonzero(values < distinct - 1)
    wanted = kept[np.argsort(-values[kept] if descending else values[kept], kind="stable")]
    filters = And(children=(Range(id="a", column="v", max=str(distinct - 2)),))
    first = int(np.searchsorted(values[wanted], 1) if not descending else (values[kept] > 1).sum())
    with world_of({"v": (T.INTEGER, values.tolist())}) as made:
        ends = (first, first + int((values == 1).sum()))
        offsets = [0, *(end + by for end in ends for by in (-60, -25, 0)), 150_000, len(kept) - 9]
        for offset in [max(offset, 0) for offset in offsets]:
            page = Page(("v",), sort="v", descending=descending, offset=offset, limit=50)
            found = made.measure(page, filters=filters).meta
            assert found["sample"] == wanted[offset : offset + 50].tolist()


def test_the_figures_of_many_values_are_the_same_whatever_is_looked_at_together(monkeypatch):
    values = np.random.default_rng(9).normal(50, 3, 5000)
    values[[7, 4000]] = -1e6, 1e7  # so far out that pictures begin with the core
    for module in ("codes", "core", "profile", "measures.histogram"):
        monkeypatch.setattr(import_module(f"debiai_studio.engine.{module}"), "BLOCK", 128)
    with world_of({"v": (T.NUMBER, [None, np.nan, *values.tolist()])}) as made:
        (figure,) = made.engine.profile(made.dataset)

    ordered = np.sort(values)
    low, high = ordered[24], ordered[4974]  # the first with 0.5 % and 99.5 % up to them
    margin = (high - low) * 0.05
    assert (figure["distinct"], figure["missing"], figure["nan"]) == (5000, 1, 1)
    assert (float(figure["min"]), float(figure["max"])) == (-1e6, 1e7)
    assert figure["mean"] == pytest.approx(values.mean(), rel=1e-12)
    assert figure["core"] == pytest.approx([low - margin, high + margin], rel=1e-12)
    assert sum(figure["histogram"]) == 5000
    assert sum(count > 0 for count in figure["histogram"]) == 3


def test_a_column_without_a_value_has_no_figures(monkeypatch):
    monkeypatch.setattr("debiai_studio.engine.codes.BLOCK", 1)
    with world_of({"v": (T.NUMBER, [None, np.inf, np.nan])}) as made:
        (figure,) = made.engine.profile(made.dataset)
    names = ("distinct", "min", "max", "mean", "core", "histogram")
    assert [figure[name] for name in names] == [0, None, None, None, None, []]
