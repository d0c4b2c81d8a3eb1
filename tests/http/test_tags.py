"""People give samples values, take them away, and undo either."""

from __future__ import annotations

import sqlite3
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing

import pytest
from tests.http.conftest import FRAME
from tests.http.experimenting import REF, append, column, column_names
from tests.http.tagging import LATE, LATE_RULE, VERY_LATE, VERY_LATE_RULE, listed, tag, tagged, undo

IDS = FRAME["id"].tolist()


def count(served, filters):
    body = {"filters": filters}
    return served.client.post(f"{served.flights}/analysis/count", json=body).json()["samples"]


def test_a_tag_is_a_column_to_filter_by_and_export_with_who_gave_it(flights):
    made = tag(flights, "review", "doubtful")

    assert (made["column"], made["value"], made["n_samples"]) == ("review", "doubtful", len(LATE))
    assert made["author"]
    assert made["rule"]["filters"]["column"] == "delay"
    assert tagged(flights, "review") == dict.fromkeys(LATE, "doubtful")
    only = {"op": "one_of", "id": "f", "column": "review", "values": ["doubtful"]}
    assert count(flights, only) == len(LATE)
    assert listed(flights)["tags"] == [{"column": "review", "type": "text"}]


def test_a_list_of_tags_reads_no_set_of_samples(flights):
    tag(flights, "review", "late")
    second = tag(flights, "review", "very late", VERY_LATE_RULE)
    [path] = flights.folder.rglob("catalogue.db")
    with closing(sqlite3.connect(path)) as catalogue, catalogue:
        catalogue.execute("UPDATE taggings SET samples = x'00', before = '[[\"late\", \"\"]]'")

    newest, oldest = listed(flights)["taggings"]

    assert newest == second
    assert (oldest["value"], oldest["n_samples"], oldest["n_had"]) == ("late", len(LATE), 0)


def test_a_list_tells_how_many_had_a_value_after_an_earlier_one_is_undone(flights):
    first = tag(flights, "review", "late")
    tag(flights, "review", "very late", VERY_LATE_RULE)

    undo(flights, first)

    (left,) = listed(flights)["taggings"]
    assert (left["n_samples"], left["n_had"]) == (len(VERY_LATE), 0)


@pytest.mark.parametrize(
    ("type_", "text", "value"),
    [
        ("integer", "9007199254740993", 9007199254740993),
        ("number", "-1.5", -1.5),
        ("boolean", "false", False),
        ("text", "It's 'ö'", "It's 'ö'"),
    ],
)
def test_a_tag_has_any_value_exactly(flights, type_, text, value):
    made = tag(flights, "mark", text, type_=type_)

    assert (made["value"], tagged(flights, "mark")) == (text, dict.fromkeys(LATE, value))


def test_a_decimal_rounds_no_whole_number_that_was_given(flights):
    exact = tag(flights, "rank", "9007199254740993", type_="integer")
    before = (listed(flights), column(flights, "rank"))
    body = {"column": "rank", "type": "number", "value": "1.5", "rule": VERY_LATE_RULE}

    answer = flights.client.post(f"{flights.flights}/tags", json=body)

    assert (answer.status_code, "another name" in answer.json()["detail"]) == (422, True)
    assert (listed(flights), column(flights, "rank")) == before
    assert undo(flights, exact) == 204


def test_a_decimal_among_whole_numbers_is_undone(flights):
    tag(flights, "rank", "7", type_="integer")
    decimal = tag(flights, "rank", "1.5", VERY_LATE_RULE, type_="number")

    assert undo(flights, decimal) == 204

    assert tagged(flights, "rank") == dict.fromkeys(LATE, 7.0)


def test_a_tag_is_taken_away_from_what_is_selected_and_that_is_undone_too(flights):
    tag(flights, "review", "late")
    taken = tag(flights, "review", None, VERY_LATE_RULE)
    left = dict.fromkeys(set(LATE) - set(VERY_LATE), "late")
    assert (taken["n_samples"], tagged(flights, "review")) == (len(VERY_LATE), left)

    undo(flights, taken)

    assert tagged(flights, "review") == dict.fromkeys(LATE, "late")


def test_a_saved_selection_is_tagged(flights):
    saved = flights.client.post(
        f"{flights.flights}/selections", json={"name": "Late", "rule": LATE_RULE}
    ).json()

    tag(flights, "review", "late", {"selections": [saved["id"]]})

    assert tagged(flights, "review") == dict.fromkeys(LATE, "late")


def test_a_new_sample_without_a_tag_lacks_nothing(flights):
    """A stream that is judged by a tag does not wait for one."""
    tag(flights, "review", "late")
    append(flights, {"id": ["g1"], "delay": [1.0], "carrier": ["AA"], "seats": [1]})

    datasets = flights.application.services.datasets

    assert datasets.incomplete(datasets.of(REF)) == {}


