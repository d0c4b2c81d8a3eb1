"""What becomes of a large document is chosen in words, and said before anything is sent."""

from __future__ import annotations

import json

import pytest
from playwright.sync_api import expect
from tests.e2e.pages import WAIT, ExportDialog, ProjectPage
from tests.e2e.small import write_small


@pytest.fixture
def dialog(page, start, tmp_path) -> ExportDialog:
    studio = start("start", str(write_small(tmp_path)))
    studio.wait_for_project("drives")
    ProjectPage(page, studio.url, "drives").start_analysis()
    page.get_by_role("button", name="Export", exact=True).first.click(timeout=WAIT)
    return ExportDialog(page)


def make_method(page, dialog, name: str, url: str, way: str | None = None) -> None:
    """By the form, with the largest body that the receiver takes."""
    dialog.root.get_by_role("button", name="New method").first.click()
    form = page.get_by_role("dialog", name="New export method")
    form.get_by_role("textbox", name="Name", exact=True).fill(name)
    form.get_by_role("textbox", name="URL", exact=True).fill(url)
    form.get_by_role("button", name="More options").click()
    form.get_by_role("textbox", name="Largest body").fill("4000")
    if way is not None:
        form.get_by_role("combobox", name="Documents above the largest body").click()
        page.get_by_role("option", name=way).click()
    form.get_by_role("button", name="Create").click()
    expect(form).to_be_hidden(timeout=WAIT)


def test_a_document_that_is_too_large_cannot_be_sent_and_the_choices_are_named(
    page, dialog, receiver
):
    make_method(page, dialog, "Small door", receiver.url("/ok"))

    alert = dialog.root.get_by_role("alert")
    expect(alert).to_contain_text("the method takes 4,000", timeout=WAIT)
    expect(alert).to_contain_text("set its option large=reference")
    send = dialog.root.get_by_role("button", name="Send")
    expect(send).to_have_attribute("aria-disabled", "true")
    reason = dialog.root.get_by_text("The method does not take a document of this size.")
    expect(reason).to_be_visible()


def test_sent_by_reference_the_dialog_shows_the_address_and_the_ids_are_fetched_there(
    page, dialog, receiver
):
    way = "Send an address where the receiver fetches the ids"
    make_method(page, dialog, "By address", receiver.url("/ok"), way)

    expect(dialog.root.get_by_text("fetches the ids at the address")).to_be_visible(timeout=WAIT)
    assert "sample_ids_reference" in dialog.document
    dialog.send()
    dialog.expect_standing("By address confirmed it.")

    [received] = receiver.received("/ok")
    reference = json.loads(received.body)["sample_ids_reference"]
    fetched = page.context.request.get(reference["ndjson"])
    assert len(fetched.text().splitlines()) == reference["count"]
