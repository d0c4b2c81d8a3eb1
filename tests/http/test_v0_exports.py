"""DebiAI's own export routes answer as DebiAI does, at / and at /api/v0."""

from __future__ import annotations

import pytest
from tests.http.test_errors import assert_problem
from tests.http.test_the_way import ended
from tests.real.schemas import schema_of

EVERYWHERE = pytest.mark.parametrize("prefix", ["", "/api/v0"])


@EVERYWHERE
def test_methods_are_made_listed_and_deleted(serve, prefix):
    client = serve().client
    draft = {"type": "post", "name": "Here", "parameters": ["http://localhost:3012/Export/"]}

    made = client.post(f"{prefix}/app/exportMethods", json=draft)
    listed = client.get(f"{prefix}/app/exportMethods")
    deleted = client.delete(f"{prefix}/app/exportMethods/{made.json()['id']}")

    assert (made.status_code, listed.status_code, deleted.status_code) == (200, 200, 200)
    assert listed.json() == [made.json()]
    found = made.json()
    assert len(bytes.fromhex(found.pop("id"))) == 16
    assert found == {**draft, "parameterNames": found["parameterNames"], "deletable": True}
    assert len(found["parameterNames"]) == 1
    assert isinstance(deleted.json(), str)
    assert client.get(f"{prefix}/app/exportMethods").json() == []


@pytest.mark.parametrize(
    "draft",
    [
        {"type": "pigeon", "name": "x", "parameters": []},
        {"type": "post", "name": "x", "parameters": ["nowhere"]},
        {"type": "kafka", "name": "x", "parameters": ["localhost:9092"]},
    ],
)
def test_a_method_that_cannot_work_answers_400_with_a_text(served, draft):
    answer = served.client.post("/app/exportMethods", json=draft)

    assert answer.status_code == 400
    assert answer.json().endswith(".")


@EVERYWHERE
def test_data_and_selections_are_exported_through_the_outbox(served, prefix):
    client = served.client
    (method,) = (m["id"] for m in client.get("/app/exportMethods").json())
    body = {
        "sampleHashList": ["f003", "f001"],
        "selectionName": "Two",
        "exportMethodId": method,
        "annotationValue": "note",
    }
    source = "Python%20module%20Data%20Provider"

    data = client.post(f"{prefix}/app/exportMethods/{method}/exportData", json={"any": [1, None]})
    selection = client.post(
        f"{prefix}/data-providers/{source}/projects/flights/exportSelection", json=body
    )

    for answer in (data, selection):
        assert (answer.status_code, answer.json()) == (200, "data exported")
        found = ended(served, answer.headers["Debiai-Delivery-Id"])
        assert found["delivery"]["state"] == "delivered"
    sent = client.get(f"/api/v2/deliveries/{data.headers['Debiai-Delivery-Id']}/document")
    assert sent.content == b'{"any":[1,null]}'
    sent = client.get(f"/api/v2/deliveries/{selection.headers['Debiai-Delivery-Id']}/document")
    assert sent.json()["sample_ids"] == [{"id": "f001"}, {"id": "f003"}]
    assert sent.json()["annotation"] == "note"
    assert schema_of(sent.content) == "selection"


def test_what_is_unknown(served):
    client = served.client
    (method,) = (m["id"] for m in client.get("/app/exportMethods").json())
    path = "/data-providers/local/projects/flights/exportSelection"
    body = {"sampleHashList": ["f001"], "selectionName": "x", "exportMethodId": method}

    unknown_ids = client.post(path, json={**body, "sampleHashList": ["f001", "nobody"]})
    assert (unknown_ids.status_code, "nobody" in unknown_ids.json()) == (400, True)
    assert client.post(path, json={**body, "sampleHashList": []}).status_code == 400
    for answer in (
        client.post(path.replace("flights", "none"), json=body),
        client.post(path, json={**body, "exportMethodId": "none"}),
        client.post("/app/exportMethods/none/exportData", json={}),
        client.delete("/app/exportMethods/none"),
    ):
        assert_problem(answer, 404)


def test_with_creation_and_deletion_switched_off_both_apis_answer_403(serve):
    client = serve(
        DEBIAI_EXPORT_METHODS_CREATION_ENABLED="False",
        DEBIAI_EXPORT_METHODS_DELETION_ENABLED="False",
        DEBIAI_EXPORT_METHOD_Here="post, http://localhost:3012/",
    ).client
    listed = client.get("/api/v2/export-methods").json()
    (method,) = listed["methods"]
    draft = {"type": "post", "name": "New", "parameters": ["http://localhost:3013/"]}

    for base in ("/api/v2/export-methods", "/app/exportMethods", "/api/v0/app/exportMethods"):
        assert_problem(client.post(base, json=draft), 403)
        assert_problem(client.delete(f"{base}/{method['id']}"), 403)

    assert (listed["creation"], listed["deletion"], method["deletable"]) == (False, False, False)
    assert client.get("/api/v2/export-methods").json() == listed
    assert [known["deletable"] for known in client.get("/app/exportMethods").json()] == [False]
