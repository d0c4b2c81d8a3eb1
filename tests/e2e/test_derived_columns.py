"""A column is derived as a person does it, and used like any other."""

from __future__ import annotations

import io
import re
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from playwright.sync_api import expect
from tests.e2e.pages import WAIT, ProjectPage
from tests.e2e.small import small_table, write_small
from tests.e2e.test_accessibility import expect_no_finding_in_either_theme

EXPRESSION = "if(speed > 50, round(error * 2), missing)"


@pytest.fixture
def studio(start, tmp_path):
    studio = start("start", str(write_small(tmp_path)))
    studio.wait_for_project("drives")
    return studio


def expected() -> pd.Series:
    table = small_table().set_index("id")
    doubled = table["error"] * 2
    rounded = np.sign(doubled) * np.floor(doubled.abs() + 0.5)
    return rounded.where(table["speed"] > 50)


def test_a_column_is_derived_coloured_by_filtered_by_and_downloaded(page, studio):
    analysis = ProjectPage(page, studio.url, "drives").start_analysis()
    panel = page.get_by_role("complementary", name="Panel")
    panel.get_by_role("button", name="Derive a column").click()
    dialog = page.get_by_role("dialog", name="Derive a column")
    expect(dialog.get_by_role("textbox", name="Name")).to_be_focused()
    page.keyboard.type("fast error")
    page.keyboard.press("Tab")
    page.keyboard.type("if(sped > 50, round(error * 2), missing)")
    expect(dialog).to_contain_text(
        "At character 4: there is no column “sped”; did you mean speed?", timeout=WAIT
    )
    expect(dialog.get_by_role("textbox", name="Expression")).to_have_attribute(
        "aria-invalid", "true"
    )
    derive = dialog.get_by_role("button", name="Derive", exact=True)
    derive.hover()
    expect(page.get_by_role("tooltip")).to_contain_text("not valid")
    expect_no_finding_in_either_theme(page, "a wrong expression")

    dialog.get_by_role("textbox", name="Expression").fill(EXPRESSION)
    preview = dialog.get_by_role("region", name="First values")
    expect(preview.get_by_role("status")).to_have_text("numbers", timeout=WAIT)
    first = expected().head(8)
    for id_, value in first.items():
        shown = "missing" if pd.isna(value) else repr(value)
        expect(preview.get_by_role("row", name=f"{id_} {shown}", exact=True)).to_be_visible()
    expect_no_finding_in_either_theme(page, "an expression with its first values")
    page.keyboard.press("Control+Enter")
    expect(dialog).to_be_hidden(timeout=WAIT)

    column = panel.get_by_role("button", name=re.compile("^fast error"))
    column.click()
    page.get_by_role("menuitem", name="Colour by it").click()
    expect(page.get_by_role("button", name=re.compile("Colour.*fast error"))).to_be_visible()
    analysis.add_filter("fast error", lowest="50")
    selected = expected()[expected() >= 50]
    expect(analysis.filters.get_by_role("status")).to_contain_text(
        re.compile(rf"\b{len(selected)}\b"), timeout=WAIT
    )

    page.reload()
    expect(analysis.filters.get_by_role("status")).to_contain_text(
        re.compile(rf"\b{len(selected)}\b"), timeout=WAIT
    )
    expect(page.get_by_role("button", name=re.compile("Colour.*fast error"))).to_be_visible()
    page.get_by_role("button", name="Export", exact=True).first.click()
    exporting = page.get_by_role("dialog", name="Export the selected samples")
    exporting.get_by_role("tab", name="Download").click()
    with page.expect_download() as download:
        exporting.get_by_role("button", name="Download").last.click()
    rows = pd.read_csv(io.StringIO(Path(download.value.path()).read_text())).set_index("id")
    assert rows["fast error"].to_dict() == selected.to_dict()


def test_a_column_is_changed_from_the_project_page_and_deleted(page, studio):
    ProjectPage(page, studio.url, "drives")
    page.get_by_role("button", name="Derive a column").click()
    dialog = page.get_by_role("dialog", name="Derive a column")
    dialog.get_by_role("textbox", name="Name").fill("ratio")
    dialog.get_by_role("combobox", name="Insert a function").fill("abs")
    page.get_by_role("option", name=re.compile(r"^abs\(x\)")).click()
    dialog.get_by_role("combobox", name="Insert a column").fill("speed")
    page.get_by_role("option", name=re.compile("^speed")).click()
    expect(dialog.get_by_role("textbox", name="Expression")).to_have_value("abs(speed)")
    dialog.get_by_role("button", name="Derive", exact=True).click()

    actions = page.get_by_role("button", name="Actions for the column ratio")
    actions.click(timeout=WAIT)
    page.get_by_role("menuitem", name="Change the expression").click()
    dialog = page.get_by_role("dialog", name="Change “ratio”")
    dialog.get_by_role("textbox", name="Name").fill("parts")
    dialog.get_by_role("textbox", name="Expression").fill("count / 10")
    dialog.get_by_role("button", name="Save").click()
    row = page.get_by_role("row", name=re.compile("^parts"))
    expect(row).to_contain_text("derived", timeout=WAIT)
    expect_no_finding_in_either_theme(page, "a derived column of a project")

    page.get_by_role("button", name="Actions for the column parts").click()
    page.get_by_role("menuitem", name="Delete the column").click()
    asked = page.get_by_role("dialog", name="Delete the column “parts”?")
    expect(asked).to_contain_text("count / 10")
    asked.get_by_role("button", name="Delete").click()
    expect(row).to_be_hidden(timeout=WAIT)
