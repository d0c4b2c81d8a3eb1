"""The documentation says what there is, its links lead somewhere, and its examples work."""

from __future__ import annotations

import ast
import asyncio
import http.server
import inspect
import json
import queue
import re
import threading
from http.server import HTTPServer
from pathlib import Path

import pytest
import typer.main
from tests.real.deliveries import delivery, document, method
from tests.real.schemas import schema_of

import debiai_studio
from debiai_studio.cli.app import app
from debiai_studio.exports import payload
from debiai_studio.exports.definitions import COMMON_OPTIONS
from debiai_studio.exports.document_schemas import read_schema
from debiai_studio.exports.methods.http_post import HttpPost
from debiai_studio.exports.methods.registry import build_senders
from debiai_studio.exports.methods.surroundings import Surroundings
from debiai_studio.sources.kinds import KINDS
from debiai_studio.widgets.service import installed_widgets

ROOT = Path(__file__).parents[2]
DOCS = ROOT / "docs"
GUIDE = DOCS / "guide"
PAGES = sorted([*DOCS.rglob("*.md"), *ROOT.glob("*.md")])
EXPORTING = (GUIDE / "exporting-data.md").read_text()
HEADINGS_OF_DEBIAI = (
    "Exporting data",
    "Setting up export methods",
    "Config file",
    "Environment variable",
    "Dashboard UI",
    "Exporting the selected samples",
    "Exporting widget annotations",
)
WIDGETS = list(installed_widgets())
SENDERS = list(build_senders(Surroundings()).values())

FENCE = re.compile(r"^```(\w*)\n(.*?)^```$", re.MULTILINE | re.DOTALL)
LINK = re.compile(r"!?\[[^\]]*\]\(([^)\s]+)\)")
HEADING = re.compile(r"^#+ (.+)$", re.MULTILINE)


def name_of(page: Path) -> str:
    return str(page.relative_to(ROOT))


def prose(page: Path) -> str:
    """The page without its examples."""
    return FENCE.sub("", page.read_text())


def anchors(page: Path) -> set[str]:
    """The anchors of a page's headings, as GitHub makes them."""
    found: set[str] = set()
    for heading in HEADING.findall(prose(page)):
        slug = re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-")
        again = 0
        while (one := f"{slug}-{again}" if again else slug) in found:
            again += 1
        found.add(one)
    return found


@pytest.mark.parametrize("written", PAGES, ids=name_of)
def test_links_lead_to_a_file_and_a_heading(written):
    broken = []
    for target in LINK.findall(prose(written)):
        path, _, anchor = target.partition("#")
        if re.match(r"[a-z]+:", target):
            continue
        place = (written.parent / path).resolve() if path else written
        if not place.exists() or (anchor and anchor not in anchors(place)):
            broken.append(target)
    assert broken == []


@pytest.mark.parametrize("written", sorted(GUIDE.rglob("*.md")), ids=name_of)
def test_the_index_leads_to_every_page_of_the_guide(written):
    index = DOCS / "README.md"
    targets = {(index.parent / target).resolve() for target in LINK.findall(index.read_text())}
    assert written.resolve() in targets


@pytest.mark.parametrize("picture", sorted((DOCS / "pictures").glob("*")), ids=name_of)
def test_every_picture_is_shown_somewhere_and_small(picture):
    assert any(f"pictures/{picture.name})" in page.read_text() for page in PAGES)
    assert picture.stat().st_size <= 400_000


@pytest.mark.parametrize("widget", WIDGETS, ids=lambda widget: widget.kind)
def test_every_widget_has_a_page_that_names_its_settings(widget):
    page = GUIDE / "widgets" / f"{widget.kind.replace('_', '-')}.md"
    text = page.read_text()
    assert text.startswith(f"# {widget.title}\n")
    schema = widget.settings.model_json_schema()
    titles = [field["title"] for field in schema["properties"].values()]
    assert [title for title in titles if title not in text] == []
    assert f"widgets/{page.name}" in (GUIDE / "analysis.md").read_text()


@pytest.mark.parametrize("widget", WIDGETS, ids=lambda widget: widget.kind)
def test_a_widget_that_is_brushed_tells_how_by_mouse_and_keyboard(widget):
    page = GUIDE / "widgets" / f"{widget.kind.replace('_', '-')}.md"
    assert ("| Mouse | Keyboard |" in page.read_text()) is bool(widget.brushes)


def test_the_page_on_exports_has_the_headings_of_debiais():
    assert [one for one in HEADINGS_OF_DEBIAI if one not in HEADING.findall(EXPORTING)] == []


@pytest.mark.parametrize("sender", SENDERS, ids=lambda sender: sender.type)
def test_every_type_of_export_method_is_described_with_its_options(sender):
    row = re.search(rf"^\| `{sender.type}` \| (`.+)$", EXPORTING, re.MULTILINE)
    assert row is not None
    names = [option["name"].replace("*", "<name>") for option in sender.options]
    assert [name for name in names if f"`{name}`" not in row[1]] == []
    parameters = [str(parameter["name"]) for parameter in sender.parameters]
    form = ", ".join([sender.type, *(f"<{name}>" for name in parameters)])
    assert f"# name = {form}".lower() in EXPORTING.lower()


def test_the_options_of_every_method_are_described():
    assert [one["name"] for one in COMMON_OPTIONS if f"`{one['name']}`" not in EXPORTING] == []


