"""Versions of selections: kept beside each other, compared, and made again on newer data."""

from __future__ import annotations

import hashlib
from concurrent.futures import ThreadPoolExecutor

import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pyroaring import BitMap
from tests.datasets.studio import Studio, batch

from debiai_studio import callers
from debiai_studio.datasets.predicate import InSelection, OneOf, Range
from debiai_studio.selections.errors import (
    NameTaken,
    OnlyVersion,
    RuleNotAgain,
    UnknownSelection,
    UnknownVersion,
)
from debiai_studio.selections.naming import parsed, reference
from debiai_studio.selections.rule import Rule

EVEN = Rule(filters=OneOf(id="f", column="label", values=("even",)))


def at_least(low):
    return Rule(filters=Range(id="f", column="value", min=str(low)))


def digest_of(*ids: str) -> str:
    total = sum(int.from_bytes(hashlib.sha256(f"s{one}".encode()).digest()) for one in ids)
    return f"v1,{total % 2**256:064x}"


@pytest.fixture
def ref(studio):
    return studio.make_small(10)


def test_saving_again_under_a_name_keeps_what_was_saved_before(studio, ref):
    first = studio.selections.save(ref, "High", at_least(8))
    second = studio.selections.save(ref, "High", at_least(5))

    assert (first.version, second.version, second.versions) == (1, 2, (1, 2))
    assert [one.id for one in studio.selections.list(ref)] == ["high"]
    assert studio.selections.members(ref, "high") == BitMap(range(5, 10))
    assert studio.selections.members(ref, "high@1") == BitMap([8, 9])
    assert [one.version for one in studio.selections.history(ref, "high")] == [2, 1]
    assert Rule.model_validate(studio.selections.get(ref, "high@1").rule) == at_least(8)


def test_a_version_keeps_who_saved_it_when_and_of_which_data(studio, ref):
    token = callers.current.set(callers.Caller("token 01234567", "10.0.0.9"))
    studio.selections.save(ref, "High", at_least(8))
    callers.current.reset(token)
    studio.datasets.append(ref, [batch(["new"], value=[100.0])])
    studio.selections.save(ref, "High", at_least(8))

    newest, first = studio.selections.history(ref, "high")

    assert (first.author, newest.author) == ("token 01234567 at 10.0.0.9", "server")
    assert (first.data_version, newest.data_version) == (1, 2)
    assert (first.n_samples, newest.n_samples) == (2, 3)
    assert first.created_at <= newest.created_at


def test_versions_survive_a_restart(studio, ref):
    studio.selections.save(ref, "High", at_least(8))
    studio.selections.save(ref, "High", at_least(5))
    kept = studio.selections.history(ref, "high")
    studio.close()

    again = studio.reopened()

    assert again.selections.history(ref, "high") == kept
    assert again.selections.members(ref, "high@1") == BitMap([8, 9])
    again.close()


def test_savers_of_one_name_get_a_version_each(studio, ref):
    with ThreadPoolExecutor(4) as pool:
        saved = list(
            pool.map(lambda low: studio.selections.save(ref, "High", at_least(low)), range(8))
        )

    assert sorted(one.version for one in saved) == list(range(1, 9))
    assert {one.id for one in saved} == {"high"}
    for low, one in enumerate(saved):
        assert studio.selections.members(ref, one.reference) == BitMap(range(low, 10))


def test_a_deleted_version_is_gone_and_its_number_never_comes_back(studio, ref):
    for low in (8, 5, 3):
        studio.selections.save(ref, "High", at_least(low))
    studio.selections.delete_version(ref, "high", 1)
    studio.selections.delete_version(ref, "high", 3)

    assert studio.selections.members(ref, "high") == BitMap(range(5, 10))
    with pytest.raises(UnknownVersion, match='"high" has no version 3'):
        studio.selections.members(ref, "high@3")
    assert studio.selections.save(ref, "High", at_least(1)).versions == (2, 4)


