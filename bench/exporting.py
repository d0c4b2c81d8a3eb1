"""Exports of 1k, 100k and 1M ids: accepted, delivered, and the memory that it took."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import httpx

from bench.servers import Peak, Server

REPEATS = 3


class _Receiver(BaseHTTPRequestHandler):
    def do_POST(self) -> None:
        left = int(self.headers["Content-Length"])
        while left > 0:
            left -= len(self.rfile.read(min(left, 1 << 20)))
        self.send_response(200)
        self.send_header("Content-Length", "0")
        self.end_headers()

    def log_message(self, *_arguments: object) -> None:
        pass


@contextmanager
def receiving() -> Iterator[str]:
    """The address of a receiver that takes everything."""
    receiver = ThreadingHTTPServer(("127.0.0.1", 0), _Receiver)
    threading.Thread(target=receiver.serve_forever, daemon=True).start()
    try:
        yield f"http://127.0.0.1:{receiver.server_address[1]}/"
    finally:
        receiver.shutdown()


def measure(server: Server, project: str, rows: int, counts: list[int]) -> list[dict[str, Any]]:
    api = httpx.Client(base_url=f"{server.url}/api/v2", timeout=120)
    with receiving() as url:
        method = api.post(
            "/export-methods",
            json={"name": f"bench-{rows}", "type": "post", "parameters": [url]},
        ).json()
        return [
            _one(server, api, project, method["id"], count) for count in counts if count <= rows
        ]


def _one(
    server: Server, api: httpx.Client, project: str, method: str, count: int
) -> dict[str, Any]:
    rule = {
        "filters": {"op": "and", "children": [
            {"op": "range", "id": "first", "column": "number", "min": "0", "max": str(count - 1)}
        ]}
    }  # fmt: skip
    accepted, delivered, memory, size = [], [], [], 0
    for _ in range(REPEATS):
        with Peak(server) as peak:
            start = time.perf_counter()
            answer = api.post(
                f"/projects/local/{project}/exports",
                json={
                    "subject": {"kind": "selected", "rule": rule},
                    "method_id": method,
                    "name": f"{count} ids",
                },
            )
            answer.raise_for_status()
            accepted.append(time.perf_counter() - start)
            delivery = answer.json()
            while delivery["state"] in ("pending", "running"):
                time.sleep(0.01)
                delivery = api.get(f"/deliveries/{delivery['id']}").json()["delivery"]
            delivered.append(time.perf_counter() - start)
        if delivery["state"] != "delivered":
            message = f"The export of {count} ids ended as {delivery['state']}."
            raise SystemExit(message)
        memory.append(peak.extra_mb)
        size = delivery["bytes"]
    middle = REPEATS // 2
    return {
        "ids": count,
        "bytes": size,
        "accepted_s": sorted(accepted)[middle],
        "delivered_s": sorted(delivered)[middle],
        "extra_mb": max(memory),
    }
