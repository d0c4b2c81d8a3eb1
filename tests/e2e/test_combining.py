"""Combining selections: counted before it is saved, named, or saying what is missing."""

from __future__ import annotations

from playwright.sync_api import expect
from tests.e2e.pages import WAIT, ProjectPage
from tests.e2e.small import small_table, write_small


def test_the_result_is_counted_and_named_before_it_is_saved(page, start, tmp_path):
    studio = start("start", str(write_small(tmp_path)))
    studio.wait_for_project("drives")
    analysis = ProjectPage(page, studio.url, "drives").start_analysis()
    for weather in ("fog", "rain"):
        analysis.add_filter("weather", value=weather)
        analysis.save(weather)
        page.get_by_role("button", name="Undo").click()
    page.goto(f"{studio.url}/p/local/drives")
    page.get_by_role("button", name="Combine").click()
    dialog = page.get_by_role("dialog", name="Combine selections")

    expect(dialog.get_by_text("Choose at least one other selection.")).to_be_visible()
    expect(dialog.get_by_role("textbox", name="Name")).to_have_value("")
    dialog.get_by_role("checkbox").check()

    wet = int((small_table()["weather"] != "clear").sum())
    result = dialog.get_by_role("status").filter(has_text="in the result")
    expect(result).to_have_text(f"{wet} samples in the result", timeout=WAIT)
    expect(dialog.get_by_role("textbox", name="Name")).to_have_value("rain + fog")
    dialog.get_by_role("button", name="Save").click()
    expect(dialog).to_have_count(0)
