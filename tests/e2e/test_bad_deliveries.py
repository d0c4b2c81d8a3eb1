"""What goes wrong on the way is said with its remedy, and nothing is lost."""

from __future__ import annotations

import re
import threading

import pytest
from playwright.sync_api import expect
from tests.e2e.pages import WAIT, AnalysisPage, ExportDialog, ProjectPage, export_all
from tests.e2e.server import Studio
from tests.e2e.small import ROWS, write_small

from debiai_studio.demo.receiver import Receiver as Arrivals


@pytest.fixture(scope="module")
def studio(built_page, tmp_path_factory):
    """Waits an hour before it tries again by itself."""
    folder = tmp_path_factory.mktemp("bad")
    table = write_small(folder)
    studio = Studio(folder, "start", str(table), DEBIAI_RETRY_SCHEDULE="3600").start()
    studio.wait_for_project("drives")
    yield studio
    studio.stop()


@pytest.fixture
def dialog(page, studio) -> ExportDialog:
    """The export of all samples, ready but for where to."""
    return export_all(page, studio.url, "drives")


def test_a_receiver_that_is_down_is_waited_for_and_gets_it_on_try_now(dialog, page):
    down = Arrivals(0)
    port = down.server_address[1]
    down.server_close()
    dialog.new_method("Away", "HTTP POST", URL=f"http://127.0.0.1:{port}/export/")
    delivery = dialog.send()
    dialog.expect_standing(re.compile(r"Not delivered yet. Next attempt in (\d+ minutes|1 hour)"))
    expect(dialog.root.locator(".fault")).to_contain_text("the connection was refused")

    arrivals = Arrivals(port)
    arrivals.start()
    dialog.root.get_by_role("link", name="All about this delivery").click()
    detail = page.get_by_role("complementary", name="Delivery")
    detail.get_by_role("button", name="Try now").click()

    expect(detail.locator(".standing")).to_have_text("Away confirmed it.", timeout=WAIT)
    expect(detail.get_by_role("heading", name="2 attempts")).to_be_visible()
    (arrived,) = arrivals.entries()
    assert (arrived["id"], arrived["samples"], arrived["times"]) == (delivery, ROWS, 1)
    arrivals.shutdown()
    arrivals.server_close()


@pytest.mark.parametrize(
    ("path", "standing", "reason"),
    [
        ("/status/404", "Next attempt in", "404"),
        ("/status/500", "Next attempt in", "500"),
        ("/busy/7", "Next attempt in", "429"),
        ("/redirect", "nothing more is tried by itself", "redirect"),
    ],
)
def test_what_a_receiver_answers_is_said_with_what_follows(
    dialog, receiver, path, standing, reason
):
    dialog.new_method("Answers " + path[1:].replace("/", " "), "HTTP POST", URL=receiver.url(path))

    dialog.send()

    dialog.expect_standing(re.compile(standing))
    expect(dialog.root.locator(".way")).to_contain_text(reason)
    expect(dialog.root.locator(".way")).not_to_contain_text("confirmed it")


class Held(Arrivals):
    """A receiver that has read a document, and answers when it is let."""

    def __init__(self):
        super().__init__(0)
        self.released = threading.Event()

    def take(self, key, body, headers):
        self.released.wait(60)
        super().take(key, body, headers)


def test_nothing_is_called_delivered_before_the_receiver_has_answered(dialog):
    held = Held()
    held.start()
    dialog.new_method("Held", "HTTP POST", URL=f"{held.url}export/")
    dialog.send()

    dialog.expect_standing("Being sent to Held; not confirmed yet.")
    expect(dialog.root.get_by_role("listitem").filter(has_text="Delivered")).to_have_class(
        re.compile("is-waiting")
    )
    held.released.set()

    dialog.expect_standing("Held confirmed it.")
    assert len(held.entries()) == 1
    held.shutdown()
    held.server_close()


def test_a_topic_that_does_not_exist_is_said_with_the_remedy(dialog, kafka_broker):
    dialog.new_method("No topic", "Kafka", Broker=kafka_broker.bootstrap, Topic="no-such-topic")

    dialog.send()

    dialog.expect_standing(re.compile("nothing more is tried by itself"))
    fault = dialog.root.locator(".fault")
    expect(fault).to_contain_text("no-such-topic")
    expect(fault).to_contain_text("Create it, or correct its name.")


