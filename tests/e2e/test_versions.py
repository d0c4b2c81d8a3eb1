"""Versions of a selection, as a person sees, compares and uses them."""

from __future__ import annotations

import io
import json
import re

import httpx
import pandas as pd
import pyarrow as pa
import pytest
from playwright.sync_api import Page, expect
from tests.e2e.pages import WAIT, ExportDialog, ProjectPage
from tests.e2e.server import Studio
from tests.e2e.small import small_table, write_small
from tests.e2e.test_accessibility import expect_no_finding

TABLE = small_table()


def ids_from(low: float, table=TABLE) -> set[str]:
    return set(table.loc[table["speed"] >= low, "id"])


def save_by_api(studio: Studio, name: str, low: float) -> None:
    rule = {"filters": {"op": "range", "id": "f", "column": "speed", "min": str(low)}}
    path = f"{studio.url}/api/v2/projects/local/drives/selections"
    httpx.post(path, json={"name": name, "rule": rule}, timeout=30).raise_for_status()


@pytest.fixture
def studio(start, tmp_path):
    studio = start("start", str(write_small(tmp_path)))
    studio.wait_for_project("drives")
    return studio


def open_versions(page: Page, more: str):
    page.get_by_role("button", name=more).click()
    page.get_by_role("menuitem", name="Versions").click()
    return page.get_by_role("dialog", name=re.compile("^Versions of"))


def test_saving_again_makes_a_version_and_two_are_compared_and_used_as_filters(page, studio):
    save_by_api(studio, "Fast", 70)
    analysis = ProjectPage(page, studio.url, "drives").start_analysis()
    analysis.add_filter("speed", lowest="60")
    analysis.filters.get_by_role("button", name="Save").click()
    saving = page.get_by_role("dialog", name="Save selection")
    saving.get_by_role("textbox", name="Name").fill("Fast")
    expect(saving.get_by_text("this becomes its next version")).to_be_visible()
    saving.get_by_role("button", name="Save version").click()
    expect(page.get_by_text(re.compile("Saved version 2 of “Fast”"))).to_be_visible(timeout=WAIT)
    page.get_by_role("button", name="Undo").click()

    dialog = open_versions(page, "More for Fast")
    expect(dialog.get_by_role("listitem")).to_have_count(2, timeout=WAIT)
    newest, first = dialog.get_by_role("listitem").all()
    expect(newest).to_contain_text("Version 2")
    expect(newest).to_contain_text("speed ≥ 60")
    expect(newest.get_by_text(f"{len(ids_from(60))} samples", exact=True)).to_be_visible()
    expect(first).to_contain_text("speed ≥ 70")
    expect(first).to_contain_text(
        re.compile(r"from 127.0.0.1 .*digest v1,[0-9a-f]+…"), timeout=WAIT
    )
    expect(dialog.get_by_role("status")).to_have_text(re.compile("selects the same samples"))

    newest.get_by_role("button", name="Actions for version 2").click()
    page.get_by_role("menuitem", name="Compare with version 1").click()
    compared = page.get_by_role("dialog", name="Compare selections")
    expect(compared.get_by_role("row")).to_have_count(3, timeout=WAIT)
    added, removed, same = compared.get_by_role("row").all()
    expect(added.get_by_role("cell").first).to_have_text(
        f"{len(ids_from(60) - ids_from(70))} samples"
    )
    expect(added).to_contain_text(min(ids_from(60) - ids_from(70)))
    expect(removed.get_by_role("cell").first).to_have_text("0 samples")
    expect(same.get_by_role("cell").first).to_have_text(f"{len(ids_from(70))} samples")

    added.get_by_role("button", name="Actions for added").click()
    page.get_by_role("menuitem", name="Filter by it").click()
    analysis.expect_selected(len(ids_from(60) - ids_from(70)), 3000)


