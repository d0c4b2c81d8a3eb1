"""An algorithm, as a person chooses it, runs it, uses what it gives, and runs it again."""

from __future__ import annotations

import re

import httpx
import pyarrow as pa
import pytest
from playwright.sync_api import Page, expect
from tests.algorithms.trial_package import install
from tests.e2e.pages import WAIT, ProjectPage
from tests.e2e.small import ROWS, write_small
from tests.e2e.test_accessibility import expect_no_finding_in_either_theme
from tests.http.small_algo_provider import SmallAlgoProvider

LONG = 90_000


@pytest.fixture
def studio(start, tmp_path):
    packages = tmp_path / "packages"
    packages.mkdir()
    install(packages)
    studio = start("start", str(write_small(tmp_path)), PYTHONPATH=str(packages))
    studio.wait_for_project("drives")
    return studio


@pytest.fixture
def provider():
    running = SmallAlgoProvider()
    yield running
    running.close()


def append(studio, id_: str) -> None:
    table = pa.table({"id": [id_], "speed": [900.0], "count": [3]})
    sink = pa.BufferOutputStream()
    with pa.ipc.new_stream(sink, table.schema) as writer:
        writer.write_table(table)
    path = f"{studio.url}/api/v2/projects/local/drives/samples"
    httpx.post(path, content=sink.getvalue().to_pybytes(), timeout=30).raise_for_status()


def open_panel(page: Page, studio):
    analysis = ProjectPage(page, studio.url, "drives").start_analysis()
    page.get_by_role("button", name="Algorithms", exact=True).click()
    panel = page.get_by_role("region", name="Algorithms")
    return analysis, panel


def choose(page: Page, panel, algorithm: str, provider: str = "built-in"):
    panel.get_by_role("button", name="Run an algorithm").click()
    dialog = page.get_by_role("dialog", name="Run an algorithm")
    dialog.get_by_role("combobox", name="Algorithm").fill(algorithm, timeout=LONG)
    page.get_by_role("option", name=re.compile(f"^{algorithm} *{provider}$")).click()
    return dialog


def add_columns(page: Page, dialog, field: str, *columns: str) -> None:
    for column in columns:
        dialog.get_by_role("combobox", name=f"Add to {field}").fill(column)
        page.get_by_role("option", name=re.compile(rf"^{column}\b")).first.click()
        expect(dialog.get_by_role("button", name=f"Remove {column}")).to_be_visible()


def test_outliers_are_scored_used_and_computed_again_for_new_samples(page, studio):
    analysis, panel = open_panel(page, studio)
    expect(panel.get_by_text("No experiment yet")).to_be_visible(timeout=WAIT)
    dialog = choose(page, panel, "Outlier score")
    expect(dialog.get_by_text("isolation forest")).to_be_visible()
    run = dialog.get_by_role("button", name="Run", exact=True)
    run.hover()
    expect(page.get_by_role("tooltip")).to_contain_text("“Features” is missing")
    add_columns(page, dialog, "Features", "speed", "count")
    expect(dialog.get_by_role("textbox", name="Trees")).to_have_value("100")
    expect_no_finding_in_either_theme(page, "form of an algorithm")
    run.click()

    experiment = panel.get_by_role("listitem").filter(has_text="Outlier score")
    expect(experiment).to_contain_text(
        re.compile(rf"outlier score.*1 column for {ROWS // 1000}.{ROWS % 1000:03d} samples"),
        timeout=LONG,
    )
    expect_no_finding_in_either_theme(page, "panel of algorithms")
    analysis.add_filter("outlier score", lowest="0.6")
    expect(analysis.filters.get_by_role("status")).to_contain_text("samples")

    append(studio, "newcomer")
    expect(experiment).to_contain_text("1 new sample without values", timeout=WAIT)
    experiment.get_by_role("button", name="Run again").click()
    expect(experiment).to_contain_text(
        re.compile(rf"{ROWS // 1000}.{ROWS % 1000 + 1:03d} samples"), timeout=LONG
    )
    expect(experiment.get_by_text("without values")).to_be_hidden()

    experiment.get_by_role("button", name="Actions for the experiment Outlier score").click()
    page.get_by_role("menuitem", name="What it was made of").click()
    made_of = page.get_by_role("dialog", name="Outlier score")
    expect(made_of).to_contain_text(re.compile("Features.*speed, count", re.DOTALL))
    expect(made_of).to_contain_text("column outlier score")
    expect(made_of).to_contain_text(re.compile("Data version"))
    expect_no_finding_in_either_theme(page, "what an experiment was made of")
    page.keyboard.press("Escape")

    experiment.get_by_role("button", name="Actions for the experiment Outlier score").click()
    page.get_by_role("menuitem", name="Delete").click()
    asked = page.get_by_role("dialog", name=re.compile("^Delete the experiment"))
    asked.get_by_role("checkbox", name=re.compile("outlier score")).check()
    asked.get_by_role("button", name="Delete").click()
    expect(panel.get_by_text("No experiment yet")).to_be_visible(timeout=WAIT)


