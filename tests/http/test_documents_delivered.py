"""Documents really delivered: they fit the schemas that are served, and carry their digest."""

from __future__ import annotations

import json

import pyarrow as pa
import pytest
from jsonschema import Draft202012Validator
from starlette.testclient import TestClient
from tests.http.test_errors import assert_problem
from tests.http.test_the_way import LATE, LATE_IDS, ended

from debiai_studio.datasets.set_digest import set_digest
from debiai_studio.http.app import create_app

AXES = {
    "range1d": {"x": {"column": "seats", "min": "9007199254740993", "max": "9007199254740999"}},
    "range2d": {
        "x": {"column": "carrier", "min": "AA", "max": "DL"},
        "y": {"column": "delay", "min": "2", "max": "12"},
    },
}
KINDS = {"selected": "selection", "range1d": "range-1d", "range2d": "range-2d"}


@pytest.fixture(scope="module")
def flights(serve):
    served = serve()
    served.import_flights()
    return served


def schema(client, name: str) -> Draft202012Validator:
    answer = client.get(f"/schemas/{name}.json")
    assert (answer.status_code, answer.headers["content-type"]) == (200, "application/schema+json")
    return Draft202012Validator(answer.json())


def make_method(client, receiver, profile: str) -> str:
    draft = {
        "name": f"{profile} {receiver.port}",
        "type": "post",
        "parameters": [receiver.url("/ok")],
        "options": {"payload": profile},
    }
    return client.post("/api/v2/export-methods", json=draft).json()["id"]


@pytest.mark.parametrize("profile", ["documented", "debiai-1.0"])
@pytest.mark.parametrize("kind", KINDS)
def test_a_delivered_document_fits_the_schema_that_is_served(flights, receiver, kind, profile):
    client = flights.client
    method = make_method(client, receiver, profile)
    subject = {"kind": kind, "rule": LATE, **AXES.get(kind, {})}
    export = {"subject": subject, "method_id": method, "annotation": "é"}
    if kind == "selected":
        export["name"] = "Late"

    ended(flights, client.post(f"{flights.flights}/exports", json=export).json()["id"])

    name = KINDS[kind] + ("" if profile == "documented" else "-debiai-1.0")
    schema(client, name).validate(json.loads(receiver.received()[0].body))


def test_a_delivered_test_fits_its_schema(flights, receiver):
    client = flights.client
    method = make_method(client, receiver, "documented")

    ended(flights, client.post(f"/api/v2/export-methods/{method}/test").json()["id"])

    schema(client, "test").validate(json.loads(receiver.received()[0].body))


def test_schemas_need_no_token_and_an_unknown_one_is_named():
    app = create_app(None, token=16 * "0f")
    with TestClient(app, base_url="http://127.0.0.1:3000") as client:
        assert client.get("/api/v2/deliveries").status_code == 401
        schema(client, "selection")
        unknown = client.get("/schemas/nobody.json")

    assert_problem(unknown, 404)
    assert "there are answer, changes, completed, range-1d," in unknown.json()["detail"]


@pytest.mark.parametrize("profile", ["documented", "debiai-1.0"])
def test_a_delivered_selection_and_its_history_carry_the_digest_of_its_ids(
    flights, receiver, profile
):
    client = flights.client
    export = {
        "subject": {"kind": "selected", "rule": LATE},
        "method_id": make_method(client, receiver, profile),
    }

    first = ended(flights, client.post(f"{flights.flights}/exports", json=export).json()["id"])
    again = client.post(f"/api/v2/deliveries/{first['delivery']['id']}/again").json()["id"]
    second = ended(flights, again)

    wanted = set_digest([pa.array(LATE_IDS)])
    got = [request.headers["debiai-set-digest"] for request in receiver.received()]
    assert got == [wanted, wanted]
    assert first["delivery"]["set_digest"] == second["delivery"]["set_digest"] == wanted
