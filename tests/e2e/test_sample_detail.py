"""A sample is shown in full at the side of the page; its neighbours are a key away."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import expect
from tests.e2e.pages import WAIT, ProjectPage
from tests.e2e.small import ROWS, small_table


@pytest.mark.parametrize("panel", ["open", "closed"])
def test_a_sample_and_its_neighbours_are_shown_at_the_side(page, drives, panel):
    table = small_table()
    analysis = ProjectPage(page, drives.url, "drives").start_analysis()
    if panel == "closed":
        page.get_by_role("button", name="Close the panel").click()
    rows = analysis.widget("Sample table").get_by_role("row")
    places = [card.bounding_box() for card in page.locator(".widget-card").all()]

    rows.filter(has_text="s00001").click()

    side = page.get_by_role("complementary", name=re.compile("^Sample"))
    expect(side).to_have_accessible_name("Sample s00001", timeout=WAIT)
    expect(side).to_be_focused()
    weather = side.locator("dt", has_text="weather").locator("+ dd")
    expect(weather).to_have_text(table.weather[1], timeout=WAIT)
    expect(side.get_by_role("status")).to_have_text(re.compile(rf"^Row 2 of {ROWS // 1000}.000$"))
    page.keyboard.press("ArrowDown")
    expect(side).to_have_accessible_name("Sample s00002", timeout=WAIT)
    expect(weather).to_have_text(table.weather[2], timeout=WAIT)
    side.get_by_role("button", name="Previous sample").click()
    page.keyboard.press("ArrowUp")
    expect(side).to_have_accessible_name("Sample s00000", timeout=WAIT)
    previous = side.get_by_role("button", name="Previous sample")
    expect(previous).to_have_attribute("aria-disabled", "true")
    assert [card.bounding_box() for card in page.locator(".widget-card").all()] == places

    page.keyboard.press("Escape")

    expect(side).to_have_count(0)
    expect(rows.filter(has_text="s00000")).to_be_focused()


def test_the_sample_beyond_the_loaded_rows_is_loaded(page, drives):
    analysis = ProjectPage(page, drives.url, "drives").start_analysis()
    analysis.widget("Sample table").get_by_role("row").filter(has_text="s00000").click()
    side = page.get_by_role("complementary", name=re.compile("^Sample"))
    expect(side).to_be_focused(timeout=WAIT)
    for number in range(1, 103):
        page.keyboard.press("ArrowDown")
        expect(side).to_have_accessible_name(f"Sample s{number:05d}", timeout=WAIT)
