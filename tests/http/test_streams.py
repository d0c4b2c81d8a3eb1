"""Streams through the routes: what changed is sent, in order, to a receiver that applies it."""

from __future__ import annotations

import time

import pytest
from jsonschema import Draft202012Validator
from tests.http.conftest import FRAME
from tests.http.streaming import assert_refused, keep, model, one_served
from tests.real.model_receiver import digest_of

from debiai_studio.datasets.set_digest import EMPTY

LATE = {"filters": {"op": "range", "id": "late", "column": "delay", "min": "10", "max": "12"}}
LATE_IDS = set(FRAME.loc[FRAME["delay"].between(10, 12), "id"])
OF_AA = {"filters": {"op": "one_of", "id": "c", "column": "carrier", "values": ["AA"]}}
PATIENCE = 60


__all__ = ["keep", "model", "one_served"]


def test_the_first_delivery_is_the_full_set_and_later_ones_what_changed(keep, model):
    kept = keep()

    first = kept.run()
    kept.wait("up to date", 1)
    kept.put(new=11, f010=0, f000=12)
    kept.remove("f011")
    second = kept.run()
    info = kept.wait("up to date", 2)

    assert (first["outcome"], first["n_added"], first["n_removed"]) == ("sent", len(LATE_IDS), 0)
    assert (second["outcome"], second["n_added"], second["n_removed"]) == ("sent", 2, 2)
    full, changes = model.documents
    assert (full["full"], full["base_digest"], full["removed"]) == (True, EMPTY, [])
    assert {one["id"] for one in full["added"]} == LATE_IDS
    assert full["digest"] == digest_of(LATE_IDS)
    assert (changes["full"], changes["base_digest"]) == (False, full["digest"])
    assert [one["id"] for one in changes["added"]] == ["f000", "new"]
    assert [one["id"] for one in changes["removed"]] == ["f010", "f011"]
    assert [one["sequence"] for one in model.documents] == [1, 2]
    after = (LATE_IDS | {"new", "f000"}) - {"f010", "f011"}
    assert (model.ids, model.troubles) == (after, [])
    assert info["confirmed"] == {
        "sequence": 2,
        "at": info["confirmed"]["at"],
        "n_samples": len(after),
        "digest": digest_of(after),
    }


def test_the_documents_fit_the_schema_and_are_the_same_when_fetched_again(keep, model):
    kept = keep(annotation="é")
    kept.run()
    kept.wait("up to date", 1)
    kept.put(new=11)
    delivery = kept.run()["delivery_id"]
    kept.wait("up to date", 2)

    schema = kept.client.get("/schemas/changes.json").json()
    fetched = kept.client.get(f"/api/v2/deliveries/{delivery}/document")

    for document in model.documents:
        Draft202012Validator(schema).validate(document)
    assert fetched.json() == model.documents[1]
    assert fetched.json()["annotation"] == "é"
    shown = kept.client.get(f"/api/v2/deliveries/{delivery}").json()["delivery"]
    assert (shown["bytes"], shown["kind"]) == (len(fetched.content), "changes")
    assert (shown["stream_id"], shown["sequence"]) == (kept.info()["id"], 2)
    assert shown["held_digest"] == shown["set_digest"] == model.digest


def test_nothing_is_sent_when_nothing_changed(keep, model):
    kept = keep()
    kept.run()
    kept.wait("up to date", 1)

    again = kept.run()

    assert (again["outcome"], again["delivery_id"]) == ("unchanged", None)
    assert len(model.documents) == 1


def test_what_changes_while_a_delivery_is_on_its_way_follows_as_one(keep, model):
    kept = keep(trigger="changes", options={"timeout": "30"})
    kept.wait("up to date", 1)
    model.hold()
    kept.put(a=11)
    model.wait_until_held()
    kept.put(b=11)
    kept.put(c=11)
    kept.remove("b")
    waiting = kept.run()
    model.release()
    until = time.monotonic() + PATIENCE
    while "c" not in model.ids and time.monotonic() < until:
        time.sleep(0.02)

    info = kept.wait("up to date")

    assert waiting["outcome"] == "waiting"
    assert model.ids == LATE_IDS | {"a", "c"}
    assert [[one["id"] for one in document["added"]] for document in model.documents[1:]] == [
        ["a"],
        ["c"],
    ]
    assert (info["sequence"], model.troubles) == (3, [])


