"""What a person does on the pages, by the names that screen readers say."""

from __future__ import annotations

import base64
import json
import re
import zlib
from dataclasses import dataclass
from typing import Any

from playwright.sync_api import Locator, Page, expect

SPACES = str.maketrans("", "", "\u202f\u2009\u00a0 ")
WAIT = 20_000
PARAMETERS = {"URL", "Broker", "Topic"}

Place = tuple[float, float]


@dataclass(frozen=True)
class Chip:
    """A filter as its chip tells it: the bounds as they are used, and what remains after it."""

    column: str
    min: str
    max: str
    remaining: int


def number(text: str) -> float:
    """A figure as the page writes it."""
    return float(text.translate(SPACES).replace("\u2212", "-"))


class ProjectPage:
    """A project: what to analyse."""

    def __init__(self, page: Page, url: str, project: str) -> None:
        self.page = page
        page.goto(f"{url}/p/local/{project}")

    def start_analysis(self, *models: str) -> AnalysisPage:
        for model in models:
            self.page.get_by_role("checkbox", name=model).check()
        # What comes late moves the link, and a press that began on it ends beside it.
        chosen = self.page.get_by_role("region", name="Samples chosen")
        expect(chosen.get_by_role("status")).to_contain_text(" of ", timeout=WAIT)
        expect(self.page.get_by_role("table", name="Columns")).to_be_visible(timeout=WAIT)
        self.page.get_by_role("link", name="Start analysis").click()
        return AnalysisPage(self.page)


