"""Data providers on the home page: added, fetched, followed, refreshed, removed."""

from __future__ import annotations

import threading

import pytest
from playwright.sync_api import expect
from tests.e2e.pages import WAIT
from tests.real.data_provider import DataProvider, drives


@pytest.fixture
def provider():
    provider = DataProvider()
    provider.projects = {"night drives": drives(60), "boats": drives(12)}
    yield provider
    provider.close()


def add(page, name: str, url: str) -> None:
    page.get_by_role("button", name="Data providers").click()
    dialog = page.get_by_role("dialog", name="Data providers")
    dialog.get_by_role("textbox", name="Name").fill(name)
    dialog.get_by_role("textbox", name="Address").fill(url)
    dialog.get_by_role("button", name="Test").click()
    expect(dialog.get_by_text("It answers, with 2 projects.")).to_be_visible(timeout=WAIT)
    dialog.get_by_role("button", name="Add").click()
    expect(dialog.get_by_role("button", name=f"Remove {name}")).to_be_visible(timeout=WAIT)
    dialog.get_by_role("button", name="Close").last.click()


def test_a_project_of_a_provider_is_fetched_cancelled_gone_on_with_and_opened(
    page, start, provider
):
    studio = start("start")
    page.goto(studio.url)
    add(page, "Lab", provider.url)
    card = page.get_by_role("region", name="Data provider Lab")
    expect(card.get_by_text("Available")).to_be_visible(timeout=WAIT)
    row = card.get_by_role("row", name="night drives")
    expect(row.get_by_text("Not fetched")).to_be_visible()

    release = threading.Event()
    seen = iter(range(10**6))
    provider.before = lambda asked: (
        release.wait(60) and None if asked.path.endswith("/data") and next(seen) >= 2 else None
    )
    row.get_by_role("button", name="Fetch night drives").click()
    expect(row.get_by_text("Reading samples, 20 of 60")).to_be_visible(timeout=WAIT)
    expect(row.get_by_role("progressbar")).to_have_attribute("aria-valuenow", "33")
    row.get_by_role("button", name="Cancel night drives").click()
    expect(row.get_by_text("Cancelled")).to_be_visible(timeout=WAIT)
    release.set()
    row.get_by_role("button", name="Go on night drives").click()
    expect(row.get_by_text("Fetched")).to_be_visible(timeout=WAIT)

    row.get_by_role("button", name="Refresh night drives").click()
    expect(page.get_by_text("has not changed at “Lab”")).to_be_visible(timeout=WAIT)
    row.get_by_role("link", name="night drives").click()
    expect(page.get_by_role("heading", name="night drives")).to_be_visible(timeout=WAIT)
    page.get_by_role("link", name="Start analysis").click()
    expect(page.get_by_text("60").first).to_be_visible(timeout=WAIT)


def test_what_did_not_come_is_named_and_a_provider_that_is_away_says_why(page, start, provider):
    provider.omitted = {"d00003"}
    studio = start("start", DEBIAI_DATA_PROVIDER_Lab=provider.url)
    page.goto(studio.url)
    card = page.get_by_role("region", name="Data provider Lab")
    row = card.get_by_role("row", name="boats")
    row.get_by_role("button", name="Fetch boats").click(timeout=WAIT)
    row.get_by_role("button", name="What is missing").click(timeout=WAIT)
    dialog = page.get_by_role("dialog", name="What is missing in “boats”")
    lost = dialog.get_by_role("row", name="d00003").first
    expect(lost.get_by_role("cell", name="it was not in the answer")).to_be_visible(timeout=WAIT)
    page.keyboard.press("Escape")

    provider.close()
    card.get_by_role("button", name="Ask Lab again").click()
    expect(card.get_by_text("Not reachable")).to_be_visible(timeout=WAIT)
    expect(card.get_by_role("status").filter(has_text="cannot be reached")).to_be_visible()
    expect(row.get_by_role("link", name="boats")).to_be_visible()


def test_a_provider_of_the_page_is_removed_and_the_copy_stays(page, start, provider):
    studio = start("start")
    page.goto(studio.url)
    add(page, "Lab", provider.url)
    card = page.get_by_role("region", name="Data provider Lab")
    card.get_by_role("button", name="Fetch boats").click(timeout=WAIT)
    expect(card.get_by_role("row", name="boats").get_by_text("Fetched")).to_be_visible(timeout=WAIT)
    page.get_by_role("button", name="Data providers").click()
    page.get_by_role("button", name="Remove Lab").click()
    page.get_by_role("button", name="Remove", exact=True).click()
    expect(page.get_by_text("“Lab” was removed.")).to_be_visible(timeout=WAIT)
    page.get_by_role("button", name="Close").last.click()
    expect(card).to_be_hidden()
    expect(page.get_by_role("link", name="boats")).to_be_visible(timeout=WAIT)


def test_without_permission_the_page_offers_no_adding_and_no_removing(page, start, provider):
    studio = start(
        "start",
        DEBIAI_DATA_PROVIDER_Lab=provider.url,
        DEBIAI_DATA_PROVIDERS_ALLOW_CREATION="false",
        DEBIAI_DATA_PROVIDERS_ALLOW_DELETION="false",
    )
    page.goto(studio.url)
    page.get_by_role("button", name="Data providers").click()
    dialog = page.get_by_role("dialog", name="Data providers")
    expect(dialog.get_by_text("defined by DEBIAI_DATA_PROVIDER_Lab")).to_be_visible(timeout=WAIT)
    expect(dialog.get_by_text("switched off")).to_be_visible()
    expect(dialog.get_by_role("textbox")).to_have_count(0)
    expect(dialog.get_by_role("button", name="Remove Lab")).to_have_count(0)
