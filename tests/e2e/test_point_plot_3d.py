"""3D point plot: turned by mouse and keyboard, honest about its sample and about WebGL."""

from __future__ import annotations

from playwright.sync_api import expect
from tests.e2e.pages import WAIT, ProjectPage
from tests.e2e.small import small_table
from tests.e2e.test_accessibility import expect_no_finding_in_either_theme

NO_WEBGL = """
const getContext = HTMLCanvasElement.prototype.getContext;
HTMLCanvasElement.prototype.getContext = function (kind, ...rest) {
  return kind.startsWith('webgl') ? null : getContext.call(this, kind, ...rest);
};
"""


def test_the_cloud_is_turned_and_follows_the_filters_of_others(page, drives):
    analysis = ProjectPage(page, drives.url, "drives").start_analysis()
    analysis.add_widget("3D point plot")
    analysis.set_columns("3D point plot", **{"X axis": "speed", "Y axis": "weather"})
    analysis.set_columns("3D point plot", **{"Z axis": "error"})
    analysis.expect_subtitle("3D point plot", r"^error by speed and weather · 3\s000 rows$")
    card = analysis.widget("3D point plot")
    view = card.get_by_role("application", name="View: arrow keys turn it")
    expect(view).to_be_visible(timeout=WAIT)
    expect_no_finding_in_either_theme(page, "3D point plot")

    def seen() -> bytes:
        view.evaluate("() => new Promise(done => requestAnimationFrame(done))")
        return card.locator(".widget-body, .plot").first.screenshot()

    first = seen()
    view.press("ArrowRight")
    turned = seen()
    assert turned != first
    view.press("Home")
    box = view.bounding_box()
    page.mouse.move(box["x"] + box["width"] / 2, box["y"] + 30)
    page.mouse.down()
    page.mouse.move(box["x"] + box["width"] / 2 + 80, box["y"] + 40, steps=3)
    page.mouse.up()
    assert seen() not in (first, turned)

    analysis.add_filter("weather", value="fog")
    fog = int((small_table()["weather"] == "fog").sum())
    analysis.expect_subtitle("3D point plot", rf"^error by speed and weather · {fog} rows$")


def test_a_browser_without_webgl_is_told_and_keeps_the_figures(page, drives):
    page.add_init_script(NO_WEBGL)
    analysis = ProjectPage(page, drives.url, "drives").start_analysis()
    analysis.add_widget("3D point plot")
    card = analysis.widget("3D point plot")
    expect(card).to_contain_text("3D needs WebGL, which this browser does not offer.", timeout=WAIT)
    analysis.expect_subtitle("3D point plot", r"3\s000 rows")
