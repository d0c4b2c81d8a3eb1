"""Experiments on the served flights: start one, follow it to its end, read what it made."""

from __future__ import annotations

import json
import time
from collections.abc import Callable
from typing import Any

import pyarrow as pa

from debiai_studio.projects.model import LOCAL, ProjectRef

REF = ProjectRef(LOCAL, "flights")
PATIENCE = 90


def start(served: Any, algorithm: str, inputs: dict[str, Any], **more: Any) -> dict[str, Any]:
    """A run that was accepted."""
    body = {"provider": "built-in", "algorithm": algorithm, "inputs": inputs, **more}
    answer = served.client.post(f"{served.flights}/experiments", json=body)
    assert answer.status_code == 202, answer.text
    return answer.json()


def refused(served: Any, algorithm: str, inputs: dict[str, Any], **more: Any) -> dict[str, Any]:
    """Why a run was not accepted; nothing is kept of it."""
    before = served.client.get(f"{served.flights}/experiments").json()
    body = {"provider": "built-in", "algorithm": algorithm, "inputs": inputs, **more}
    answer = served.client.post(f"{served.flights}/experiments", json=body)
    assert answer.status_code in (404, 422), answer.text
    assert served.client.get(f"{served.flights}/experiments").json() == before
    return answer.json()


def get(served: Any, experiment: dict[str, Any]) -> dict[str, Any]:
    return served.client.get(f"{served.flights}/experiments/{experiment['id']}").json()


def until(served: Any, experiment: dict[str, Any], holds: Callable[[dict[str, Any]], bool]) -> Any:
    """The experiment once something holds."""
    end = time.monotonic() + PATIENCE
    while not holds(now := get(served, experiment)):
        assert time.monotonic() < end, now
        time.sleep(0.02)
    return now


def ended(served: Any, experiment: dict[str, Any]) -> dict[str, Any]:
    return until(served, experiment, lambda now: now["state"] not in ("waiting", "running"))


def done(served: Any, experiment: dict[str, Any]) -> dict[str, Any]:
    now = ended(served, experiment)
    assert now["state"] == "done", now["error"]
    return now


def again(served: Any, experiment: dict[str, Any]) -> dict[str, Any]:
    path = f"{served.flights}/experiments/{experiment['id']}/again"
    answer = served.client.post(path)
    assert answer.status_code == 202, answer.text
    return answer.json()


def column_names(served: Any) -> list[str]:
    """The columns of the samples, and the results."""
    dataset = served.application.services.datasets.of(REF)
    return [column.name for column in (*dataset.sample_columns, *dataset.result_columns)]


def column(served: Any, name: str) -> dict[str, Any]:
    """The values of a column, by the id of the sample."""
    body = {"content": "rows", "format": "ndjson"}
    answer = served.client.post(f"{served.flights}/download", json=body)
    assert answer.status_code == 200, answer.text
    rows = [json.loads(line) for line in answer.text.splitlines()]
    return {row["id"]: row[name] for row in rows}


def append(served: Any, rows: dict[str, list[Any]]) -> None:
    """Add samples, or change values."""
    batch = pa.record_batch(rows)
    sink = pa.BufferOutputStream()
    with pa.ipc.new_stream(sink, batch.schema) as writer:
        writer.write_batch(batch)
    body = sink.getvalue().to_pybytes()
    served.client.post(f"{served.flights}/samples", content=body).raise_for_status()
