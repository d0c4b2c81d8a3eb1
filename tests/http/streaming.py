"""Streams through the API, to a model of a receiver."""

from __future__ import annotations

import json
import secrets
import time

import pyarrow as pa
import pytest
from tests.http.conftest import FRAME
from tests.real.model_receiver import ModelReceiver

LATE = {"filters": {"op": "range", "id": "late", "column": "delay", "min": "10", "max": "12"}}
LATE_IDS = set(FRAME.loc[FRAME["delay"].between(10, 12), "id"])
OF_AA = {"filters": {"op": "one_of", "id": "c", "column": "carrier", "values": ["AA"]}}
PATIENCE = 60


@pytest.fixture
def model():
    model = ModelReceiver()
    yield model
    model.close()


@pytest.fixture(scope="module")
def one_served(serve):
    served = serve(DEBIAI_RETRY_SCHEDULE="0.05,0.05,0.05,0.05,0.05,0.05")
    served.import_flights()
    return served


def assert_refused(answer, status: int, type_: str) -> None:
    assert (answer.status_code, answer.json()["type"]) == (status, type_), answer.text


class Kept:
    """A stream of the late flights, and the receiver that it keeps."""

    def __init__(self, served, model, **draft):
        self.client, self.model = served.client, model
        self.flights = draft.pop("project", served.flights)
        options = draft.pop("options", {})
        method = {
            "name": f"Model {secrets.token_hex(4)}",
            "type": "post",
            "parameters": [model.url],
            "options": options,
        }
        self.method = self.client.post("/api/v2/export-methods", json=method).json()["id"]
        given = {"name": "Late", "rule": LATE, "method_id": self.method, **draft}
        made = self.client.post(f"{self.flights}/streams", json=given)
        assert made.status_code == 201, made.json()
        self.path = f"{self.flights}/streams/{made.json()['id']}"

    def info(self) -> dict:
        return self.client.get(self.path).json()

    def post(self, what: str, **body) -> dict:
        answer = self.client.post(f"{self.path}/{what}", json=body)
        assert answer.status_code == 200, answer.json()
        return answer.json()

    def run(self, **body) -> dict:
        return self.post("run", **body)

    def wait(self, state: str, sequence: int | None = None) -> dict:
        until = time.monotonic() + PATIENCE
        while time.monotonic() < until:
            found = self.info()
            if found["state"] == state and sequence in (None, found["sequence"]):
                return found
            time.sleep(0.02)
        raise AssertionError(found)

    def put(self, **delays: float) -> None:
        self.put_columns(id=list(delays), delay=[*map(float, delays.values())])

    def put_columns(self, **columns: list) -> None:
        table = pa.table(columns)
        sink = pa.BufferOutputStream()
        with pa.ipc.new_stream(sink, table.schema) as writer:
            writer.write_table(table)
        body = sink.getvalue().to_pybytes()
        self.client.post(f"{self.flights}/samples", content=body).raise_for_status()

    def remove(self, *ids: str) -> None:
        path = f"{self.flights}/samples/delete"
        self.client.post(path, json={"ids": list(ids)}).raise_for_status()


@pytest.fixture
def keep(one_served, model):
    """Makes streams; at the end they go, and the samples are those of the beginning."""
    made = []

    def make(**draft):
        made.append(Kept(one_served, model, **draft))
        return made[-1]

    yield make
    for kept in made:
        kept.client.delete(kept.path)
    if any(kept.flights == one_served.flights for kept in made):
        made[0].put_columns(**pa.Table.from_pandas(FRAME).to_pydict())
        listed = made[0].client.post(
            f"{made[0].flights}/download", json={"content": "ids", "format": "ndjson"}
        )
        others = [line["id"] for line in map(json.loads, listed.text.splitlines())]
        extra = [one for one in others if one not in set(FRAME["id"])]
        if extra:
            made[0].remove(*extra)
