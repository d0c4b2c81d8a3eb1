"""A stream, as a person makes it, watches it, and brings it back after a failure."""

from __future__ import annotations

import re

import httpx
import pyarrow as pa
import pytest
from playwright.sync_api import Page, expect
from tests.e2e.pages import WAIT, ProjectPage
from tests.e2e.small import small_table, write_small
from tests.e2e.test_accessibility import expect_no_finding
from tests.real.model_receiver import ModelReceiver

FAST = set(small_table().loc[lambda table: table["speed"] >= 70, "id"])
RULE = {"filters": {"op": "range", "id": "f", "column": "speed", "min": "70"}}


@pytest.fixture
def model():
    model = ModelReceiver()
    yield model
    model.close()


@pytest.fixture
def studio(start, tmp_path, model):
    method = f"post, {model.url}"
    studio = start("start", str(write_small(tmp_path)), DEBIAI_EXPORT_METHOD_Labels=method)
    studio.wait_for_project("drives")
    path = f"{studio.url}/api/v2/projects/local/drives/selections"
    httpx.post(path, json={"name": "Fast", "rule": RULE}, timeout=30).raise_for_status()
    return studio


def add_sample(studio, name: str) -> None:
    table = pa.table({"id": [name], "speed": [99.0]})
    sink = pa.BufferOutputStream()
    with pa.ipc.new_stream(sink, table.schema) as writer:
        writer.write_table(table)
    path = f"{studio.url}/api/v2/projects/local/drives/samples"
    httpx.post(path, content=sink.getvalue().to_pybytes(), timeout=30).raise_for_status()


def choose(page: Page, what: str, of: str = "Actions for the stream Fast") -> None:
    page.get_by_role("button", name=of, exact=True).click()
    page.get_by_role("menuitem", name=what).click()


def test_a_receiver_is_kept_up_to_date_and_brought_back_after_a_failure(page, studio, model):
    ProjectPage(page, studio.url, "drives")
    streams = page.get_by_role("region", name="Streams")
    expect(streams.get_by_text("No stream yet")).to_be_visible(timeout=WAIT)

    choose(page, "Keep a receiver up to date", of="Actions for Fast")
    dialog = page.get_by_role("dialog", name="Keep a receiver up to date")
    expect(dialog).to_contain_text("speed ≥ 70")
    dialog.get_by_role("radio", name="At certain times").click()
    dialog.get_by_role("textbox", name="Times").fill("now and then")
    dialog.get_by_role("button", name="Keep it up to date").click()
    expect(dialog.get_by_role("alert")).to_contain_text("five fields of cron", timeout=WAIT)
    expect_no_finding(page, "the dialog of a stream")
    dialog.get_by_role("radio", name="When samples").click()
    dialog.get_by_role("button", name="Keep it up to date").click()

    expect(streams.get_by_text(f"Receiver has {len(FAST)} samples")).to_be_visible(timeout=WAIT)
    expect(streams.get_by_text("up to date", exact=True)).to_be_visible()
    add_sample(studio, "new")
    expect(streams.get_by_text(f"Receiver has {len(FAST) + 1} samples")).to_be_visible(timeout=WAIT)
    assert model.ids == FAST | {"new"}

    choose(page, "Run now")
    expect(page.get_by_text("Nothing has changed; nothing was sent.")).to_be_visible(timeout=WAIT)
    model.says = "v1," + 64 * "0"
    add_sample(studio, "newer")
    expect(streams.get_by_role("status")).to_contain_text("holds another set", timeout=WAIT)
    expect_no_finding(page, "a paused stream")
    model.says = None
    streams.get_by_role("button", name="Resend the full set").click()
    page.get_by_role("dialog").get_by_role("button", name="Resend the full set").click()
    expect(streams.get_by_text(f"Receiver has {len(FAST) + 2} samples")).to_be_visible(timeout=WAIT)
    assert (model.ids, model.troubles) == (FAST | {"new", "newer"}, [])

    choose(page, "Pause")
    expect(streams.get_by_text("paused", exact=True)).to_be_visible(timeout=WAIT)
    choose(page, "Delete")
    asked = page.get_by_role("dialog", name=re.compile("^Delete the stream “Fast”"))
    asked.get_by_role("button", name="Delete").click()
    expect(streams.get_by_text("No stream yet")).to_be_visible(timeout=WAIT)
