"""Values that a receiver gives back with its 2xx answer become results of the samples."""

from __future__ import annotations

import pytest
from tests.http.answering import (
    LATE_IDS,
    answers,
    ended,
    export,
    make_method,
    returning,
    values,
)
from tests.http.conftest import FRAME

from debiai_studio.exports.model import Returned


@pytest.fixture(scope="module")
def flights(serve):
    served = serve()
    served.import_flights()
    return served


def test_labels_of_an_answer_are_filtered_by_and_exported(flights, receiver):
    method = make_method(flights, receiver.url("/labels"), "labelling")
    delivery = export(flights, method)

    (answer,) = answers(flights, delivery["id"])
    assert (answer["state"], answer["via"], answer["columns"]) == ("applied", "answer", ["label"])
    assert (answer["n_rows"], answer["n_applied"]) == (len(LATE_IDS), len(LATE_IDS))
    assert values(flights, "Answers of labelling", "label") == dict.fromkeys(LATE_IDS, "long")
    (model,) = flights.client.get(flights.flights).json()["models"]
    assert (model["name"], model["n_results"]) == ("Answers of labelling", len(LATE_IDS))
    assert model["metadata"]["method"] == "labelling"
    assert model["metadata"]["delivery"] == delivery["id"]

    by_label = {
        "models": [model["id"]],
        "filters": {"op": "one_of", "id": "l", "column": "label", "values": ["long"]},
    }
    counted = flights.client.post(f"{flights.flights}/analysis/count", json=by_label).json()
    assert counted["samples"] == len(LATE_IDS)
    again = export(flights, make_method(flights, receiver.url("/ok"), "next"), by_label)
    (got,) = receiver.received("/ok")
    assert (got.id, again["n_samples"]) == (again["id"], len(LATE_IDS))


def test_what_does_not_fit_is_counted_and_named_and_the_rest_applied(flights, receiver):
    first, second = LATE_IDS[:2]
    outside = next(id_ for id_ in FRAME["id"] if id_ not in LATE_IDS)
    rows = [
        {"id": first, "score": 2**53 + 1},
        {"id": "nobody", "score": 1},
        {"id": outside, "score": 2},
        {"id": second, "score": 3},
        {"id": second, "score": 4},
    ]
    method = make_method(flights, returning(receiver, rows), "partly")
    (answer,) = answers(flights, export(flights, method)["id"])

    assert (answer["state"], answer["n_applied"]) == ("applied", 2)
    assert (answer["n_unknown"], answer["unknown"]) == (1, ["nobody"])
    assert (answer["n_outside"], answer["outside"]) == (1, [outside])
    assert (answer["n_duplicate"], answer["duplicate"]) == (1, [second])
    assert values(flights, "Answers of partly", "score") == {first: 2**53 + 1, second: 4}


def test_the_same_answer_again_is_counted_and_changes_nothing(flights, receiver):
    url = returning(receiver, [{"id": LATE_IDS[0], "again": True}])
    delivery = export(flights, make_method(flights, url, "repeating"))
    answers(flights, delivery["id"])
    version = flights.client.get(flights.flights).json()["data_version"]

    flights.client.post(f"/api/v2/deliveries/{delivery['id']}/retry").raise_for_status()
    assert ended(flights, delivery["id"])["delivery"]["attempts"] == 2

    (answer,) = answers(flights, delivery["id"])
    assert (answer["state"], answer["repeats"]) == ("applied", 1)
    assert flights.client.get(flights.flights).json()["data_version"] == version


@pytest.mark.parametrize(
    ("body", "state", "reason"),
    [
        (b'{"samples": [{"id": "f010", "label": "x"}', "refused", "It is not JSON (line 1"),
        ([{"label": "x"}], "refused", 'Row 1 has no "id"'),
        ([{"id": "f010", "label": 3}], "refused", '"label" holds text values: integer values'),
        ({"samples": [{"id": "f010", "v": [1]}]}, "refused", '"v" of row 1 is a list'),
        ({"ok": True}, "empty", None),
    ],
)
def test_an_answer_that_cannot_be_read_changes_nothing_and_says_why(
    flights, receiver, body, state, reason
):
    first = make_method(flights, receiver.url("/labels"), f"first {state} {reason}")
    answers(flights, export(flights, first)["id"])
    before = flights.client.get(flights.flights).json()
    method = make_method(flights, returning(receiver, body), f"bad {body}"[:60])
    delivery = export(flights, method)
    assert delivery["state"] == "delivered"

    (answer,) = answers(flights, delivery["id"])
    assert answer["state"] == state
    assert (answer["error"] is None) if reason is None else (reason in answer["error"])
    assert flights.client.get(flights.flights).json() == before


def test_an_answer_that_is_no_json_or_whose_method_did_not_ask_is_left_alone(flights, receiver):
    plain = make_method(flights, receiver.url("/ok"), "plain")
    assert answers(flights, export(flights, plain)["id"]) == []
    silent = make_method(flights, receiver.url("/labels"), "silent", answers="ignore")
    assert answers(flights, export(flights, silent)["id"]) == []
    assert "debiai-callback" not in receiver.received("/labels")[-1].headers


def test_an_endless_answer_is_not_read_to_its_end(flights, receiver):
    method = make_method(flights, receiver.url("/endless"), "endless")
    delivery = export(flights, method)
    assert delivery["state"] == "delivered"
    assert answers(flights, delivery["id"]) == []


def test_of_an_answer_that_is_too_large_the_reason_is_kept(flights, receiver):
    delivery = export(flights, make_method(flights, receiver.url("/huge"), "huge"))
    assert delivery["state"] == "delivered"

    (answer,) = answers(flights, delivery["id"])
    assert answer["state"] == "refused"
    assert answer["error"].startswith("It is larger than 16 MB")


def test_answers_to_a_deleted_project_say_so(flights, receiver):
    project = flights.import_ids("gone", ["a", "b"])
    method = make_method(flights, receiver.url("/ok"), "late")
    asked = {"subject": {"kind": "selected", "rule": {}}, "method_id": method}
    accepted = flights.client.post(f"{project}/exports", json=asked).json()
    store = flights.application.services.answers._store
    flights.client.delete(project).raise_for_status()

    # As if it had come just before.
    store.keep(accepted["id"], "answer", Returned(b'[{"id":"a","l":1}]', 18, "0" * 64), 10)
    flights.application.services.events.publish("answer", {"state": "kept"})

    (answer,) = answers(flights, accepted["id"])
    assert answer["state"] == "refused"
    assert answer["error"].startswith("The project was deleted")
