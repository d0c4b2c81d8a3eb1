"""Interval plot: the coverage is exact, and its range selects for the whole page."""

from __future__ import annotations

import re

from playwright.sync_api import expect
from tests.e2e.pages import WAIT, ProjectPage
from tests.e2e.small import small_table
from tests.e2e.test_accessibility import expect_no_finding_in_either_theme


def test_coverage_follows_the_filters_and_a_range_is_selected(page, drives):
    table = small_table()
    inside = table["error"].between(table["count"], table["speed"])
    analysis = ProjectPage(page, drives.url, "drives").start_analysis()
    analysis.add_widget("Interval plot")
    analysis.set_columns(
        "Interval plot", Value="error", **{"Lower bound": "count", "Upper bound": "speed"}
    )
    said = rf"% inside: {int(inside.sum())} of 3\s?000 rows · points: a sample of 1\s?000"
    analysis.expect_subtitle("Interval plot", said)
    expect_no_finding_in_either_theme(page, "interval plot")

    analysis.brush("Interval plot", (0.2, 0.5), (0.6, 0.5))
    (chip,) = analysis.chips(1)
    kept = table[table["seen"].between(chip.min, chip.max)]
    assert 0 < len(kept) < 3000
    assert chip.remaining == len(kept)
    # Its own range leaves its own figures alone; the others follow.
    analysis.expect_subtitle("Interval plot", said)
    values = f"{len(kept):,}".replace(",", r"\s")
    expect(analysis.figure("Values")).to_have_text(re.compile(f"^{values}$"), timeout=WAIT)
    dialog = analysis.export_drawn("Interval plot")
    expect(dialog.root).to_contain_text("seen")
    page.keyboard.press("Escape")

    analysis.widget("Interval plot").focus()
    page.keyboard.press("Escape")
    analysis.add_filter("weather", value="fog")
    fog = table["weather"] == "fog"
    analysis.expect_subtitle(
        "Interval plot", rf"% inside: {int((inside & fog).sum())} of {int(fog.sum())} rows"
    )
