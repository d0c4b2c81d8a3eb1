"""The same page by plain DuckDB: one query for each widget, as one would write it."""

from __future__ import annotations

import statistics
import time
from pathlib import Path
from typing import Any

import duckdb

MOVES = 12

QUERIES = {
    "point plot": """SELECT floor((dep_delay + 50) / 6)::INT x, floor((arr_delay + 100) / 6)::INT y,
        origin, count(*) FROM samples WHERE {brush} GROUP BY ALL""",
    "range slider plot": """SELECT floor(hour)::INT x, origin, avg(arr_delay), stddev(arr_delay),
        min(arr_delay), max(arr_delay), quantile_cont(arr_delay, [0.25, 0.5, 0.75])
        FROM samples WHERE {brush} GROUP BY ALL""",
    "distribution": "SELECT carrier, origin, count(*) FROM samples WHERE {brush} GROUP BY ALL",
    "parallel coordinates": """SELECT carrier, origin, month, hour, dep_delay, arr_delay, distance,
        temp FROM samples WHERE {brush} AND hash(id) % 100 = 0 LIMIT 2000""",
    "sample table": "SELECT * FROM samples WHERE {brush} ORDER BY arr_delay DESC LIMIT 100",
    "statistics": """SELECT origin, count(*), avg(arr_delay), stddev(arr_delay), min(arr_delay),
        max(arr_delay), quantile_cont(arr_delay, [0.25, 0.5, 0.75]), count(DISTINCT arr_delay)
        FROM samples WHERE {brush} GROUP BY ALL""",
    "count": "SELECT count(*) FROM samples WHERE {brush}",
}


def measure(path: Path) -> dict[str, Any]:
    """Milliseconds for one move of a brush over all widgets: median and 95th percentile."""
    connection = duckdb.connect()
    connection.execute("CREATE TABLE samples AS SELECT * FROM read_parquet(?)", [str(path)])
    taken = []
    for move in range(MOVES):
        brush = f"distance BETWEEN {200 + move * 40} AND {1200 + move * 40}"
        start = time.perf_counter()
        for query in QUERIES.values():
            connection.execute(query.format(brush=brush)).fetchall()
        taken.append((time.perf_counter() - start) * 1000)
    connection.close()
    return {"p50_ms": statistics.median(taken), "p95_ms": max(taken), "moves": MOVES}