def test_a_test_document_shows_whether_a_method_works(page, studio, receiver):
    page.goto(f"{studio.url}/settings")
    page.get_by_role("button", name="New method").first.click()
    form = page.get_by_role("dialog", name="New export method")
    create = form.get_by_role("button", name="Create")
    expect(create).to_have_attribute("aria-disabled", "true")
    form.get_by_role("textbox", name="Name", exact=True).fill("Tried first")
    form.get_by_role("textbox", name="URL", exact=True).fill("not an address")
    create.click()
    expect(form.get_by_role("alert")).to_contain_text("not an address")
    form.get_by_role("textbox", name="URL", exact=True).fill(receiver.url("/ok/test"))
    create.click()
    expect(form).to_be_hidden(timeout=WAIT)

    article = page.get_by_role("article").filter(has_text="Tried first")
    article.get_by_role("button", name="Test").click()

    shown = page.get_by_role("dialog", name="Test document")
    expect(shown.locator(".standing")).to_have_text("Tried first confirmed it.", timeout=WAIT)
    assert len(receiver.received("/ok/test")) == 1


def test_nothing_selected_cannot_be_saved_or_exported_and_says_so(page, studio):
    analysis = ProjectPage(page, studio.url, "drives").start_analysis()
    analysis.brush("Point plot", (0.01, 0.4), (0.04, 0.45))

    analysis.expect_selected(0, ROWS)
    expect(page.get_by_text("No sample matches.")).to_be_visible()
    for button in (
        analysis.filters.get_by_role("button", name="Save"),
        page.get_by_role("banner").get_by_role("button", name="Export"),
    ):
        expect(button).to_have_attribute("aria-disabled", "true")
        button.click(force=True)
        expect(page.get_by_role("dialog")).to_have_count(0)
    page.get_by_role("button", name="Remove it").click()
    expect(AnalysisPage(page).filters.get_by_role("status")).not_to_have_text(re.compile("^0 of"))


def test_without_methods_and_with_creation_off_the_dialog_names_the_section(page, start, tmp_path):
    studio = start(
        "start", str(write_small(tmp_path)), DEBIAI_EXPORT_METHODS_CREATION_ENABLED="False"
    )
    studio.wait_for_project("drives")
    dialog = export_all(page, studio.url, "drives")

    expect(dialog.root).to_contain_text("[EXPORT_METHODS_LIST]")
    expect(dialog.root.get_by_role("button", name="New method")).to_have_count(0)
    send = dialog.root.get_by_role("button", name=re.compile(r"^Send( |$)"))
    expect(send).to_have_attribute("aria-disabled", "true")


def test_a_project_deleted_while_its_export_waits_loses_nothing(page, start, tmp_path):
    table = write_small(tmp_path, "doomed.csv")
    studio = start("start", str(table), DEBIAI_RETRY_SCHEDULE="3600")
    studio.wait_for_project("doomed")
    down = Arrivals(0)
    port = down.server_address[1]
    down.server_close()
    dialog = export_all(page, studio.url, "doomed")
    dialog.new_method("Away", "HTTP POST", URL=f"http://127.0.0.1:{port}/")
    delivery = dialog.send()
    dialog.expect_standing(re.compile("Not delivered yet"))
    dialog.close()

    page.get_by_role("button", name="Actions", exact=True).click()
    page.get_by_role("menuitem", name="Delete the project").click()
    page.get_by_role("dialog").get_by_role("button", name="Delete").click()
    expect(page.get_by_role("heading", name="Bring in your first data set")).to_be_visible()
    arrivals = Arrivals(port)
    arrivals.start()
    page.goto(f"{studio.url}/deliveries?id={delivery}")
    detail = page.get_by_role("complementary", name="Delivery")
    detail.get_by_role("button", name="Try now").click()

    expect(detail.locator(".standing")).to_have_text("Away confirmed it.", timeout=WAIT)
    (arrived,) = arrivals.entries()
    assert arrived["samples"] == ROWS
    arrivals.shutdown()
    arrivals.server_close()
