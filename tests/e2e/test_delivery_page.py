"""The deliveries as a person follows them: found, watched, tried again by the hundred."""

from __future__ import annotations

import re
import shlex

import httpx
import pytest
from playwright.sync_api import Locator, Page, expect
from tests.e2e.pages import WAIT
from tests.e2e.server import Studio
from tests.e2e.test_accessibility import expect_no_finding
from tests.http.history import record


@pytest.fixture(scope="module")
def studio(built_page, tmp_path_factory):
    """Waits an hour before it tries again by itself."""
    studio = Studio(tmp_path_factory.mktemp("many"), "start", DEBIAI_RETRY_SCHEDULE="3600").start()
    yield studio
    studio.stop()


@pytest.fixture
def make(studio):
    """Makes export methods; their ids."""

    def create(name: str, *parameters: str, type_: str = "post", **options: str) -> str:
        draft = {"name": name, "type": type_, "parameters": parameters, "options": options}
        answer = httpx.post(f"{studio.url}/api/v2/export-methods", json=draft)
        return answer.raise_for_status().json()["id"]

    return create


def send_test(studio: Studio, method: str) -> str:
    answer = httpx.post(f"{studio.url}/api/v2/export-methods/{method}/test")
    return answer.raise_for_status().json()["id"]


def state(page: Page, name: str) -> Locator:
    """A part of the switch by state; its name has the count."""
    switch = page.get_by_role("group", name="State")
    return switch.get_by_role("button", name=re.compile(rf"^{name}\b"))


def rows(page: Page) -> Locator:
    return (
        page.get_by_role("table", name="Deliveries")
        .get_by_role("row")
        .filter(has=page.get_by_role("cell"))
    )


def choose(page: Page, label: str, option: str) -> None:
    page.get_by_role("combobox", name=re.compile(f"^{label}")).click()
    page.get_by_role("option", name=option, exact=True).click()


def test_filters_are_in_the_address_and_stay_after_reload_and_back(page, studio, make, receiver):
    labels = make("Found", receiver.url("/ok"))
    record(studio, ["dead", "delivered", "delivered"] * 40, labels, project="found")
    record(studio, ["dead"], labels, project="found", kind="range2d", name="Needle & <b>")
    page.goto(f"{studio.url}/deliveries")

    choose(page, "Method", "Found")
    expect(state(page, "All")).to_have_text("All 121", timeout=WAIT)
    state(page, "Failed").click()
    expect(state(page, "Failed")).to_have_text("Failed 41")
    choose(page, "Kind", "Box")
    choose(page, "Time", "Any time")
    page.get_by_role("searchbox", name="Find a delivery").fill("needle & <")

    expect(rows(page)).to_have_count(1, timeout=WAIT)
    expect(page).to_have_url(re.compile(r"state=dead&kind=range2d&method=\w+&text=needle"))
    expect(state(page, "Delivered")).to_have_text("Delivered 0")
    page.reload()
    expect(rows(page)).to_have_count(1, timeout=WAIT)
    expect(page.get_by_role("searchbox", name="Find a delivery")).to_have_value("needle & <")
    expect(state(page, "Failed")).to_have_attribute("aria-pressed", "true")
    page.get_by_role("link", name="Export methods").click()
    expect(page.get_by_role("heading", name="Export methods")).to_be_visible()
    page.go_back()
    expect(rows(page)).to_have_count(1, timeout=WAIT)

    page.get_by_role("searchbox", name="Find a delivery").fill("nothing like it")
    page.get_by_role("button", name="Show all").click()
    expect(page).to_have_url(f"{studio.url}/deliveries")


