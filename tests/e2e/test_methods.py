"""Export methods are changed, deleted and restored on their page."""

from __future__ import annotations

import pytest
from playwright.sync_api import Locator, Page, expect
from tests.e2e.pages import WAIT, fill_method
from tests.e2e.server import Studio


def article(page: Page, name: str) -> Locator:
    return page.get_by_role("article").filter(has=page.get_by_role("heading", name=name))


def expect_test_to_arrive(page: Page, name: str) -> None:
    article(page, name).get_by_role("button", name="Test").click()
    shown = page.get_by_role("dialog", name="Test document")
    expect(shown.locator(".standing")).to_have_text(f"{name} confirmed it.", timeout=WAIT)
    shown.get_by_role("button", name="Close").last.click()


@pytest.fixture
def studio(start, receiver) -> Studio:
    return start("start", DEBIAI_EXPORT_METHOD_From_config=f"post, {receiver.url('/ok/config')}")


def test_a_changed_method_keeps_its_kind_and_sends_to_the_new_place(page, studio, receiver):
    page.goto(f"{studio.url}/settings")
    page.get_by_role("button", name="New method").click()
    fill_method(page, "Labels", "HTTP POST", URL=receiver.url("/ok/old"))

    page.get_by_role("button", name="Change Labels").click()
    form = page.get_by_role("dialog", name="Change “Labels”")
    expect(form.get_by_role("radio", name="Kafka")).to_be_disabled()
    expect(form.get_by_role("textbox", name="URL", exact=True)).to_have_value(
        receiver.url("/ok/old")
    )
    form.get_by_role("textbox", name="Name", exact=True).fill("Relabels")
    form.get_by_role("textbox", name="URL", exact=True).fill(receiver.url("/ok/new"))
    form.get_by_role("button", name="Save").click()
    expect(form).to_be_hidden(timeout=WAIT)

    expect(page.get_by_role("article")).to_have_count(2)
    expect(article(page, "Relabels")).to_contain_text("/ok/new")
    expect_test_to_arrive(page, "Relabels")
    assert receiver.received("/ok/old") == []
    assert len(receiver.received("/ok/new")) == 1
    page.reload()
    expect(article(page, "Relabels")).to_contain_text("/ok/new")


def test_a_method_of_the_configuration_is_deleted_stays_deleted_and_is_restored(
    page, studio, receiver
):
    page.goto(f"{studio.url}/settings")
    change = page.get_by_role("button", name="Change From_config")
    expect(change).to_have_attribute("aria-disabled", "true")
    change.click(force=True)
    expect(page.get_by_role("dialog")).to_have_count(0)

    page.get_by_role("button", name="Delete From_config").click()
    page.get_by_role("dialog").get_by_role("button", name="Delete").click()
    expect(article(page, "From_config")).to_contain_text("taken out of use")
    studio.stop()
    studio.start()
    page.reload()
    expect(article(page, "From_config")).to_contain_text("taken out of use", timeout=WAIT)
    article(page, "From_config").get_by_role("button", name="Restore").click()

    expect(article(page, "From_config")).not_to_contain_text("taken out of use")
    expect_test_to_arrive(page, "From_config")
    assert len(receiver.received("/ok/config")) == 1
