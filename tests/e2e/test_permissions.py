"""What the operator does not allow is out of use on the page, which says why."""

from __future__ import annotations

from playwright.sync_api import expect
from tests.e2e.pages import WAIT, ProjectPage
from tests.e2e.small import write_small

ALLOW = "DEBIAI_INTEGRATED_DP_ALLOW_"
REFUSED = {
    f"{ALLOW}{what}": "false"
    for what in ("CREATE_PROJECTS", "DELETE_PROJECTS", "CREATE_SELECTIONS", "DELETE_SELECTIONS")
}


def test_what_is_not_allowed_cannot_be_pressed_and_says_why(page, start, tmp_path):
    studio = start("start", str(write_small(tmp_path)))
    studio.wait_for_project("drives")
    ProjectPage(page, studio.url, "drives").start_analysis().save("Kept")
    studio.stop()
    studio = start("start", **REFUSED)

    page.goto(studio.url)
    choose = page.get_by_role("button", name="Import files")
    expect(choose).to_have_attribute("aria-disabled", "true", timeout=WAIT)
    choose.hover()
    expect(page.get_by_role("tooltip")).to_contain_text("allow_create_projects = false")

    page.get_by_role("button", name="Actions for drives").click()
    delete = page.get_by_role("menuitem", name="Delete")
    expect(delete).to_have_attribute("aria-disabled", "true")
    expect(delete).to_contain_text("Project deletion is not allowed on this server")
    page.keyboard.press("Escape")

    page.get_by_role("link", name="drives", exact=True).click()
    page.get_by_role("button", name="Actions for Kept").click()
    expect(page.get_by_role("menuitem", name="Delete")).to_contain_text(
        "allow_delete_selections = false"
    )
    expect(page.get_by_role("menuitem", name="Rename")).to_have_attribute("aria-disabled", "true")
