"""Receivers that are slow, close early or are down: it is said, kept, and arrives in the end."""

from __future__ import annotations

import re
import threading

import pytest
from playwright.sync_api import expect
from tests.e2e.pages import WAIT, ExportDialog, ProjectPage, export_all
from tests.e2e.server import Studio
from tests.e2e.small import ROWS, write_small

from debiai_studio.demo.receiver import Receiver as Arrivals

EVERY_4_S = ",".join(["4"] * 100)
LONG = 90_000  # a producer gives up on a broker after 30 s


@pytest.fixture(scope="module")
def studio(built_page, tmp_path_factory):
    """Tries again every 4 s."""
    folder = tmp_path_factory.mktemp("waiting")
    table = write_small(folder)
    studio = Studio(folder, "start", str(table), DEBIAI_RETRY_SCHEDULE=EVERY_4_S).start()
    studio.wait_for_project("drives")
    yield studio
    studio.stop()


@pytest.fixture
def dialog(page, studio) -> ExportDialog:
    return export_all(page, studio.url, "drives")


class SlowAtFirst(Arrivals):
    """Takes each document whole, and answers when it is let."""

    def __init__(self):
        super().__init__(0)
        self.released = threading.Event()

    def take(self, key, body, headers):
        super().take(key, body, headers)
        self.released.wait(60)


def test_a_slow_receiver_is_waited_for_then_tried_again_by_itself(dialog, page):
    slow = SlowAtFirst()
    slow.start()
    url, seconds = f"{slow.url}export/", {"Seconds for the whole request": "6"}
    dialog.new_method("Slow", "HTTP POST", URL=url, **seconds)
    delivery = dialog.send()

    dialog.expect_standing("Being sent to Slow; not confirmed yet.")
    dialog.expect_standing(re.compile("^Not delivered yet. Next attempt"))
    expect(dialog.root.locator(".fault")).to_have_text(
        "The receiver did not answer within 6 seconds."
    )
    expect(dialog.root.locator(".way")).to_contain_text("tried again by itself")
    slow.released.set()

    dialog.expect_standing("Slow confirmed it.")
    (arrived,) = slow.entries()
    assert (arrived["id"], arrived["samples"], arrived["times"]) == (delivery, ROWS, 2)
    dialog.root.get_by_role("link", name="All about this delivery").click()
    detail = page.get_by_role("complementary", name="Delivery")
    expect(detail.get_by_role("heading", name="2 attempts")).to_be_visible()
    slow.shutdown()
    slow.server_close()


def test_a_receiver_that_closes_early_is_told_and_gets_it_at_its_new_address(
    dialog, page, studio, receiver
):
    dialog.new_method("Closing", "HTTP POST", URL=receiver.url("/close"))
    delivery = dialog.send()

    dialog.expect_standing(re.compile("^Not delivered yet. Next attempt"))
    expect(dialog.root.locator(".fault")).to_have_text(
        "The connection to the receiver broke before it answered: "
        "Server disconnected without sending a response."
    )
    assert receiver.received() == []
    page.goto(f"{studio.url}/settings")
    page.get_by_role("button", name="Change Closing").click()
    form = page.get_by_role("dialog", name="Change “Closing”")
    form.get_by_role("textbox", name="URL", exact=True).fill(receiver.url("/ok"))
    form.get_by_role("button", name="Save").click()
    expect(form).to_be_hidden(timeout=WAIT)

    page.goto(f"{studio.url}/deliveries?id={delivery}")
    detail = page.get_by_role("complementary", name="Delivery")
    expect(detail.locator(".standing")).to_have_text("Closing confirmed it.", timeout=WAIT)
    (request,) = receiver.received()
    assert request.id == delivery
    assert request.body.count(b'{"id":') == ROWS


def test_a_broker_that_is_down_at_the_start_and_later_gets_everything_once(
    dialog, page, studio, kafka_broker
):
    topic = kafka_broker.create_topic("down")
    deliveries = []
    dialog.new_method("Topic", "Kafka", Broker=kafka_broker.bootstrap, Topic=topic)
    for attempt in range(2):
        if attempt:
            dialog = export_all(page, studio.url, "drives")
            dialog.choose("Topic")
        kafka_broker.stop()
        try:
            deliveries.append(dialog.send())
            dialog.expect_standing("Being sent to Topic; not confirmed yet.")
            expect(dialog.root.locator(".fault")).to_have_text(
                re.compile("^The broker cannot be used: the connection was refused"), timeout=LONG
            )
            expect(dialog.root.locator(".way")).not_to_contain_text("Topic acknowledged it.")
        finally:
            kafka_broker.start()
        expect(dialog.root.locator(".standing")).to_have_text(
            "Topic acknowledged it.", timeout=LONG
        )

    messages = kafka_broker.messages(topic)
    assert [message.key for message in messages] == deliveries
    assert {message.value.count(b'{"id":') for message in messages} == {ROWS}


def test_a_document_above_the_limit_of_a_topic_is_refused_before_it_is_accepted(
    dialog, page, studio, kafka_broker
):
    topic = kafka_broker.create_topic("narrow", **{"max.message.bytes": "20000"})
    place = {"Broker": kafka_broker.bootstrap, "Topic": topic}
    dialog.new_method("Narrow", "Kafka", **place, **{"Largest message, in bytes": "20000"})

    alert = dialog.root.get_by_role("alert")
    expect(alert).to_contain_text(re.compile(r"has [\d,]+ bytes, the method takes"), timeout=WAIT)
    expect(alert).to_contain_text("large=chunk")
    send = dialog.root.get_by_role("button", name="Send")
    expect(send).to_have_attribute("aria-disabled", "true")
    assert kafka_broker.messages(topic) == []


def test_one_that_waits_is_tried_or_cancelled_where_it_is_shown(dialog, page, studio, receiver):
    dialog.new_method("Unreachable", "HTTP POST", URL=receiver.url("/close"))
    dialog.send()
    dialog.expect_standing(re.compile("^Not delivered yet. Next attempt"))

    dialog.root.get_by_role("button", name="Change the method").click()
    form = page.get_by_role("dialog", name="Change")
    form.get_by_role("textbox", name="URL", exact=True).fill(receiver.url("/ok"))
    form.get_by_role("button", name="Save").click()
    expect(form).to_be_hidden(timeout=WAIT)
    again = dialog.root.get_by_role("button", name="Try now")
    if again.is_visible():
        again.click()

    dialog.expect_standing("Unreachable confirmed it.")
    expect(again).to_have_count(0)


def test_the_card_of_a_waiting_one_can_be_put_away_and_cancels_it(dialog, page, studio, receiver):
    dialog.new_method("Shut", "HTTP POST", URL=receiver.url("/close"))
    dialog.send()
    dialog.expect_standing(re.compile("^Not delivered yet. Next attempt"))
    dialog.close()
    ProjectPage(page, studio.url, "drives").start_analysis()
    card = page.get_by_role("region", name="Delivery")

    card.get_by_role("button", name="Cancel").click(timeout=WAIT)
    page.get_by_role("button", name="Cancel the delivery").click()
    expect(card).to_contain_text("Cancelled: Shut", timeout=WAIT)
    card.get_by_role("button", name="Put away").click()

    expect(card.get_by_text("Cancelled: Shut")).to_have_count(0)
