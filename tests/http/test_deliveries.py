"""The history of deliveries: narrowed, paged, counted, and what died of it."""

from __future__ import annotations

import pytest
from tests.http.history import record

STATES = ["delivered", "dead", "cancelled", "retry", "delivered"]


@pytest.fixture(scope="module")
def served(serve):
    return serve(
        DEBIAI_EXPORT_METHOD_Labels="file, labels", DEBIAI_EXPORT_METHOD_Other="file, other"
    )


@pytest.fixture(scope="module")
def methods(served):
    found = served.client.get("/api/v2/export-methods").json()["methods"]
    return {one["name"]: one["id"] for one in found}


@pytest.fixture(scope="module")
def known(served, methods):
    """The ids, oldest first: five to Labels, then one test document to Other."""
    ids = record(served, STATES, methods["Labels"], project="drives", annotation="100% sure")
    late = {"kind": "test", "accepted_at": "2026-11-23T00:00:00.000Z", "name": "Late"}
    return ids + record(served, ["dead"], methods["Other"], **late)


def get(served, path="", **query):
    return served.client.get(f"/api/v2/deliveries{path}", params=query)


def ids(answer):
    assert answer.status_code == 200, answer.text
    return [one["id"] for one in answer.json()]


def test_each_filter_narrows_and_all_together_do(served, methods, known):
    newest = known[::-1]
    labels = methods["Labels"]

    assert ids(get(served)) == newest
    assert ids(get(served, state=["dead", "retry"])) == [known[5], known[3], known[1]]
    assert ids(get(served, method=labels)) == newest[1:]
    assert ids(get(served, source="local", project="drives")) == newest[1:]
    assert ids(get(served, kind="test")) == [known[5]]
    assert ids(get(served, since="2026-11-22T13:00:00.004+01:00")) == [known[5], known[4]]
    assert ids(get(served, until="2026-11-22T12:00:00.001Z")) == [known[0]]
    assert ids(get(served, text="100% S")) == newest[1:]
    assert ids(get(served, text="number 3", state="retry", method=labels)) == [known[3]]


@pytest.mark.parametrize(
    "query",
    [
        {"state": "sent"},
        {"kind": "Selection"},
        {"status": "dead"},
        {"since": "yesterday"},
        {"since": "2026-11-22T12:00:00"},
        {"source": "local"},
        {"project": "drives"},
        {"limit": 501},
        {"limit": "many"},
        {"text": "x" * 201},
    ],
)
def test_an_unknown_parameter_or_value_is_refused_with_its_name(served, query):
    for path in ("", "/counts"):
        answer = get(served, path, **query)

        assert answer.status_code == 422
        assert answer.headers["content-type"] == "application/problem+json"
        words = answer.json()["detail"] + str(answer.json()["problems"])
        assert next(iter(query)) in words


def test_pages_follow_each_other_whatever_arrives_meanwhile(served, methods, known):
    before = ids(get(served))
    first = ids(get(served, limit=2))
    arrived = record(
        served, ["delivered"], methods["Labels"], accepted_at="2026-11-24T00:00:00.000Z"
    )
    rest, last = [], first[-1]
    while page := ids(get(served, limit=2, before=last)):
        rest += page
        last = page[-1]

    assert first + rest == before
    assert ids(get(served, limit=1)) == arrived
    assert get(served, before="msg_none").status_code == 404


def test_deliveries_of_the_same_millisecond_are_neither_skipped_nor_repeated(served, methods):
    at = "2026-11-21T00:00:00.000Z"
    same = {record(served, ["delivered"], methods["Other"], accepted_at=at)[0] for _ in range(7)}
    found, last = [], None
    query = {"until": "2026-11-21T00:00:00.001Z", "limit": 3}
    while page := ids(get(served, **query, **({"before": last} if last else {}))):
        found += page
        last = page[-1]

    assert (len(found), set(found)) == (7, same)


def test_counts_by_state_are_those_of_the_list(served, methods, known):
    for query in ({}, {"method": methods["Labels"]}, {"kind": "test"}, {"text": "Number"}):
        listed = get(served, limit=500, **query).json()
        counted = get(served, "/counts", **query).json()

        assert counted["total"] == len(listed)
        assert sum(counted["states"].values()) == len(listed)
        for state, count in counted["states"].items():
            assert count == sum(one["state"] == state for one in listed), (query, state)


def test_what_died_is_told_by_method_since_a_moment(served, methods, known):
    late, early = get(served, "/failures").json()

    assert (late["method_id"], late["count"]) == (methods["Other"], 1)
    assert late["delivery_id"] == known[5]
    assert (early["count"], early["error"]) == (1, "The receiver answered 400.")
    assert get(served, "/failures", after=early["last_at"]).json() == [late]
    assert get(served, "/failures", after=late["last_at"]).json() == []
    assert get(served, "/failures", since=late["last_at"]).status_code == 422
