"""Versions of selections through the routes: kept, compared, exported again byte for byte."""

from __future__ import annotations

import json
import time

import pandas as pd
import pyarrow as pa
import pytest
from tests.http.conftest import FRAME, table_of

from debiai_studio.datasets.set_digest import set_digest


def between(low: int, high: int) -> dict:
    bounds = {"min": str(low), "max": str(high)}
    return {"filters": {"op": "range", "id": "f", "column": "delay", **bounds}}


def ids_between(low: int, high: int) -> list[str]:
    return list(FRAME.loc[FRAME["delay"].between(low, high), "id"])


@pytest.fixture
def late(served):
    """A selection of two versions, new for each test."""
    path = f"{served.flights}/selections"
    for low in (10, 8):
        answer = served.client.post(path, json={"name": "Late", "rule": between(low, 11)})
        assert answer.status_code == 201
    yield f"{path}/{answer.json()['id']}"
    served.client.delete(f"{path}/{answer.json()['id']}")


def document_of(served, subject: dict) -> dict:
    [method] = served.client.get("/api/v2/export-methods").json()["methods"]
    export = {"subject": subject, "method_id": method["id"]}
    accepted = served.client.post(f"{served.flights}/exports", json=export)
    assert accepted.status_code == 202, accepted.json()
    answer = served.client.get(f"/api/v2/deliveries/{accepted.json()['id']}/document")
    return json.loads(answer.content)


def test_a_selection_lists_its_versions_with_rule_time_author_and_digest(served, late):
    until = time.monotonic() + 30
    while not all(one["set_digest"] for one in served.client.get(f"{late}/versions").json()):
        assert time.monotonic() < until

    newest, first = served.client.get(f"{late}/versions").json()

    assert (newest["reference"], first["reference"]) == ("late@2", "late@1")
    assert newest["versions"] == [1, 2]
    assert first["rule"]["filters"]["min"] == "10"
    assert first["author"].startswith("no token")
    assert first["set_digest"] == set_digest([pa.array(ids_between(10, 11))])
    assert newest["created_at"] >= first["created_at"]
    [listed] = served.client.get(f"{served.flights}/selections").json()
    assert listed == newest


def test_a_version_exported_again_has_the_same_bytes_but_for_the_date(served, late):
    subject = {"kind": "saved", "selection_id": "late@1"}
    before = document_of(served, subject)
    served.client.post(f"{late}/versions", json={"rule": between(0, 12)})

    after = document_of(served, subject)

    assert after.pop("date") > before.pop("date")
    assert json.dumps(after) == json.dumps(before)
    assert [one["id"] for one in after["sample_ids"]] == ids_between(10, 11)


def test_the_difference_is_counted_downloaded_exported_and_saved(served, late):
    asked = {"base": "late@1", "other": "late"}
    found = served.client.post(f"{served.flights}/selections/compare", json=asked).json()
    added = ids_between(8, 9)
    counts = found["n_added"], found["n_removed"], found["n_same"]
    assert counts == (len(added), 0, len(ids_between(10, 11)))
    assert found["first_added"] == added[:10]

    rule = found["rules"]["added"]
    order = {"rule": rule, "content": "ids", "format": "csv"}
    table = table_of("csv", served.client.post(f"{served.flights}/download", json=order).content)
    pd.testing.assert_series_equal(table["id"], pd.Series(added, name="id"))
    sent = document_of(served, {"kind": "selected", "rule": rule})
    assert [one["id"] for one in sent["sample_ids"]] == added
    saved = served.client.post(
        f"{served.flights}/selections", json={"name": "Newly late", "rule": rule}
    ).json()
    assert saved["n_samples"] == len(added)
    served.client.delete(f"{served.flights}/selections/{saved['id']}")


def test_the_rule_is_applied_again_and_makes_the_next_version(served, late):
    now = served.client.get(f"{late}/versions/1/reapplied").json()
    assert (now["n_samples"], now["n_added"], now["refusal"]) == (len(ids_between(10, 11)), 0, None)
    made = served.client.post(f"{late}/versions", json={})
    assert (made.status_code, made.json()["version"]) == (201, 3)
    assert made.json()["n_samples"] == len(ids_between(8, 11))


@pytest.mark.parametrize(
    ("path", "status", "type_"),
    [
        ("/versions/9", 404, "selections.unknown_version"),
        ("/versions/x", 422, "http.invalid_request"),
    ],
)
def test_what_is_not_there_is_refused(served, late, path, status, type_):
    answer = served.client.delete(late + path)
    assert (answer.status_code, answer.json()["type"]) == (status, type_)


def test_the_last_version_cannot_be_deleted_alone(served, late):
    assert served.client.delete(f"{late}/versions/2").status_code == 204
    answer = served.client.delete(f"{late}/versions/1")
    assert (answer.status_code, answer.json()["type"]) == (409, "selections.only_version")
