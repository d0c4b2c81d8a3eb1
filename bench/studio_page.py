"""Drives our own page as a person does: imports a file, opens a dashboard, drags brushes.

Nothing of the page is changed for the bench. A script that is loaded first watches the
questions it sends: a move of the pointer counts as drawn when the answer to a question that was
sent after it has been painted. The page draws an answer in the task in which its bytes are there
(``web/src/analysis/query``), so it is painted at the end of the first frame after that task.
"""

from __future__ import annotations

import base64
import json
import time
from pathlib import Path
from typing import Any

import httpx
from playwright.sync_api import Page, expect

from bench.browser import opened
from bench.machine import percentile
from bench.servers import Server

MOVES = 60
LIMIT_MS = 120_000

# The six widgets, a colour and a model, as an address carries them.
DASHBOARD = {
    "v": 1,
    "scope": {
        "selections": [], "combine": "intersection", "models": ["ridge"],
        "results": "intersection", "modelsAs": "rows",
    },
    "filters": {"op": "and", "id": "root", "children": []},
    "colour": "origin",
    "widgets": [
        {"id": "a", "kind": "parallel_coordinates", "x": 0, "y": 0, "w": 12, "h": 8, "settings":
            {"columns": ["carrier", "origin", "month", "dep_delay", "distance", "temp"]}},
        {"id": "b", "kind": "point_plot", "x": 0, "y": 8, "w": 5, "h": 10, "settings":
            {"x": "dep_delay", "y": "arr_delay"}},
        {"id": "c", "kind": "distribution", "x": 5, "y": 8, "w": 4, "h": 5, "settings":
            {"column": "distance"}},
        {"id": "d", "kind": "range_slider_plot", "x": 5, "y": 13, "w": 4, "h": 5, "settings":
            {"x": "hour", "y1": ["arr_delay"]}},
        {"id": "e", "kind": "statistics", "x": 9, "y": 8, "w": 3, "h": 5, "settings":
            {"columns": ["error"]}},
        {"id": "f", "kind": "sample_table", "x": 9, "y": 13, "w": 3, "h": 5, "settings":
            {"columns": ["carrier", "arr_delay", "error"], "sort": "arr_delay"}},
    ],
}  # fmt: skip

WATCH = """
window.bench = { moves: [], drawn: [], open: 0, answered: 0 }
const task = () => new Promise((done) => setTimeout(done, 0))
const frame = () => new Promise((done) => requestAnimationFrame(done))
const watched = (answer, sent) => {
  const bytes = Number(answer.headers.get("content-length"))
  const read = answer.arrayBuffer
  answer.arrayBuffer = async () => {
    const body = await read.call(answer)
    task().then(frame).then(task).then(() => {
      bench.drawn.push({ sent, painted: performance.now(), bytes })
    })
    return body
  }
}
const ask = window.fetch
window.fetch = async (...given) => {
  const address = given[0] instanceof Request ? given[0].url : String(given[0])
  if (!address.includes('/analysis/query')) return ask(...given)
  const sent = performance.now()
  bench.open += 1
  try {
    const answer = await ask(...given)
    watched(answer, sent)
    bench.answered += 1
    return answer
  } finally { bench.open -= 1 }
}
window.addEventListener('pointermove', () => bench.moves.push(performance.now()), true)
"""

LATENCIES = """
() => bench.moves.map((at) => {
  const answer = bench.drawn.filter((one) => one.sent >= at).sort((a, b) => a.sent - b.sent)[0]
  return answer ? answer.painted - at : null
}).filter((value) => value !== null)
"""


# Seconds of the clock: the wait that makes sure that nothing follows is not counted.
LAST_PAINTED = """
() => (performance.timeOrigin + Math.max(...bench.drawn.map((one) => one.painted))) / 1000
"""


def measure(server: Server, parquet: Path, rows: int) -> dict[str, Any]:
    """Seconds from the file to a drawn dashboard, milliseconds from pointer to pixels."""
    project = f"rows{rows}"
    with opened(extra=WATCH) as page:
        page.set_default_timeout(LIMIT_MS)
        start = time.time()
        load(server, parquet, project)
        imported = time.time() - start
        page.goto(f"{server.url}/p/local/{project}/analysis#{_code(DASHBOARD)}")
        _wait_drawn(page)
        dashboard = page.evaluate(LAST_PAINTED) - start
        brushes = {
            "range on a distribution": _drag(page, "Distribution"),
            "box on the point plot": _drag(page, "Point plot"),
        }
        heap = page.evaluate("() => performance.memory?.usedJSHeapSize ?? 0") / 1e6
    moves = [value for found in brushes.values() for value in found]
    return {
        "imported_s": imported,
        "dashboard_s": dashboard,
        "p50_ms": percentile(moves, 50),
        "p95_ms": percentile(moves, 95),
        "moves": len(moves),
        "heap_mb": heap,
        "brushes": {
            name: {"p50_ms": percentile(found, 50), "p95_ms": percentile(found, 95)}
            for name, found in brushes.items()
        },
    }


def _code(document: dict[str, Any]) -> str:
    text = base64.urlsafe_b64encode(json.dumps(document).encode()).decode()
    return f"j.{text.rstrip('=')}"


def load(server: Server, parquet: Path, project: str) -> None:
    """Upload and import as the page does; the dialog between is a person's time."""
    api = httpx.Client(base_url=f"{server.url}/api/v2", timeout=600)
    with parquet.open("rb") as file:
        file_id = api.post(
            "/imports/files", params={"name": f"{project}.parquet"}, content=file
        ).json()["file_id"]
    found = api.post(f"/imports/files/{file_id}/inspect").json()
    job = api.post(
        "/imports",
        json={"file_id": file_id, "project": project, "id_column": found["id_column"]},
    ).json()
    while job["state"] in ("waiting", "running"):
        time.sleep(0.02)
        job = api.get(f"/imports/{job['id']}").json()
    if job["state"] != "done":
        raise SystemExit(str(job["error"]))


def _wait_drawn(page: Page) -> None:
    page.wait_for_function("() => bench.answered > 0 && bench.open === 0 && bench.drawn.length > 0")
    page.wait_for_timeout(300)
    page.wait_for_function("() => bench.open === 0")


def _drag(page: Page, title: str) -> list[float]:
    """Drag a brush over a widget, a move per frame; milliseconds of each move."""
    card = page.get_by_role("group", name=title).first
    expect(card).to_be_visible()
    box = card.bounding_box()
    if box is None:
        message = f"The widget {title} cannot be seen."
        raise SystemExit(message)
    left, top = box["x"] + box["width"] * 0.3, box["y"] + box["height"] * 0.4
    page.evaluate("() => { bench.moves = []; bench.drawn = [] }")
    page.mouse.move(left, top)
    page.mouse.down()
    for step in range(MOVES):
        page.mouse.move(left + step * box["width"] * 0.008, top + step * box["height"] * 0.005)
        page.wait_for_timeout(16)
    page.mouse.up()
    _wait_drawn(page)
    found: list[float] = page.evaluate(LATENCIES)
    return found
