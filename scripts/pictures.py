"""Takes every picture of the documentation anew: starts the demo and walks through its pages.

Run it after the page was built. ``--data-folder`` reuses one in which the demo's models are
fitted already; names of pictures as further arguments take these alone.
"""

from __future__ import annotations

import argparse
import base64
import json
import re
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from palette_png import with_palette
from playwright.sync_api import Browser, Locator, Page, sync_playwright

PICTURES = Path(__file__).parents[1] / "docs" / "pictures"
PROGRAM = "from debiai_studio.cli import main; main()"
SIZE = {"width": 1440, "height": 900}
SMALL = {"width": 980, "height": 600}
LARGEST = 400_000
CONFIG = """\
[EXPORT_METHODS_LIST]
Label_team = post, http://127.0.0.1:9/label/
Training_topic = kafka, kafka.svc.local:9092, selections
Archive = file, /srv/archive
"""
CSV = "sample_id,width_mm,measured_at,ok,net_prediction\n" + "".join(
    f"part-{n:04},{n * 37 % 101 / 10},2026-03-{n % 28 + 1:02}T08:00:00Z,"
    f"{'true' if n % 7 else 'false'},{n * 37 % 103 / 10}\n"
    for n in range(200)
)
Json = dict[str, Any]


def between(column: str, low: object, high: object, origin: str = "w") -> Json:
    """A range as the page keeps it."""
    ends = {"min": str(low), "max": str(high)}
    return {"op": "range", "id": f"{origin}-{column}", "origin": origin, "column": column, **ends}


def placed(kind: str, place: tuple[int, int, int, int], **settings: Any) -> Json:
    """A widget on the page: its id is its kind."""
    x, y, w, h = place
    return {"id": kind, "kind": kind, "settings": settings, "x": x, "y": y, "w": w, "h": h}


AXES = ["carrier", "origin", "dep_delay", "distance", "temp", "arr_delay", "error"]
DASHBOARD = [
    placed("point_plot", (0, 0, 5, 9), x="dep_delay", y="arr_delay"),
    placed("range_slider_plot", (5, 0, 4, 9), x="time_hour", y1=["abs_error"], bins=52),
    placed("distribution", (9, 0, 3, 9), column="carrier"),
    placed("parallel_coordinates", (0, 9, 12, 7), columns=AXES),
    placed("statistics", (0, 16, 4, 6), columns=["error"]),
    placed("sample_table", (4, 16, 8, 6), columns=["carrier", "origin", "arr_delay", "error"]),
]
LATE = (
    between("dep_delay", 120, 520, "point_plot"),
    between("arr_delay", 80, 560, "point_plot"),
)
SUMMER = between("time_hour", "2013-05-06T00:00:00Z", "2013-09-05T00:00:00Z", "range_slider_plot")


class Demo:
    """The demo in a process of its own, with addresses that the system chose."""

    def __init__(self, folder: Path, config: Path) -> None:
        options = {"--port": "0", "--data-folder": folder, "--config": config}
        given = [str(part) for option in options.items() for part in option]
        self._process = subprocess.Popen(
            [sys.executable, "-c", PROGRAM, "demo", "--no-browser", *given],
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            text=True,
        )
        self.receiver = self._wait_for(r"appear at (http://\S+/)$")
        self.url = self._wait_for(r"open +(http://\S+)/$")

    def wait_for_flights(self) -> None:
        """Returns once they are imported; at once when they were before."""
        deadline = time.monotonic() + 600
        with sync_playwright() as playwright:
            requests = playwright.request.new_context()
            while time.monotonic() < deadline:
                if "flights" in requests.get(f"{self.url}/api/v2/projects").text():
                    return
                time.sleep(0.5)
        sys.exit("The flights were not imported.")

    def end(self) -> None:
        """Stop it by its process id."""
        self._process.terminate()
        self._process.wait(20)

    def _wait_for(self, pattern: str) -> str:
        assert self._process.stdout is not None  # noqa: S101  # it is a pipe
        for line in self._process.stdout:
            if found := re.search(pattern, line.rstrip()):
                return found[1]
        sys.exit(f"The demo ended before it said {pattern}.")


