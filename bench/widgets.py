"""One question for one widget while a range moves: what each kind costs the server."""

from __future__ import annotations

import statistics
import time
from typing import Any

import httpx

from bench.servers import Server

MOVES = 15
NUMBERS = [
    "month", "hour", "dep_delay", "arr_delay", "air_time", "distance", "temp", "wind_speed",
    "number", "prediction", "error",
]  # fmt: skip

SETTINGS: dict[str, dict[str, Any]] = {
    "point_plot": {"x": "dep_delay", "y": "arr_delay"},
    "density_plot": {"x": "dep_delay", "y": "arr_delay"},
    "point_plot_3d": {"x": "dep_delay", "y": "arr_delay", "z": "temp"},
    "distribution": {"column": "arr_delay"},
    "range_slider_plot": {"x": "hour", "y1": ["arr_delay"]},
    "interval_plot": {"x": "hour", "y": "arr_delay", "lower": "error", "upper": "prediction"},
    "parallel_coordinates": {
        "columns": ["carrier", "origin", "month", "dep_delay", "arr_delay", "temp"]
    },
    "parallel_categories": {"columns": ["carrier", "origin", "cancelled"]},
    "night_stars_plot": {"x": "dep_delay", "y": "arr_delay"},
    "confusion_matrix": {"truth": "month", "prediction": "hour"},
    "correlation_matrix": {"columns": NUMBERS},
    "statistics": {"columns": ["arr_delay"]},
    "sample_table": {"columns": ["carrier", "arr_delay", "error"], "sort": "arr_delay"},
}


def measure(server: Server, project: str) -> dict[str, float]:
    """Median milliseconds of a question by kind of widget, with a colour and a model."""
    api = httpx.Client(base_url=f"{server.url}/api/v2", timeout=600)
    path = f"/projects/local/{project}/analysis/query"
    found = {}
    for kind, settings in SETTINGS.items():
        taken = []
        for move in range(MOVES):
            start = time.perf_counter()
            answer = api.post(path, json=_question(kind, settings, move)).raise_for_status()
            taken.append((time.perf_counter() - start) * 1000)
            if b'"error"' in answer.content[:4096] and b"widget." in answer.content[:4096]:
                raise SystemExit(f"{kind}: {answer.content[:300]!r}")
        # The first ones find nothing prepared.
        found[kind] = statistics.median(taken[3:])
    return found


def _question(kind: str, settings: dict[str, Any], move: int) -> dict[str, Any]:
    low, high = 300 + 7 * move, 1200 + 11 * move
    moved = {"op": "range", "id": "moved", "column": "distance", "min": str(low), "max": str(high)}
    return {
        "rule": {
            "models": ["ridge"],
            "filters": {"op": "and", "id": "root", "children": [moved]},
        },
        "colour": "origin",
        "widgets": [
            {"id": "asked", "kind": kind, "settings": settings, "width": 640, "height": 420}
        ],
        "steps": False,
    }
