"""Confusion, correlation and density as a person adds, reads and brushes them, in both themes."""

from __future__ import annotations

import re

import numpy as np
import pandas as pd
import pytest
from playwright.sync_api import Locator, Page, expect
from tests.e2e.pages import WAIT, AnalysisPage, ProjectPage, passing
from tests.e2e.server import Studio
from tests.e2e.test_accessibility import expect_no_finding

ROWS = 600


def judged_table() -> pd.DataFrame:
    """What was seen, what a model told, and numbers that belong together."""
    random = np.random.default_rng(11)
    truth = random.choice(["bike", "bus", "car"], ROWS)
    told = np.where(random.random(ROWS) < 0.8, truth, random.choice(["bus", "car"], ROWS))
    speed = random.normal(50, 12, ROWS).round(2)
    return pd.DataFrame(
        {
            "id": [f"s{number:04d}" for number in range(ROWS)],
            "seen": truth,
            "told": told,
            "night": random.random(ROWS) < 0.4,
            "speed": speed,
            "brake": (1e6 + 0.5 * speed + random.normal(0, 3, ROWS)).round(2),
        }
    )


@pytest.fixture(scope="module")
def judged(built_page, tmp_path_factory):
    folder = tmp_path_factory.mktemp("judged")
    judged_table().to_csv(folder / "judged.csv", index=False)
    studio = Studio(folder, "start", str(folder / "judged.csv")).start()
    studio.wait_for_project("judged")
    yield studio
    studio.stop()


def added(page: Page, url: str, title: str) -> tuple[AnalysisPage, Locator]:
    """The widget, added to the page that a project begins with."""
    analysis = ProjectPage(page, url, "judged").start_analysis()
    page.get_by_role("button", name="Add widget").first.click()
    page.get_by_role("dialog").get_by_role("button", name=re.compile(f"^{title}")).click()
    expect(analysis.widget(title)).to_be_focused(timeout=WAIT)
    return analysis, analysis.widget(title)


def choose(page: Page, widget: Locator, **columns: str) -> None:
    """Set columns in the settings of a widget."""
    widget.get_by_role("button", name="Settings").click()
    for label, column in columns.items():
        field = page.get_by_role("combobox", name=label.replace("_", " "))
        field.fill(column)
        page.get_by_role("option", name=re.compile(rf"^{column}\b")).click()
    page.keyboard.press("Escape")


def expect_accessible_in_both_themes(page: Page, where: str) -> None:
    for theme in ("light", "dark"):
        page.emulate_media(color_scheme=theme, reduced_motion="reduce")
        expect(page.locator("html")).to_have_attribute("data-theme", theme)
        expect_no_finding(page, f"{where}, {theme}")


def test_a_correlation_is_read_and_opens_as_a_point_plot(page, judged):
    table = judged_table()
    analysis, widget = added(page, judged.url, "Correlation matrix")
    analysis.expect_subtitle("Correlation matrix", "Pearson · 2 columns · 600 rows")
    r = table["speed"].corr(table["brake"])
    widget.get_by_role("gridcell").focus()
    page.keyboard.press("ArrowRight")
    cell = widget.get_by_role("gridcell", name=re.compile("^speed and brake: r "))
    expect(cell).to_have_accessible_name(re.compile(rf"r {r:.4f}, p \S+, rows 600"))

    widget.get_by_role("button", name="Settings").click()
    page.get_by_role("dialog").get_by_text("Spearman", exact=True).click()
    page.get_by_role("combobox", name="Add to Columns").fill("told")
    told = page.get_by_role("option", name=re.compile("^told"))
    expect(told).to_have_attribute("data-disabled", "")
    expect(told).to_have_attribute("title", re.compile("this is text"))
    page.keyboard.press("Escape")
    page.keyboard.press("Escape")
    analysis.expect_subtitle("Correlation matrix", "Spearman")
    expect_accessible_in_both_themes(page, "correlation matrix")

    plots = page.locator(".widget-card").filter(has=page.get_by_role("heading", name="Point plot"))
    before = plots.count()
    cell.focus()
    page.keyboard.press("Enter")
    expect(plots).to_have_count(before + 1)
    expect(plots.last).to_be_focused()