class Camera:
    """Walks through the pages as a person does, and takes pictures on the way."""

    def __init__(self, page: Page, demo: Demo, folder: Path) -> None:
        self.page = page
        self.demo = demo
        self.folder = folder

    def take(self, name: str, of: Locator | None = None) -> None:
        """Keep what is seen, or one element of it, as a picture."""
        self.page.mouse.move(0, SIZE["height"] - 1)
        # Fonts, transitions and the last answers come to rest.
        self.page.wait_for_timeout(900)
        path = self.folder / f"{name}.png"
        (of or self.page).screenshot(path=path, animations="disabled")
        if path.stat().st_size > LARGEST:
            blank = self.page.context.new_page()
            path.write_bytes(with_palette(path.read_bytes(), blank))
            blank.close()
        print(f"{path.name}: {path.stat().st_size // 1000} kB")

    def take_widget(self, kind: str, settings: Json, *filters: Json, **opened: Any) -> None:
        """A widget alone on a small page; ``filters`` are brushed in it."""
        widget = {"id": "w", "kind": kind, "settings": settings, "w": 12, "h": 10}
        document = {
            "scope": {"models": opened.get("models", [])},
            "colour": opened.get("colour"),
            "filters": {"op": "and", "id": "root", "children": filters},
            "widgets": [widget],
        }
        self.page.set_viewport_size(SMALL)
        self.open_analysis(document)
        self.button("Close the panel").click()
        self.page.get_by_role("button", name="Maximise").click()
        self.take(kind.replace("_", "-"), self.page.locator(".widget-card"))
        self.page.set_viewport_size(SIZE)

    def open(self, path: str) -> None:
        """Go to a page of the demo."""
        self.page.goto(f"{self.demo.url}{path}")
        self.page.wait_for_load_state("load")

    def button(self, name: str) -> Locator:
        """A button by its exact name; of several, the last one, which is on top."""
        return self.page.get_by_role("button", name=name, exact=True).last

    def widget(self, title: str) -> Locator:
        """A widget's card."""
        name = re.compile(rf"^{re.escape(title)}(,|$)")
        return self.page.locator(".widget-card").and_(self.page.get_by_role("group", name=name))

    def analyse(self, *filters: Json) -> None:
        """Open the analysis of both models with these filters."""
        document = {
            "scope": {"models": ["ridge", "boosting"]},
            "colour": "origin",
            "filters": {"op": "and", "id": "root", "children": filters},
            "widgets": DASHBOARD,
        }
        self.open_analysis(document)
        self.widget("Statistics").get_by_role("table").first.wait_for()
        self.page.wait_for_timeout(1500)

    def open_analysis(self, document: Json) -> None:
        """Open an analysis as a link does."""
        text = json.dumps({"v": 1, **document})
        code = base64.urlsafe_b64encode(text.encode()).decode().rstrip("=")
        self.page.goto("about:blank")
        self.open(f"/p/local/flights/analysis#j.{code}")

    def send(self, name: str, method: str) -> None:
        """Export what is selected, and stay on its way."""
        dialog = self.page.get_by_role("dialog", name=re.compile("^Export"))
        dialog.get_by_role("radio", name=re.compile(rf"^\s*{method}\b")).check()
        field = dialog.get_by_role("textbox", name="Name of the selection")
        if field.count():
            field.fill(name)
        dialog.get_by_label("Text of the document").wait_for()
        dialog.get_by_role("button", name=re.compile("^Send( |$)")).click()
        dialog.locator(".standing").wait_for()


def analysis(camera: Camera) -> None:
    """The analysis page in both themes."""
    camera.analyse(*LATE, SUMMER)
    camera.page.locator(".scroller").evaluate("(area) => area.scrollTo(0, 0)")
    camera.take("analysis")
    camera.page.emulate_media(color_scheme="dark")
    camera.take("analysis-dark")
    camera.page.emulate_media(color_scheme="light")


def widgets(camera: Camera) -> None:
    """Each widget with something selected in it."""
    models = {"models": ["ridge", "boosting"], "colour": "model"}
    box = (between("dep_delay", 120, 520), between("arr_delay", 80, 560))
    camera.take_widget("point_plot", {"x": "dep_delay", "y": "arr_delay"}, *box, colour="origin")
    summer = between("time_hour", "2013-05-06T00:00:00Z", "2013-09-05T00:00:00Z")
    lines = {"x": "time_hour", "y1": ["abs_error"], "bins": 52}
    camera.take_widget("range_slider_plot", lines, summer, **models)
    carriers = {"op": "one_of", "id": "f", "origin": "w", "column": "carrier"}
    carriers = {**carriers, "values": ["UA", "EV"]}
    camera.take_widget("distribution", {"column": "carrier"}, carriers, colour="origin")
    axes = ["carrier", "origin", "dep_delay", "distance", "temp", "arr_delay"]
    far = (between("distance", 200, 1600), between("temp", 60, 98))
    camera.take_widget("parallel_coordinates", {"columns": axes}, *far, colour="origin")
    columns = ["carrier", "origin", "dep_delay", "arr_delay", "prediction", "error"]
    camera.take_widget("sample_table", {"columns": columns}, **models)
    camera.take_widget("statistics", {"columns": ["error"], "absolute": True}, **models)


