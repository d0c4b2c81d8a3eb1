"""Every failure has one shape, and reading changes nothing."""

from __future__ import annotations

import re
import sqlite3
import time

import pytest
from tests.http.test_security import ROUTES

NOTHING = "/api/v2/projects/local/nothing"
RULE = {"filters": {"op": "range", "id": "x", "column": "no such column", "min": "1"}}


def assert_problem(answer, status: int) -> None:
    assert answer.status_code == status, answer.text
    assert answer.headers["content-type"] == "application/problem+json"
    problem = answer.json()
    assert problem["status"] == status
    for word in ("type", "title", "detail"):
        assert isinstance(problem[word], str)
        assert problem[word]
    assert re.fullmatch(r"[a-z]+\.[a-z0-9_]+", problem["type"])


@pytest.mark.parametrize(
    ("method", "path", "status"),
    [
        ("GET", NOTHING, 404),
        ("DELETE", NOTHING, 404),
        ("GET", f"{NOTHING}/selections", 404),
        ("GET", f"{NOTHING}/samples/0", 404),
        ("GET", "/api/v2/projects/local/flights/samples/999", 404),
        ("GET", "/api/v2/projects/local/flights/samples/first", 422),
        ("GET", "/api/v2/deliveries/msg_0", 404),
        ("GET", "/api/v2/deliveries/msg_0/document", 404),
        ("POST", "/api/v2/deliveries/msg_0/retry", 404),
        ("GET", "/api/v2/deliveries?limit=0", 422),
        ("DELETE", "/api/v2/export-methods/none", 404),
        ("GET", "/api/v2/imports/none", 404),
        ("POST", "/api/v2/imports/files/none/inspect", 404),
        ("DELETE", "/api/v2/imports/files/none", 404),
        ("DELETE", "/api/v2/layouts/none", 404),
        ("GET", "/api/v2/states/none", 404),
        ("GET", "/api/v2/none", 404),
        ("PUT", "/api/v2/projects", 405),
        ("GET", "/api/v1/projects", 404),
        ("POST", "/app/exportMethods/none/exportData", 422),
    ],
)
def test_what_is_not_there_or_not_valid(served, method, path, status):
    assert_problem(served.client.request(method, path), status)


@pytest.mark.parametrize(
    ("path", "body", "status"),
    [
        ("/analysis/count", RULE, 422),
        ("/analysis/count", {"unknown": 1}, 422),
        ("/analysis/query", {"widgets": 3}, 422),
        ("/selections", {"name": "x", "rule": RULE}, 422),
        ("/selections/combine", {"name": "x", "operation": "xor", "selection_ids": []}, 422),
        ("/exports", {"subject": {"kind": "selected", "rule": {}}, "method_id": "none"}, 404),
        ("/exports/preview", {"subject": {"kind": "none"}, "method_id": "none"}, 422),
        ("/download", {"rule": RULE}, 422),
        ("/samples/delete", {"ids": ["nobody"]}, 404),
    ],
)
def test_what_a_project_is_asked_in_vain(served, path, body, status):
    assert_problem(served.client.post(f"{served.flights}{path}", json=body), status)


def test_a_body_that_is_no_json(served):
    headers = {"Content-Type": "application/json"}

    answer = served.client.post(
        f"{served.flights}/analysis/count", content=b"{not json", headers=headers
    )

    assert_problem(answer, 422)


def test_a_conflict(served):
    (method,) = served.client.get("/api/v2/export-methods").json()["methods"]
    draft = {"name": "Other", "type": "file", "parameters": ["other"]}

    answer = served.client.put(f"/api/v2/export-methods/{method['id']}", json=draft)

    assert_problem(answer, 409)


def test_a_get_changes_nothing(served):
    def kept() -> list[str]:
        with sqlite3.connect(served.folder / "debiai_data/studio/catalogue.db") as catalogue:
            lines = list(catalogue.iterdump())
        catalogue.close()
        return lines

    def files() -> dict[str, int]:
        return {
            str(path): path.stat().st_size
            for path in (served.folder / "debiai_data").rglob("*")
            if path.is_file() and "codes" not in path.parts and "catalogue.db-" not in path.name
        }

    selection = {"name": "All", "rule": {}}
    saved = served.client.post(f"{served.flights}/selections", json=selection).json()
    address = f"{served.flights}/selections/{saved['id']}/versions"
    until = time.monotonic() + 30
    while served.client.get(address).json()[0]["set_digest"] is None:
        assert time.monotonic() < until
    before, files_before = kept(), files()
    for method, path in ROUTES:
        if method == "GET" and path != "/api/v2/events":
            real = path.replace("/projects/x/x", "/projects/local/flights")
            served.client.get(real)
    after = kept()

    assert after == before
    assert files() == files_before


@pytest.mark.parametrize("body", [b"", b"nonsense", b"\x00\x00\x00\x80", b"\xff\xff\xff\xff\x10"])
def test_rows_that_are_no_arrow_stream_are_refused(served, body):
    answer = served.client.post(f"{served.flights}/samples", content=body)
    assert_problem(answer, 422)
    assert "Arrow IPC stream" in answer.json()["detail"]
