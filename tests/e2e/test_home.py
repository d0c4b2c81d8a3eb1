"""Data comes in by the page: dropped, looked at, changed, imported, found again."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect
from tests.e2e.pages import WAIT
from tests.e2e.small import ROWS, small_table, write_small

ROOT = Path(__file__).parents[2]


@pytest.fixture
def studio(start):
    return start("start")


def choose(page: Page, path) -> None:
    page.locator("input[type=file]").set_input_files(path)
    expect(page.get_by_role("dialog", name=f"Import {path.name}")).to_be_visible()


def drop(page: Page, name: str, text: str) -> None:
    """A file let go over the page."""
    transfer = page.evaluate_handle(
        """([name, text]) => {
            const transfer = new DataTransfer()
            transfer.items.add(new File([text], name, { type: 'text/csv' }))
            return transfer
        }""",
        [name, text],
    )
    for event in ("dragenter", "dragover", "drop"):
        page.dispatch_event("main", event, {"dataTransfer": transfer})


def test_an_empty_home_names_the_three_ways_in_and_a_dropped_file_becomes_a_project(page, studio):
    page.goto(studio.url)
    expect(page.get_by_role("heading", name="Bring in your first data set")).to_be_visible()
    for way in ("Drop files here", "From the command line", "From Python"):
        expect(page.get_by_role("heading", name=way)).to_be_visible()

    drop(page, "drives.csv", small_table().to_csv(index=False))
    dialog = page.get_by_role("dialog", name="Import drives.csv")
    expect(dialog.get_by_role("textbox", name="Project name")).to_have_value("drives")
    dialog.get_by_role("combobox", name="Type of count").click()
    page.get_by_role("option", name="text").click()
    dialog.get_by_role("combobox", name="Category of weather").click()
    page.get_by_role("option", name="context").click()
    dialog.get_by_role("button", name="Import").last.click()
    page.get_by_role("link", name="drives", exact=True).click(timeout=WAIT)

    expect(page.get_by_role("heading", name="drives")).to_be_visible()
    columns = page.get_by_role("table", name="Columns")
    count = columns.get_by_role("row", name=re.compile("count"))
    expect(count.get_by_role("cell", name="text", exact=True)).to_be_visible()
    weather = columns.get_by_role("row", name=re.compile("weather"))
    expect(weather).to_contain_text("context")
    assert studio.get("/projects/local/drives")["n_samples"] == ROWS


def test_projects_are_found_by_their_name_and_sorted_by_their_size(page, start, tmp_path):
    big, little = write_small(tmp_path, "big drives.csv"), tmp_path / "little.csv"
    little.write_text("id,a\n1,2\n2,3\n")
    studio = start("start", str(big), str(little))
    studio.wait_for_project("little")
    studio.wait_for_project("big drives")
    page.goto(studio.url)

    page.get_by_role("button", name="Samples").click()
    rows = page.get_by_role("rowheader")
    expect(rows).to_contain_text(["big drives", "little"])
    page.get_by_role("button", name="Samples").click()
    expect(rows).to_contain_text(["little", "big drives"])
    page.keyboard.press("/")
    page.keyboard.type("BIG")
    expect(rows).to_have_count(1)
    expect(rows).to_contain_text("big drives")
    page.keyboard.type("no such")
    expect(page.get_by_text("No project matches")).to_be_visible()


def test_a_broken_row_is_named_by_its_line_and_leaves_no_project(page, studio, tmp_path):
    broken = tmp_path / "broken.csv"
    lines = small_table().to_csv(index=False).splitlines()
    lines[2500] = 's02499,1.5,"never closed'
    broken.write_text("\n".join(lines))
    page.goto(studio.url)

    choose(page, broken)
    refused = page.get_by_role("alert").filter(has_text=re.compile(r"Line 2,501 of"))
    start_import(page, refused)

    expect(refused).to_be_visible(timeout=WAIT)
    assert studio.get("/projects") == []


def test_ids_that_are_there_twice_are_named_and_leave_no_project(page, studio, tmp_path):
    twice = tmp_path / "twice.csv"
    table = small_table()
    table.loc[7, "id"] = "s00003"
    table.to_csv(twice, index=False)
    page.goto(studio.url)

    choose(page, twice)
    dialog = page.get_by_role("dialog")
    dialog.get_by_role("combobox", name="Sample id").click()
    page.get_by_role("option", name=re.compile("^id")).click()
    refused = page.get_by_role("alert").filter(has_text="s00003")
    start_import(page, refused)

    expect(refused).to_be_visible(timeout=WAIT)
    assert studio.get("/projects") == []


def uploads(studio) -> list[str]:
    return [path.name for path in studio.folder.rglob("uploads/*")]


def test_an_import_cancelled_in_its_dialog_leaves_nothing(page, studio, tmp_path):
    page.goto(studio.url)
    choose(page, write_small(tmp_path))
    dialog = page.get_by_role("dialog")
    expect(dialog.get_by_role("textbox", name="Project name")).to_be_visible(timeout=WAIT)
    assert len(uploads(studio)) > 0

    with page.expect_response(lambda answer: answer.request.method == "DELETE"):
        dialog.get_by_role("button", name="Cancel").click()

    expect(dialog).to_have_count(0)
    expect(page.get_by_role("heading", name="Bring in your first data set")).to_be_visible()
    assert uploads(studio) == []
    assert studio.get("/imports") == []
    choose(page, tmp_path / "drives.csv")
    dialog.get_by_role("button", name="Import", exact=True).click(timeout=WAIT)
    expect(page.get_by_role("link", name="drives", exact=True)).to_be_visible(timeout=WAIT)


def test_an_import_cancelled_under_way_leaves_nothing(page, studio, tmp_path):
    large = tmp_path / "large.csv"
    small_table().loc[lambda table: table.index.repeat(600)].to_csv(large)
    page.goto(studio.url)
    choose(page, large)
    dialog = page.get_by_role("dialog")
    dialog.get_by_role("button", name="Import", exact=True).click(timeout=WAIT)
    under_way = page.get_by_role("region", name="Imports")

    under_way.get_by_role("button", name="Cancel").click(timeout=WAIT)

    expect(under_way).to_have_count(0, timeout=WAIT)
    expect(page.get_by_text("“large” was cancelled; nothing of it remains")).to_be_visible()
    (job,) = studio.get("/imports")
    assert job["state"] == "cancelled"
    assert studio.get("/projects") == []
    assert uploads(studio) == []


def test_deleting_a_project_asks_and_says_what_goes(page, start, tmp_path):
    studio = start("start", str(write_small(tmp_path)))
    studio.wait_for_project("drives")
    page.goto(studio.url)

    page.get_by_role("button", name="Actions for drives").click()
    page.get_by_role("menuitem", name="Delete").click()
    dialog = page.get_by_role("dialog", name="Delete “drives”?")
    expect(dialog).to_contain_text(re.compile(r"3\s000 samples"))
    dialog.get_by_role("button", name="Cancel").click()
    expect(page.get_by_role("link", name="drives", exact=True)).to_be_visible()
    page.get_by_role("button", name="Actions for drives").click()
    page.get_by_role("menuitem", name="Delete").click()
    dialog.get_by_role("button", name="Delete").click()

    expect(page.get_by_role("heading", name="Bring in your first data set")).to_be_visible()
    assert studio.get("/projects") == []


def start_import(page: Page, refused) -> None:
    """Press Import, unless the file was refused already when it was looked at."""
    button = page.get_by_role("dialog").get_by_role("button", name="Import", exact=True)
    ready = button.and_(page.locator(":not([disabled]):not([aria-disabled])"))
    expect(ready.or_(refused).first).to_be_visible(timeout=WAIT)
    if ready.is_visible():
        ready.click()


def test_while_the_demo_is_prepared_the_home_page_and_the_terminal_say_how_far_it_is(page, start):
    studio = start("demo")
    page.goto(studio.url)

    preparing = page.get_by_role("region", name="Imports")
    expect(preparing).to_contain_text(re.compile(r"fold \d of 5"), timeout=WAIT)
    expect(page.get_by_role("heading", name="Bring in your first data set")).to_have_count(0)
    expect(page.get_by_text("Your first project is on its way")).to_be_visible()
    preparing.get_by_role("button", name="Cancel").click()

    expect(page.get_by_text("“flights” was cancelled; nothing of it remains")).to_be_visible()
    expect(page.get_by_role("heading", name="Bring in your first data set")).to_be_visible()
    assert "fold 1 of 5" in studio.said


def test_several_files_are_looked_at_one_after_the_other_and_one_can_be_skipped(
    page, studio, tmp_path
):
    paths = [tmp_path / f"{name}.csv" for name in ("first", "second", "third")]
    for path in paths:
        path.write_text("id,a\nx,1\ny,2\n")
    page.goto(studio.url)

    page.locator("input[type=file]").set_input_files(paths)
    dialog = page.get_by_role("dialog")
    expect(dialog).to_have_accessible_name("Import first.csv")
    expect(dialog).to_contain_text("2 more files to look at")
    dialog.get_by_role("button", name="Import", exact=True).click(timeout=WAIT)
    expect(dialog).to_have_accessible_name("Import second.csv")
    dialog.get_by_role("button", name="Skip this file").click()
    expect(dialog).to_have_accessible_name("Import third.csv")
    dialog.get_by_role("button", name="Import", exact=True).click(timeout=WAIT)

    expect(dialog).to_have_count(0)
    expect(page.get_by_role("link", name="first", exact=True)).to_be_visible(timeout=WAIT)
    expect(page.get_by_role("link", name="third", exact=True)).to_be_visible(timeout=WAIT)
    assert {one["project"] for one in studio.get("/projects")} == {"first", "third"}


def test_all_files_that_remain_can_be_cancelled(page, studio, tmp_path):
    paths = [tmp_path / f"{name}.csv" for name in ("first", "second")]
    for path in paths:
        path.write_text("id,a\nx,1\n")
    page.goto(studio.url)
    page.locator("input[type=file]").set_input_files(paths)

    page.get_by_role("button", name="Cancel all").click()

    expect(page.get_by_role("dialog")).to_have_count(0)


def test_the_chooser_offers_every_ending_that_the_guide_names(page, studio):
    page.goto(studio.url)
    guide = (ROOT / "docs/guide/home-and-import.md").read_text()
    promised = set(re.findall(r"`(\.\w+)`", guide.partition("## The import dialog")[0]))

    chooser = page.locator("input[type=file]")
    expect(chooser).to_have_attribute("accept", re.compile(r"\.csv"))
    offered = set((chooser.get_attribute("accept") or "").split(","))
    assert promised >= {".tab", ".arrows", ".ipc", ".zst"}
    assert promised <= offered


def test_the_project_name_has_the_focus_and_enter_while_looking_throws_nothing_away(
    page, studio, tmp_path
):
    page.goto(studio.url)
    choose(page, write_small(tmp_path))
    page.keyboard.press("Enter")

    expect(page.get_by_role("textbox", name="Project name")).to_be_focused(timeout=WAIT)