def test_many_are_chosen_tried_again_and_arrive_once(page, studio, make, receiver):
    labels = make("Repaired", receiver.url("/ok/repaired"))
    record(studio, ["dead"] * 130 + ["delivered"] * 3, labels, project="repaired")
    page.goto(f"{studio.url}/deliveries?state=dead&method={labels}")
    expect(state(page, "Failed")).to_have_text("Failed 130", timeout=WAIT)
    boxes = rows(page).get_by_role("checkbox")
    chosen = page.get_by_role("toolbar", name="Chosen deliveries")

    boxes.nth(1).click()
    boxes.nth(5).click(modifiers=["Shift"])
    expect(chosen).to_contain_text("5 chosen")
    chosen.get_by_role("button", name="Try 5 again").click()
    expect(page.get_by_text("5 deliveries are tried again now.")).to_be_visible(timeout=WAIT)
    expect(state(page, "Delivered")).to_have_text("Delivered 8", timeout=WAIT)
    expect(state(page, "Failed")).to_have_text("Failed 125")

    page.get_by_role("checkbox", name="All that are listed").click()
    chosen.get_by_role("button", name="Choose all 125 that match").click()
    chosen.get_by_role("button", name="Try 125 again").click()
    asked = page.get_by_role("dialog", name="Try them again?")
    expect(asked).to_contain_text("125 deliveries.")
    asked.get_by_role("button", name="Try again").click()

    expect(page.get_by_text("125 deliveries are tried again now.")).to_be_visible(timeout=WAIT)
    expect(state(page, "Delivered")).to_have_text("Delivered 133", timeout=WAIT)
    expect(page.get_by_text("No delivery matches")).to_be_visible()
    ids = [one.id for one in receiver.received("/ok/repaired")]
    assert (len(ids), len(set(ids))) == (130, 130)


def test_many_that_wait_are_cancelled_after_a_question(page, studio, make):
    closed = make("Closed", "http://127.0.0.1:9/")
    record(studio, ["retry"] * 3, closed, project="closed")
    page.goto(f"{studio.url}/deliveries?method={closed}")

    page.get_by_role("checkbox", name="All that are listed").click(timeout=WAIT)
    page.get_by_role("button", name="Cancel 3").click()
    asked = page.get_by_role("dialog", name="Cancel them?")
    asked.get_by_role("button", name="Cancel the deliveries").click()

    expect(state(page, "Cancelled")).to_have_text("Cancelled 3", timeout=WAIT)
    expect(rows(page).filter(has_text="Cancelled")).to_have_count(3)


def test_what_is_looked_at_stays_where_it_is_while_others_arrive(page, studio, make, receiver):
    labels = make("Busy", receiver.url("/ok"))
    record(studio, ["delivered"] * 240, labels)
    page.goto(f"{studio.url}/deliveries?method={labels}")
    expect(state(page, "All")).to_have_text("All 240", timeout=WAIT)
    region = page.get_by_role("region", name="List of deliveries")
    region.evaluate("(one) => one.scrollTo({ top: 80 * 48 })")
    looked_at = page.get_by_role("button", name="Number 155", exact=True)
    expect(looked_at).to_be_visible()
    place = looked_at.bounding_box()

    for _ in range(3):
        send_test(studio, labels)

    expect(page.get_by_role("button", name="3 newer deliveries")).to_be_visible(timeout=WAIT)
    expect(state(page, "All")).to_have_text("All 243")
    assert looked_at.bounding_box() == place
    page.get_by_role("button", name="3 newer deliveries").click()
    expect(rows(page).first).to_contain_text("Test document")
    expect(page.get_by_role("button", name="3 newer deliveries")).to_have_count(0)


def test_what_died_is_said_in_every_page_until_it_is_dismissed(page, studio, make, receiver):
    page.goto(studio.url)
    notice = page.get_by_role("region", name="Failed deliveries")
    dismiss = notice.get_by_role("button", name="Dismiss")
    expect(page.get_by_role("link", name=re.compile("^Deliveries"))).to_be_visible()
    if dismiss.is_visible():
        dismiss.click()
    moved = make("Moved", receiver.url("/redirect"))
    send_test(studio, moved)
    send_test(studio, moved)

    expect(notice).to_contain_text("2 deliveries failed. To Moved: The receiver", timeout=WAIT)
    page.reload()
    expect(notice).to_contain_text("2 deliveries failed.", timeout=WAIT)
    page.goto(f"{studio.url}/settings")
    expect(notice).to_contain_text("2 deliveries failed.", timeout=WAIT)
    notice.get_by_role("link", name="Show them").click()
    expect(page).to_have_url(f"{studio.url}/deliveries?state=dead&method={moved}")
    expect(rows(page)).to_have_count(2, timeout=WAIT)
    expect(notice).to_be_hidden()

    send_test(studio, moved)
    expect(notice).to_contain_text("1 delivery failed.", timeout=WAIT)
    dismiss.click()
    expect(notice).to_be_hidden()
    page.reload()
    expect(rows(page)).to_have_count(3, timeout=WAIT)
    expect(notice).to_be_hidden()


