"""Many small exports at once: how fast they are accepted and delivered, beside the bare clients.

The receiver is stopped (SIGSTOP) while the exports are accepted, and goes on when all wait: what
is measured is delivering alone. Each delivery is durable: recorded before it is sent, and its
confirmation recorded after it.
"""

from __future__ import annotations

import asyncio
import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import httpx
from confluent_kafka import Producer
from tests.real.kafka.broker import KafkaBroker, Missing

from bench.machine import percentile
from bench.servers import Server

# Accepted while the receiver is stopped, which must be shorter than any time limit of an attempt.
N = 500
IDS = 20
CLIENTS = 4
# As many as the server sends to one method at once.
HTTP_AT_ONCE, KAFKA_AT_ONCE = 2, 64
TOPIC = "bench"


def measure(server: Server, folder: Path, project: str) -> dict[str, Any]:
    """Deliveries a second by HTTP and Kafka, ours and bare; milliseconds to accept one."""
    found: dict[str, Any] = {"n": N, "ids": IDS}
    with _receiver() as (process, url):
        found["http"] = _one(server, project, ["post", url], process.pid, lambda: _bare_http(url))
    try:
        broker = KafkaBroker(folder)
    except Missing as reason:
        print(f"  Kafka is left out: {reason}", flush=True)
        return found
    try:
        broker.create_topic(TOPIC)
        place = ["kafka", broker.bootstrap, TOPIC]
        found["kafka"] = _one(
            server, project, place, broker.pid, lambda: _bare_kafka(broker.bootstrap)
        )
    finally:
        broker.stop()
    return found


def _one(
    server: Server, project: str, place: list[str], receiver: int, bare: Callable[[], float]
) -> dict[str, float]:
    api = httpx.Client(base_url=f"{server.url}/api/v2", timeout=60)
    type_, *parameters = place
    answer = api.post(
        "/export-methods",
        json={"name": f"bench-{type_}", "type": type_, "parameters": parameters},
    )
    answer.raise_for_status()
    method = answer.json()["id"]
    # The first one opens the connection.
    _wait(api, method, _accept(api, project, method, 1))
    os.kill(receiver, signal.SIGSTOP)
    try:
        with ThreadPoolExecutor(CLIENTS) as clients:
            parts = clients.map(
                lambda _: _accept(api, project, method, N // CLIENTS), range(CLIENTS)
            )
            taken = [value for part in parts for value in part]
    finally:
        os.kill(receiver, signal.SIGCONT)
    start = datetime.now(UTC)
    _wait(api, method, taken)
    newest = api.get("/deliveries", params={"method": method, "limit": 200}).json()
    last = max(datetime.fromisoformat(one["finished_at"]) for one in newest)
    delivered = N / (last - start).total_seconds()
    alone = bare()
    return {
        "per_s": delivered,
        "bare_per_s": alone,
        "share": delivered / alone,
        "accept_p50_ms": percentile(taken, 50),
        "accept_p99_ms": percentile(taken, 99),
    }


def _accept(api: httpx.Client, project: str, method: str, count: int) -> list[float]:
    """Milliseconds of each request that hands over an export."""
    taken = []
    for number in range(count):
        start = time.perf_counter()
        api.post(
            f"/projects/local/{project}/exports",
            json={
                "subject": {"kind": "selected", "rule": _rule(IDS)},
                "method_id": method,
                "name": f"export {number}",
            },
        ).raise_for_status()
        taken.append(1000 * (time.perf_counter() - start))
    return taken


def _rule(count: int) -> dict[str, Any]:
    few = {"op": "range", "id": "few", "column": "number", "min": "0", "max": str(count - 1)}
    return {"filters": {"op": "and", "children": [few]}}


def _wait(api: httpx.Client, method: str, accepted: list[float]) -> None:
    """Return when nothing of the method waits any more."""
    waiting = {"state": ["pending", "running", "retry"], "method": method, "limit": 1}
    until = time.monotonic() + 120
    while api.get("/deliveries", params=waiting).json():
        if time.monotonic() > until:
            message = f"Not all of {len(accepted)} exports were delivered in two minutes."
            raise SystemExit(message)
        # Seldom enough that asking does not slow what is measured.
        time.sleep(0.1)


@contextmanager
def _receiver() -> Iterator[tuple[subprocess.Popen[str], str]]:
    with subprocess.Popen(
        [sys.executable, "-m", "bench.quick_receiver"], stdout=subprocess.PIPE, text=True
    ) as process:
        assert process.stdout is not None
        try:
            yield process, f"http://127.0.0.1:{int(process.stdout.readline())}/"
        finally:
            process.terminate()


def _bare_http(url: str) -> float:
    """Requests a second of an httpx loop with as many at once."""
    body = b"x" * 1000

    async def work(client: httpx.AsyncClient) -> None:
        for _ in range(N // HTTP_AT_ONCE):
            (await client.post(url, content=body)).raise_for_status()

    async def main() -> float:
        async with httpx.AsyncClient() as client:
            start = time.perf_counter()
            await asyncio.gather(*(work(client) for _ in range(HTTP_AT_ONCE)))
            return N / (time.perf_counter() - start)

    return asyncio.run(main())


def _bare_kafka(bootstrap: str) -> float:
    """Acknowledged messages a second of a bare producer with as many under way."""
    producer = Producer(
        {"bootstrap.servers": bootstrap, "acks": "all", "enable.idempotence": True, "linger.ms": 5}
    )
    free = threading.Semaphore(KAFKA_AT_ONCE)
    body = b"x" * 1000
    producer.produce(TOPIC, body)
    producer.flush(30)
    start = time.perf_counter()
    for _ in range(N):
        while not free.acquire(blocking=False):
            producer.poll(0.001)
        producer.produce(TOPIC, body, on_delivery=lambda *_: free.release())
    producer.flush(30)
    return N / (time.perf_counter() - start)