def test_a_tag_is_deleted_whole(flights):
    tag(flights, "review", "late")
    tag(flights, "other", "x")

    assert flights.client.delete(f"{flights.flights}/tags/review").status_code == 204

    left = listed(flights)
    assert ([one["column"] for one in left["tags"]], len(left["taggings"])) == (["other"], 1)
    assert "review" not in column_names(flights)


def test_a_derived_column_follows_a_tag(flights):
    tag(flights, "review", "late")
    body = {"name": "is late", "expression": 'coalesce(review = "late", false)'}
    flights.client.post(f"{flights.flights}/derived", json=body).raise_for_status()

    tag(flights, "review", "on time", {"filters": None})

    assert set(column(flights, "is late").values()) == {False}


@pytest.mark.parametrize(
    ("body", "status", "told"),
    [
        ({"column": "delay", "value": "x"}, 422, "no tag"),
        ({"column": "id", "value": "x"}, 422, "no tag"),
        ({"column": " ", "value": "x"}, 422, "printable"),
        ({"column": "a", "value": ""}, 422, "1 to 1,000"),
        ({"column": "a", "value": "1.5", "type": "integer"}, 422, "whole number"),
        ({"column": "a", "value": "9223372036854775808", "type": "integer"}, 422, "beyond"),
        ({"column": "a", "value": "nan", "type": "number"}, 422, "beyond"),
        ({"column": "a", "value": "yes", "type": "boolean"}, 422, "true or false"),
        ({"column": "a", "value": None}, 404, "no tag"),
        ({"column": "review", "value": "true", "type": "boolean"}, 422, "text values"),
        (
            {
                "column": "a",
                "value": "x",
                "rule": {"filters": {"op": "range", "id": "r", "column": "delay", "min": "999"}},
            },
            422,
            "No sample",
        ),
    ],
)
def test_what_cannot_be_tagged_is_refused_with_the_remedy_and_changes_nothing(
    flights, body, status, told
):
    tag(flights, "review", "late")
    before = (listed(flights), column(flights, "review"), column_names(flights))

    answer = flights.client.post(f"{flights.flights}/tags", json=body)

    assert (answer.status_code, told in answer.json()["detail"]) == (status, True), answer.text
    assert (listed(flights), column(flights, "review"), column_names(flights)) == before


def before_first(monkeypatch, owner, name, act):
    """Have something happen just before the first call of a method."""
    call, left = getattr(owner, name), [act]

    def called(*arguments, **named):
        if left:
            left.pop()()
        return call(*arguments, **named)

    monkeypatch.setattr(owner, name, called)


def test_a_value_that_comes_while_samples_are_tagged_is_given_back(flights, monkeypatch):
    tag(flights, "review", "late")
    come = {"id": [LATE[0]], "review": ["imported"]}
    store = flights.application.services.tags._store
    before_first(monkeypatch, store, "add", lambda: append(flights, come))

    second = tag(flights, "review", "very late")
    assert tagged(flights, "review") == dict.fromkeys(LATE, "very late")
    undo(flights, second)

    assert tagged(flights, "review") == dict.fromkeys(LATE, "late") | {LATE[0]: "imported"}


def test_a_value_that_comes_while_the_last_one_is_undone_stays(flights, monkeypatch):
    only = tag(flights, "review", "late")
    come = {"id": [IDS[0]], "review": ["imported"]}
    datasets = flights.application.services.datasets
    before_first(monkeypatch, datasets, "reshape", lambda: append(flights, come))

    assert undo(flights, only) == 204

    assert tagged(flights, "review") == {IDS[0]: "imported"}


def test_taggings_at_once_are_all_made_and_all_undone(flights):
    with ThreadPoolExecutor(8) as pool:
        list(pool.map(lambda number: tag(flights, "review", f"by {number}"), range(8)))

    taggings = listed(flights)["taggings"]
    (last,) = set(tagged(flights, "review").values())
    assert {one["value"] for one in taggings} == {f"by {number}" for number in range(8)}
    assert last == taggings[0]["value"]
    assert [undo(flights, one) for one in taggings] == [204] * 8
    assert listed(flights) == {"tags": [], "taggings": []}


def test_what_fails_while_it_is_written_is_listed_nowhere(flights, monkeypatch):
    def fail():
        raise OSError("No space left on device")

    datasets = flights.application.services.datasets
    before_first(monkeypatch, datasets, "put_values", fail)
    body = {"column": "review", "value": "late", "rule": LATE_RULE}

    assert flights.client.post(f"{flights.flights}/tags", json=body).status_code == 500

    assert listed(flights) == {"tags": [], "taggings": []}
