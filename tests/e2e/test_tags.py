"""Samples are tagged as a person does it; the tag is filtered by, undone, and taken away."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import expect
from tests.e2e.pages import WAIT, ProjectPage
from tests.e2e.small import ROWS, small_table, write_small
from tests.e2e.test_accessibility import expect_no_finding_in_either_theme

FAST = int((small_table()["speed"] >= 70).sum())


@pytest.fixture
def studio(start, tmp_path):
    studio = start("start", str(write_small(tmp_path)))
    studio.wait_for_project("drives")
    return studio


def open_dialog(page, panel):
    panel.get_by_role("button", name="Tag the selected samples").click()
    return page.get_by_role("dialog", name="Tag the selected samples")


def test_what_passes_the_filters_is_tagged_filtered_by_and_undone(page, studio):
    analysis = ProjectPage(page, studio.url, "drives").start_analysis()
    analysis.add_filter("speed", lowest="70")
    expect(analysis.filters.get_by_role("status")).to_contain_text(re.compile(rf"\b{FAST}\b"))
    page.get_by_role("button", name="Tags", exact=True).click()
    panel = page.get_by_role("region", name="Tags")
    expect(panel).to_contain_text("No tag yet", timeout=WAIT)
    dialog = open_dialog(page, panel)
    expect(dialog).to_contain_text(f"{FAST} samples")
    page.keyboard.type("review")
    dialog.get_by_role("button", name="Number").click()
    dialog.get_by_role("textbox", name="Value").fill("12x")
    expect(dialog).to_contain_text("This is no number.")
    dialog.get_by_role("textbox", name="Value").fill("9007199254740993")
    expect_no_finding_in_either_theme(page, "dialog of a tag")
    page.keyboard.press("Enter")
    expect(dialog).to_be_hidden(timeout=WAIT)
    given = f"“9007199254740993” to {FAST} samples"
    expect(panel.get_by_role("listitem").filter(has_text=given).first).to_be_visible(timeout=WAIT)
    expect_no_finding_in_either_theme(page, "panel of tags")

    analysis.filters.get_by_role("button", name=re.compile("^Remove.*speed")).click()
    dialog = open_dialog(page, panel)
    expect(dialog).to_contain_text(re.compile(rf"{ROWS // 1000}.?000 samples"))
    dialog.get_by_role("button", name="review").click()
    dialog.get_by_role("radio", name="Take the tag away").check()
    dialog.get_by_role("button", name="Take away").click()
    expect(panel).to_contain_text(f"taken from {FAST} samples", timeout=WAIT)

    panel.get_by_role("button", name=f"Undo review taken from {FAST} samples").click()
    expect(panel.get_by_text(f"taken from {FAST} samples")).to_be_hidden(timeout=WAIT)
    page.reload()
    analysis.add_filter("review", lowest="9007199254740993")
    expect(analysis.filters.get_by_role("status")).to_contain_text(
        re.compile(rf"\b{FAST}\b"), timeout=WAIT
    )
