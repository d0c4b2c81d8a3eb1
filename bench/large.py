"""One million and ten million ids to each kind of method: how long, and how much memory."""

from __future__ import annotations

import time
from pathlib import Path
from typing import Any

import httpx
import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
from tests.real.kafka.broker import KafkaBroker, Missing

from bench import studio_page
from bench.exporting import receiving
from bench.servers import Peak, Server

COUNTS = [1_000_000, 10_000_000]
PROJECT = "ids"
TOPIC = "large"
_AT_ONCE = 1_000_000


def measure(server: Server, folder: Path) -> list[dict[str, Any]]:
    """Seconds until delivered, megabytes a second and extra memory, by method and count."""
    studio_page.load(server, _ids(folder, COUNTS[-1]), PROJECT)
    api = httpx.Client(base_url=f"{server.url}/api/v2", timeout=600)
    with receiving() as url:
        places: dict[str, dict[str, Any]] = {
            "HTTP": {"type": "post", "parameters": [url], "options": {"timeout": "600"}},
            "file": {"type": "file", "parameters": ["bench"]},
        }
        found = _each(server, api, places)
    try:
        broker = KafkaBroker(folder)
    except Missing as reason:
        print(f"  Kafka is left out: {reason}", flush=True)
        return found
    try:
        broker.create_topic(TOPIC)
        kafka = {
            "type": "kafka",
            "parameters": [broker.bootstrap, TOPIC],
            "options": {"large": "chunk"},
        }
        return found + _each(server, api, {"Kafka, in chunks": kafka})
    finally:
        broker.stop()


def _each(
    server: Server, api: httpx.Client, places: dict[str, dict[str, Any]]
) -> list[dict[str, Any]]:
    found = []
    for title, place in places.items():
        answer = api.post("/export-methods", json={"name": f"large {title}", **place})
        if answer.is_error:
            raise SystemExit(answer.text)
        method = answer.json()["id"]
        # The first one opens the project and the connection.
        _send(api, method, 1000)
        for count in COUNTS:
            with Peak(server) as peak:
                start = time.perf_counter()
                size = _send(api, method, count)
                seconds = time.perf_counter() - start
            found.append(
                {"to": title, "ids": count, "bytes": size, "s": seconds, "extra_mb": peak.extra_mb}
            )
    return found


def _send(api: httpx.Client, method: str, count: int) -> int:
    first = {"op": "range", "id": "first", "column": "number", "min": "0", "max": str(count - 1)}
    answer = api.post(
        f"/projects/local/{PROJECT}/exports",
        json={
            "subject": {"kind": "selected", "rule": {"filters": first}},
            "method_id": method,
            "name": f"{count} ids",
        },
    )
    answer.raise_for_status()
    delivery = answer.json()
    while delivery["state"] in ("pending", "running"):
        time.sleep(0.02)
        delivery = api.get(f"/deliveries/{delivery['id']}").json()["delivery"]
    if delivery["state"] != "delivered":
        message = f"The export of {count} ids ended as {delivery['state']}: {delivery['error']}"
        raise SystemExit(message)
    return int(delivery["bytes"])


def _ids(folder: Path, rows: int) -> Path:
    path = folder / f"ids-{rows}.parquet"
    schema = pa.schema([("id", pa.string()), ("number", pa.int64())])
    with pq.ParquetWriter(path, schema, compression="zstd") as writer:
        for start in range(0, rows, _AT_ONCE):
            number = pa.array(np.arange(start, start + _AT_ONCE))
            texts = [f"sample-{one:09d}" for one in range(start, start + _AT_ONCE)]
            writer.write_table(pa.table([pa.array(texts), number], schema=schema))
    return path