def exporting(camera: Camera) -> None:
    """From the selection to the receiver."""
    camera.analyse(*LATE)
    camera.button("Save").click()
    dialog = camera.page.get_by_role("dialog", name="Save selection")
    dialog.get_by_role("textbox", name="Name").fill("Late, but not lost")
    dialog.get_by_role("button", name="Save selection").click()
    dialog.wait_for(state="hidden")
    camera.page.get_by_role("banner").get_by_role("button", name="Export").click()
    export = camera.page.get_by_role("dialog", name=re.compile("^Export"))
    export.get_by_role("radio", name=re.compile("Demo_receiver")).check()
    export.get_by_role("textbox", name="Name of the selection").fill("Late, but not lost")
    export.get_by_role("textbox", name="Annotation").fill("check the labels")
    export.get_by_label("Text of the document").wait_for()
    camera.take("export-selection")
    export.get_by_role("button", name="New method").first.click()
    form = camera.page.get_by_role("dialog", name="New export method")
    form.get_by_role("textbox", name="Name", exact=True).fill("Review queue")
    form.get_by_role("textbox", name="URL").fill("http://localhost:3012/export/")
    camera.take("new-export-method", form)
    form.get_by_role("button", name="Cancel").click()
    form.wait_for(state="hidden")
    camera.send("Late, but not lost", "Demo_receiver")
    export.get_by_text("confirmed it.").wait_for()
    camera.take("export-delivered", export)
    export.get_by_role("button", name="Done").click()
    camera.widget("Point plot").get_by_role("button", name=re.compile("^Export")).click()
    export.get_by_role("radio", name=re.compile("Demo_receiver")).check()
    export.get_by_label("Text of the document").wait_for()
    camera.take("export-box")
    camera.send("", "Demo_receiver")
    export.get_by_text("confirmed it.").wait_for()
    export.get_by_role("button", name="Done").click()
    camera.page.get_by_role("banner").get_by_role("button", name="Export").click()
    camera.send("Second look", "Label_team")
    export.get_by_text("Not delivered yet").wait_for()
    export.get_by_role("button", name="Close").last.click()


def afterwards(camera: Camera) -> None:
    """What is known of the exports, and the pages around."""
    camera.open("/deliveries")
    camera.page.get_by_role("row", name=re.compile("Late, but not lost")).first.click()
    camera.page.get_by_role("complementary", name="Delivery").get_by_text("SHA-256").wait_for()
    camera.take("deliveries")
    camera.open("/settings")
    camera.button("Test").wait_for()
    camera.take("methods")
    camera.open("/p/local/flights")
    camera.page.get_by_role("checkbox", name="boosting").check()
    camera.take("project")
    camera.page.goto(camera.demo.receiver)
    camera.page.get_by_role("article").first.wait_for()
    camera.take("receiver", camera.page.get_by_role("main"))


def importing(camera: Camera) -> None:
    """A file that is dropped on the home page, and the page itself."""
    camera.open("/")
    camera.page.locator("input[type=file]").set_input_files(
        {"name": "parts.csv", "mimeType": "text/csv", "buffer": CSV.encode()}
    )
    dialog = camera.page.get_by_role("dialog", name="Import parts.csv")
    dialog.get_by_role("textbox", name="Project name").wait_for()
    camera.take("import")
    dialog.get_by_role("button", name="Import", exact=True).click()
    camera.page.get_by_role("link", name="parts", exact=True).wait_for()
    camera.open("/")
    camera.page.get_by_role("link", name="parts", exact=True).wait_for()
    camera.take("home")


WALKS: tuple[Callable[[Camera], None], ...] = (analysis, widgets, exporting, afterwards, importing)


@contextmanager
def chromium() -> Iterator[Browser]:
    """The browser of the system, else Playwright's own."""
    with sync_playwright() as playwright:
        found = shutil.which("chromium")
        flags = ["--no-sandbox", "--disable-gpu", "--disable-quic", "--force-color-profile=srgb"]
        browser = playwright.chromium.launch(executable_path=found, args=flags)
        yield browser
        browser.close()


def main() -> int:
    """Take the pictures."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data-folder", type=Path)
    parser.add_argument("--into", type=Path, default=PICTURES)
    parser.add_argument("walks", nargs="*", help=", ".join(walk.__name__ for walk in WALKS))
    wanted = parser.parse_args()
    wanted.into.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as temporary:
        config = Path(temporary) / "config.ini"
        config.write_text(CONFIG)
        demo = Demo(wanted.data_folder or Path(temporary) / "data", config)
        try:
            demo.wait_for_flights()
            with chromium() as browser:
                context = browser.new_context(viewport=SIZE, color_scheme="light", locale="en-GB")
                page = context.new_page()
                page.set_default_timeout(20_000)
                for walk in WALKS:
                    if not wanted.walks or walk.__name__ in wanted.walks:
                        walk(Camera(page, demo, wanted.into))
        finally:
            demo.end()
    return 0


if __name__ == "__main__":
    sys.exit(main())
