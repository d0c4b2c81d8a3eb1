"""Selections by the real engine over really stored data, through every kind of change."""

from __future__ import annotations

import pyarrow as pa
import pytest
from pyroaring import BitMap
from tests.datasets.studio import SCORE, VALUE, batch

from debiai_studio.datasets.predicate import And, InSelection, Not, Range
from debiai_studio.engine.local import LocalEngine
from debiai_studio.selections.rule import Rule
from debiai_studio.selections.service import Selections
from debiai_studio.storage.catalogue.selections import SelectionStore


@pytest.fixture
def selections(studio, tmp_path):
    engine = LocalEngine(studio.store.reader, lambda dataset: tmp_path / dataset.folder)
    yield Selections(
        SelectionStore(studio._engine), studio.datasets, engine, studio.events, studio.digests
    )
    engine.close()


def value_from(low, id_="f"):
    return Range(id=id_, column="value", min=str(low))


def test_e4_with_several_models_each_id_comes_once_in_first_order(studio, selections):
    scores = [{"r0": float(n)} for n in range(6)]
    ref = studio.make(
        ["f", "b", "e", "a", "d", "c"],
        {"c0": [float(n) for n in range(6)]},
        [VALUE],
        results={"one": scores, "two": scores[::-1]},
        result_columns=[SCORE],
    )
    rule = Rule(models=("one", "two"), filters=Range(id="f", column="score", min="4"))
    members = selections.members_of(ref, rule)
    assert studio.ids(ref, members) == ["f", "b", "d", "c"]


def test_e1_a_filter_turned_around_selects_the_others(studio, selections):
    ref = studio.make_small(10)
    assert selections.members_of(ref, Rule(filters=value_from(7))) == BitMap([7, 8, 9])
    inverted = Rule(filters=Not(id="n", child=value_from(7)))
    assert selections.members_of(ref, inverted) == BitMap(range(7))


def test_the_engine_sees_each_change_at_once(studio, selections):
    ref = studio.make_small(6)
    rule = Rule(filters=value_from(4))
    assert selections.members_of(ref, rule) == BitMap([4, 5])
    studio.datasets.append(ref, [batch(["s0", "s4", "n"], value=[9.0, 0.0, 8.0])])
    assert selections.members_of(ref, rule) == BitMap([0, 5, 6])
    studio.datasets.delete_samples(ref, pa.array(["s0"]))
    assert selections.members_of(ref, rule) == BitMap([5, 6])
    studio.datasets.compact(ref)
    assert selections.members_of(ref, rule) == BitMap([5, 6])
    studio.datasets.append(ref, [batch(["s0"], value=[7.0])])
    assert selections.members_of(ref, rule) == BitMap([0, 5, 6])


def test_a_saved_selection_opens_an_analysis_and_serves_as_a_filter(studio, selections):
    ref = studio.make_small(10)
    selections.save(ref, "High", Rule(filters=value_from(5)))
    opened = Rule(selections=("high",), filters=Not(id="n", child=value_from(8)))
    assert selections.members_of(ref, opened) == BitMap([5, 6, 7])
    filtered = And(children=(InSelection(id="s", selection_id="high"), value_from(9)))
    assert selections.members_of(ref, Rule(filters=filtered)) == BitMap([9])