def test_a_run_on_the_rows_that_pass_shows_its_progress_and_is_cancelled_by_keyboard(
    page, studio, tmp_path
):
    analysis, panel = open_panel(page, studio)
    analysis.add_filter("speed", lowest="70")
    dialog = choose(page, panel, "Waiting")
    dialog.get_by_role("combobox", name="Values").fill("speed")
    page.get_by_role("option", name=re.compile(r"^speed\b")).first.click()
    dialog.get_by_role("textbox", name="Folder").fill(str(tmp_path))
    expect(dialog.get_by_role("radio", name=re.compile("rows that pass"))).to_be_checked()
    dialog.get_by_role("button", name="Run", exact=True).click()

    experiment = panel.get_by_role("listitem").filter(has_text="Waiting")
    bar = experiment.get_by_role("progressbar", name="Progress of Waiting")
    expect(bar).to_have_attribute("aria-valuenow", "25", timeout=LONG)
    experiment.get_by_role("button", name="Cancel Waiting").focus()
    page.keyboard.press("Enter")

    expect(experiment.get_by_text("cancelled", exact=True)).to_be_visible(timeout=WAIT)
    expect(bar).to_be_hidden()


def test_an_algo_provider_is_added_used_and_deleted(page, studio, provider):
    _, panel = open_panel(page, studio)
    panel.get_by_role("button", name="Algo-providers").click()
    dialog = page.get_by_role("dialog", name="Algo-providers")
    expect(dialog.get_by_role("listitem")).to_have_count(1, timeout=LONG)
    dialog.get_by_role("textbox", name="Name").fill("Mine")
    dialog.get_by_role("textbox", name="Address").fill("localhost")
    dialog.get_by_role("button", name="Add").click()
    expect(dialog.get_by_text("is not the address of a provider")).to_be_visible(timeout=WAIT)
    dialog.get_by_role("textbox", name="Address").fill(provider.url)
    dialog.get_by_role("button", name="Add").click()
    mine = dialog.get_by_role("listitem").filter(has_text="Mine")
    expect(mine).to_contain_text("available", timeout=WAIT)
    expect(mine).to_contain_text(provider.url)
    expect_no_finding_in_either_theme(page, "algo-providers")
    dialog.get_by_role("button", name="Close").last.click()

    form = choose(page, panel, "Every input", "Mine")
    expect(form.get_by_text("Filled with the ids of the rows")).to_be_visible()
    form.get_by_role("combobox", name="Text: a").click()
    page.get_by_role("option", name="b", exact=True).click()
    form.get_by_role("switch", name="Flag").click()
    form.get_by_role("combobox", name="Data", exact=True).fill("speed")
    page.get_by_role("option", name=re.compile(r"^speed\b")).first.click()
    form.get_by_role("combobox", name="Texts").fill("weather")
    page.get_by_role("option", name=re.compile(r"^weather\b")).first.click()
    expect_no_finding_in_either_theme(page, "form with every input")
    form.get_by_role("button", name="Run", exact=True).click()
    experiment = panel.get_by_role("listitem").filter(has_text="Every input")
    expect(experiment).to_contain_text("1 column for", timeout=LONG)
    sent = {one["name"]: one["value"] for one in provider.bodies[-1]["inputs"]}
    assert (sent["text"], sent["flag"], sent["number"]) == ("b", True, 5)
    assert len(sent["idList"]) == len(sent["data"]) == ROWS

    panel.get_by_role("button", name="Algo-providers").click()
    dialog.get_by_role("button", name="Delete Mine").click()
    page.get_by_role("dialog", name=re.compile("^Delete the algo-provider")).get_by_role(
        "button", name="Delete"
    ).click()
    expect(mine).to_be_hidden(timeout=WAIT)
