"""The outcome that everything is for: explore, select, export, see it arrive."""

from __future__ import annotations

import json
import re
import shutil

import pandas as pd
import pytest
from playwright.sync_api import expect
from tests.e2e.pages import WAIT, AnalysisPage, ProjectPage, number, passing
from tests.e2e.server import Studio

SAMPLES = 336_776
MODELS = ("ridge", "boosting")


@pytest.fixture(scope="module")
def demo(built_page, flights, tmp_path_factory):
    """What ``make run`` starts, with the models fitted before."""
    folder = tmp_path_factory.mktemp("demo")
    table = folder / "data" / "studio" / "demo" / "flights.parquet"
    table.parent.mkdir(parents=True)
    shutil.copy(flights, table)
    studio = Studio(folder, "demo").start()
    studio.wait_for_project("flights")
    yield studio
    studio.stop()


@pytest.fixture(scope="module")
def table(flights):
    """The same flights, read by pandas alone."""
    return pd.read_parquet(flights)


@pytest.fixture
def analysis(page, demo):
    return ProjectPage(page, demo.url, "flights").start_analysis(*MODELS)


def brush_three(analysis: AnalysisPage) -> None:
    """A box, a range and an axis."""
    analysis.brush("Point plot", (0.1, 0.97), (0.45, 0.6))
    analysis.brush("Range slider plot", (0.2, 0.5), (0.7, 0.5))
    axis = analysis.axis_of("Parallel coordinates", "distance")
    analysis.brush("Parallel coordinates", (0.5, 0.95), (0.5, 0.65), axis=axis)


def test_brushes_of_three_widgets_narrow_every_other_widget_exactly(analysis, table):
    analysis.expect_selected(SAMPLES, SAMPLES)

    brush_three(analysis)

    chips = analysis.chips(4)
    columns = [chip.column for chip in chips]
    assert columns == ["dep_delay", "arr_delay", "time_hour", "distance"]
    for step in range(4):
        assert chips[step].remaining == len(passing(table, *chips[: step + 1]))
    chosen = passing(table, *chips)
    assert 0 < len(chosen) < SAMPLES
    analysis.expect_selected(len(chosen), SAMPLES)
    rows = len(MODELS) * len(chosen)
    analysis.expect_subtitle("Sample table", rf"^{_spaced(rows)} rows$")
    expect(analysis.figure("Values")).to_have_text(re.compile(f"^{_spaced(rows)}$"))
    assert number(analysis.figure("Mean").inner_text()) == pytest.approx(
        chosen["arr_delay"].mean(), rel=1e-5
    )
    largest = chosen["carrier"].value_counts().index[0]
    bar = analysis.widget("Distribution").get_by_role(
        "button",
        name=re.compile(rf"^{largest}: {_spaced(2 * chosen.carrier.eq(largest).sum())} of "),
    )
    expect(bar).to_be_visible(timeout=WAIT)
    first = analysis.widget("Sample table").get_by_role("gridcell").first
    expect(first).to_have_text(chosen["id"].iloc[0])


def test_a_selection_reaches_an_endpoint_and_a_topic_byte_for_byte(
    analysis, demo, table, receiver, kafka_broker
):
    topic = kafka_broker.create_topic("story")
    brush_three(analysis)
    ids = list(passing(table, *analysis.chips(4))["id"])
    analysis.save("Late, far & “été”")

    dialog = analysis.export_saved("Late, far & “été”")
    dialog.new_method("Label team", "HTTP POST", URL=receiver.url("/slow/1"))
    posted = dialog.send()
    dialog.expect_standing(re.compile("not confirmed yet"))
    dialog.expect_standing("Label team confirmed it.")
    dialog.close()

    dialog = analysis.export_saved("Late, far & “été”")
    dialog.new_method("Topic", "Kafka", Broker=kafka_broker.bootstrap, Topic=topic)
    produced = dialog.send()
    dialog.expect_standing("Topic acknowledged it.")

    (request,) = receiver.received()
    (message,) = kafka_broker.messages(topic)
    assert request.id == posted
    assert message.key == produced
    for body in (request.body, message.value):
        assert body == _selection("Late, far & “été”", ids, date=json.loads(body)["date"])


def test_what_the_demo_sends_appears_on_the_receivers_page(analysis, demo, context):
    brush_three(analysis)
    analysis.chips(4)
    analysis.page.get_by_role("button", name="Export", exact=True).last.click()


def _selection(name: str, ids: list[str], *, date: str) -> bytes:
    document = {
        "origin": "DebiAI",
        "type": "selection",
        "project_id": "flights",
        "data_provider_id": "local",
        "selection_name": name,
        "date": date,
        "sample_ids": [{"id": one} for one in ids],
    }
    assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z", date)
    return json.dumps(document, ensure_ascii=False, separators=(",", ":")).encode()


def _spaced(count: int) -> str:
    return f"{count:,}".replace(",", "\\s")
