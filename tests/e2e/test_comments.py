"""A comment is written, is there after the page was left, is changed and deleted."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect
from tests.e2e.pages import WAIT, ProjectPage
from tests.e2e.small import write_small
from tests.e2e.test_accessibility import expect_no_finding_in_either_theme


@pytest.fixture
def studio(start, tmp_path):
    studio = start("start", str(write_small(tmp_path)))
    studio.wait_for_project("drives")
    return studio


def test_a_comment_of_a_widget_is_kept_and_shown(page, studio):
    ProjectPage(page, studio.url, "drives").start_analysis()
    page.get_by_role("button", name="Comments", exact=True).click()
    panel = page.get_by_role("region", name="Comments")
    expect(panel).to_contain_text("No comment yet", timeout=WAIT)
    panel.get_by_role("button", name="Write a comment").click()
    dialog = page.get_by_role("dialog", name="Write a comment")
    dialog.get_by_role("combobox", name="About").click()
    page.get_by_role("option", name="Widget Point plot").click()
    dialog.get_by_role("textbox", name="Title").fill("A cluster")
    dialog.get_by_role("textbox", name="Text").fill("at the top\nof the plot")
    expect_no_finding_in_either_theme(page, "dialog of a comment")
    dialog.get_by_role("button", name="Keep").click()
    comment = panel.get_by_role("listitem").filter(has_text="A cluster")
    expect(comment).to_contain_text("Widget Point plot", timeout=WAIT)

    page.reload()
    page.get_by_role("button", name="Comments", exact=True).click()
    expect(comment).to_contain_text("Widget Point plot", timeout=WAIT)
    expect(comment).to_contain_text("at the top")
    expect_no_finding_in_either_theme(page, "panel of comments")
    comment.get_by_role("button", name="Change the comment A cluster").click()
    dialog = page.get_by_role("dialog", name="Change the comment")
    dialog.get_by_role("textbox", name="Title").fill("Two clusters")
    dialog.get_by_role("button", name="Keep").click()
    changed = panel.get_by_role("listitem").filter(has_text="Two clusters")
    changed.get_by_role("button", name="Delete the comment Two clusters").click(timeout=WAIT)
    page.get_by_role("dialog", name="Delete the comment?").get_by_role(
        "button", name="Delete"
    ).click()
    expect(panel).to_contain_text("No comment yet", timeout=WAIT)
