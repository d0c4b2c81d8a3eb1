"""Every kind of step is undone and redone, and the whole page comes back by reload and by link."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import Page, expect
from tests.e2e.pages import WAIT, AnalysisPage, ProjectPage, state_in
from tests.e2e.small import ROWS, small_table

Step = tuple[str, Callable[[AnalysisPage], None]]


@pytest.fixture
def analysis(context, page, drives) -> AnalysisPage:
    context.grant_permissions(["clipboard-read", "clipboard-write"], origin=drives.url)
    return ProjectPage(page, drives.url, "drives").start_analysis()


def copied_link(page: Page) -> str:
    """What the share button puts on the clipboard."""
    page.evaluate("navigator.clipboard.writeText('')")
    page.get_by_role("button", name="Copy a link to this page").click()
    page.wait_for_function("async () => (await navigator.clipboard.readText()) !== ''")
    return page.evaluate("navigator.clipboard.readText()")


def state(analysis: AnalysisPage) -> dict[str, Any]:
    return state_in(copied_link(analysis.page))


def from_menu(button: str, *items: str) -> Callable[[AnalysisPage], None]:
    """Open the menu of a button, go through its entries."""

    def act(analysis: AnalysisPage) -> None:
        page = analysis.page
        page.get_by_role("button", name=re.compile(f"^{button}")).first.click()
        for item in items[:-1]:
            page.get_by_role("menuitem", name=item, exact=True).focus()
            page.keyboard.press("ArrowRight")
        page.get_by_role("menuitem", name=re.compile(f"^{items[-1]}")).first.focus()
        page.keyboard.press("Enter")
        expect(page.get_by_role("menu")).to_have_count(0)

    return act


def rename(analysis: AnalysisPage) -> None:
    from_menu("More for Statistics", "Rename")(analysis)
    analysis.page.get_by_role("textbox", name="Name of the widget").fill("Figures")
    analysis.page.keyboard.press("Enter")


def set_column(analysis: AnalysisPage) -> None:
    analysis.widget("Distribution").get_by_role("button", name="Settings").click()
    analysis.page.get_by_role("combobox", name="Column", exact=True).click()
    analysis.page.get_by_role("option", name=re.compile("^error")).click()
    analysis.page.keyboard.press("Escape")


def colour(analysis: AnalysisPage) -> None:
    analysis.page.get_by_role("button", name=re.compile("^Colour: ")).click()
    analysis.page.get_by_role("button", name="No colour").click()


def move_bound(analysis: AnalysisPage) -> None:
    bound = analysis.widget("Parallel coordinates").get_by_role("slider", name="speed, lower bound")
    bound.focus()
    analysis.page.keyboard.press("Shift+ArrowUp")


STEPS: list[Step] = [
    ("filter of the form", lambda one: one.add_filter("weather", value="clear")),
    ("box", lambda one: one.brush("Point plot", (0.1, 0.9), (0.9, 0.1))),
    ("bound by key", move_bound),
    ("inversion", from_menu("Filter weather", "Invert")),
    ("group", from_menu("Filter weather", "Group with", "speed")),
    ("removal of a filter", from_menu("Filter weather", "Remove")),
    ("colour", colour),
    ("setting", set_column),
    ("name", rename),
    ("copy", from_menu("More for Figures", "Duplicate")),
    ("new widget", lambda one: one.add_distribution("speed")),
    ("size", from_menu("More for Figures", "Size", "Taller")),
    ("place", from_menu("More for Sample table", "Move", "Move up")),
    ("removal of a widget", from_menu("More for Range slider plot", "Remove")),
    ("layout", from_menu("Layout", "Clear")),
]


def test_every_kind_of_step_is_undone_and_redone(analysis):
    undo = analysis.page.get_by_role("button", name="Undo")
    redo = analysis.page.get_by_role("button", name="Redo")
    states = [state(analysis)]
    for name, act in STEPS:
        act(analysis)
        states.append(state(analysis))
        assert states[-1] != states[-2], name
        undo.click()
        assert state(analysis) == states[-2], f"{name} undone"
        redo.click()
        assert state(analysis) == states[-1], f"{name} redone"

    for before in reversed(states[:-1]):
        undo.click()
        assert state(analysis) == before
    expect(undo).to_have_attribute("aria-disabled", "true")
    analysis.expect_selected(ROWS, ROWS)
    for after in states[1:]:
        analysis.page.keyboard.press("Control+Shift+z")
        assert state(analysis) == after
    expect(redo).to_have_attribute("aria-disabled", "true")


def test_the_whole_page_comes_back_by_reload_and_by_a_copied_link(analysis, context):
    page = analysis.page
    for name, act in STEPS[:-1]:
        if name != "box":
            act(analysis)
    selected = analysis.filters.get_by_role("status").inner_text()
    kept = state(analysis)
    titles = page.locator(".widget-title").all_inner_texts()
    link = copied_link(page)
    page.wait_for_url(link)

    page.reload()
    second = context.new_page()
    second.goto(link)

    for opened in (AnalysisPage(page), AnalysisPage(second)):
        expect(opened.filters.get_by_role("status")).to_have_text(selected, timeout=WAIT)
        assert opened.page.locator(".widget-title").all_inner_texts() == titles
        expect(opened.page.get_by_role("button", name="Colour: none")).to_be_visible()
        expect(opened.widget("Distribution", "error")).to_be_visible()
        assert state(opened) == kept
        undo = opened.page.get_by_role("button", name="Undo")
        expect(undo).to_have_attribute("aria-disabled", "true")


def reload_at_once(page: Page, action: str) -> None:
    """Do something and load the page again in one task of the browser, before any timer."""
    page.evaluate(f"() => {{ {action}; window.location.reload() }}")
    page.wait_for_event("load")


def test_a_change_just_before_a_reload_is_kept(analysis):
    page = analysis.page
    analysis.add_filter("weather", value="clear")
    analysis.expect_in_address(1)
    undo = "document.querySelector('[aria-label^=Undo]').click()"
    clear = "document.querySelector('.chips .clear').click()"

    reload_at_once(page, undo)
    AnalysisPage(page).expect_selected(ROWS, ROWS)
    expect(page.get_by_role("button", name="Undo")).to_have_attribute("aria-disabled", "true")
    analysis.expect_in_address(0)
    analysis.add_filter("weather", value="fog")
    analysis.expect_in_address(1)
    reload_at_once(page, clear)

    opened = AnalysisPage(page)
    opened.expect_selected(ROWS, ROWS)
    opened.expect_in_address(0)
    page.reload()
    AnalysisPage(page).expect_selected(ROWS, ROWS)


def test_a_change_while_widgets_are_chosen_keeps_them_over_a_reload(page, drives):
    unanswered = re.compile(r"/api/v2/widgets$")
    page.route(unanswered, lambda _route: None)
    page.goto(f"{drives.url}/p/local/drives/analysis")
    expect(page.get_by_text("Choosing widgets for this data")).to_be_visible(timeout=WAIT)
    page.get_by_role("button", name="Add filter").click()
    form = page.get_by_role("dialog", name="Add filter")
    form.get_by_role("option", name=re.compile("^weather")).click()
    form.get_by_role("checkbox", name="fog").check()
    form.get_by_role("button", name="Add filter").click()
    page.unroute(unanswered)

    page.reload()

    analysis = AnalysisPage(page)
    expect(analysis.widget("Distribution")).to_be_visible()
    analysis.expect_in_address(1, 6)


def with_models():
    """Results of two models, of which one knows only the first half."""
    table = small_table()
    table["new_prediction"] = table.speed * 1.1
    table["old_prediction"] = (table.speed - table.error).where(table.index < ROWS // 2)
    return table


def test_a_brush_on_a_models_result_filters_samples_when_models_are_columns(page, start, tmp_path):
    file = tmp_path / "judged.csv"
    table = with_models()
    table.to_csv(file, index=False)
    studio = start("start", str(file))
    studio.wait_for_project("judged")
    project = ProjectPage(page, studio.url, "judged")
    for model in ("new", "old"):
        page.get_by_role("checkbox", name=model).check()
    page.get_by_role("button", name="any", exact=True).click()
    page.get_by_role("button", name="columns", exact=True).click()
    analysis = project.start_analysis()
    analysis.expect_selected(ROWS, ROWS)
    analysis.expect_subtitle("Sample table", r"^3\s000 rows$")
    analysis.add_distribution("old.prediction")
    title = analysis.widget("Distribution", "old.prediction")
    title.get_by_role("button", name="More for").click()
    page.get_by_role("menuitem", name="Rename").click()
    page.get_by_role("textbox", name="Name of the widget").fill("Old")
    page.keyboard.press("Enter")

    analysis.brush("Old", (0.3, 0.5), (0.7, 0.5))

    (chip,) = analysis.chips(1)
    assert chip.column == "old.prediction"
    chosen = table[table.old_prediction.between(float(chip.min), float(chip.max))]
    assert 0 < len(chosen) < ROWS // 2
    analysis.expect_selected(len(chosen), ROWS)
    analysis.expect_subtitle("Sample table", rf"^{len(chosen):,} rows$".replace(",", r"\s"))
    page.get_by_role("button", name="Models").click()
    page.get_by_role("button", name="Rows", exact=True).click()
    message = page.get_by_role("region", name="Messages")
    expect(message).to_contain_text("Not in this analysis: old.prediction")
    expect(message).to_contain_text("Taken away: the filter old.prediction")
    analysis.expect_selected(ROWS, ROWS)
    analysis.expect_subtitle("Sample table", r"^4\s500 rows$")
