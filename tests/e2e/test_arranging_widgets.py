"""Widgets are added, moved and sized by mouse and by keys, and nothing of the page gets lost."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Page, Route, expect
from tests.e2e.pages import WAIT, AnalysisPage, ProjectPage

DEFAULT = [
    "Parallel coordinates", "Point plot", "Distribution", "Statistics", "Range slider plot",
    "Sample table",
]  # fmt: skip


@pytest.fixture
def analysis(page, drives) -> AnalysisPage:
    return ProjectPage(page, drives.url, "drives").start_analysis()


class HeldSuggestions:
    """Keeps the first suggestion of each kind, which is the default page's, back for a while."""

    def __init__(self, page: Page) -> None:
        self.page = page
        self.routes: dict[str, Route] = {}
        page.route("**/analysis/suggest/*", self._take)

    def _take(self, route: Route) -> None:
        kind = route.request.url.rpartition("/")[2]
        if kind in self.routes:
            route.continue_()
        else:
            self.routes[kind] = route

    def wait(self) -> None:
        """Until all of them are held; what is asked from now on is the person's."""
        while len(self.routes) < len(DEFAULT):
            self.page.wait_for_timeout(20)

    def release(self) -> None:
        for route in self.routes.values():
            route.continue_()


def place(analysis: AnalysisPage, title: str) -> dict[str, float]:
    box = analysis.widget(title).bounding_box()
    assert box is not None
    return box


def titles(page: Page) -> list[str]:
    return page.locator(".widget-title").all_inner_texts()


def test_a_widget_added_before_the_default_ones_arrive_stays_below_them(page, drives):
    held = HeldSuggestions(page)
    page.goto(f"{drives.url}/p/local/drives/analysis")
    expect(page.get_by_text("Choosing widgets for this data")).to_be_visible()
    held.wait()
    page.get_by_role("button", name="Add widget").first.click()
    page.get_by_role("dialog").get_by_role("button", name=re.compile("^Statistics")).click()
    expect(page.locator(".widget-card")).to_have_count(1, timeout=WAIT)

    held.release()

    expect(page.locator(".widget-card")).to_have_count(7, timeout=WAIT)
    assert sorted(titles(page)) == sorted([*DEFAULT, "Statistics"])
    added = page.locator(".widget-card:focus")
    expect(added).to_have_accessible_name(re.compile("^Statistics"))
    expect(added).to_be_in_viewport()
    bottoms = [card.bounding_box()["y"] for card in page.locator(".widget-card").all()]
    assert added.bounding_box()["y"] == max(bottoms)
    page.get_by_role("button", name="Undo").click()
    expect(page.locator(".widget-card")).to_have_count(6)
    expect(page.get_by_role("button", name="Undo")).to_have_attribute("aria-disabled", "true")


def test_a_filter_made_before_the_default_widgets_arrive_is_undone_alone(page, drives):
    held = HeldSuggestions(page)
    page.goto(f"{drives.url}/p/local/drives/analysis")
    analysis = AnalysisPage.__new__(AnalysisPage)
    analysis.page = page
    expect(analysis.filters.get_by_role("status")).to_contain_text("samples", timeout=WAIT)
    analysis.add_filter("weather", value="fog")

    held.release()

    expect(page.locator(".widget-card")).to_have_count(6, timeout=WAIT)
    page.get_by_role("button", name="Undo").click()
    expect(analysis.filters.get_by_text("All samples")).to_be_visible()
    expect(page.locator(".widget-card")).to_have_count(6)


def test_a_cleared_page_stays_cleared_when_the_default_widgets_arrive(page, drives):
    held = HeldSuggestions(page)
    page.goto(f"{drives.url}/p/local/drives/analysis")
    expect(page.get_by_text("Choosing widgets for this data")).to_be_visible()
    held.wait()
    page.get_by_role("button", name="Layout").click()
    page.get_by_role("menuitem", name="Clear").click()
    expect(page.get_by_text("No widgets here")).to_be_visible()

    with page.expect_response(lambda answer: "/suggest/sample_table" in answer.url):
        held.release()

    expect(page.get_by_text("No widgets here")).to_be_visible()
    expect(page.locator(".widget-card")).to_have_count(0)


