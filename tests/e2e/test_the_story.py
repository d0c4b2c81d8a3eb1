"""The outcome that everything is for: explore, select, export, see it arrive."""

from __future__ import annotations

import json
import re
import shutil

import pandas as pd
import pytest
from playwright.sync_api import expect
from tests.e2e.pages import WAIT, AnalysisPage, Chip, ExportDialog, ProjectPage, number, passing
from tests.e2e.server import Studio
from tests.real.schemas import schema_of

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
    """The same flights read by pandas alone: a row for each sample and model, in their order."""
    wide = pd.read_parquet(flights)
    results = [name for name in wide.columns if name.startswith(MODELS)]
    parts = []
    for model in MODELS:
        own = {name: name.partition(".")[2] for name in results if name.startswith(model)}
        others = [name for name in results if name not in own]
        parts.append(wide.drop(columns=others).rename(columns=own))
    return pd.concat(parts).sort_index(kind="stable")


@pytest.fixture
def analysis(page, demo):
    return ProjectPage(page, demo.url, "flights").start_analysis(*MODELS)


def brush_three(analysis: AnalysisPage) -> None:
    """A box, a range and an axis."""
    analysis.brush("Point plot", (0.1, 0.35), (0.45, 0.04))
    analysis.brush("Range slider plot", (0.2, 0.5), (0.7, 0.5))
    axis = analysis.axis_of("Parallel coordinates", "distance")
    analysis.brush("Parallel coordinates", (0.5, 0.95), (0.5, 0.65), axis=axis)


def test_brushes_of_three_widgets_narrow_every_other_widget_exactly(analysis, table):
    analysis.expect_selected(SAMPLES, SAMPLES)
    analysis.add_distribution("carrier")

    brush_three(analysis)

    chips = analysis.chips(4)
    assert len({chip.column for chip in chips}) == len(chips)
    for step in range(4):
        assert chips[step].remaining == samples_of(passing(table, *chips[: step + 1]))
    chosen = passing(table, *chips)
    assert 0 < samples_of(chosen) < SAMPLES
    analysis.expect_selected(samples_of(chosen), SAMPLES)
    analysis.expect_subtitle("Sample table", rf"^{_spaced(len(chosen))} rows$")
    column = analysis.widget("Statistics").get_by_role("columnheader").first.inner_text()
    values = chosen[column].dropna()
    expect(analysis.figure("Values")).to_have_text(re.compile(f"^{_spaced(len(values))}$"))
    assert number(analysis.figure("Mean").inner_text()) == pytest.approx(values.mean(), rel=1e-4)
    largest = chosen["carrier"].value_counts().index[0]
    bar = analysis.widget("Distribution", "carrier").get_by_role(
        "button",
        name=re.compile(rf"^{largest}: {_spaced(chosen.carrier.eq(largest).sum())} of "),
    )
    expect(bar).to_be_visible(timeout=WAIT)
    first = analysis.widget("Sample table").get_by_role("gridcell").first
    expect(first).to_have_text(chosen["id"].iloc[0])


def test_a_selection_reaches_an_endpoint_and_a_topic_byte_for_byte(
    analysis, demo, table, receiver, kafka_broker
):
    topic = kafka_broker.create_topic("story")
    brush_three(analysis)
    ids = list(passing(table, *analysis.chips(4))["id"].unique())
    analysis.save("Late, far & “été”")

    dialog = analysis.export_saved("Late, far & “été”")
    dialog.new_method("Label team", "HTTP POST", URL=receiver.url("/ok"))
    posted = dialog.send()
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
        assert schema_of(body) == "selection"
        assert body == _selection("Late, far & “été”", ids, date=json.loads(body)["date"])


def test_a_receiver_of_a_box_and_a_range_finds_exactly_the_samples_that_the_page_counted(
    analysis, table, receiver
):
    brush_three(analysis)
    first, second, time, _ = analysis.chips(4)

    dialog = analysis.export_drawn("Point plot")
    dialog.new_method("Boxes", "HTTP POST", URL=receiver.url("/ok/boxes"))
    expect(dialog.figures).to_contain_text(
        f"covers {_written(samples_of(passing(table, first, second)))}"
    )
    shown = dialog.document
    dialog.send()
    dialog.expect_standing("Boxes confirmed it.")
    dialog.close()
    dialog = analysis.export_drawn("Range slider plot")
    dialog.new_method("Ranges", "HTTP POST", URL=receiver.url("/ok/ranges"))
    expect(dialog.figures).to_contain_text(f"covers {_written(samples_of(passing(table, time)))}")
    dialog.root.get_by_role("textbox", name="Annotation").fill("relabel")
    dialog.send()
    dialog.expect_standing("Ranges confirmed it.")

    box, drawn = (request.body.decode() for request in receiver.received())
    assert (schema_of(box.encode()), schema_of(drawn.encode())) == ("range-2d", "range-1d")
    assert box == shown
    assert box == _golden("2Drange", first, second)
    assert drawn == _golden("1Drange", time)[:-1] + ',"annotation":"relabel"}'
    told = json.loads(box)
    taken = table[table[told["colX"]].between(*told["x"]) & table[told["colY"]].between(*told["y"])]
    assert set(taken["id"]) == set(passing(table, first, second)["id"])


