"""The export at the top right of the analysis: named, or saying what is missing."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect
from tests.e2e.pages import WAIT, AnalysisPage, ExportDialog, ProjectPage


@pytest.fixture
def analysis(page, drives) -> AnalysisPage:
    return ProjectPage(page, drives.url, "drives").start_analysis()


@pytest.fixture
def dialog(analysis, page, receiver) -> ExportDialog:
    analysis.add_filter("weather", value="fog")
    dialog = open_export(page)
    dialog.new_method("Label team", "HTTP POST", URL=receiver.url("/ok"))
    return dialog


def open_export(page) -> ExportDialog:
    page.get_by_role("button", name="Export", exact=True).first.click(timeout=WAIT)
    return ExportDialog(page)


def test_the_name_is_proposed_from_the_filters_and_a_missing_one_is_said_in_sight(dialog):
    name = dialog.root.get_by_role("textbox", name="Name of the selection")

    expect(name).to_have_value("weather fog")
    name.fill("")

    reason = dialog.root.get_by_text("Give the selection a name.")
    expect(reason).to_be_visible(timeout=WAIT)
    name.fill("Fog")
    expect(reason).to_be_hidden()
    dialog.send()
    dialog.expect_standing("Label team confirmed it.")


def test_without_filters_the_name_is_that_of_the_project(analysis, page):
    dialog = open_export(page)

    name = dialog.root.get_by_role("textbox", name="Name of the selection")
    expect(name).to_have_value("drives")
