"""axe finds nothing serious on any page or dialog, in either theme."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Page, expect
from tests.e2e.conftest import ROOT
from tests.e2e.pages import WAIT, ExportDialog, ProjectPage
from tests.e2e.server import Studio
from tests.e2e.small import write_small

AXE = ROOT / "web" / "node_modules" / "axe-core" / "axe.min.js"
RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]


@pytest.fixture(scope="module")
def studio(built_page, tmp_path_factory):
    folder = tmp_path_factory.mktemp("axe")
    table = write_small(folder)
    studio = Studio(folder, "start", str(table)).start()
    studio.wait_for_project("drives")
    yield studio
    studio.stop()


@pytest.fixture(params=["light", "dark"])
def themed(request, page):
    """The page in a theme, as the system asks for it."""
    page.emulate_media(color_scheme=request.param, reduced_motion="reduce")
    return page


def expect_no_finding(page: Page, where: str) -> None:
    """Nothing serious or critical by WCAG 2.0 to 2.2, A and AA."""
    page.evaluate(AXE.read_text(encoding="utf-8"))
    result = page.evaluate("rules => axe.run(document, { runOnly: rules })", RULES)
    findings = [
        f"{one['id']}: {node['target']} {node['failureSummary']}"
        for one in result["violations"]
        if one["impact"] in ("serious", "critical")
        for node in one["nodes"]
    ]
    assert findings == [], where
    assert len(result["passes"]) > 5  # axe did look at the page


def expect_no_finding_in_either_theme(page: Page, where: str) -> None:
    """The same on a page that follows the system's theme, as it changes."""
    for theme in ("light", "dark"):
        page.emulate_media(color_scheme=theme, reduced_motion="reduce")
        expect(page.locator(f"html[data-theme={theme}]")).to_have_count(1)
        expect_no_finding(page, f"{where}, {theme}")


def test_home_and_the_import_dialog(themed, studio, tmp_path):
    themed.goto(studio.url)
    expect(themed.get_by_role("link", name="drives", exact=True)).to_be_visible()
    expect_no_finding(themed, "home")

    themed.locator("input[type=file]").set_input_files(write_small(tmp_path, "more.csv"))
    expect(themed.get_by_role("textbox", name="Project name")).to_be_visible(timeout=WAIT)
    expect_no_finding(themed, "import dialog")


def test_project_and_the_export_dialog(themed, studio, receiver):
    themed.goto(f"{studio.url}/p/local/drives")
    themed.get_by_role("button", name="Actions", exact=True).click()
    expect_no_finding(themed, "project with its menu open")
    themed.get_by_role("menuitem", name="Export these samples").click()
    dialog = ExportDialog(themed)
    dialog.root.get_by_role("button", name="New method").first.click()
    form = themed.get_by_role("dialog", name="New export method")
    expect(form.get_by_role("textbox", name="URL")).to_be_visible()
    expect_no_finding(themed, "form of a method")
    themed.keyboard.press("Escape")
    theme = themed.evaluate("matchMedia('(prefers-color-scheme: dark)').matches")
    dialog.new_method(f"Place {theme}", "HTTP POST", URL=receiver.url("/ok"))
    assert dialog.document
    expect_no_finding(themed, "export dialog")
    dialog.send()
    dialog.expect_standing(re.compile("confirmed it"))
    expect_no_finding(themed, "delivered")

    themed.goto(f"{studio.url}/deliveries")
    themed.get_by_role("row").nth(1).get_by_role("button").click()
    expect(themed.get_by_role("complementary", name="Delivery")).to_be_visible()
    expect_no_finding(themed, "deliveries")
    themed.goto(f"{studio.url}/settings")
    expect(themed.get_by_role("article").first).to_be_visible()
    expect_no_finding(themed, "export methods")


def test_the_analysis_with_a_brush_a_menu_and_dialogs(themed, studio):
    analysis = ProjectPage(themed, studio.url, "drives").start_analysis()
    expect_no_finding(themed, "analysis")
    analysis.brush("Point plot", (0.3, 0.8), (0.6, 0.3))
    analysis.chips(2)
    expect_no_finding(themed, "analysis with a box")

    themed.get_by_role("button", name="More for Point plot").click()
    expect(themed.get_by_role("menu")).to_be_visible()
    expect_no_finding(themed, "menu of a widget")
    themed.get_by_role("menuitem", name="View as table").click()
    expect(themed.get_by_role("dialog")).to_be_visible()
    expect_no_finding(themed, "widget as a table")
    themed.keyboard.press("Escape")
    analysis.widget("Point plot").get_by_role("button", name="Settings").click()
    expect(themed.get_by_role("combobox").first).to_be_visible()
    expect_no_finding(themed, "settings of a widget")
    themed.keyboard.press("Escape")
    for name in ("Add widget", "Keyboard shortcuts"):
        themed.get_by_role("button", name=name).first.click()
        expect(themed.get_by_role("dialog")).to_be_visible()
        expect_no_finding(themed, name)
        themed.keyboard.press("Escape")
        expect(themed.get_by_role("dialog")).to_have_count(0)


def test_a_page_that_does_not_exist_and_an_empty_home(themed, start):
    empty = start("start")
    themed.goto(empty.url)
    expect(themed.get_by_role("heading", name="Drop files here")).to_be_visible()
    expect_no_finding(themed, "empty home")
    themed.goto(f"{empty.url}/p/local/nothing")
    expect(themed.get_by_role("link", name="All projects")).to_be_visible(timeout=WAIT)
    expect_no_finding(themed, "unknown project")