def test_a_dead_delivery_pauses_the_stream_and_a_retry_goes_on(keep, model):
    kept = keep()
    model.refuses = True
    kept.run()
    info = kept.wait("paused")
    refused = kept.client.post(f"{kept.path}/run", json={})
    model.refuses = False

    kept.post("resume")

    assert (info["pause"], info["sequence"]) == ("delivery", 1)
    assert "Sequence 1 could not be delivered: The receiver answered 400" in info["reason"]
    assert_refused(refused, 409, "streams.paused")
    assert kept.wait("up to date", 1)["confirmed"]["sequence"] == 1
    assert model.ids == LATE_IDS


def test_a_retry_in_the_history_resumes_the_stream_too(keep, model):
    kept = keep()
    model.refuses = True
    delivery = kept.run()["delivery_id"]
    kept.wait("paused")
    model.refuses = False

    kept.client.post(f"/api/v2/deliveries/{delivery}/retry").raise_for_status()

    assert kept.wait("up to date", 1)["confirmed"]["n_samples"] == len(LATE_IDS)


def test_the_full_set_takes_the_place_of_what_could_not_be_delivered(keep, model):
    kept = keep()
    kept.run()
    kept.wait("up to date", 1)
    kept.put(new=11)
    model.refuses = True
    dead = kept.run()["delivery_id"]
    kept.wait("paused", 2)
    model.refuses = False
    model.ids, model.digest = {"what nobody knows"}, digest_of({"what nobody knows"})

    sent = kept.post("full")

    kept.wait("up to date", 3)
    assert (sent["outcome"], sent["n_added"]) == ("sent", len(LATE_IDS) + 1)
    assert model.ids == LATE_IDS | {"new"}
    assert (model.documents[-1]["full"], model.documents[-1]["base_digest"]) == (True, EMPTY)
    retried = kept.client.post(f"/api/v2/deliveries/{dead}/retry")
    assert_refused(retried, 409, "exports.stream_moved_on")
    again = kept.client.post(f"/api/v2/deliveries/{dead}/again")
    assert_refused(again, 409, "exports.stream_moved_on")


def test_a_receiver_that_says_that_it_holds_another_set_pauses_the_stream(keep, model):
    kept = keep()
    model.says = digest_of({"another"})
    kept.run()
    info = kept.wait("paused")
    model.says = None

    kept.post("full")

    assert (info["pause"], info["confirmed"]["sequence"]) == ("digest", 0)
    assert "another set" in info["reason"]
    assert kept.wait("up to date", 2)["confirmed"]["digest"] == digest_of(LATE_IDS)


def test_a_cancelled_delivery_pauses_the_stream(keep, model):
    kept = keep(options={"timeout": "30"})
    model.hold()
    delivery = kept.run()["delivery_id"]
    model.wait_until_held()

    kept.client.post(f"/api/v2/deliveries/{delivery}/cancel").raise_for_status()
    info = kept.wait("paused")
    model.release()

    assert info["reason"] == "Sequence 1 was cancelled."
    kept.post("resume")
    kept.wait("up to date", 1)
    assert model.ids == LATE_IDS


def test_a_person_pauses_and_resumes(keep, model):
    kept = keep(trigger="changes")
    kept.wait("up to date", 1)

    paused = kept.post("pause")
    kept.put(new=11)
    kept.post("resume")

    assert (paused["state"], paused["pause"]) == ("paused", "person")
    kept.wait("up to date", 2)
    assert model.ids == LATE_IDS | {"new"}


