"""Saved selections: frozen members, rules, and their combination."""

from __future__ import annotations

import pyarrow as pa
import pytest
from pyroaring import BitMap
from tests.datasets.studio import batch

from debiai_studio.datasets.errors import UnknownModel
from debiai_studio.datasets.predicate import InSelection, OneOf, Range
from debiai_studio.selections.errors import EmptyName, NothingToCombine, UnknownSelection
from debiai_studio.selections.naming import slug
from debiai_studio.selections.rule import Rule


def at_least(low, high=None):
    return Rule(filters=Range(id="f", column="value", min=str(low), max=high and str(high)))


EVEN = Rule(filters=OneOf(id="f", column="label", values=("even",)))


def test_members_are_frozen_when_values_change_and_samples_come(studio):
    ref = studio.make_small(10)
    saved = studio.selections.save(ref, "High", at_least(7))
    studio.datasets.append(ref, [batch(["s8", "new"], value=[0.0, 100.0])])
    assert saved.n_samples == 3
    assert studio.selections.members(ref, "high") == BitMap([7, 8, 9])
    assert studio.selections.members_of(ref, at_least(7)) == BitMap([7, 9, 10])


def test_a_sample_deleted_later_is_no_longer_listed_nor_counted(studio):
    ref = studio.make_small(10)
    studio.selections.save(ref, "High", at_least(7))
    studio.datasets.delete_samples(ref, pa.array(["s8"]))
    assert studio.selections.members(ref, "high") == BitMap([7, 9])
    assert studio.selections.get(ref, "high").n_samples == 2
    assert [s.n_samples for s in studio.selections.list(ref)] == [2]


def test_a_selection_keeps_the_rule_that_made_it_and_survives_a_restart(studio):
    ref = studio.make_small(6)
    saved = studio.selections.save(ref, "Even", EVEN)
    studio.close()
    again = studio.reopened()
    assert again.selections.get(ref, "even") == saved
    assert Rule.model_validate(saved.rule) == EVEN
    assert again.selections.members(ref, "even") == BitMap([0, 2, 4])
    again.close()


def test_an_empty_selection_is_allowed(studio):
    ref = studio.make_small(3)
    assert studio.selections.save(ref, "None", at_least(50)).n_samples == 0
    assert studio.selections.members(ref, "none") == BitMap()


def test_the_newest_comes_first_and_a_taken_id_gets_a_number(studio):
    ref = studio.make_small(3)
    for name in ("Late at JFK", "late at jfk", "LATE at JFK"):
        studio.selections.save(ref, name, Rule())
    assert [(s.id, s.name) for s in studio.selections.list(ref)] == [
        ("late-at-jfk-3", "LATE at JFK"),
        ("late-at-jfk-2", "late at jfk"),
        ("late-at-jfk", "Late at JFK"),
    ]


@pytest.mark.parametrize(
    ("operation", "expected"),
    [
        ("union", {0, 2, 4, 6, 7, 8, 9}),
        ("intersection", {8, 6}),
        ("minus", {0, 2, 4}),
        ("invert", {1, 3, 5, 7, 9}),
    ],
)
def test_selections_combine_as_sets(studio, operation, expected):
    ref = studio.make_small(10)
    studio.selections.save(ref, "Even", EVEN)
    studio.selections.save(ref, "High", at_least(6))
    foreseen = studio.selections.count_combined(ref, operation, ["even", "high"])
    combined = studio.selections.combine(ref, "Both", operation, ["even", "high"])
    assert foreseen == len(expected)
    assert studio.selections.members(ref, combined.id) == BitMap(expected)
    assert combined.n_samples == len(expected)
    assert combined.rule == {"operation": operation, "selections": ["even", "high"]}


def test_deleted_samples_do_not_come_back_by_inverting(studio):
    ref = studio.make_small(6)
    studio.selections.save(ref, "Even", EVEN)
    studio.datasets.delete_samples(ref, pa.array(["s1", "s2"]))
    assert studio.selections.count_combined(ref, "invert", ["even"]) == 2
    combined = studio.selections.combine(ref, "Rest", "invert", ["even"])
    assert studio.selections.members(ref, combined.id) == BitMap([3, 5])


