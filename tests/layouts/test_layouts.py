"""Layouts across projects, and states behind links."""

from __future__ import annotations

import threading

import pytest

from debiai_studio.layouts.errors import (
    LayoutNameMissing,
    StateTooLarge,
    UnknownLayout,
    UnknownState,
)

DOCUMENT = {"version": 1, "colour": "carrier", "widgets": [{"kind": "points", "name": "É"}]}


def _save(studio, name="Mine", **changed):
    given = {"source": "local", "project": "flights", "document": DOCUMENT, **changed}
    return studio.layouts.save(name=name, **given)


def test_e12_a_layout_comes_back_as_it_was_saved_after_a_restart(studio):
    saved = _save(studio, description="for Monday")
    studio.close()
    again = studio.reopened()
    assert again.layouts.get(saved.id) == saved
    assert again.layouts.list()[0].document == DOCUMENT
    again.close()


def test_a4_a_layout_says_in_which_project_of_which_source_it_was_made(studio):
    _save(studio, "a", source="warehouse", project="cars")
    _save(studio, "b")
    made_in = {(x.name, x.source, x.project) for x in studio.layouts.list()}
    assert made_in == {("a", "warehouse", "cars"), ("b", "local", "flights")}


def test_saving_over_a_layout_keeps_its_id_and_birthday(studio):
    saved = _save(studio)
    changed = studio.layouts.replace(
        saved.id, name=" New ", source="local", project="cars", document={"version": 2}
    )
    assert (changed.id, changed.created_at) == (saved.id, saved.created_at)
    assert studio.layouts.get(saved.id) == changed
    assert (changed.name, changed.project, changed.document) == ("New", "cars", {"version": 2})
    assert len(studio.layouts.list()) == 1


def test_layouts_outlive_the_project_they_were_made_in(studio):
    ref = studio.make_small(2)
    saved = _save(studio)
    studio.projects.delete(ref)
    assert studio.layouts.get(saved.id) == saved


def test_d12_an_unknown_layout_is_an_error_for_every_use(studio):
    saved = _save(studio)
    studio.layouts.delete(saved.id)
    for call in (studio.layouts.get, studio.layouts.delete):
        with pytest.raises(UnknownLayout):
            call(saved.id)
    with pytest.raises(UnknownLayout):
        studio.layouts.replace(saved.id, name="x", source="", project="", document={})
    assert studio.layouts.list() == []


@pytest.mark.parametrize("name", ["", "  ", "x" * 201])
def test_a_layout_needs_a_name(studio, name):
    with pytest.raises(LayoutNameMissing):
        _save(studio, name)


def test_b4_layouts_saved_at_the_same_time_are_all_kept(studio):
    threads = [threading.Thread(target=_save, args=(studio, f"n{n}")) for n in range(12)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert {layout.name for layout in studio.layouts.list()} == {f"n{n}" for n in range(12)}


def test_the_same_state_has_the_same_link_for_ever(studio):
    first, second = studio.states.put(b'{"a":1}'), studio.states.put(b'{"a":2}')
    assert first != second
    assert studio.states.put(b'{"a":1}') == first
    assert studio.states.get(first) == b'{"a":1}'
    assert len(first) <= 40
    assert first.isalnum()


def test_a_state_that_is_unknown_or_too_large_is_an_error(studio):
    with pytest.raises(UnknownState, match="cut short"):
        studio.states.get("nothing")
    with pytest.raises(StateTooLarge, match="2,000,001 bytes"):
        studio.states.put(b"x" * 2_000_001)