def test_a_stream_of_a_saved_selection_has_its_name_and_rule(keep, one_served):
    path = f"{one_served.flights}/selections"
    saved = one_served.client.post(path, json={"name": "Late ones", "rule": LATE}).json()
    draft = {"name": "", "rule": None, "selection_id": saved["id"]}

    kept = keep(**draft)

    info = kept.info()
    assert (info["name"], info["rule"]) == ("Late ones", saved["rule"])
    one_served.client.delete(f"{path}/{saved['id']}")


def test_a_stream_follows_the_newest_version_of_a_selection_in_its_rule(keep, model, one_served):
    path = f"{one_served.flights}/selections"
    saved = one_served.client.post(path, json={"name": "Followed", "rule": LATE}).json()
    kept = keep(rule={"selections": [saved["id"]]}, trigger="changes")
    kept.wait("up to date", 1)

    wider = {"filters": {**LATE["filters"], "min": "9"}}
    one_served.client.post(path, json={"name": "Followed", "rule": wider})

    kept.wait("up to date", 2)
    assert model.ids == set(FRAME.loc[FRAME["delay"].between(9, 12), "id"])
    one_served.client.delete(f"{path}/{saved['id']}")
    kept.wait("put off")
    assert saved["id"] in kept.info()["reason"]


def test_a_document_above_the_limit_of_the_method_is_refused_with_the_choices(keep, model):
    kept = keep(options={"body.max.bytes": "500"})

    run = kept.run()

    assert run["outcome"] == "put off"
    assert "the method takes 500" in run["reason"]
    assert "neither in chunks nor by reference" in run["reason"]
    assert model.documents == []


def test_a_stream_that_is_deleted_stops_what_waits(keep, model):
    kept = keep(options={"timeout": "30"})
    model.hold()
    delivery = kept.run()["delivery_id"]
    model.wait_until_held()

    gone = kept.client.delete(kept.path)
    model.release()

    assert gone.status_code == 204
    assert_refused(kept.client.get(kept.path), 404, "streams.unknown")
    until = time.monotonic() + PATIENCE
    while time.monotonic() < until:
        shown = kept.client.get(f"/api/v2/deliveries/{delivery}").json()["delivery"]
        if shown["state"] in ("cancelled", "delivered"):
            break
    assert shown["state"] in ("cancelled", "delivered")
    retried = kept.client.post(f"/api/v2/deliveries/{delivery}/retry")
    assert_refused(retried, 409, "exports.stream_moved_on")


@pytest.mark.parametrize(
    ("wrong", "status", "type_"),
    [
        ({"trigger": "0 0 30 2 *"}, 422, "streams.unfit"),
        ({"trigger": "* * * * * *"}, 422, "streams.unfit"),
        ({"trigger": "now and then"}, 422, "streams.unfit"),
        ({"name": " "}, 422, "streams.unfit"),
        ({"selection_id": "x"}, 422, "streams.unfit"),
        ({"rule": {"selections": ["nobody"]}}, 404, "selections.unknown"),
        ({"method_id": "nobody"}, 404, "exports.unknown_method"),
    ],
)
def test_what_cannot_make_a_stream_is_refused(one_served, keep, wrong, status, type_):
    method = keep().method
    draft = {"name": "Late", "rule": LATE, "method_id": method, **wrong}

    refused = one_served.client.post(f"{one_served.flights}/streams", json=draft)

    assert_refused(refused, status, type_)


def test_cron_says_in_words_when_it_runs_next(keep):
    info = keep(trigger=" 0  6 * * 1 ").info()

    assert (info["trigger"], info["trigger_in_words"]) == ("0 6 * * 1", "At 06:00 on Monday, UTC")
    assert info["due_at"].endswith("T06:00:00.000Z")


def test_the_audit_log_says_who_did_what_to_a_stream(keep):
    kept = keep()
    kept.post("pause")
    kept.post("resume")
    stream = kept.info()["id"]
    kept.client.delete(kept.path)

    entries = kept.client.get("/api/v2/audit").json()

    mine = [one["action"] for one in entries if one["subject"] == stream]
    assert mine == ["stream.deleted", "stream.resumed", "stream.paused", "stream.created"]
