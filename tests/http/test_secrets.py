"""Secrets go to the receiver and nowhere else: planted everywhere, looked for on every surface."""

from __future__ import annotations

import json
import logging
import threading
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest
import structlog

from debiai_studio.cli.config import lines
from debiai_studio.http.app import create_app
from debiai_studio.settings import load_settings

MARK = "plant3d"
TOKEN = "0f3a9c0f3a9c0f3a9c77"  # noqa: S105  # a token of this test
SECRET_KEY = f"{MARK}-secret-key"
ENDED = {"delivered", "retry", "dead", "cancelled"}
# Given by the operator's environment, by reference or as they are.
VARIABLES = {"REFERRED": f"{MARK}-reference", "IN_URL": f"{MARK}-in-url"}


def environment(receiver: str) -> dict[str, str]:
    return {
        "DEBIAI_TOKEN": TOKEN,
        "DEBIAI_SECRET_KEY": SECRET_KEY,
        "DEBIAI_RETRY_SCHEDULE": "600",
        "DEBIAI_EXPORT_METHOD_Referring": f"post, {receiver}/x?key=${{IN_URL}}, "
        "header.X-Key=${REFERRED}",
        "DEBIAI_EXPORT_METHOD_Literal": f"post, {receiver}/500, bearer={MARK}-bearer",
        "DEBIAI_EXPORT_METHOD_Wrong": f"post, {receiver}/401, basic=user:{MARK}-basic",
        "DEBIAI_EXPORT_METHOD_Down": f"post, http://127.0.0.1:9/x?key=${{IN_URL}}, "
        f"bearer={MARK}-down",
    }


def drafts(receiver: str) -> list[dict]:
    s3 = {"endpoint": "http://127.0.0.1:9", "access_key_id": "a"}
    return [
        {
            "name": "Page",
            "type": "post",
            "parameters": [f"{receiver}/page"],
            "options": {"header.Authorization": f"{MARK}-page-header"},
        },
        {
            "name": "Broker",
            "type": "kafka",
            "parameters": ["127.0.0.1:9", "t"],
            "options": {
                "security.protocol": "SASL_PLAINTEXT",
                "sasl.mechanism": "PLAIN",
                "sasl.username": "u",
                "sasl.password": f"{MARK}-sasl",
            },
        },
        {
            "name": "Bucket",
            "type": "file",
            "parameters": ["s3://bucket"],
            "options": {**s3, "secret_access_key": f"{MARK}-s3", "session_token": f"{MARK}-st"},
        },
    ]


@pytest.fixture(scope="module")
def receiver():
    """Says back all that it was sent, as careless receivers do in their errors."""
    seen = []

    class Echo(BaseHTTPRequestHandler):
        def do_POST(self):
            self.rfile.read(int(self.headers["Content-Length"]))
            told = f"{self.path} {self.headers}"
            seen.append(told)
            status = int(self.path[1:]) if self.path[1:].isdigit() else 200
            self.send_response(status)
            self.end_headers()
            self.wfile.write(told.encode())

        def log_message(self, *_):
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Echo)
    threading.Thread(target=server.serve_forever).start()
    yield f"http://127.0.0.1:{server.server_port}", seen
    server.shutdown()
    server.server_close()


@pytest.fixture(scope="module")
def story(serve, receiver):
    """Every method made, refused, tested and shown; all that could be seen, by its place."""
    address, seen = receiver
    patch = pytest.MonkeyPatch()
    for name, value in VARIABLES.items():
        patch.setenv(name, value)
    logged = logging.Handler()
    told: list[str] = []
    logged.emit = lambda record: told.append(f"{record.getMessage()} {record.exc_info}")
    logging.getLogger().addHandler(logged)
    level = logging.getLogger().level
    logging.getLogger().setLevel(logging.WARNING)  # as the journal sets it
    with structlog.testing.capture_logs() as events:
        served = serve(**environment(address))
        served.client.headers["Authorization"] = f"Bearer {TOKEN}"
        surfaces = dict(look(served, address))
    logging.getLogger().removeHandler(logged)
    logging.getLogger().setLevel(level)
    patch.undo()
    surfaces["log"] = json.dumps(events, default=str)
    surfaces["log of libraries"] = "\n".join(one for one in told if "127.0.0.1:3000" not in one)
    settings = load_settings({}, environment(address), served.folder)
    surfaces["config show"] = "\n".join(lines(settings))
    for path in sorted(served.folder.rglob("*")):
        if path.is_file():
            surfaces[f"file {path.name}"] = path.read_bytes().decode("latin-1")
    return surfaces, seen


def look(served, address):
    client = served.client
    for draft in drafts(address):
        made = client.post("/api/v2/export-methods", json=draft)
        assert made.status_code == 201, made.text
        yield f"answer to making {draft['name']}", made.text
        wrong = {**draft, "name": f"{draft['name']} 2", "parameters": ["\0"]}
        refused = client.post("/api/v2/export-methods", json=wrong)
        assert refused.status_code == 422
        yield f"refusal of {draft['name']}", refused.text
    sent = []
    for method in client.get("/api/v2/export-methods").json()["methods"]:
        yield (
            f"answer to testing {method['name']}",
            (answer := client.post(f"/api/v2/export-methods/{method['id']}/test")).text,
        )
        sent.append(answer.json()["id"])
    for one in sent:
        while client.get(f"/api/v2/deliveries/{one}").json()["delivery"]["state"] not in ENDED:
            time.sleep(0.05)
        yield f"history of {one}", client.get(f"/api/v2/deliveries/{one}").text
        yield f"document of {one}", client.get(f"/api/v2/deliveries/{one}/document").text
    for path, methods in create_app(None).openapi()["paths"].items():
        if "get" in methods and "{" not in path and not path.endswith("/events"):
            yield f"GET {path}", client.get(path).text


def test_the_receivers_got_the_secrets_so_that_there_was_something_to_tell(story):
    _, seen = story
    for planted in ("reference", "in-url", "bearer", "page-header"):
        assert any(f"{MARK}-{planted}" in one for one in seen), planted


def test_no_surface_tells_a_secret(story):
    surfaces, _ = story
    basic = "dXNlcjpwbGFudDNkLWJhc2lj"  # user:plant3d-basic, as HTTP writes it
    telling = {
        place
        for place, text in surfaces.items()
        for secret in (MARK, TOKEN, basic)
        if secret in text
    }
    assert len(surfaces) > 40
    assert telling == set()
