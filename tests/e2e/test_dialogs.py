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


def test_a_popover_is_called_what_it_is_about(page, drives):
    analysis = ProjectPage(page, drives.url, "drives").start_analysis()
    analysis.add_distribution("speed")

    analysis.widget("Distribution", "speed").get_by_role("button", name="Settings").click()

    settings = page.get_by_role("dialog", name="Settings of Distribution", exact=True)
    expect(settings.get_by_role("heading")).to_have_text("Distribution speed")


def test_a_message_with_a_button_waits_while_a_dialog_is_open(page, drives):
    analysis = ProjectPage(page, drives.url, "drives").start_analysis()
    analysis.add_filter("weather", value="fog")
    analysis.save("In the fog")
    message = page.get_by_role("region", name="Messages").get_by_role("button", name="Export")
    expect(message).to_be_visible()

    page.keyboard.press("?")

    expect(page.get_by_role("dialog", name="Keyboard")).to_be_visible()
    expect(message).to_be_hidden()
    page.keyboard.press("Escape")
    expect(message).to_be_visible()
    analysis.filters.get_by_role("button", name="Clear all").click()
    page.get_by_role("button", name="More for In the fog").click()
    page.get_by_role("menuitem", name="Delete").click()
    page.get_by_role("dialog").get_by_role("button", name="Delete").click()


def test_the_first_filters_do_not_move_the_plots(page, drives):
    page.set_viewport_size({"width": 1280, "height": 800})
    analysis = ProjectPage(page, drives.url, "drives").start_analysis()
    before = analysis.filters.bounding_box()

    analysis.brush("Point plot", (0.2, 0.2), (0.7, 0.8))

    analysis.chips(2)
    assert analysis.filters.bounding_box() == before


def test_a_filter_of_numbers_begins_with_its_lower_bound(page, drives):
    analysis = ProjectPage(page, drives.url, "drives").start_analysis()
    page.keyboard.press("f")
    form = page.get_by_role("dialog", name="Add filter")
    form.get_by_role("option", name="speed").click()
    expect(form.get_by_role("textbox", name="From")).to_be_focused()

    page.keyboard.type("60")
    page.keyboard.press("Enter")

    chip = analysis.filters.locator(".chip").get_by_role("button", name="Filter speed").first
    expect(chip).to_contain_text("≥ 60")


def test_the_download_of_samples_opens_where_it_was_asked_for(page, drives):
    page.goto(f"{drives.url}/p/local/drives")
    page.get_by_role("button", name="Actions", exact=True).click()
    page.get_by_role("menuitem", name="Download these samples").click()

    dialog = page.get_by_role("dialog", name="Export the selection")
    expect(dialog.get_by_role("radio").first).to_be_focused()
    expect(dialog.get_by_role("tab", selected=True)).to_have_text("Download")
