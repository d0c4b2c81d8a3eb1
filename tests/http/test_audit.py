"""Who sent what where is on record, and stays there."""

from __future__ import annotations

import hashlib

import pytest
from sqlalchemy import create_engine, text
from sqlalchemy.exc import DatabaseError

TOKEN = "0f3a9c0f3a9c0f3a9c"  # noqa: S105  # a token of this test


@pytest.fixture(scope="module")
def guarded(serve):
    served = serve(DEBIAI_EXPORT_METHOD_Folder="file, out", DEBIAI_TOKEN=TOKEN)
    served.client.headers["Authorization"] = f"Bearer {TOKEN}"
    return served


@pytest.fixture
def method_id(guarded):
    return guarded.client.get("/api/v2/export-methods").json()["methods"][0]["id"]


def entries(served, **query):
    return served.client.get("/api/v2/audit", params=query).json()


def test_an_export_is_recorded_with_who_where_and_what(guarded, method_id):
    answer = guarded.client.post(f"/app/exportMethods/{method_id}/exportData", json={"a": 1})

    newest = entries(guarded)[0]
    assert newest["action"] == "export.accepted"
    assert newest["subject"] == answer.headers["Debiai-Delivery-Id"]
    assert newest["who"] == f"token {hashlib.sha256(TOKEN.encode()).hexdigest()[:8]}"
    assert newest["address"] == "testclient"
    assert newest["details"]["method"] == "Folder"
    assert newest["details"]["kind"] == "data"


def test_what_is_done_to_deliveries_and_methods_is_recorded(guarded, method_id):
    client = guarded.client
    sent = client.post(f"/api/v2/export-methods/{method_id}/test").json()["id"]
    client.post(f"/api/v2/deliveries/{sent}/retry")
    made = client.post(
        "/api/v2/export-methods", json={"name": "Mine", "type": "file", "parameters": ["x"]}
    ).json()["id"]
    client.delete(f"/api/v2/export-methods/{made}")
    client.delete(f"/api/v2/export-methods/{method_id}")
    client.post(f"/api/v2/export-methods/{method_id}/restore")

    found = [(entry["action"], entry["subject"]) for entry in entries(guarded, limit=6)]
    assert found == [
        ("method.saved", method_id),
        ("method.removed", method_id),
        ("method.deleted", made),
        ("method.saved", made),
        ("delivery.retried", sent),
        ("export.accepted", sent),
    ]


def test_what_the_configuration_brings_is_the_servers_doing(guarded):
    assert entries(guarded, limit=500)[-1]["who"] == "server"


@pytest.mark.parametrize("before", [0, 2**63, 8654565040429262176256])
def test_a_number_that_no_entry_can_have_is_refused(guarded, before):
    answer = guarded.client.get("/api/v2/audit", params={"before": before})

    assert (answer.status_code, answer.json()["type"]) == (422, "http.invalid_request")


def test_the_list_goes_on_before_the_last_known_entry(guarded):
    first, second = entries(guarded, limit=2)

    assert entries(guarded, limit=1, before=first["number"]) == [second]


@pytest.mark.parametrize("change", ["UPDATE audit SET action = 'x'", "DELETE FROM audit"])
def test_the_database_refuses_to_change_an_entry(guarded, change):
    [path] = guarded.folder.rglob("catalogue.db")
    engine = create_engine(f"sqlite:///{path}")

    with pytest.raises(DatabaseError, match="append-only"), engine.begin() as connection:
        connection.execute(text(change))

    engine.dispose()
