"""Millions of rows: drawn from a sample while a brush moves, exactly once it rests."""

from __future__ import annotations

import re

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from playwright.sync_api import expect
from tests.e2e.pages import WAIT, AnalysisPage, number

ROWS = 4_200_000
# Importing and coding so many rows takes a while.
LONG = 120_000


@pytest.fixture(scope="module")
def values():
    random = np.random.default_rng(11)
    return {"speed": random.gamma(4, 10, ROWS).round(1), "lane": random.integers(0, 4, ROWS)}


@pytest.fixture
def analysis(page, start, values, tmp_path):
    file = tmp_path / "cars.parquet"
    pq.write_table(pa.table({"id": np.arange(ROWS), **values}), file)
    studio = start("start", str(file))
    studio.wait_for_project("cars")
    page.goto(f"{studio.url}/p/local/cars/analysis")
    status = page.get_by_role("region", name="Filters").get_by_role("status")
    expect(status).to_have_text(f"{ROWS} of {ROWS} samples selected", timeout=LONG)
    return AnalysisPage(page)


def test_a_moving_brush_is_answered_from_a_sample_and_a_resting_one_exactly(analysis, values):
    page = analysis.page
    analysis.add_distribution("speed")
    speed = analysis.widget("Distribution", "speed")
    lane = page.locator(".widget-card[aria-label*='lane · 4 bins']").locator(".widget-subtitle")
    ground = speed.locator(".plot-catch")
    ground.scroll_into_view_if_needed()
    box = ground.bounding_box()
    middle = box["y"] + box["height"] / 2

    page.mouse.move(box["x"] + box["width"] * 0.2, middle)
    page.mouse.down()
    page.mouse.move(box["x"] + box["width"] * 0.5, middle, steps=5)

    expect(analysis.filters).to_contain_text(
        re.compile(r"≈\s*[\d\s]+of 4.200.000\s*±"), timeout=WAIT
    )
    expect(lane).to_have_text(re.compile("sample of 1 in 4"), timeout=WAIT)
    expect(analysis.filters.get_by_role("button", name="Save")).to_be_disabled()

    page.mouse.up()
    (chip,) = analysis.chips(1)
    low, high = number(chip.min), number(chip.max)
    passing = int(((values["speed"] >= low) & (values["speed"] <= high)).sum())
    analysis.expect_selected(passing, ROWS)
    assert chip.remaining == passing
    expect(analysis.filters).not_to_contain_text("≈")
    expect(lane).not_to_have_text(re.compile("sample of"))
