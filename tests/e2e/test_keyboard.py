"""Everything is done without a mouse."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import expect
from tests.e2e.pages import WAIT, AnalysisPage, ProjectPage, passing
from tests.e2e.server import Studio
from tests.e2e.small import ROWS, small_table, write_small


@pytest.fixture(scope="module")
def studio(built_page, tmp_path_factory):
    folder = tmp_path_factory.mktemp("keys")
    table = write_small(folder)
    studio = Studio(folder, "start", str(table)).start()
    studio.wait_for_project("drives")
    yield studio
    studio.stop()


@pytest.fixture
def analysis(page, studio) -> AnalysisPage:
    return ProjectPage(page, studio.url, "drives").start_analysis()


def test_a_box_is_drawn_moved_and_cleared_by_keys(analysis, page):
    plot = analysis.widget("Point plot")
    plot.get_by_role("button", name=re.compile("^Plot area")).focus()

    page.keyboard.press("Enter")
    before = analysis.chips(2)
    for _ in range(5):
        page.keyboard.press("ArrowRight")
    expect(analysis.filters.get_by_role("button", name=before[0].min)).to_have_count(0)
    after = analysis.chips(2)

    assert [chip.column for chip in after] == [chip.column for chip in before]
    assert float(after[0].min) > float(before[0].min)
    assert float(after[0].max) > float(before[0].max)
    assert (after[1].min, after[1].max) == (before[1].min, before[1].max)
    analysis.expect_selected(len(passing(small_table(), *after)), ROWS)
    page.keyboard.press("Delete")
    analysis.expect_selected(ROWS, ROWS)


def test_a_bound_is_moved_by_arrow_keys_and_undone(analysis, page):
    lower = analysis.widget("Parallel coordinates").get_by_role("slider", name="speed, lower bound")
    lower.focus()

    page.keyboard.press("Shift+ArrowUp")
    page.keyboard.press("Shift+ArrowUp")
    (chip,) = analysis.chips(1)
    assert chip.column == "speed"
    analysis.expect_selected(len(passing(small_table(), chip)), ROWS)
    assert chip.remaining < ROWS

    page.keyboard.press("Control+z")
    page.keyboard.press("Control+z")
    analysis.expect_selected(ROWS, ROWS)
    page.keyboard.press("Control+Shift+z")
    page.keyboard.press("Control+Shift+z")
    analysis.expect_selected(chip.remaining, ROWS)


def test_a_widget_is_moved_and_sized_by_its_menu_and_by_keys(analysis, page):
    card = analysis.widget("Statistics")
    before = card.bounding_box()

    page.get_by_role("button", name="More for Statistics").focus()
    page.keyboard.press("Enter")
    page.get_by_role("menuitem", name="Size").focus()
    page.keyboard.press("ArrowRight")
    page.get_by_role("menuitem", name="Narrower").focus()
    page.keyboard.press("Enter")

    expect(page.get_by_role("menu")).to_have_count(0)
    expect(page.get_by_role("button", name="More for Statistics")).to_be_focused()
    narrower = card.bounding_box()
    assert narrower["width"] < before["width"]
    card.focus()
    page.keyboard.press("Alt+Shift+ArrowRight")
    assert card.bounding_box()["width"] > narrower["width"]
    expect(card).to_be_focused()


def test_a_widget_is_added_at_the_end_and_has_the_focus(analysis, page):
    page.get_by_role("button", name="Add widget").first.focus()
    page.keyboard.press("Enter")
    dialog = page.get_by_role("dialog")
    expect(dialog).to_be_visible()
    page.keyboard.type("statis")
    page.keyboard.press("Enter")

    expect(dialog).to_have_count(0)
    cards = analysis.widget("Statistics")
    expect(cards).to_have_count(2, timeout=WAIT)
    expect(cards.last).to_be_focused()
    expect(cards.last).to_be_in_viewport()


def test_a_dialog_gives_the_focus_back_to_what_opened_it(analysis, page):
    for button in (
        page.get_by_role("banner").get_by_role("button", name="Export"),
        analysis.filters.get_by_role("button", name="Save"),
        page.get_by_role("button", name="Keyboard shortcuts"),
    ):
        button.focus()
        page.keyboard.press("Enter")
        dialog = page.get_by_role("dialog")
        expect(dialog).to_be_visible()
        assert page.evaluate("document.activeElement.closest('[role=dialog]') !== null")
        page.keyboard.press("Escape")
        expect(dialog).to_have_count(0)
        expect(button).to_be_focused()


def test_the_page_is_reached_past_the_bar_and_the_sample_table_by_arrows(analysis, page):
    page.locator("body").press("Tab")
    expect(page.get_by_role("link", name="Skip to the page")).to_be_focused()

    grid = analysis.widget("Sample table").get_by_role("grid")
    grid.get_by_role("row").nth(1).focus()
    page.keyboard.press("ArrowDown")
    expect(grid.get_by_role("row", name=re.compile("^s00001"))).to_be_focused()
    page.keyboard.press("End")
    expect(grid.get_by_role("row", name=re.compile(f"^s0{ROWS - 1}"))).to_be_focused(timeout=WAIT)