@pytest.mark.parametrize(("combine", "expected"), [("union", 7), ("intersection", 2)])
def test_e14_an_analysis_opens_with_the_union_or_intersection_that_was_asked(
    studio, combine, expected
):
    ref = studio.make_small(10)
    studio.selections.save(ref, "Even", EVEN)
    studio.selections.save(ref, "v1.2 high", at_least(6))
    rule = Rule(selections=("even", "v1-2-high"), combine=combine)
    assert len(studio.selections.members_of(ref, rule)) == expected


def test_a_filter_may_name_a_saved_selection(studio):
    ref = studio.make_small(10)
    studio.selections.save(ref, "Even", EVEN)
    rule = Rule(filters=InSelection(id="f", selection_id="even"))
    dataset, query = studio.selections.resolve(ref, rule)
    assert query.selections == {"even": BitMap([0, 2, 4, 6, 8])}
    assert query.scope.samples is None
    assert dataset.n_samples == 10
    assert studio.selections.members_of(ref, rule) == BitMap([0, 2, 4, 6, 8])


def test_a_rule_carries_its_models_to_the_scope(studio):
    ref = studio.make_small(4)
    _, query = studio.selections.resolve(ref, Rule(models=("m",), results="union"))
    assert (query.scope.models, query.scope.results) == (("m",), "union")


def test_what_a_rule_names_must_exist(studio):
    ref = studio.make_small(4)
    with pytest.raises(UnknownModel, match=r'no model "mm"\. Did you mean "m"'):
        studio.selections.resolve(ref, Rule(models=("mm",)))
    with pytest.raises(UnknownSelection):
        studio.selections.resolve(ref, Rule(selections=("gone",)))
    with pytest.raises(UnknownSelection):
        studio.selections.save(ref, "x", Rule(filters=InSelection(id="f", selection_id="gone")))
    assert studio.selections.list(ref) == []


def test_renaming_keeps_the_id_and_deleting_an_unknown_one_is_an_error(studio):
    ref = studio.make_small(4)
    studio.selections.save(ref, "Even", EVEN)
    assert studio.selections.rename(ref, "even", " Straight ").name == "Straight"
    assert studio.selections.get(ref, "even").name == "Straight"
    studio.selections.delete(ref, "even")
    for call in (studio.selections.get, studio.selections.delete, studio.selections.members):
        with pytest.raises(UnknownSelection):
            call(ref, "even")
    with pytest.raises(UnknownSelection):
        studio.selections.rename(ref, "even", "Again")


@pytest.mark.parametrize("name", ["", "   ", "x" * 201])
def test_a_selection_needs_a_name(studio, name):
    ref = studio.make_small(2)
    with pytest.raises(EmptyName):
        studio.selections.save(ref, name, Rule())


def test_nothing_cannot_be_combined(studio):
    ref = studio.make_small(2)
    with pytest.raises(NothingToCombine):
        studio.selections.combine(ref, "x", "union", [])


def test_members_that_a_client_names_are_kept(studio):
    ref = studio.make_small(6)
    numbers = studio.datasets.numbers_of(ref, pa.array(["s5", "s1"]))
    saved = studio.selections.save_members(ref, "Mine", numbers, {"made_by": "a script"})
    assert studio.selections.members(ref, saved.id) == BitMap([1, 5])
    assert saved.rule == {"made_by": "a script"}


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("Late at JFK", "late-at-jfk"),
        ("Grands départs", "grands-departs"),
        ("  a__b/../c  ", "a-b-c"),
        ("東京 夜", "東京-夜"),
        ("ガギグ", "ガギグ"),
        ("Straße", "strasse"),
        ("Ångström", "angstrom"),
        ("…", "selection"),
        ("🙂", "selection"),
        ("x" * 300, "x" * 120),
    ],
)
def test_an_id_is_made_of_the_names_letters(name, expected):
    assert slug(name) == expected