def test_the_difference_is_saved_and_downloaded_and_a_version_exported(page, studio, receiver):
    save_by_api(studio, "Fast", 70)
    save_by_api(studio, "Fast", 60)
    page.goto(f"{studio.url}/p/local/drives")
    page.get_by_role("button", name="Actions for Fast").click()
    page.get_by_role("menuitem", name="Compare").click()
    compared = page.get_by_role("dialog", name="Compare selections")
    more = compared.get_by_role("button", name="Actions for added")
    difference = ids_from(60) - ids_from(70)

    more.click()
    page.get_by_role("menuitem", name="Save as a selection").click()
    saving = page.get_by_role("dialog", name="Save selection")
    proposed = re.compile(r"^Fast, version 2 \u2212 Fast, version 1$")
    expect(saving.get_by_role("textbox", name="Name")).to_have_value(proposed)
    saving.get_by_role("textbox", name="Name").fill("Between")
    saving.get_by_role("button", name="Save selection").click()
    expect(saving).to_be_hidden(timeout=WAIT)
    [between] = [
        one for one in studio.get("/projects/local/drives/selections") if one["name"] == "Between"
    ]
    assert between["n_samples"] == len(difference)

    more.click()
    page.get_by_role("menuitem", name="Download").click()
    export = ExportDialog(page)
    export.root.get_by_role("radio", name="Sample ids").check()
    with page.expect_download() as download:
        export.root.get_by_role("button", name="Download").last.click()
    assert set(pd.read_csv(download.value.path())["id"]) == difference
    page.keyboard.press("Escape")
    compared.get_by_role("button", name="Done").click()

    dialog = open_versions(page, "Actions for Fast")
    dialog.get_by_role("button", name="Actions for version 1").click()
    page.get_by_role("menuitem", name="Export").click()
    export = ExportDialog(page)
    export.new_method("Place", "HTTP POST", URL=receiver.url("/ok"))
    export.send()
    export.expect_standing(re.compile("confirmed it"))
    [received] = receiver.received("/ok")
    assert {one["id"] for one in json.loads(received.body)["sample_ids"]} == ids_from(70)


def test_more_samples_that_match_now_are_told_and_saved_as_a_version(page, studio):
    save_by_api(studio, "Fast", 60)
    new = pa.record_batch({"id": ["new1", "new2"], "speed": [99.0, 98.0]})
    sink = io.BytesIO()
    with pa.ipc.new_stream(sink, new.schema) as stream:
        stream.write_batch(new)
    path = f"{studio.url}/api/v2/projects/local/drives/samples"
    httpx.post(path, content=sink.getvalue(), timeout=60).raise_for_status()
    page.goto(f"{studio.url}/p/local/drives")

    dialog = open_versions(page, "Actions for Fast")
    status = dialog.get_by_role("status")
    expect(status).to_have_text(re.compile("2 more match: "), timeout=WAIT)
    dialog.get_by_role("button", name="Save as a new version").click()

    expect(dialog.get_by_role("listitem")).to_have_count(2, timeout=WAIT)
    expect(status).to_have_text(re.compile("selects the same samples"), timeout=WAIT)
    expect(
        dialog.get_by_role("listitem").first.get_by_text(
            f"{len(ids_from(60)) + 2} samples", exact=True
        )
    ).to_be_visible()

    dialog.get_by_role("button", name="Actions for version 1").click()
    page.get_by_role("menuitem", name="Delete").click()
    asking = page.get_by_role("dialog", name=re.compile("^Delete version 1 of"))
    asking.get_by_role("button", name="Delete").click()
    expect(dialog.get_by_role("listitem")).to_have_count(1, timeout=WAIT)


def test_axe_finds_nothing_in_the_dialogs_of_versions_in_either_theme(page, studio):
    save_by_api(studio, "Fast", 70)
    save_by_api(studio, "Fast", 60)
    for theme in ("light", "dark"):
        page.emulate_media(color_scheme=theme, reduced_motion="reduce")
        page.goto(f"{studio.url}/p/local/drives")
        dialog = open_versions(page, "Actions for Fast")
        expect(dialog.get_by_role("listitem")).to_have_count(2)
        expect_no_finding(page, f"versions, {theme}")
        dialog.get_by_role("button", name="Compare").click()
        compared = page.get_by_role("dialog", name="Compare selections")
        expect(compared.get_by_role("row")).to_have_count(3)
        expect_no_finding(page, f"comparison, {theme}")