def test_a_maximised_correlation_makes_way_for_the_pair_that_is_opened_once(page, judged):
    """The page begins with speed across and brake upwards; the other way round is new."""
    _, widget = added(page, judged.url, "Correlation matrix")
    plots = page.locator(".widget-card").filter(has=page.get_by_role("heading", name="Point plot"))
    before = plots.count()
    for _ in range(2):
        widget.get_by_role("button", name="Maximise").click()
        expect(widget.get_by_role("button", name="Restore")).to_be_visible()
        widget.get_by_role("gridcell").focus()
        for key in ("Home", "ArrowRight", "Enter"):
            page.keyboard.press(key)
        expect(plots).to_have_count(before + 1)
        expect(plots.last).to_be_focused()
        expect(page.get_by_role("button", name="Restore")).to_have_count(0)
        expect(plots.last.get_by_role("heading")).to_be_in_viewport()


def test_a_density_is_brushed_and_its_box_is_exported(page, judged):
    table = judged_table()
    analysis, widget = added(page, judged.url, "2D density plot")
    analysis.expect_subtitle("2D density plot", "600 rows · 15 contours")
    choose(page, widget, X_axis="speed", Y_axis="brake")
    expect(widget.get_by_role("button", name="Export")).to_have_attribute("aria-disabled", "true")

    analysis.brush("2D density plot", (0.3, 0.8), (0.7, 0.2))

    kept = passing(table, *analysis.chips(2))
    assert 0 < len(kept) < ROWS
    analysis.expect_selected(len(kept), ROWS)
    analysis.expect_subtitle("2D density plot", "600 rows")
    expect_accessible_in_both_themes(page, "density plot")
    dialog = analysis.export_drawn("2D density plot")
    expect(dialog.root).to_have_accessible_name("Export the box of 2D density plot")
    dialog.close()
    widget.focus()
    page.keyboard.press("Escape")
    analysis.expect_selected(ROWS, ROWS)


def test_a_confusion_is_read_and_its_cells_filter_all_other_widgets(page, judged):
    table = judged_table()
    analysis, widget = added(page, judged.url, "Confusion matrix")
    choose(page, widget, Truth="seen", Prediction="told")
    accuracy = 100 * (table["seen"] == table["told"]).mean()
    analysis.expect_subtitle("Confusion matrix", rf"accuracy {accuracy:.1f}.% · 600 rows")
    page.get_by_role("button", name="Undo").click()
    page.get_by_role("button", name="Redo").click()

    bus = widget.get_by_role("gridcell").first
    bus.focus()
    page.keyboard.press("ArrowRight")
    cell = widget.get_by_role("gridcell", name=re.compile("^true bike, predicted bus: rows"))
    expect(cell).to_be_focused()
    page.keyboard.press("Enter")

    both = table[(table["seen"] == "bike") & (table["told"] == "bus")]
    analysis.expect_selected(len(both), ROWS)
    expect(cell).to_have_attribute("aria-selected", "true")
    analysis.expect_subtitle("Confusion matrix", "600 rows")
    expect_accessible_in_both_themes(page, "confusion matrix")

    box = cell.bounding_box()
    page.mouse.click(box["x"] + box["width"] / 2, box["y"] + 3 * box["height"] / 2)
    analysis.expect_selected(len(table[(table["seen"] == "bus") & (table["told"] == "bus")]), ROWS)
    page.keyboard.press("Escape")
    analysis.expect_selected(ROWS, ROWS)

    widget.get_by_role("button", name="Swap truth and prediction").click()
    analysis.expect_subtitle("Confusion matrix", "told . seen")
