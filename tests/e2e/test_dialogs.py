"""Dialogs leave when they are told to, whatever is open above them."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect
from tests.e2e.pages import WAIT, ProjectPage


@pytest.mark.parametrize("way", ["pointer", "keys"])
def test_escape_closes_a_dialog_at_once_though_a_tooltip_is_open(page, drives, way):
    ProjectPage(page, drives.url, "drives").start_analysis()
    page.get_by_role("button", name="Keyboard shortcuts").click()
    dialog = page.get_by_role("dialog", name="Keyboard")
    close = dialog.get_by_role("button", name="Close")
    if way == "pointer":
        close.hover()
    else:
        page.keyboard.press("Shift+Tab")
        page.keyboard.press("Tab")
        expect(close).to_be_focused()
    expect(page.get_by_role("tooltip", name="Close")).to_be_attached(timeout=WAIT)

    page.keyboard.press("Escape")

    expect(dialog).to_have_count(0)
    expect(page.get_by_role("tooltip", name="Close")).to_have_count(0)


def test_escape_takes_a_tooltip_alone_where_there_is_no_dialog(page, drives):
    ProjectPage(page, drives.url, "drives").start_analysis()
    page.get_by_role("button", name="Redo").hover()
    expect(page.get_by_role("tooltip")).to_be_attached(timeout=WAIT)

    page.keyboard.press("Escape")

    expect(page.get_by_role("tooltip")).to_have_count(0)
