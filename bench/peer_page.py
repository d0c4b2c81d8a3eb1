"""Drives DebiAI's analysis page: loads it, draws three widgets, filters, redraws them all."""

from __future__ import annotations

import json
import statistics
import subprocess
import time
from pathlib import Path
from typing import Any

import pandas as pd
from playwright.sync_api import Page

from bench.browser import SETTLED, opened
from bench.servers import Server, peer_python

LIMIT_SECONDS = 360
WARNINGS = ".updateWarning button"

# DebiAI has no public door for this; its own Vue components are told what a person would choose.
DRAW = """
async ([id, settings]) => {
  const widget = document.querySelector('#' + id).__vue__
  if (id === 'repartitionPlot') {
    const column = widget.data.columns.find((c) => c.label === settings.columnX)
    widget.columnXindex = column.index
    widget.bins = column.nbOccurrence
  } else widget.setConf(settings)
  await new Promise((resolve) => setTimeout(resolve, 300))
  const drawn = new Promise((resolve) => widget.$parent.$once('drawn', resolve))
  const named = settings.button
    ? [...widget.$el.querySelectorAll('button')].find((b) => b.innerText.trim() === settings.button)
    : null
  const start = performance.now()
  named ? named.click() : widget.drawPlot()
  await Promise.race([drawn, new Promise((resolve) => setTimeout(resolve, 170000))])
  return settled(start)
}
"""
FILTER = """
async ([name, highest]) => {
  const page = document.querySelector('#dataAnalysis').__vue__
  const column = page.data.columns.find((c) => c.label === name).index
  const start = performance.now()
  page.$store.commit('addFilters', {
    filters: [{ type: 'intervals', columnIndex: column, intervals: [{ min: -1e9, max: highest }] }],
    from: { widgetType: 'bench', widgetName: 'bench', widgetIndex: 'bench' },
    removeExisting: true,
  })
  await settled(start)
  for (const button of document.querySelectorAll('.updateWarning button')) button.click()
  return settled(start)
}
"""


def insert(server: Server, folder: Path, parquet: Path, rows: int) -> dict[str, Any]:
    """Insert with DebiAI's own client; stopped after the limit."""
    csv = folder / f"peer-{rows}.csv"
    pd.read_parquet(parquet).drop(columns="number").to_csv(csv, index=False)
    script = Path(__file__).parent / "peer_insert.py"
    try:
        result = subprocess.run(
            [str(peer_python(folder)), str(script), server.url, str(csv), f"rows{rows}",
             str(LIMIT_SECONDS)],
            capture_output=True, text=True, check=False, cwd=folder, timeout=LIMIT_SECONDS + 30,
        )  # fmt: skip
    except subprocess.TimeoutExpired:
        # Its samples may be in: sending the results of a model is one call, which is not asked.
        return {"seconds": float(LIMIT_SECONDS), "rows": None, "stopped": True}
    if result.returncode != 0:
        raise SystemExit(result.stderr[-2000:])
    found: dict[str, Any] = json.loads(result.stdout.strip().splitlines()[-1])
    return found


def measure(server: Server, rows: int) -> dict[str, Any]:
    """Seconds to a drawn dashboard, and milliseconds from a filter to all widgets redrawn."""
    with opened(extra=SETTLED) as page:
        page.set_default_timeout(LIMIT_SECONDS * 1000)
        page.goto(f"{server.url}/#/dataprovider/json_block/project/rows{rows}")
        page.wait_for_selector("#startAnalysisBtn:not([disabled])")
        page.get_by_text("ridge", exact=True).first.click()
        page.wait_for_timeout(2000)
        page.wait_for_selector("#startAnalysisBtn:not([disabled])")
        start = time.perf_counter()
        page.click("#startAnalysisBtn")
        page.wait_for_selector("#addWidgetButton")
        page.evaluate("() => settled(performance.now())")
        loaded = time.perf_counter() - start
        drawn = _draw(page)
        moves = [page.evaluate(FILTER, ["dep_delay", highest]) for highest in (30, 10, 60, 20, 40)]
    return {
        "dashboard_s": loaded + drawn / 1000,
        "p50_ms": statistics.median(moves),
        "p95_ms": max(moves),
        "moves": len(moves),
    }


def _draw(page: Page) -> float:
    for widget in ("#pointPlot", "#repartitionPlot"):
        page.wait_for_selector(widget, state="attached")
    point = {"columnX": "dep_delay", "columnY": "arr_delay", "button": "Draw 2D points"}
    return float(
        page.evaluate(DRAW, ["pointPlot", point])
        + page.evaluate(DRAW, ["repartitionPlot", {"columnX": "carrier"}])
    )
