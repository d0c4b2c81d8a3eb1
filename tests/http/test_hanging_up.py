"""A question that nobody waits for any more is given up."""

from __future__ import annotations

import asyncio
import threading
import time

import orjson
import pytest

from debiai_studio.engine.errors import Abandoned

PATIENCE = 30


@pytest.fixture(scope="module")
def flights(serve):
    served = serve()
    served.import_flights()
    return served


def test_the_work_on_an_answer_ends_when_the_page_hangs_up(flights, monkeypatch):
    widgets = flights.application.services.widgets
    begun, ended, started = [], [], threading.Event()

    def counting(_ref, question, is_over):
        begun.append(question)
        started.set()
        deadline = time.monotonic() + PATIENCE
        while not is_over():
            assert time.monotonic() < deadline
            time.sleep(0.01)
        ended.append(question)
        raise Abandoned

    monkeypatch.setattr(widgets, "answer", counting)
    body = orjson.dumps({"widgets": []})
    path = f"{flights.flights}/analysis/query"
    scope = {
        "type": "http", "asgi": {"version": "3.0"}, "http_version": "1.1", "method": "POST",
        "scheme": "http", "path": path, "raw_path": path.encode(), "query_string": b"",
        "root_path": "", "client": ("127.0.0.1", 1), "server": ("127.0.0.1", 3000),
        "headers": [
            (b"host", b"127.0.0.1:3000"), (b"content-type", b"application/json"),
            (b"content-length", str(len(body)).encode()),
        ],
    }  # fmt: skip

    async def ask() -> list:
        said, asked = [], asyncio.Event()

        async def receive():
            if not asked.is_set():
                asked.set()
                return {"type": "http.request", "body": body, "more_body": False}
            await asyncio.to_thread(started.wait, PATIENCE)
            return {"type": "http.disconnect"}

        async def send(message):
            said.append(message)

        await asyncio.wait_for(flights.application.asgi(scope, receive, send), PATIENCE)
        return said

    said = asyncio.run(ask())

    assert (len(begun), len(ended)) == (1, 1)
    assert said[0]["status"] == 409


def test_an_answer_that_is_waited_for_is_given_in_full(flights):
    asked = {"widgets": [{"id": "a", "kind": "distribution", "settings": {"column": "delay"}}]}
    answer = flights.client.post(f"{flights.flights}/analysis/query", json=asked)

    assert answer.status_code == 200
    assert b'"sampling":null' in answer.content
