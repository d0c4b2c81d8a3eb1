"""Night stars plot: the figures of groups are exact, and a star selects its group."""

from __future__ import annotations

import re

from playwright.sync_api import expect
from tests.e2e.pages import WAIT, ProjectPage
from tests.e2e.small import small_table
from tests.e2e.test_accessibility import expect_no_finding_in_either_theme


def test_a_star_selects_its_group_and_follows_the_filters_of_others(page, drives):
    table = small_table()
    analysis = ProjectPage(page, drives.url, "drives").start_analysis()
    analysis.add_widget("Night stars plot")
    analysis.set_columns("Night stars plot", **{"X axis": "speed", "Y axis": "error"})
    analysis.set_columns("Night stars plot", **{"Group by": "weather"})
    analysis.expect_subtitle("Night stars plot", "^error by speed · 3 groups of weather · ")
    card = analysis.widget("Night stars plot")

    fog = table[table["weather"] == "fog"]
    star = card.get_by_role("button", name=re.compile(r"^fog: speed "))
    said = rf"^fog: speed {fog['speed'].mean():.1f}\d* ± {fog['speed'].std():.1f}\d*, error "
    expect(card.get_by_role("button", name=re.compile(said))).to_have_count(1)
    star.press("Enter")
    analysis.expect_selected(len(fog), 3000)
    expect(analysis.figure("Values")).to_have_text(re.compile(f"^{len(fog)}$"), timeout=WAIT)
    # Its own filter leaves the other stars where they are.
    expect(card.get_by_role("button", name=re.compile("^(clear|rain): "))).to_have_count(2)
    expect_no_finding_in_either_theme(page, "night stars plot")
    star.press("Escape")
    analysis.expect_selected(3000, 3000)

    analysis.add_filter("weather", value="rain")
    analysis.expect_subtitle("Night stars plot", "1 group of weather")