def test_what_the_demo_sends_appears_on_the_receivers_page(analysis, demo, table, context):
    analysis.brush("Range slider plot", (0.2, 0.5), (0.3, 0.5))
    (time,) = analysis.chips(1)
    analysis.page.get_by_role("banner").get_by_role("button", name="Export").click()
    dialog = ExportDialog(analysis.page)
    dialog.choose("Demo_receiver")
    dialog.root.get_by_role("textbox", name="Name of the selection").fill("A few weeks")
    dialog.send()
    dialog.expect_standing("Demo_receiver confirmed it.")

    arrivals = context.new_page()
    arrivals.goto(re.search(r"appear at (\S+)", demo.said).group(1))

    card = arrivals.get_by_role("article").filter(has_text="A few weeks")
    count = f"{samples_of(passing(table, time)):,} samples"
    expect(card).to_contain_text(count, timeout=WAIT)
    expect(card).to_contain_text(passing(table, time)["id"].iloc[0])


def test_filters_survive_a_refresh_a_second_tab_and_undo(analysis, table, context):
    page = analysis.page
    analysis.brush("Range slider plot", (0.2, 0.5), (0.7, 0.5))
    analysis.chips(1)
    page.wait_for_url(re.compile("#"))
    axis = analysis.axis_of("Parallel coordinates", "distance")
    analysis.brush("Parallel coordinates", (0.5, 0.95), (0.5, 0.65), axis=axis)
    time, distance = analysis.chips(2)
    both = samples_of(passing(table, time, distance))

    page.get_by_role("button", name="Undo").click()
    analysis.expect_selected(time.remaining, SAMPLES)
    page.get_by_role("button", name="Redo").click()
    analysis.expect_selected(both, SAMPLES)
    analysis.expect_in_address(2)
    page.reload()
    reloaded = AnalysisPage(page)
    assert reloaded.chips(2) == [time, distance]
    second = context.new_page()
    second.goto(page.url)
    opened = AnalysisPage(second)
    opened.expect_selected(both, SAMPLES)
    assert opened.chips(2) == [time, distance]


def test_selections_methods_and_history_outlive_the_server(analysis, demo, table, receiver):
    page = analysis.page
    analysis.brush("Range slider plot", (0.5, 0.5), (0.55, 0.5))
    (time,) = analysis.chips(1)
    analysis.save("A week")
    dialog = analysis.export_saved("A week")
    dialog.new_method("Archive", "HTTP POST", URL=receiver.url("/ok"))
    delivery = dialog.send()
    dialog.expect_standing("Archive confirmed it.")

    demo.stop()
    demo.start()
    demo.wait_for_project("flights")

    page.goto(f"{demo.url}/p/local/flights")
    samples = _written(samples_of(passing(table, time)))
    saved = page.get_by_role("listitem").filter(has_text="A week")
    expect(saved).to_contain_text(samples)
    page.goto(f"{demo.url}/settings")
    archive = page.get_by_role("article").filter(has_text="Archive")
    expect(archive).to_contain_text(receiver.url("/ok"))
    page.goto(f"{demo.url}/deliveries?id={delivery}")
    detail = page.get_by_role("complementary", name="Delivery")
    expect(detail).to_contain_text("Archive confirmed it.")
    expect(detail.get_by_role("heading", name="1 attempt")).to_be_visible()
    row = page.get_by_role("row").filter(has_text="A week")
    expect(row).to_contain_text(samples)
    expect(row).to_contain_text("Delivered")


def samples_of(rows: pd.DataFrame) -> int:
    """Distinct samples: one is selected if any of its rows is."""
    return rows["id"].nunique()


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


def _golden(kind: str, *chips: Chip) -> str:
    """The range document of these bounds, as ``tests/golden`` writes it."""
    columns = "".join(
        f',"col{axis}":"{chip.column}"' for axis, chip in zip("XY", chips, strict=False)
    )
    bounds = "".join(
        f',"{axis}":[{_bound(chip.min)},{_bound(chip.max)}]'
        for axis, chip in zip("xy", chips, strict=False)
    )
    return (
        '{"origin":"DebiAI","projectId":"flights","dataProviderId":"local","selectionIds":[],'
        f'"type":"{kind}"{columns}{bounds}}}'
    )


def _bound(text: str) -> str:
    """As JSON writes it: a float column's bounds are floats."""
    return json.dumps(text) if "T" in text else json.dumps(float(text))


def _written(count: int) -> str:
    return f"{count:,}".replace(",", "\u202f")


def _spaced(count: int) -> str:
    return f"{count:,}".replace(",", "\\s")
