"""Many deliveries are retried and cancelled by one request, each one once."""

from __future__ import annotations

import threading
from collections import Counter

import pytest
from sqlalchemy import create_engine, select
from tests.http.history import record

from debiai_studio.storage.catalogue.tables import audit

EACH = ["pending", "retry", "delivered", "dead", "cancelled"]


@pytest.fixture(scope="module")
def served(serve):
    """Two methods, of which nothing is sent to ``Off``."""
    return with_methods(serve)


def with_methods(serve):
    served = serve(DEBIAI_EXPORT_METHOD_Off="file, off", DEBIAI_EXPORT_METHOD_On="file, on")
    served.client.post(f"/api/v2/export-methods/{method(served)}/disable").raise_for_status()
    return served


def method(served, name="Off"):
    methods = served.client.get("/api/v2/export-methods").json()["methods"]
    return next(one["id"] for one in methods if one["name"] == name)


def order(served, action, **body):
    return served.client.post(f"/api/v2/deliveries/{action}", json=body)


def outcomes(answer):
    assert answer.status_code == 200, answer.text
    assert answer.json()["counts"] == Counter(one["outcome"] for one in answer.json()["results"])
    return {one["id"]: one["outcome"] for one in answer.json()["results"]}


def states(served, ids):
    return [
        served.client.get(f"/api/v2/deliveries/{one}").json()["delivery"]["state"] for one in ids
    ]


def test_chosen_ones_are_retried_and_each_is_told(served):
    ids = record(served, EACH, method(served))

    got = outcomes(order(served, "retry", ids=[*ids, "msg_none", ids[0]]))

    wanted = ["waiting", "retried", "delivered", "retried", "retried", "unknown"]
    assert list(got.items()) == list(zip([*ids, "msg_none"], wanted, strict=True))
    assert states(served, ids) == ["pending", "pending", "delivered", "pending", "pending"]


def test_delivered_ones_are_sent_again_when_it_is_said_and_once_however_often_asked(served):
    on = method(served, "On")
    sent = served.client.post(f"/api/v2/export-methods/{on}/test").json()["id"]
    wait_for(served, sent, attempts=1)
    as_of = served.client.get("/api/v2/deliveries/counts").json()["as_of"]

    first = outcomes(order(served, "retry", ids=[sent], resend=True, as_of=as_of))
    wait_for(served, sent, attempts=2)
    again = outcomes(order(served, "retry", ids=[sent], resend=True, as_of=as_of))

    assert (first, again) == ({sent: "retried"}, {sent: "changed"})
    assert len(wait_for(served, sent, attempts=2)["attempts"]) == 2


def wait_for(served, delivery_id, *, attempts):
    pause = threading.Event()
    for _ in range(3000):
        found = served.client.get(f"/api/v2/deliveries/{delivery_id}").json()
        if found["delivery"]["state"] == "delivered" and len(found["attempts"]) == attempts:
            return found
        pause.wait(0.02)
    raise AssertionError(found)


def test_all_that_match_are_taken_and_no_others(served):
    ids = record(served, EACH * 2, method(served), project="a")
    others = record(served, ["dead"], method(served), project="b")

    got = outcomes(
        order(served, "retry", filter={"state": ["dead"], "source": "local", "project": "a"})
    )

    assert got == {ids[3]: "retried", ids[8]: "retried"}
    assert states(served, others) == ["dead"]


def test_what_was_accepted_after_the_moment_is_left_alone(served):
    early = record(served, ["retry"], method(served), project="c")
    record(served, ["retry"], method(served), project="c", accepted_at="2026-11-23T00:00:00.000Z")

    project = {"source": "local", "project": "c"}
    got = outcomes(order(served, "cancel", filter=project, as_of="2026-11-22T23:00:00Z"))

    assert got == {early[0]: "cancelled"}


def test_chosen_ones_are_cancelled_and_a_second_time_changes_nothing(served):
    ids = record(served, EACH, method(served))

    first = outcomes(order(served, "cancel", ids=ids))
    ended = [served.client.get(f"/api/v2/deliveries/{one}").json() for one in ids]
    again = outcomes(order(served, "cancel", ids=ids))

    assert list(first.values()) == ["cancelled", "cancelled", "final", "final", "final"]
    assert set(again.values()) == {"final"}
    assert [served.client.get(f"/api/v2/deliveries/{one}").json() for one in ids] == ended


def test_each_one_has_a_line_in_the_audit_log(served):
    ids = record(served, ["dead", "delivered", "retry"], method(served))
    order(served, "retry", ids=ids)
    order(served, "cancel", ids=ids)

    lines = served.client.get("/api/v2/audit", params={"limit": 4}).json()

    assert {(one["action"], one["subject"], one["who"] != "server") for one in lines} == {
        ("delivery.retried", ids[0], True),
        ("delivery.retried", ids[2], True),
        ("delivery.cancelled", ids[0], True),
        ("delivery.cancelled", ids[2], True),
    }


@pytest.mark.parametrize(
    "body",
    [
        {},
        {"ids": []},
        {"ids": ["msg_1"], "filter": {}},
        {"ids": ["msg_1"], "all": True},
        {"filter": {"status": "dead"}},
        {"filter": {"state": ["sent"]}},
        {"ids": ["msg_1"], "as_of": "2026-11-22T12:00:00"},
        {"ids": [f"msg_{n}" for n in range(10_001)]},
    ],
)
def test_an_order_that_is_not_clear_is_refused_and_changes_nothing(served, body):
    ids = record(served, ["dead"], method(served))

    for action in ("retry", "cancel"):
        answer = order(served, action, **body)
        assert answer.status_code == 422
        assert answer.json()["type"] == "http.invalid_request"
    assert states(served, ids) == ["dead"]


def test_ten_thousand_are_retried_while_the_server_answers_others(serve):
    served = with_methods(serve)
    record(served, ["dead"] * 10_000, method(served))
    done = threading.Event()
    answers = []

    def retry():
        answers.append(order(served, "retry", filter={"state": ["dead"]}))
        done.set()

    asking = threading.Thread(target=retry)
    asking.start()
    answered = 0
    while not done.is_set():
        assert served.client.get("/health").status_code == 200
        answered += 1
    asking.join()

    assert answers[0].json()["counts"] == {"retried": 10_000}
    assert len(answers[0].json()["results"]) == 10_000
    assert answered > 1
    counts = served.client.get("/api/v2/deliveries/counts").json()
    assert (counts["states"]["pending"], counts["states"]["dead"]) == (10_000, 0)
    [path] = served.folder.rglob("catalogue.db")
    engine = create_engine(f"sqlite:///{path}")
    with engine.connect() as connection:
        retried = select(audit.c.subject).where(audit.c.action == "delivery.retried")
        assert len(set(connection.execute(retried).scalars())) == 10_000
    engine.dispose()
