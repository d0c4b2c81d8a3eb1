"""A stream is judged when every column of its rule is complete, or when a person says so."""

from __future__ import annotations

import pytest
from tests.http.conftest import FRAME
from tests.http.streaming import assert_refused, keep, model, one_served

LATE = {"filters": {"op": "range", "id": "late", "column": "delay", "min": "10", "max": "12"}}
LATE_IDS = set(FRAME.loc[FRAME["delay"].between(10, 12), "id"])
OF_AA = {"filters": {"op": "one_of", "id": "c", "column": "carrier", "values": ["AA"]}}
PATIENCE = 60


__all__ = ["keep", "model", "one_served"]


@pytest.fixture
def partly(one_served):
    """A project whose model "net" has results for two of three samples."""
    body = b"id,x,label,net_prediction,net_error\na,1.5,a,a,0\nb,,b,,\nc,2.5,a,b,1.5\n"
    uploaded = one_served.client.post("/api/v2/imports/files?name=partly.csv", content=body)
    file_id = uploaded.json()["file_id"]
    one_served.client.post(f"/api/v2/imports/files/{file_id}/inspect").raise_for_status()
    order = {"file_id": file_id, "project": "partly", "id_column": "id"}
    one_served.client.post("/api/v2/imports", json=order).raise_for_status()
    one_served.application.services.sources._jobs._pool.submit(lambda: None).result()
    path = "/api/v2/projects/local/partly"
    yield path
    one_served.client.delete(path)


def test_a_rule_is_put_off_until_all_results_are_there(keep, model, partly):
    kept = keep(project=partly, rule={"models": ["net"]}, trigger="changes")

    put_off = kept.wait("put off")
    asked = kept.run()
    kept.remove("b")

    kept.wait("up to date", 1)
    assert "results of net of 1." in put_off["reason"]
    assert put_off["put_off_code"] == "streams.not_complete"
    assert (asked["outcome"], asked["reason"]) == ("put off", put_off["reason"])
    assert model.ids == {"a", "c"}


def test_a_person_or_the_stream_can_do_without_missing_results(keep, model, partly):
    kept = keep(project=partly, rule={"models": ["net"]})
    refused = kept.client.post(f"{kept.path}/full", json={})

    sent = kept.run(incomplete=True)

    assert_refused(refused, 409, "streams.not_complete")
    assert (sent["outcome"], sent["n_added"]) == ("sent", 2)
    kept.wait("up to date", 1)
    hasty = keep(project=partly, rule={"models": ["net"]}, waits_for_columns=False)
    assert hasty.run()["outcome"] == "sent"


def test_a_rule_is_put_off_while_an_append_left_out_a_column_of_it(keep):
    kept = keep(rule=OF_AA, trigger="changes")
    kept.wait("up to date", 1)

    kept.put(new=11)
    put_off = kept.wait("put off")
    kept.remove("new")

    assert "carrier of 1." in put_off["reason"]
    kept.wait("up to date", 1)


def test_a_column_that_comes_later_completes_the_version(keep, model):
    kept = keep(rule=OF_AA, trigger="changes")
    kept.wait("up to date", 1)
    kept.put(one=11, two=11)
    kept.wait("put off")

    kept.put_columns(id=["one", "two"], carrier=["AA", None])

    kept.wait("up to date", 2)
    assert model.ids == {*FRAME.loc[FRAME["carrier"] == "AA", "id"], "one"}
