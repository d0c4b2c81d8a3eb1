"""The analysis as a report: one HTML file, and DebiAI's zip, read back as their readers do."""

from __future__ import annotations

import json
import re
import zipfile
from pathlib import Path
from typing import Any
from urllib.parse import quote

import httpx
import pytest
from playwright.sync_api import Locator, Page, expect
from tests.e2e.pages import WAIT, AnalysisPage, ProjectPage, number
from tests.e2e.small import ROWS, small_table
from tests.e2e.test_accessibility import expect_no_finding, expect_no_finding_in_either_theme

HOSTILE = '"><img src=x onerror=alert(1)></title><script>document.title = "run"</script>'
LOWEST = 60
JAVASCRIPT = "/!'*"  # what encodeURIComponent leaves, besides letters
KEPT = small_table().query("speed >= @LOWEST")
FOGGY = KEPT.query("weather == 'fog'")


@pytest.fixture
def analysis(page, drives) -> AnalysisPage:
    """Two filters by hand, and a widget with a hostile name."""
    analysis = ProjectPage(page, drives.url, "drives").start_analysis()
    analysis.add_filter("speed", lowest=str(LOWEST))
    analysis.expect_selected(len(KEPT), ROWS)
    analysis.add_filter("weather", value="fog")
    analysis.expect_selected(len(FOGGY), ROWS)
    analysis.widget("Distribution").get_by_role("heading").dblclick()
    name = page.get_by_role("textbox", name="Name of the widget")
    name.fill(HOSTILE)
    name.press("Enter")
    return analysis


def open_dialog(page: Page) -> Locator:
    page.get_by_role("button", name="Make a report of this page").click()
    dialog = page.get_by_role("dialog", name="Report")
    expect(dialog.get_by_role("textbox", name="Title")).to_have_value(re.compile(r"^drives, \d"))
    return dialog


def downloaded(page: Page, dialog: Locator, as_: str, into: Path) -> Path:
    """The file under the name that the browser was given."""
    dialog.get_by_role("radio", name=as_).check()
    with page.expect_download(timeout=3 * WAIT) as download:
        dialog.get_by_role("button", name="Download").click()
    path = into / download.value.suggested_filename
    download.value.save_as(path)
    expect(dialog).to_be_hidden(timeout=WAIT)
    return path


def samples_of(rule: dict[str, Any], url: str) -> int:
    """How many samples the API finds by a rule."""
    body = {"rule": rule, "selection_id": None, "content": "ids", "format": "json", "name": "again"}
    answer = httpx.post(f"{url}/api/v2/projects/local/drives/download", json=body, timeout=30)
    return len(answer.raise_for_status().json())


def test_the_html_report_says_what_was_seen_and_runs_nothing(
    page, context, analysis, drives, tmp_path
):
    page.emulate_media(color_scheme="dark")
    dialog = open_dialog(page)
    expect_no_finding_in_either_theme(page, "dialog of a report")
    page.emulate_media(color_scheme="dark")
    dialog.get_by_role("textbox", name="Notes").fill(f"Look at the fog.\n{HOSTILE}")

    path = downloaded(page, dialog, "HTML", tmp_path)

    assert path.name == "drives_Analysis.html"
    expect(page.locator("html[data-theme=dark]")).to_have_count(1)
    asked: list[str] = []
    report = context.new_page()
    report.on("request", lambda request: asked.append(request.url))
    report.on("dialog", lambda _: pytest.fail("A name was run."))
    report.goto(path.as_uri())
    assert [one for one in asked if not one.startswith("data:")] == [path.as_uri()]
    expect(report).to_have_title(re.compile(r"^drives, "))
    expect(report.locator(".notes")).to_have_text(f"Look at the fog.\n{HOSTILE}")
    expect(report.get_by_role("heading", name=HOSTILE)).to_be_visible()
    steps = report.locator("table").first.get_by_role("row").all_inner_texts()
    assert [int(number(one.split("\t")[-1])) for one in steps[1:]] == [
        ROWS, len(KEPT), len(FOGGY), len(FOGGY),
    ]  # fmt: skip
    assert "speed ≥ 60" in steps[2]
    assert "weather fog" in steps[3]
    images = report.locator("img")
    expect(images).to_have_count(report.locator("section").count())
    assert report.evaluate(CORNERS) == [[255, 255, 255]] * images.count()  # light, from a dark page
    expect_no_finding(report, "report")
    assert samples_of(json.loads(report.locator("#rule").inner_text()), drives.url) == len(FOGGY)
    report.get_by_role("link", name="open the analysis as it was").click()
    AnalysisPage(report).expect_selected(len(FOGGY), ROWS)


