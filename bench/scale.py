"""Tens of millions of rows: import, first and later answers, selections, and the memory of each."""

from __future__ import annotations

import statistics
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import httpx

from bench import studio_page
from bench.exporting import receiving
from bench.servers import Peak, Server

ROWS = [50_000_000, 100_000_000]
# Disk of a project and of what is made on the way, in gigabytes for a million rows.
GIGABYTES_A_MILLION = 0.25
MOVES = 5
MEMBERS = 10_000_000
PROJECT = "many"
LOOKED_UP = 10_000
SIZE = {"width": 640, "height": 420}


def measure(server: Server, parquet: Path, rows: int) -> dict[str, Any]:
    """Seconds, and the highest anonymous memory of server and import, by what was done."""
    api = httpx.Client(base_url=f"{server.url}/api/v2", timeout=1800)
    path = f"/projects/local/{PROJECT}"
    steps: list[dict[str, Any]] = []

    def timed(name: str, call: Callable[[], Any]) -> Any:
        with Peak(server, children=True) as peak:
            start = time.perf_counter()
            answer = call()
            seconds = time.perf_counter() - start
        steps.append({"name": name, "s": seconds, "mb": peak.highest_mb})
        print(f"    {name}: {seconds:.2f} s, {peak.highest_mb:.0f} MB", flush=True)
        return answer

    def ask(low: int | None = None) -> httpx.Response:
        return api.post(f"{path}/analysis/query", json=_question(low)).raise_for_status()

    timed("upload, look at the file and import it", lambda: _load(server, parquet))
    timed("project page, which codes all columns", lambda: api.get(path).raise_for_status())
    timed("first dashboard", ask)
    timed("dashboard again", ask)
    moves = []
    for move in range(MOVES):
        start = time.perf_counter()
        ask(300 + 7 * move)
        moves.append(time.perf_counter() - start)
    members = min(MEMBERS, rows // 3)
    rules = [_first(members), _first(members + members // 2), _between("dep_delay", "-5", "-3.5")]
    for number, rule in enumerate(rules):
        body = {"name": f"part {number}", "rule": rule}
        timed(
            f"save selection {number + 1}", lambda body=body: _made(api, f"{path}/selections", body)
        )
    ids = [f"part-{number}" for number in range(len(rules))]
    combined = {"operation": "union", "selection_ids": ids}
    timed("combine three, count", lambda: _made(api, f"{path}/selections/combine/count", combined))
    with receiving() as url:
        method = _made(
            api, "/export-methods", {"name": "bench", "type": "post", "parameters": [url]}
        )
        listed = [f"f{number:07d}" for number in range(0, rows, rows // LOOKED_UP)]
        for name, subject in (
            (f"export {len(listed):,} ids looked up", {"kind": "listed", "ids": listed}),
            (f"export {members:,} selected ids", {"kind": "saved", "selection_id": ids[0]}),
        ):
            timed(name, lambda subject=subject: _exported(api, path, method["id"], subject))
    return {"steps": steps, "move_p50_ms": statistics.median(moves) * 1000}


def _load(server: Server, parquet: Path) -> None:
    studio_page.load(server, parquet, PROJECT)


def _question(low: int | None) -> dict[str, Any]:
    moved = {"op": "range", "id": "moved", "column": "distance", "min": str(low), "max": "1500"}
    return {
        "rule": {
            "models": ["ridge"],
            "filters": {"op": "and", "id": "root", "children": [] if low is None else [moved]},
        },
        "colour": "origin",
        "widgets": [
            {
                **{name: one[name] for name in ("id", "kind", "settings")},
                "width": 640,
                "height": 420,
            }
            for one in studio_page.DASHBOARD["widgets"]
        ],
        "steps": True,
    }


def _first(count: int) -> dict[str, Any]:
    return _between("number", "0", str(count - 1))


def _between(column: str, low: str, high: str) -> dict[str, Any]:
    leaf = {"op": "range", "id": "range", "column": column, "min": low, "max": high}
    return {"filters": {"op": "and", "id": "root", "children": [leaf]}}


def _made(api: httpx.Client, path: str, body: dict[str, Any]) -> Any:
    answer = api.post(path, json=body)
    if answer.is_error:
        raise SystemExit(answer.text)
    return answer.json()


def _exported(api: httpx.Client, path: str, method: str, subject: dict[str, Any]) -> None:
    body = {"subject": subject, "method_id": method, "name": "bench"}
    delivery = _made(api, f"{path}/exports", body)
    while delivery["state"] in ("pending", "running"):
        time.sleep(0.02)
        delivery = api.get(f"/deliveries/{delivery['id']}").json()["delivery"]
    if delivery["state"] != "delivered":
        raise SystemExit(str(delivery["error"]))
