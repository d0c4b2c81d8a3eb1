"""Undoing a tag gives back what samples had, and leaves what came later."""

from __future__ import annotations

from tests.http.conftest import FRAME
from tests.http.experimenting import append, column, column_names
from tests.http.tagging import LATE, VERY_LATE, VERY_LATE_RULE, listed, tag, tagged, undo

IDS = FRAME["id"].tolist()


def test_a_sample_has_the_value_that_was_given_last_and_undoing_gives_back_the_one_before(flights):
    first = tag(flights, "review", "late")
    second = tag(flights, "review", "very late", VERY_LATE_RULE)
    both = dict.fromkeys(LATE, "late") | dict.fromkeys(VERY_LATE, "very late")
    assert tagged(flights, "review") == both
    assert (second["n_samples"], second["n_had"]) == (len(VERY_LATE), len(VERY_LATE))

    assert undo(flights, second) == 204
    assert tagged(flights, "review") == dict.fromkeys(LATE, "late")
    assert undo(flights, second) == 404

    assert undo(flights, first) == 204
    assert (listed(flights), "review" in column_names(flights)) == (
        {"tags": [], "taggings": []},
        False,
    )


def test_undoing_an_earlier_one_leaves_what_came_later(flights):
    first = tag(flights, "review", "late")
    tag(flights, "review", "very late", VERY_LATE_RULE)

    undo(flights, first)

    assert tagged(flights, "review") == dict.fromkeys(VERY_LATE, "very late")


def test_undoing_an_earlier_one_leaves_an_equal_one_that_came_later(flights):
    first = tag(flights, "review", "late")
    tag(flights, "review", "late", VERY_LATE_RULE)

    undo(flights, first)

    assert tagged(flights, "review") == dict.fromkeys(VERY_LATE, "late")


def test_what_was_undone_does_not_come_back_by_undoing_what_came_later(flights):
    first = tag(flights, "review", "late")
    second = tag(flights, "review", "very late", VERY_LATE_RULE)

    assert [undo(flights, first), undo(flights, second)] == [204, 204]

    assert (listed(flights), "review" in column_names(flights)) == (
        {"tags": [], "taggings": []},
        False,
    )


def test_undoing_a_removal_leaves_away_what_was_taken_away_later(flights):
    tag(flights, "review", "late")
    first = tag(flights, "review", None)
    tag(flights, "review", "late")
    second = tag(flights, "review", None, VERY_LATE_RULE)

    undo(flights, first)

    left = dict.fromkeys(set(LATE) - set(VERY_LATE), "late")
    assert tagged(flights, "review") == left
    undo(flights, second)
    assert tagged(flights, "review") == dict.fromkeys(LATE, "late")


def come_back(served, id_, **values):
    """A sample is deleted, and comes again."""
    ids = {"ids": [id_]}
    served.client.post(f"{served.flights}/samples/delete", json=ids).raise_for_status()
    append(served, {"id": [id_], "delay": [99.0], **{name: [one] for name, one in values.items()}})


def test_undoing_a_removal_gives_nothing_to_a_sample_that_was_deleted_and_came_back(flights):
    tag(flights, "review", "late")
    removal = tag(flights, "review", None, VERY_LATE_RULE)
    come_back(flights, VERY_LATE[0])

    assert undo(flights, removal) == 204

    assert tagged(flights, "review") == dict.fromkeys(set(LATE) - {VERY_LATE[0]}, "late")


def test_undoing_leaves_what_a_sample_came_back_with(flights):
    first = tag(flights, "review", "late")
    second = tag(flights, "review", "very late", VERY_LATE_RULE)
    come_back(flights, VERY_LATE[0], review="very late")

    assert listed(flights)["taggings"] == [second, first]
    assert undo(flights, second) == 204

    assert tagged(flights, "review") == dict.fromkeys(LATE, "late") | {VERY_LATE[0]: "very late"}
    assert undo(flights, first) == 204
    assert tagged(flights, "review") == {VERY_LATE[0]: "very late"}


def test_undoing_rounds_no_whole_number_that_was_there_before_decimals_came(flights):
    tag(flights, "rank", "9007199254740993", VERY_LATE_RULE, type_="integer")
    whole = tag(flights, "rank", "1", type_="integer")
    rest = {"op": "range", "id": "r", "column": "delay", "min": "10", "max": "11.99"}
    tag(flights, "rank", "1.5", {"filters": rest}, type_="number")
    decimal = tag(flights, "rank", "2.5", type_="number")
    assert undo(flights, whole) == 204
    before = (listed(flights), column(flights, "rank"))

    path = f"{flights.flights}/tags/taggings/{decimal['id']}/undo"
    answer = flights.client.post(path)

    assert answer.status_code == 422, answer.text
    assert "9007199254740993" in answer.json()["detail"]
    assert "another name" in answer.json()["detail"]
    assert (listed(flights), column(flights, "rank")) == before