def test_a_method_tells_how_it_does_is_tested_disabled_and_enabled(page, studio, make, receiver):
    make("Health", receiver.url("/status/400"))
    page.goto(f"{studio.url}/settings")
    card = page.get_by_role("article").filter(has=page.get_by_role("heading", name="Health"))
    expect(card).to_contain_text("Never used", timeout=WAIT)

    card.get_by_role("button", name="Test").click()
    result = page.get_by_role("dialog", name="Test document")
    expect(result.locator(".standing")).to_contain_text("Next attempt", timeout=WAIT)
    expect(result.get_by_role("heading", name="1 attempt")).to_be_visible()
    expect(result.get_by_label("Answer to attempt 1")).to_have_text("status 400")
    expect(result.get_by_role("listitem").last).to_contain_text(re.compile(r"400.+\d (ms|s)"))
    result.get_by_role("button", name="Close").last.click()
    expect(card).to_contain_text("Last failure", timeout=WAIT)
    expect(card).to_contain_text("The receiver answered 400")
    expect(card.get_by_role("link", name="1 under way")).to_be_visible()

    card.get_by_role("button", name="Disable Health").click()
    page.get_by_role("dialog").get_by_role("button", name="Disable").click()
    expect(card).to_contain_text("One delivery waits until it is enabled.", timeout=WAIT)
    expect(card.get_by_role("button", name="Test")).to_have_count(0)
    card.get_by_role("link", name="1 under way").click()
    rows(page).get_by_role("button", name="Test document").click(timeout=WAIT)
    detail = page.get_by_role("complementary", name="Delivery")
    expect(detail).to_contain_text("Health is disabled: it waits", timeout=WAIT)

    page.go_back()
    card.get_by_role("button", name="Enable").click(timeout=WAIT)
    expect(card.get_by_role("button", name="Test")).to_be_visible(timeout=WAIT)
    expect(card).not_to_contain_text("Disabled")


def test_an_answer_that_was_cut_is_marked_and_shown_in_full(page, studio, make, receiver):
    delivery = send_test(studio, make("Endless", receiver.url("/endless")))
    page.goto(f"{studio.url}/deliveries?id={delivery}")
    detail = page.get_by_role("complementary", name="Delivery")

    expect(detail).to_contain_text("The first 20 kB of the answer; more is not kept.", timeout=WAIT)
    answer = detail.get_by_label("Answer to attempt 1")
    assert len(answer.inner_text()) < 1000
    detail.get_by_role("button", name="Show all of it").click()
    assert len(answer.inner_text()) > 19_000


def test_a_kafka_delivery_is_copied_as_kcat_without_its_password(page, studio, make):
    page.context.grant_permissions(["clipboard-read", "clipboard-write"], origin=studio.url)
    options = {"security.protocol": "SASL_PLAINTEXT", "sasl.username": "me"}
    options["sasl.password"] = "hidden-1"
    method = make("Topic", "localhost:9", "labels", type_="kafka", **options)
    name = """it's "$(id)" `id` & é"""
    [delivery] = record(
        studio, ["dead"], method, name=name, method_type="kafka", method_name="Topic"
    )
    page.goto(f"{studio.url}/deliveries?id={delivery}")

    page.get_by_role("button", name="Copy as kcat").click(timeout=WAIT)
    expect(page.get_by_text("The kcat command was copied.")).to_be_visible()

    text = page.evaluate("navigator.clipboard.readText()")
    assert "hidden-1" not in text
    words = shlex.split(text)
    assert words[:7] == ["kcat", "-P", "-b", "localhost:9", "-t", "labels", "-k"]
    assert f"ce_subject={name}" in words
    assert words[-1] == f"{delivery}.json"


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_axe_finds_nothing_where_some_failed_are_chosen_or_wait(page, studio, make, theme):
    page.emulate_media(color_scheme=theme)
    paused = make("Paused", "http://127.0.0.1:9/")
    record(studio, ["dead", "retry", "delivered"], paused, method_name="Paused")
    httpx.post(f"{studio.url}/api/v2/export-methods/{paused}/disable").raise_for_status()

    page.goto(f"{studio.url}/deliveries?method={paused}")
    page.get_by_role("checkbox", name="All that are listed").click(timeout=WAIT)
    rows(page).get_by_role("button").first.click()
    expect(page.get_by_role("complementary", name="Delivery")).to_contain_text("SHA-256")
    expect_no_finding(page, "chosen deliveries")
    page.goto(f"{studio.url}/settings")
    card = page.get_by_role("article").filter(has_text="Paused")
    expect(card).to_contain_text("One delivery waits until it is enabled.", timeout=WAIT)
    expect_no_finding(page, "a disabled method")
    httpx.delete(f"{studio.url}/api/v2/export-methods/{paused}").raise_for_status()