def test_the_only_version_stays_and_what_is_not_there_is_named(studio, ref):
    studio.selections.save(ref, "High", at_least(8))
    with pytest.raises(OnlyVersion, match="delete the selection instead"):
        studio.selections.delete_version(ref, "high", 1)
    with pytest.raises(UnknownVersion):
        studio.selections.delete_version(ref, "high", 2)
    for call in (studio.selections.get, studio.selections.members, studio.selections.history):
        with pytest.raises(UnknownSelection):
            call(ref, "gone")
    with pytest.raises(UnknownSelection):
        studio.selections.get(ref, "gone@1")


def test_a_deleted_selection_takes_its_versions_along(studio, ref):
    studio.selections.save(ref, "High", at_least(8))
    studio.selections.save(ref, "High", at_least(5))
    studio.selections.delete(ref, "high")
    with pytest.raises(UnknownSelection):
        studio.selections.members(ref, "high@1")
    assert studio.selections.save(ref, "High", at_least(9)).versions == (1,)


def test_a_name_belongs_to_one_selection(studio, ref):
    studio.selections.save(ref, "High", at_least(8))
    studio.selections.save(ref, "Even", EVEN)
    with pytest.raises(NameTaken, match='"High"'):
        studio.selections.rename(ref, "even", " High ")
    assert studio.selections.rename(ref, "even", "Even").name == "Even"
    renamed = studio.selections.rename(ref, "high", "Upper")
    assert studio.selections.save(ref, "Upper", at_least(9)).id == renamed.id
    assert studio.selections.save(ref, "High", at_least(9)).id == "high-2"


def test_a_rule_may_name_a_version_wherever_it_names_a_selection(studio, ref):
    studio.selections.save(ref, "High", at_least(8))
    studio.selections.save(ref, "High", at_least(5))
    opened = Rule(selections=("high@1",))
    filtered = Rule(filters=InSelection(id="f", selection_id="high@1"))
    assert studio.selections.members_of(ref, opened) == BitMap([8, 9])
    assert studio.selections.members_of(ref, filtered) == BitMap([8, 9])
    assert studio.selections.count_combined(ref, "minus", ["high", "high@1"]) == 3


def test_a_selection_made_of_itself_remembers_the_version_it_was_made_of(studio, ref):
    studio.selections.save(ref, "High", at_least(5))
    narrowed = Rule(selections=("high",), filters=EVEN.filters)
    second = studio.selections.save(ref, "High", narrowed)
    third = studio.selections.combine(ref, "High", "invert", ["high"])
    assert second.rule["selections"] == ["high@1"]
    assert third.rule == {"operation": "invert", "selections": ["high@2"]}
    assert studio.versions.reapplied(ref, "high@2").n_added == 0


def test_the_difference_of_two_versions_is_exact_and_names_the_first_ids(studio, ref):
    studio.selections.save(ref, "High", at_least(6))
    studio.selections.save(ref, "High", EVEN)
    found = studio.versions.compare(ref, "high@1", "high")
    assert (found.n_added, found.n_removed, found.n_same) == (3, 2, 2)
    assert (found.first_added, found.first_removed) == (("s0", "s2", "s4"), ("s7", "s9"))
    assert (found.base.version, found.other.version) == (1, 2)


def test_deleted_samples_are_no_difference(studio, ref):
    studio.selections.save(ref, "High", at_least(6))
    studio.selections.save(ref, "Even", EVEN)
    studio.datasets.delete_samples(ref, pa.array(["s0", "s7", "s8"]))
    found = studio.versions.compare(ref, "high", "even")
    assert (found.n_added, found.n_removed, found.n_same) == (2, 1, 1)
    assert (found.base.n_samples, found.base.n_deleted) == (2, 2)


NUMBERS = st.sets(st.integers(0, 39))


@settings(deadline=None, max_examples=30)
@given(before=NUMBERS, after=NUMBERS, deleted=NUMBERS)
def test_every_difference_is_that_of_python_sets(tmp_path_factory, before, after, deleted):
    studio = Studio(tmp_path_factory.mktemp("sets"))
    ref = studio.make_small(40)
    studio.selections.save_members(ref, "One", BitMap(before), {})
    studio.selections.save_members(ref, "Two", BitMap(after), {})
    studio.datasets.delete_samples(ref, pa.array([f"s{n}" for n in deleted], pa.string()))

    found = studio.versions.compare(ref, "one", "two")

    before, after = before - deleted, after - deleted
    assert found.n_added == len(after - before)
    assert found.n_removed == len(before - after)
    assert found.n_same == len(before & after)
    assert list(found.first_added) == [f"s{n}" for n in sorted(after - before)][:10]
    assert list(found.first_removed) == [f"s{n}" for n in sorted(before - after)][:10]
    studio.close()