class AnalysisPage:
    """The analysis of a project."""

    def __init__(self, page: Page) -> None:
        self.page = page
        expect(self.filters.get_by_role("status")).to_contain_text("samples", timeout=WAIT)
        expect(page.get_by_text("Choosing widgets for this data")).to_be_hidden(timeout=WAIT)
        expect(page.locator(".ui-spinner, .widget-bar [role=progressbar]")).to_have_count(
            0, timeout=WAIT
        )
        expect(page.locator(".grid-stack")).to_have_attribute("aria-busy", "false", timeout=WAIT)

    @property
    def filters(self) -> Locator:
        return self.page.get_by_role("region", name="Filters")

    def widget(self, title: str, subtitle: str = "") -> Locator:
        """A widget's card; its name begins with its title, then its subtitle."""
        rest = f", {re.escape(subtitle)}" if subtitle else "(,|$)"
        name = re.compile(f"^{re.escape(title)}{rest}")
        return self.page.locator(".widget-card").and_(self.page.get_by_role("group", name=name))

    def add_distribution(self, column: str) -> None:
        """From the list of columns at the left."""
        panel = self.page.get_by_role("complementary", name="Panel")
        panel.get_by_role("button", name=re.compile(rf"^{column}\b")).click()
        self.page.get_by_role("menuitem", name="Add distribution").click()
        expect(self.widget("Distribution", column)).to_be_focused(timeout=WAIT)

    def add_widget(self, title: str) -> None:
        """From the catalogue, with the settings that are suggested."""
        self.page.get_by_role("button", name="Add widget").first.click()
        catalogue = self.page.get_by_role("dialog")
        catalogue.get_by_role("button", name=re.compile(f"^{re.escape(title)}")).click()
        expect(self.widget(title)).to_be_focused(timeout=WAIT)

    def set_columns(self, title: str, **columns: str) -> None:
        """In the settings of a widget, by the names of the fields."""
        self.widget(title).get_by_role("button", name="Settings").click()
        form = self.page.get_by_role("form", name=f"Settings of {title}")
        for field, column in columns.items():
            form.get_by_role("combobox", name=field).fill(column)
            option = re.compile(rf"^{re.escape(column)}\b")
            self.page.get_by_role("option", name=option).first.click()
        self.page.keyboard.press("Escape")
        expect(form).to_be_hidden()

    def add_filter(self, column: str, *, lowest: str = "", value: str = "") -> None:
        """By the form of the filter bar: from a number on, or of one value."""
        self.filters.get_by_role("button", name="Add filter").click()
        form = self.page.get_by_role("dialog", name="Add filter")
        form.get_by_role("textbox", name="Filter by column").fill(column)
        form.get_by_role("option", name=re.compile(rf"^{column}\b")).click()
        if lowest:
            form.get_by_role("textbox", name="From").fill(lowest)
        else:
            form.get_by_role("checkbox", name=value).check()
        form.get_by_role("button", name="Add filter").click()
        expect(form).to_be_hidden()

    def brush(self, title: str, start: Place, end: Place, *, axis: int = 0) -> None:
        """Drag over a widget's plot with the mouse; places are shares of it, from top left."""
        ground = self.widget(title).locator(".plot-catch").nth(axis)
        ground.scroll_into_view_if_needed()
        box = ground.bounding_box()
        x, y = ([box["x"] + share[0] * box["width"] for share in (start, end)],
                [box["y"] + share[1] * box["height"] for share in (start, end)])  # fmt: skip
        mouse = self.page.mouse
        mouse.move(x[0], y[0])
        mouse.down()
        mouse.move(sum(x) / 2, sum(y) / 2, steps=3)
        mouse.move(x[1], y[1], steps=3)
        mouse.up()

    def axis_of(self, title: str, column: str) -> int:
        """Which of a widget's axes is a column's."""
        titles = self.widget(title).get_by_role("button", name="arrow keys move this axis")
        names = [one.get_attribute("aria-label") or "" for one in titles.all()]
        return [name.partition(";")[0] for name in names].index(column)

    def chips(self, count: int) -> list[Chip]:
        """The filters, once there are so many and all are counted."""
        filters = self.filters.get_by_role("button", name=re.compile(r"^Filter .*samples remain$"))
        expect(filters).to_have_count(count, timeout=WAIT)
        expect(self.filters.locator(".rest.old")).to_have_count(0, timeout=WAIT)
        return [_chip(one.get_attribute("title") or "") for one in filters.all()]

    def expect_selected(self, samples: int, total: int) -> None:
        """The header comes to say exactly this."""
        status = self.filters.get_by_role("status")
        expect(status).to_have_text(f"{samples} of {total} samples selected", timeout=WAIT)

    def expect_subtitle(self, title: str, pattern: str) -> None:
        subtitle = self.widget(title).locator(".widget-subtitle")
        expect(subtitle).to_have_text(re.compile(pattern), timeout=WAIT)

    def figure(self, name: str) -> Locator:
        """A figure of the selected rows in the statistics."""
        row = self.widget("Statistics").get_by_role("row", name=re.compile(rf"^{name} "))
        return row.get_by_role("cell").first

    def expect_in_address(self, filters: int, widgets: int | None = None) -> None:
        """The address comes to hold so many filters and widgets, so that it can be opened anew."""
        for _ in range(200):
            state = state_in(self.page.url)
            held = len(state.get("filters", {}).get("children", []))
            placed = len(state.get("widgets", []))
            if held == filters and widgets in (None, placed):
                return
            self.page.wait_for_timeout(50)
        raise AssertionError(self.page.url)

    def save(self, name: str) -> None:
        self.filters.get_by_role("button", name="Save").click()
        dialog = self.page.get_by_role("dialog", name="Save selection")
        dialog.get_by_role("textbox", name="Name").fill(name)
        dialog.get_by_role("button", name="Save selection").click()
        expect(dialog).to_be_hidden(timeout=WAIT)

    def export_saved(self, name: str) -> ExportDialog:
        self.page.get_by_role("button", name=f"More for {name}").click()
        self.page.get_by_role("menuitem", name="Export").click()
        return ExportDialog(self.page)

    def export_drawn(self, title: str) -> ExportDialog:
        """The box or range of a widget, by the button in its header."""
        self.widget(title).get_by_role("button", name=re.compile("^Export")).click()
        return ExportDialog(self.page)