CORNERS = """() => Promise.all([...document.images].map(async (image) => {
  await image.decode()
  const canvas = document.createElement('canvas')
  canvas.width = canvas.height = 4
  const context = canvas.getContext('2d')
  context.drawImage(image, 0, 0)
  return [...context.getImageData(2, 2, 1, 1).data].slice(0, 3)
}))"""


def test_the_zip_holds_markdown_pictures_and_configurations(page, analysis, drives, tmp_path):
    dialog = open_dialog(page)
    dialog.get_by_role("checkbox", name=re.compile("^All ")).uncheck()
    expect(dialog.get_by_role("button", name=re.compile("^Download"))).to_be_disabled()
    dialog.get_by_role("checkbox", name="Point plot").check()
    dialog.get_by_role("checkbox", name=HOSTILE).check()
    dialog.get_by_role("textbox", name="Notes").fill("# no heading\n*no emphasis*")

    path = downloaded(page, dialog, "Zip", tmp_path)

    assert path.name == "drives_Analysis.zip"
    with zipfile.ZipFile(path) as archive:
        assert archive.testzip() is None
        content = {name: archive.read(name) for name in archive.namelist()}
    folders = sorted(name.partition("/")[0] for name in content)
    assert folders == ["analysis.md", *["configurations"] * 2, *["images"] * 2, "rule.json"]
    images = [data for name, data in content.items() if name.startswith("images/")]
    assert all(data.startswith(b"\x89PNG") for data in images)
    settings = [json.loads(d) for name, d in content.items() if name.startswith("configurations/")]
    assert {one["kind"] for one in settings} == {"point_plot", "distribution"}
    assert HOSTILE in {one.get("name") for one in settings}
    text = content["analysis.md"].decode()
    assert "\\# no heading\\\n\\*no emphasis\\*" in text
    assert "<" not in text.partition("```json")[0]
    linked = {f"({quote(name, safe=JAVASCRIPT)})" for name in content if "/" in name}
    assert {one for one in linked if one not in text} == set()
    remaining = re.findall(
        r"^\| (?:without|speed|weather|in the end).* \| ([\d\u202f]+) \|$", text, re.MULTILINE
    )
    assert [int(number(one)) for one in remaining] == [ROWS, len(KEPT), len(FOGGY), len(FOGGY)]
    assert samples_of(json.loads(content["rule.json"]), drives.url) == len(FOGGY)


def test_a_picture_that_cannot_be_made_is_named_and_nothing_is_saved(page, analysis):
    dialog = open_dialog(page)
    page.evaluate("() => { HTMLCanvasElement.prototype.toBlob = (done) => done(null) }")

    dialog.get_by_role("button", name="Download").click()

    expect(dialog.get_by_role("alert")).to_contain_text(
        re.compile("^The picture of “.+” could not be made: The browser could not make a PNG"),
        timeout=WAIT,
    )


def test_a_report_under_way_shows_how_far_it_is_and_is_cancelled(page, analysis):
    dialog = open_dialog(page)
    page.evaluate("""() => {
      const make = HTMLCanvasElement.prototype.toBlob
      HTMLCanvasElement.prototype.toBlob = function (...all) {
        window.held = () => make.apply(this, all)
      }
    }""")
    dialog.get_by_role("button", name="Download").click()
    expect(dialog.get_by_role("progressbar", name="Pictures that are made")).to_be_visible(
        timeout=WAIT
    )
    page.wait_for_function("window.held !== undefined")
    saved: list[str] = []
    page.on("download", lambda download: saved.append(download.url))

    dialog.get_by_role("button", name="Cancel").click()
    page.evaluate("window.held()")

    expect(dialog.get_by_role("progressbar")).to_be_hidden(timeout=WAIT)
    expect(dialog.get_by_role("textbox", name="Title")).to_be_enabled()
    assert saved == []