def test_a_widget_is_sized_at_its_corner_with_the_mouse_and_back_by_undo(analysis, page):
    before = place(analysis, "Statistics")
    table = place(analysis, "Sample table")
    corner = (before["x"] + before["width"] - 3, before["y"] + before["height"] - 3)
    analysis.widget("Statistics").hover()
    page.mouse.move(*corner)
    page.mouse.down()
    page.mouse.move(corner[0] - 60, corner[1] + 40, steps=5)
    page.mouse.move(corner[0] - 110, corner[1] + 80, steps=5)
    page.mouse.up()

    after = place(analysis, "Statistics")
    assert after["width"] < before["width"] - 60
    assert after["height"] == before["height"] + 80
    assert place(analysis, "Sample table")["y"] == table["y"] + 80
    page.get_by_role("button", name="Undo").click()
    expect(page.get_by_role("button", name="Undo")).to_have_attribute("aria-disabled", "true")
    assert place(analysis, "Statistics") == before
    assert place(analysis, "Sample table") == table


def test_a_widget_is_moved_by_its_header_with_the_mouse_and_the_others_make_room(analysis, page):
    statistics, distribution = place(analysis, "Statistics"), place(analysis, "Distribution")
    header = analysis.widget("Distribution").locator(".widget-subtitle")
    header.hover()
    page.mouse.down()
    to = (statistics["x"] + 150, statistics["y"] + 20)
    page.mouse.move(*to, steps=8)
    page.mouse.move(to[0] + 60, to[1], steps=4)
    page.mouse.up()

    moved = place(analysis, "Distribution")
    assert moved["x"] > distribution["x"] + 100
    assert len({tuple(place(analysis, title).values()) for title in DEFAULT}) == len(DEFAULT)
    analysis.expect_selected(3000, 3000)  # the drag brushed nothing
    page.get_by_role("button", name="Undo").click()
    assert place(analysis, "Distribution") == distribution
    assert place(analysis, "Statistics") == statistics


def test_a_widget_is_moved_by_its_menu_and_by_keys(analysis, page):
    before = place(analysis, "Sample table")
    page.get_by_role("button", name="More for Sample table").focus()
    page.keyboard.press("Enter")
    page.get_by_role("menuitem", name="Move", exact=True).focus()
    page.keyboard.press("ArrowRight")
    page.get_by_role("menuitem", name="Move up").focus()
    page.keyboard.press("Enter")

    expect(page.get_by_role("menu")).to_have_count(0)
    assert place(analysis, "Sample table")["y"] < before["y"]
    assert place(analysis, "Statistics")["y"] > before["y"]
    analysis.widget("Sample table").focus()
    page.keyboard.press("Alt+ArrowDown")
    assert place(analysis, "Sample table") == before


def test_a_narrow_card_shows_its_whole_title_and_maximises_by_its_menu(analysis, page):
    page.set_viewport_size({"width": 1280, "height": 800})
    for title in DEFAULT:
        shown = analysis.widget(title).locator(".widget-title")
        assert shown.evaluate("title => title.scrollWidth <= title.clientWidth"), title
    card = analysis.widget("Range slider plot")
    expect(card.get_by_role("button", name="Maximise")).to_be_hidden()

    page.get_by_role("button", name="More for Range slider plot").click()
    page.get_by_role("menuitem", name="Maximise").click()

    expect(card.get_by_role("button", name="Restore")).to_be_visible()
    assert place(analysis, "Range slider plot")["width"] > 900
    page.keyboard.press("Escape")
    expect(card.get_by_role("button", name="Restore")).to_be_hidden()
    assert place(analysis, "Range slider plot")["width"] < 400


def test_a_page_made_on_a_small_screen_fills_a_large_one_from_its_top(page, analysis):
    analysis.add_filter("weather", value="clear")
    analysis.add_filter("speed", lowest="10")
    link = page.url
    for width, height in ((1280, 800), (2560, 1440)):
        page.set_viewport_size({"width": width, "height": height})
        page.goto("about:blank")
        page.goto(link)
        opened = AnalysisPage(page)

        bottom = max(
            place(opened, title)["y"] + place(opened, title)["height"] for title in DEFAULT
        )
        assert bottom >= 0.95 * height
        scroller = page.locator(".scroller", has=page.locator(".grid-stack"))
        assert scroller.evaluate("element => element.scrollTop") == 0


def test_a_page_that_is_opened_asks_once_at_the_size_it_keeps(page, analysis):
    page.emulate_media(reduced_motion="no-preference")  # widgets glide to their places otherwise
    page.goto("about:blank")
    asked = []
    page.on("request", lambda sent: asked.append(sent.url) if "/query" in sent.url else None)

    page.go_back()

    AnalysisPage(page)
    page.wait_for_timeout(1000)  # as long as gliding takes, and more
    assert len(asked) == 1, asked