class ExportDialog:
    """Chooses where an export goes, and shows its way."""

    def __init__(self, page: Page) -> None:
        self.page = page
        self.root = page.get_by_role("dialog", name=re.compile("^Export"))
        expect(self.root).to_be_visible()

    def new_method(self, name: str, type_: str, **fields: str) -> None:
        """Made here, and chosen."""
        self.root.get_by_role("button", name="New method").first.click()
        fill_method(self.page, name, type_, **fields)
        expect(self.radio(name)).to_be_checked()

    def radio(self, method: str) -> Locator:
        return self.root.get_by_role("radio", name=re.compile(rf"^\s*{re.escape(method)}\b"))

    def choose(self, method: str) -> None:
        self.radio(method).check()

    @property
    def figures(self) -> Locator:
        """How much the document covers, and its size."""
        return self.root.get_by_role("region", name="The document").get_by_role("status").first

    @property
    def document(self) -> str:
        """The text that is shown before it is sent."""
        text = self.root.get_by_label("Text of the document")
        expect(text).to_be_visible(timeout=WAIT)
        return text.inner_text()

    def send(self) -> str:
        """Press Send; the id of the delivery."""
        self.root.get_by_role("button", name=re.compile(r"^Send( |$)")).click()
        link = self.root.get_by_role("link", name="All about this delivery")
        expect(link).to_be_visible(timeout=WAIT)
        return (link.get_attribute("href") or "").rpartition("id=")[2]

    def expect_standing(self, text: str | re.Pattern[str]) -> None:
        expect(self.root.locator(".standing")).to_have_text(text, timeout=WAIT)

    def close(self) -> None:
        self.root.get_by_role("button", name=re.compile("^(Done|Close)$")).last.click()
        expect(self.root).to_be_hidden()


def export_all(page: Page, url: str, project: str) -> ExportDialog:
    """The export of all samples of a project, ready but for where to."""
    page.goto(f"{url}/p/local/{project}")
    page.get_by_role("button", name="Actions", exact=True).click()
    page.get_by_role("menuitem", name="Export these samples").click()
    return ExportDialog(page)


def fill_method(page: Page, name: str, type_: str, **fields: str) -> None:
    """Fill in the form of a new method and create it; options are opened for what is not there."""
    form = page.get_by_role("dialog", name="New export method")
    form.get_by_role("radio", name=type_).check()
    form.get_by_role("textbox", name="Name", exact=True).fill(name)
    if fields.keys() - PARAMETERS:
        form.get_by_role("button", name="More options").click()
    for label, value in fields.items():
        form.get_by_role("textbox", name=label, exact=True).fill(value)
    form.get_by_role("button", name="Create").click()
    expect(form).to_be_hidden(timeout=WAIT)


def state_in(url: str) -> dict[str, Any]:
    """What an analysis's address holds: JSON, deflated, in base64url."""
    _, found, code = url.partition("#z.")
    if not found:
        return {}
    packed = base64.urlsafe_b64decode(code + "=" * (-len(code) % 4))
    state: dict[str, Any] = json.loads(zlib.decompress(packed, wbits=-15))
    return state


def _chip(told: str) -> Chip:
    found = re.fullmatch(r"(\S+) (.+?) ?\u2013 ?(.+) · (.+) samples remain", told)
    if found is None:
        raise AssertionError(f"Not a range: {told}")
    column, low, high, rest = found.groups()
    return Chip(column, low, high, int(number(rest)))


def passing(table: Any, *chips: Chip) -> Any:
    """The rows of a pandas table that pass the ranges, both ends inside."""
    for chip in chips:
        kind = table[chip.column].dtype.type
        low, high = (
            (chip.min, chip.max) if table[chip.column].dtype.kind == "M"
            else (kind(chip.min), kind(chip.max))
        )  # fmt: skip
        table = table[table[chip.column].between(low, high)]
    return table
