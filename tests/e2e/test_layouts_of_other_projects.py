"""A layout saved in one project is opened in another one that has other columns."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Page, expect
from tests.e2e.pages import WAIT, AnalysisPage, ProjectPage
from tests.e2e.server import Studio
from tests.e2e.small import ROWS, small_table, write_small


@pytest.fixture
def studio(start, tmp_path) -> Studio:
    """Two projects: one without the columns error and weather, and with one of its own."""
    other = tmp_path / "other.csv"
    table = small_table().drop(columns=["error", "weather"])
    table.assign(height=table.speed * 2).to_csv(other, index=False)
    studio = start("start", str(write_small(tmp_path)), str(other))
    studio.wait_for_project("drives")
    studio.wait_for_project("other")
    return studio


def choose(page: Page, item: str) -> None:
    page.get_by_role("button", name="Layout").click()
    page.get_by_role("menuitem", name=item).click()


def open_layout(page: Page, name: str) -> None:
    choose(page, "Open a layout")
    page.get_by_role("dialog", name="Layouts").get_by_role("button", name=f"{name} ").first.click()


def test_columns_that_the_other_project_lacks_are_named_and_nothing_breaks(page, studio):
    analysis = ProjectPage(page, studio.url, "drives").start_analysis()
    analysis.add_distribution("weather")
    choose(page, "Save this layout")
    dialog = page.get_by_role("dialog", name="Save layout")
    dialog.get_by_role("textbox", name="Name").fill("Seven plots")
    dialog.get_by_role("button", name="Save layout").click()
    expect(dialog).to_be_hidden(timeout=WAIT)
    faults = []
    page.on("pageerror", lambda error: faults.append(str(error)))

    other = ProjectPage(page, studio.url, "other").start_analysis()
    other.brush("Parallel coordinates", (0.5, 0.95), (0.5, 0.65), axis=0)
    other.chips(1)
    open_layout(page, "Seven plots")

    note = page.get_by_role("region", name="Messages").get_by_text("Opened “Seven plots”.")
    expect(note).to_be_visible()
    told = page.get_by_role("region", name="Messages")
    expect(told).to_contain_text(
        re.compile(r"not here were left out: (.*error.*weather|.*weather.*error)")
    )
    expect(page.locator(".widget-card")).to_have_count(7)
    other.expect_selected(ROWS, ROWS)  # the brush of the widget that went is no hidden filter
    other.expect_subtitle("Sample table", r"^3\s000 rows$")
    expect(page.get_by_text("failed to draw")).to_have_count(0)
    empty = page.locator(".widget-card").filter(has_text="Choose a column")
    expect(empty).to_have_count(1)
    assert faults == []
    other.expect_in_address(0, widgets=7)
    page.reload()
    reloaded = AnalysisPage(page)
    expect(page.locator(".widget-card")).to_have_count(7)
    reloaded.expect_subtitle("Sample table", r"^3\s000 rows$")

    page.goto(f"{studio.url}/p/local/drives/analysis")
    AnalysisPage(page)
    open_layout(page, "Seven plots")
    expect(page.locator(".widget-card")).to_have_count(7)
    expect(told).not_to_contain_text("left out")
    expect(analysis.widget("Distribution", "weather")).to_be_visible(timeout=WAIT)


def test_a_layout_is_saved_over_and_deleted(page, studio):
    ProjectPage(page, studio.url, "drives").start_analysis()
    choose(page, "Save this layout")
    dialog = page.get_by_role("dialog", name="Save layout")
    dialog.get_by_role("textbox", name="Name").fill("Mine")
    dialog.get_by_role("button", name="Save layout").click()
    expect(dialog).to_be_hidden(timeout=WAIT)
    choose(page, "Clear")
    page.get_by_role("button", name="Undo").click()
    expect(page.locator(".widget-card")).to_have_count(6)
    page.get_by_role("button", name="More for Statistics").click()
    page.get_by_role("menuitem", name="Remove").click()

    choose(page, "Save this layout")
    dialog.get_by_role("combobox").click()
    page.get_by_role("option", name="Over “Mine”").click()
    dialog.get_by_role("button", name="Overwrite").click()
    expect(dialog).to_be_hidden(timeout=WAIT)
    choose(page, "Restore the default")
    expect(page.locator(".widget-card")).to_have_count(6)
    open_layout(page, "Mine")

    expect(page.locator(".widget-card")).to_have_count(5)
    choose(page, "Open a layout")
    page.get_by_role("button", name="Delete Mine").click()
    confirm = page.get_by_role("dialog", name="Delete the layout “Mine”?")
    confirm.get_by_role("button", name="Delete").click()
    expect(page.get_by_text("No layout was saved yet")).to_be_visible(timeout=WAIT)
