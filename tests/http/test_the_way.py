"""From a file to a delivered document, by the routes that the page uses."""

from __future__ import annotations

import asyncio
import json
import time

import orjson
import pandas as pd
import pyarrow as pa
import pytest
from tests.http.conftest import FRAME, table_of
from tests.real.schemas import schema_of

from debiai_studio.http.routes import live

LATE = {"filters": {"op": "range", "id": "late", "column": "delay", "min": "10", "max": "12"}}
LATE_IDS = list(FRAME.loc[FRAME["delay"].between(10, 12), "id"])


def ended(served, delivery_id: str) -> dict:
    """The delivery with its attempts once nothing more happens."""
    until = time.monotonic() + 60
    while time.monotonic() < until:
        found = served.client.get(f"/api/v2/deliveries/{delivery_id}").json()
        if found["delivery"]["state"] in ("delivered", "dead", "cancelled"):
            return found
        time.sleep(0.02)
    raise AssertionError(found)


def test_a_selection_goes_from_the_analysis_to_the_receiver(serve, receiver):
    served = serve()
    served.import_flights()
    client, flights = served.client, served.flights

    question = {
        "rule": LATE,
        "widgets": [
            {"id": "w", "kind": "statistics", "settings": {"columns": ["delay"]}},
        ],
    }
    answer = client.post(f"{flights}/analysis/query", json=question)
    assert answer.headers["content-type"] == "application/vnd.apache.arrow.stream"
    header = orjson.loads(pa.ipc.open_stream(answer.content).schema.metadata[b"studio"])
    assert header["counts"]["samples"] == len(LATE_IDS)
    assert "error" not in header["views"]["w"]

    saved = client.post(f"{flights}/selections", json={"name": "Late", "rule": LATE})
    assert (saved.status_code, saved.json()["n_samples"]) == (201, len(LATE_IDS))
    draft = {"name": "Here", "type": "post", "parameters": [receiver.url("/ok")]}
    method = client.post("/api/v2/export-methods", json=draft).json()["id"]
    export = {
        "subject": {"kind": "saved", "selection_id": saved.json()["id"]},
        "method_id": method,
        "annotation": "bitte prüfen",
    }
    shown = client.post(f"{flights}/exports/preview", json=export).json()
    accepted = client.post(f"{flights}/exports", json=export)
    assert (shown["n_samples"], accepted.status_code) == (len(LATE_IDS), 202)
    delivery = ended(served, accepted.json()["id"])

    assert delivery["delivery"]["state"] == "delivered"
    assert [attempt["status"] for attempt in delivery["attempts"]] == [200]
    (got,) = receiver.received()
    assert got.id == delivery["delivery"]["id"]
    document = client.get(f"/api/v2/deliveries/{got.id}/document")
    assert document.content == got.body
    assert len(got.body) == shown["bytes"] == delivery["delivery"]["bytes"]
    assert [sample["id"] for sample in json.loads(got.body)["sample_ids"]] == LATE_IDS
    assert json.loads(got.body)["annotation"] == "bitte prüfen"
    assert schema_of(got.body) == "selection"


@pytest.mark.parametrize("kind", ["csv", "json", "ndjson", "parquet"])
@pytest.mark.parametrize("content", ["rows", "ids"])
def test_a_download_is_what_pandas_has(served, kind, content):
    body = {"rule": LATE, "format": kind, "content": content, "name": "Späte / Flüge"}

    answer = served.client.post(f"{served.flights}/download", json=body)

    assert answer.status_code == 200
    assert "Sp%C3%A4te%20-%20Fl%C3%BCge" in answer.headers["content-disposition"]
    wanted = FRAME[FRAME["id"].isin(LATE_IDS)].reset_index(drop=True)
    wanted = wanted if content == "rows" else wanted[["id"]]
    got = table_of(kind, answer.content)
    assert list(got.columns) == list(wanted.columns)
    pd.testing.assert_frame_equal(got, wanted, check_dtype=False)


def test_a_download_of_nothing_has_a_header_line(served):
    nothing = {"filters": {"op": "one_of", "id": "n", "column": "carrier", "values": []}}

    answer = served.client.post(f"{served.flights}/download", json={"rule": nothing})

    assert answer.text == ",".join(f'"{name}"' for name in FRAME.columns) + "\n"


def test_the_event_stream_tells_events_and_is_never_silent_for_long(served, monkeypatch):
    monkeypatch.setattr(live, "HEARTBEAT_SECONDS", 0.01)
    services = served.application.services

    async def listen() -> list[bytes]:
        stream = live._stream(services)
        told = [await anext(stream), await anext(stream)]
        services.events.publish("selection", {"action": "saved"})
        while b"event: selection" not in told[-1]:
            told.append(await anext(stream))
        await stream.aclose()
        return told

    told = asyncio.run(listen())

    assert told[0].startswith(b"retry: ")
    assert told[1] == b": still here\n\n"
    assert told[-1].endswith(b'event: selection\ndata: {"action":"saved"}\n\n')