@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.name)
def test_every_format_is_described_with_its_endings(kind):
    text = (GUIDE / "home-and-import.md").read_text()
    row = re.search(rf"^\| {kind.title} \| (.+) \| (\S+).* \|$", text, re.MULTILINE)
    assert row is not None
    assert [one for one in kind.extensions if f"`.{one}`" not in row[1]] == []
    assert (row[2] == "yes") is kind.compressible


def commands(command, path=("debiai",)):
    yield path, command
    for name in command.list_commands(None) if hasattr(command, "list_commands") else ():
        yield from commands(command.get_command(None, name), (*path, name))


COMMANDS = dict(commands(typer.main.get_command(app)))


@pytest.mark.parametrize("path", COMMANDS, ids=" ".join)
def test_every_option_of_the_command_line_is_described(path):
    command = COMMANDS[path]
    if len(path) > 1 and hasattr(command, "list_commands"):
        return  # a group of commands, each of which has a section
    text = (DOCS / "reference" / "command-line.md").read_text()
    sections = dict(zip(HEADING.findall(text), re.split(HEADING, text)[2::2], strict=True))
    section = sections["Command line" if len(path) == 1 else " ".join(path)]
    options = [
        spelling
        for parameter in command.params
        if parameter.param_type_name == "option"
        for spelling in (*parameter.opts, *parameter.secondary_opts)
    ]
    assert [one for one in options if f"`{one}`" not in section] == []


def test_no_option_is_described_that_there_is_not():
    known = {
        spelling
        for command in COMMANDS.values()
        for parameter in command.params
        for spelling in (*parameter.opts, *parameter.secondary_opts)
    } | {"--help"}
    described = {
        (name_of(page), option)
        for page in sorted(DOCS.rglob("*.md"))
        for option in re.findall(r"`(--[a-z-]+)[^`]*`", page.read_text())
    }
    assert described
    assert {(page, option) for page, option in described if option not in known} == set()


def documents() -> list[tuple[str, dict]]:
    """The export documents among the examples, with the page of each."""
    found = []
    for page in PAGES:
        for language, body in FENCE.findall(page.read_text()):
            if language != "json":
                continue
            parsed = [json.loads(line) for line in body.splitlines()]
            found += [(name_of(page), one) for one in parsed if one.get("origin") == "DebiAI"]
    return found


def shape(document: dict) -> tuple[str, ...]:
    """Its type and keys in order, without what a person may leave out."""
    optional = {"annotation", "value"}
    return (document["type"], *(key for key in document if key not in optional))


GOLDEN = {
    shape(json.loads(path.read_bytes())) for path in (ROOT / "tests" / "golden").glob("*.json")
}
TEST = ("test", "origin", "type", "export_method", "date")
COMPLETED = ("selection.completed", *json.loads(read_schema("completed"))["required"])
REFERENCE = shape(
    json.loads(payload.reference_document(payload.Envelope("documented", "", "", "", ""), {}))
)


@pytest.mark.parametrize(("written", "example"), documents())
def test_examples_of_documents_have_the_keys_of_real_ones_in_their_order(written, example):
    assert shape(example) in GOLDEN | {TEST, COMPLETED, REFERENCE}, written
    added = {"annotation", "value"} & set(example)
    assert not added or list(example)[-1] in added
    schema_of(json.dumps(example).encode())


def opened() -> list[tuple[str, ast.Call]]:
    """The calls of ``debiai_studio.open`` among the examples."""
    return [
        (name_of(page), node)
        for page in PAGES
        for language, body in FENCE.findall(page.read_text())
        if language == "python"
        for node in ast.walk(ast.parse(body))
        if isinstance(node, ast.Call) and ast.unparse(node.func) == "debiai_studio.open"
    ]


def test_examples_open_tables_with_arguments_that_there_are():
    calls = opened()
    assert {page for page, _ in calls} >= {"README.md", "docs/guide/getting-started.md"}
    signature = inspect.signature(debiai_studio.open)
    for _, call in calls:
        signature.bind(*call.args, **{str(keyword.arg): keyword for keyword in call.keywords})
    text = (GUIDE / "getting-started.md").read_text()
    names = [name for name in signature.parameters if name != "table"]
    assert [name for name in names if f"`{name}`" not in text] == []


def test_the_receiver_of_the_guide_receives(monkeypatch, capsys):
    started: queue.Queue[HTTPServer] = queue.Queue()

    class Noted(HTTPServer):
        """The same on a port of the system's choice, so that the test can find and end it."""

        def __init__(self, address, handler):
            super().__init__((address[0], 0), handler)
            started.put(self)

    monkeypatch.setattr(http.server, "HTTPServer", Noted)
    (source,) = [body for language, body in FENCE.findall(EXPORTING) if language == "python"]
    assert len([line for line in source.splitlines() if line]) <= 10
    code = compile(source, "receiver", "exec")
    running = threading.Thread(target=exec, args=(code, {"__name__": "receiver"}), daemon=True)
    running.start()
    receiver = started.get(timeout=20)
    body = b'{"origin":"DebiAI","type":"selection","sample_ids":[{"id":"a"},{"id":"b"}]}'
    to = method("post", f"http://127.0.0.1:{receiver.server_port}/export/")

    receipt = asyncio.run(sent(to, delivery("msg_7"), document(body)))

    receiver.shutdown()
    running.join(20)
    receiver.server_close()
    assert receipt.status == 200
    assert capsys.readouterr().out == "msg_7 selection 2\n"


async def sent(to, what, body):
    sender = HttpPost()
    try:
        return await sender.send(to, what, body, lambda _sent: None)
    finally:
        await sender.close()
