"""Parallel categories: what is clicked is selected, everywhere and exactly."""

from __future__ import annotations

import re

from playwright.sync_api import expect
from tests.e2e.pages import WAIT, ProjectPage
from tests.e2e.small import small_table
from tests.e2e.test_accessibility import expect_no_finding_in_either_theme


def test_values_and_combinations_of_columns_are_selected(page, drives):
    table = small_table()
    analysis = ProjectPage(page, drives.url, "drives").start_analysis()
    analysis.add_widget("Parallel categories")
    card = analysis.widget("Parallel categories")
    analysis.expect_subtitle("Parallel categories", r"^weather, count · \d+ combinations")

    fog = int((table["weather"] == "fog").sum())
    card.get_by_role("button", name=f"weather fog: {fog} of {fog} rows").press("Enter")
    analysis.expect_selected(fog, 3000)
    # Its own filter leaves its own picture alone; the others follow.
    rain = int((table["weather"] == "rain").sum())
    expect(card.get_by_role("button", name=f"weather rain: {rain} of {rain} rows")).to_be_visible()
    expect(analysis.figure("Values")).to_have_text(re.compile(rf"^{fog}$"), timeout=WAIT)
    expect_no_finding_in_either_theme(page, "parallel categories")
    page.keyboard.press("Escape")
    analysis.expect_selected(3000, 3000)

    # Defect E2: numbers were kept as texts, and no row matched.
    top = table["count"].value_counts()
    value = int(top[top == top.max()].index.min())
    card.get_by_role("button", name=re.compile(rf"^count {value}: ")).click()
    analysis.expect_selected(int((table["count"] == value).sum()), 3000)
    page.keyboard.press("Escape")
    ribbon = card.get_by_role("button", name=re.compile(rf"^weather clear, count {value}: "))
    ribbon.press(" ")
    both = table[(table["weather"] == "clear") & (table["count"] == value)]
    analysis.expect_selected(len(both), 3000)
