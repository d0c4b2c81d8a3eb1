"""How each export method does, and methods that are out of use for a while."""

from __future__ import annotations

import time

import pytest
from tests.http.history import record


@pytest.fixture
def served(serve):
    return serve(DEBIAI_RETRY_SCHEDULE="3600")


def make(served, name, url):
    draft = {"name": name, "type": "post", "parameters": [url]}
    return served.client.post("/api/v2/export-methods", json=draft).json()["id"]


def send(served, method_id):
    answer = served.client.post(f"/api/v2/export-methods/{method_id}/test")
    assert answer.status_code == 202, answer.text
    return answer.json()["id"]


def until(served, delivery_id, *states):
    deadline = time.monotonic() + 60
    while time.monotonic() < deadline:
        found = served.client.get(f"/api/v2/deliveries/{delivery_id}").json()
        if found["delivery"]["state"] in states:
            return found
        time.sleep(0.02)
    raise AssertionError(found)


def health(served, method_id):
    found = served.client.get("/api/v2/export-methods/health").json()
    return next(one for one in found if one["method_id"] == method_id)


def test_a_method_that_was_never_used_is_healthy_and_empty(served, receiver):
    method = make(served, "New", receiver.url("/ok"))

    assert health(served, method) == {
        "method_id": method, "waiting": 0, "running": 0, "dead": 0, "failures": 0,
        "open_until": None, "last_success_at": None, "last_failure_at": None, "last_failure": None,
        "reply_trouble": None,
    }  # fmt: skip


def test_successes_failures_and_what_waits_are_told(served, receiver):
    method = make(served, "Here", receiver.url("/ok"))
    arrived = until(served, send(served, method), "delivered")
    draft = {"name": "Here", "type": "post", "parameters": [receiver.url("/status/500")]}
    served.client.put(f"/api/v2/export-methods/{method}", json=draft).raise_for_status()
    until(served, send(served, method), "retry")
    record(served, ["dead"], method)

    told = health(served, method)

    assert (told["waiting"], told["dead"], told["failures"]) == (1, 1, 1)
    assert told["last_success_at"] == arrived["delivery"]["finished_at"]
    assert told["last_failure_at"] >= told["last_success_at"]
    assert "answered 500" in told["last_failure"]
    assert told["open_until"] is None


def test_five_failures_in_a_row_open_the_breaker_and_say_until_when(served, receiver):
    method = make(served, "Down", receiver.url("/status/503"))
    for _ in range(5):
        until(served, send(served, method), "retry")

    told = health(served, method)

    assert told["failures"] >= 5
    assert told["open_until"] > told["last_failure_at"]
    assert "answered 503" in told["last_failure"]


def test_a_disabled_method_keeps_what_waits_refuses_more_and_sends_all_once_enabled(
    served, receiver
):
    method = make(served, "Paused", receiver.url("/status/500"))
    waiting = send(served, method)
    until(served, waiting, "retry")

    disabled = served.client.post(f"/api/v2/export-methods/{method}/disable").json()
    refused = served.client.post(f"/api/v2/export-methods/{method}/test")
    served.client.post(f"/api/v2/deliveries/{waiting}/retry").raise_for_status()
    draft = {"name": "Paused", "type": "post", "parameters": [receiver.url("/ok/paused")]}
    changed = served.client.put(f"/api/v2/export-methods/{method}", json=draft).json()

    assert disabled["disabled_reason"] == changed["disabled_reason"] == "it was disabled by hand"
    assert (refused.status_code, refused.json()["type"]) == (409, "exports.out_of_use")
    assert refused.json()["detail"] == (
        'The export method "Paused" is out of use (it was disabled by hand). '
        "Enable it in the settings, or choose another."
    )
    other = make(served, "Meanwhile", receiver.url("/ok"))
    until(served, send(served, other), "delivered")
    kept = served.client.get(f"/api/v2/deliveries/{waiting}").json()
    assert (kept["delivery"]["state"], len(kept["attempts"])) == ("pending", 1)

    served.client.post(f"/api/v2/export-methods/{method}/restore").raise_for_status()

    arrived = until(served, waiting, "delivered")
    assert len(arrived["attempts"]) == 2
    assert [one.id for one in receiver.received("/ok/paused")] == [waiting]


def test_disabling_is_recorded_and_where_deletion_is_off_refused(serve, receiver):
    locked = serve(
        DEBIAI_EXPORT_METHODS_DELETION_ENABLED="False",
        DEBIAI_EXPORT_METHOD_Fixed=f"post, {receiver.url('/ok')}",
    )
    [fixed] = locked.client.get("/api/v2/export-methods").json()["methods"]

    answer = locked.client.post(f"/api/v2/export-methods/{fixed['id']}/disable")

    assert (answer.status_code, answer.json()["type"]) == (403, "exports.deletion_forbidden")
    assert "disabling is not allowed" in answer.json()["detail"]

    served = serve(DEBIAI_EXPORT_METHOD_Fixed=f"post, {receiver.url('/ok')}")
    served.client.post(f"/api/v2/export-methods/{fixed['id']}/disable").raise_for_status()
    newest = served.client.get("/api/v2/audit").json()[0]
    assert (newest["action"], newest["subject"]) == ("method.disabled", fixed["id"])
