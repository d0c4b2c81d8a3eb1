"""Filter chips are dragged together with the mouse; the counts follow what the groups say."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Locator, expect
from tests.e2e.pages import WAIT, AnalysisPage, ProjectPage
from tests.e2e.small import ROWS, small_table

TABLE = small_table()
FAST, MANY, FOG = TABLE.speed > 55, TABLE["count"] > 60, TABLE.weather == "fog"


@pytest.fixture
def analysis(page, drives) -> AnalysisPage:
    """With three filters: speed above 55, count above 60, fog."""
    analysis = ProjectPage(page, drives.url, "drives").start_analysis()
    analysis.add_filter("speed", lowest="55.001")
    analysis.add_filter("count", lowest="61")
    analysis.add_filter("weather", value="fog")
    analysis.expect_selected((FAST & MANY & FOG).sum(), ROWS)
    return analysis


def chip(analysis: AnalysisPage, column: str) -> Locator:
    return analysis.filters.get_by_role("button", name=re.compile(f"^Filter {column} "))


def group(analysis: AnalysisPage, word: str) -> Locator:
    return analysis.filters.get_by_role("group", name=f"Group of filters, joined by {word}")


def test_two_chips_become_an_or_group_and_a_third_joins_it(analysis):
    chip(analysis, "count").drag_to(chip(analysis, "speed"))
    analysis.expect_selected(((FAST | MANY) & FOG).sum(), ROWS)
    expect(group(analysis, "or").get_by_role("button", name=re.compile("^Filter "))).to_have_count(
        2
    )

    chip(analysis, "weather").drag_to(chip(analysis, "count"))

    analysis.expect_selected((FAST | MANY | FOG).sum(), ROWS)
    expect(analysis.filters.get_by_role("group")).to_have_count(1)
    analysis.page.get_by_role("button", name="Undo").click()
    analysis.expect_selected(((FAST | MANY) & FOG).sum(), ROWS)
    analysis.page.get_by_role("button", name="Undo").click()
    analysis.expect_selected((FAST & MANY & FOG).sum(), ROWS)


def test_a_group_turns_to_and_holds_a_group_is_inverted_and_given_up(analysis):
    page = analysis.page
    chip(analysis, "count").drag_to(chip(analysis, "speed"))
    group(analysis, "or").get_by_role("button", name="or", exact=True).click()
    expect(group(analysis, "and")).to_be_visible()
    analysis.expect_selected((FAST & MANY & FOG).sum(), ROWS)

    chip(analysis, "weather").drag_to(chip(analysis, "count"))
    analysis.expect_selected((FAST & (MANY | FOG)).sum(), ROWS)
    expect(group(analysis, "and").get_by_role("group")).to_have_count(1)
    outer = group(analysis, "and").get_by_role("button", name="Invert the group").last
    outer.click()
    analysis.expect_selected((~(FAST & (MANY | FOG))).sum(), ROWS)

    chip(analysis, "weather").click()
    page.get_by_role("menuitem", name="Take out of the group").click()
    analysis.expect_selected((~(FAST & MANY) & FOG).sum(), ROWS)
    analysis.filters.get_by_role("button", name="Remove the group").click()
    analysis.expect_selected(FOG.sum(), ROWS)


def test_the_same_groups_are_made_by_keys(analysis):
    page = analysis.page
    chip(analysis, "count").focus()
    page.keyboard.press("Enter")
    page.get_by_role("menuitem", name="Group with").focus()
    page.keyboard.press("ArrowRight")
    page.get_by_role("menuitem", name=re.compile("^speed ")).focus()
    page.keyboard.press("Enter")

    analysis.expect_selected(((FAST | MANY) & FOG).sum(), ROWS)
    analysis.expect_in_address(2)
    page.reload()
    reloaded = AnalysisPage(page)
    reloaded.expect_selected(((FAST | MANY) & FOG).sum(), ROWS)
    expect(group(reloaded, "or")).to_be_visible(timeout=WAIT)