def test_the_rule_tells_what_matches_on_newer_data_and_makes_the_next_version(studio, ref):
    studio.selections.save(ref, "High", at_least(8))
    studio.datasets.append(ref, [batch(["s9", "new", "newer"], value=[0.0, 50.0, 60.0])])

    now = studio.versions.reapplied(ref, "high@1")
    assert (now.n_samples, now.n_added, now.n_removed, now.data_version) == (3, 2, 1, 2)
    assert studio.selections.members(ref, "high") == BitMap([8, 9])

    updated = studio.versions.update(ref, "high")
    assert (updated.version, updated.data_version) == (2, 2)
    assert studio.selections.members(ref, "high") == BitMap([8, 10, 11])
    assert studio.versions.reapplied(ref, "high").n_added == 0


def test_a_combination_is_made_again_of_its_selections_as_they_are_now(studio, ref):
    studio.selections.save(ref, "High", at_least(8))
    studio.selections.save(ref, "Even", EVEN)
    studio.selections.combine(ref, "Both", "union", ["high", "even"])
    studio.selections.save(ref, "High", at_least(5))
    assert studio.versions.reapplied(ref, "both").n_added == 2
    assert studio.versions.update(ref, "both").n_samples == 8


@pytest.mark.parametrize(
    ("name", "reason"),
    [("Listed", "named one by one"), ("Of a deleted one", 'no selection "high"')],
)
def test_a_rule_that_cannot_be_applied_says_why_and_changes_nothing(studio, ref, name, reason):
    studio.selections.save(ref, "High", at_least(8))
    studio.selections.save_members(ref, "Listed", BitMap([1]), {"listed": 1})
    studio.selections.save(ref, "Of a deleted one", Rule(selections=("high",)))
    studio.selections.delete(ref, "high")
    [selection] = [one for one in studio.selections.list(ref) if one.name == name]

    now = studio.versions.reapplied(ref, selection.id)
    with pytest.raises((RuleNotAgain, UnknownSelection), match=reason):
        studio.versions.update(ref, selection.id)

    assert reason in now.refusal
    assert now.n_samples is None
    assert studio.selections.get(ref, selection.id).versions == (1,)


def test_another_rule_makes_the_next_version_of_the_same_selection(studio, ref):
    studio.selections.save(ref, "High", at_least(8))
    studio.versions.update(ref, "high", at_least(2))
    assert [one.n_samples for one in studio.selections.history(ref, "high")] == [8, 2]
    with pytest.raises(UnknownSelection):
        studio.versions.update(ref, "gone", at_least(2))


def test_digests_are_those_of_all_members_and_come_for_what_was_saved_before_a_restart(studio, ref):
    studio.selections.save(ref, "High", at_least(8))
    studio.selections.save(ref, "High", at_least(50))
    assert studio.selections.get(ref, "high").set_digest is None
    studio.datasets.delete_samples(ref, pa.array(["s8"]))
    studio.close()

    again = studio.reopened()
    again.digests.compute()

    newest, first = again.selections.history(ref, "high")
    assert first.set_digest == digest_of("s8", "s9")
    assert newest.set_digest == digest_of()
    again.close()


@pytest.mark.parametrize(
    ("named", "expected"),
    [
        ("late", ("late", None)),
        ("late@3", ("late", 3)),
        ("late@", ("late@", None)),
        ("@3", ("@3", None)),
        ("late@three", ("late@three", None)),
        ("late@٣", ("late@٣", None)),
        ("late@99999999999", ("late@99999999999", None)),
    ],
)
def test_what_names_a_version(named, expected):
    assert parsed(named) == expected
    assert parsed(reference("late", 12)) == ("late", 12)
