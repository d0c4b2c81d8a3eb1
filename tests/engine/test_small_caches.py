"""Answers of an engine that may keep little: what it gave up is made anew, and is the same."""

from __future__ import annotations

import itertools
from pathlib import Path

import numpy as np
import pytest
from tests.engine.questions import SCOPES, agree
from tests.engine.world import awkward_world, changed

from debiai_studio.datasets.predicate import And, Not, OneOf, Or, Range
from debiai_studio.engine.axes import narrowest, place_rows
from debiai_studio.engine.cache import ByteCache
from debiai_studio.engine.codes import FIRST
from debiai_studio.engine.coding import CODES
from debiai_studio.engine.local import OPEN_STORES
from debiai_studio.engine.model import Query, Scope
from debiai_studio.engine.plan import (
    BinnedStatistics,
    Combinations,
    Confusion,
    Histogram,
    Lines,
    Page,
    Points,
    Raster,
    Summary,
)
from debiai_studio.engine.rows import Rows
from debiai_studio.engine.store import CodeStore

# What an engine keeps at most: one thing, a few masks, or about half of what a move needs.
BUDGETS = [1, 700, 5000]

MEASURES = [
    Histogram("count", 7),
    Histogram("text", 40, "frequency"),
    Histogram("number", 9, "value", "core"),
    Raster("smooth", "text", 13, 6),
    Raster("smooth", "score", 300, 7, x_window=(-1.0, 2.0)),
    Raster("score", "smooth", 7, 300),
    Points("smooth", "score", 50),
    Summary("number", absolute=True),
    BinnedStatistics("text", "count", 5),
    BinnedStatistics("score", "smooth", 5, quartiles=False),
    Combinations(("text", "flag"), values=6, limit=20),
    Lines(("smooth", "text", "count"), 40),
    Page(("text",), "score", True, 3, 20),
]


def moved(low: float, high: float) -> list:
    span = Range(id="moving", column="score", min=str(low), max=str(high))
    text = OneOf(id="t", column="text", values=("é", "a"))
    return [And(children=(span,)), Or(children=(text, span)), And(children=(Not(child=span),))]


@pytest.fixture(scope="module", params=BUDGETS)
def forgetful(request):
    with awkward_world(cache_bytes=request.param) as world:
        yield world


@pytest.mark.parametrize("scope", ["samples", "rows"])
@pytest.mark.parametrize("colour", [None, "text"])
def test_moves_are_answered_exactly_whatever_was_given_up(forgetful, scope, colour):
    for low, high in ((0.1, 0.6), (0.12, 0.6), (0.12, 0.9), (0.95, 1), (0, 1)):
        for tree in moved(low, high):
            agree(forgetful, MEASURES, SCOPES[scope], tree, colour)


def test_results_of_models_are_answered_exactly_whatever_was_given_up(forgetful):
    for low in (0.1, 0.15, 0.5):
        agree(forgetful, [Confusion("label", "text")], SCOPES["rows"], moved(low, 1)[0], "model")


# Cells and the three places around them: up to the last that fits a byte, and beyond it.
SIZES = [253, 254]


@pytest.mark.parametrize(("width", "height"), list(itertools.product(SIZES, SIZES)))
def test_cells_are_counted_exactly_where_a_byte_no_longer_holds_them(world, width, height):
    measures = [
        Raster("smooth", "score", width, height),
        Raster("smooth", "score", width, height, x_window=(0.0, 2.0), y_window=(0.2, 0.7)),
    ]
    for low in (0.1, 0.15):
        agree(world, measures, SCOPES["samples"], moved(low, 0.9)[0], "text")


@pytest.mark.parametrize("largest", [0, 255, 256, 65_535, 65_536])
def test_places_take_the_fewest_bytes_that_hold_the_largest(largest):
    places = np.array([0, largest], np.uint32)
    found = narrowest(places, largest)
    assert found.tolist() == [0, largest]
    assert found.itemsize == (1 if largest < 256 else 2 if largest < 65_536 else 4)


def rows_of(world, folder, budget: int) -> Rows:
    store = CodeStore(world.dataset, lambda _: world.reader, folder)
    return Rows(store, Scope(), ByteCache(budget))


def test_codes_that_are_mapped_from_files_push_nothing_out(world, tmp_path):
    rows = rows_of(world, tmp_path, 100)
    rows.keep("mine", "kept", 100)
    assert rows.coded("score").codes.nbytes > 100
    assert rows.recall("mine") == "kept"
    rows.array("large", lambda: np.zeros(101, np.uint8))
    assert rows.recall("mine") is None


@pytest.mark.parametrize(("n_places", "size"), [(255, 1), (256, 1), (257, 2)])
def test_rows_are_placed_in_a_byte_each_where_that_holds_all_places(
    world, tmp_path, n_places, size
):
    coded = rows_of(world, tmp_path, 0).coded("score")
    table = np.arange(coded.size, dtype=np.uint16) % 7
    table[FIRST] = n_places - 1
    placed = place_rows(coded, table)
    assert placed.itemsize == size
    assert placed.tolist() == table[coded.codes].tolist()


def mapped_codes(folder: Path) -> int:
    maps = Path("/proc/self/maps").read_text().splitlines()
    return sum(str(folder) in line and Path(line.split()[-1]).name == CODES for line in maps)


def test_nothing_is_held_of_projects_that_were_closed_for_others(tmp_path):
    tree = moved(0.2, 0.7)[0]
    with awkward_world(folder=tmp_path) as many:
        expected = many.engine.select(many.dataset, Query(Scope(), tree))
        assert mapped_codes(tmp_path) == 1
        for key in range(2, OPEN_STORES + 5):
            found = many.engine.select(changed(many, project_key=key), Query(Scope(), tree))
            assert found == expected
        assert mapped_codes(tmp_path) == OPEN_STORES
