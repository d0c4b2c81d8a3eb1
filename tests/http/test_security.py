"""No page but this server's own may read, change or send anything."""

from __future__ import annotations

import base64
import re
from collections.abc import Iterator

import pytest
from starlette.testclient import TestClient

from debiai_studio.http.app import create_app
from debiai_studio.http.security import is_page

OWN = "http://127.0.0.1:3000"
TOKEN = "0f3a9c"  # noqa: S105  # a token of this test


def routes() -> list[tuple[str, str]]:
    described = create_app(None).openapi()["paths"]
    return [
        (method.upper(), re.sub(r"\{[^}]+\}", "x", path))
        for path, methods in described.items()
        for method in methods
    ]


ROUTES = routes()
DATA_ROUTES = [(method, path) for method, path in ROUTES if path != "/health"]
# Their addresses are the permission.
SIGNED_ROUTES = [("POST", "/callbacks/x")]

HOSTILE = {
    "another site": {"Origin": "https://evil.example"},
    "another port of localhost": {"Origin": "http://127.0.0.1:8000"},
    "the same host without port": {"Origin": "http://127.0.0.1"},
    "another name of this machine": {"Origin": "http://localhost:3000"},
    "a sandboxed frame or a file": {"Origin": "null"},
    "an extension": {"Origin": "chrome-extension://abc"},
    "an empty origin": {"Origin": ""},
    "a cross-site image or script": {
        "Sec-Fetch-Site": "cross-site",
        "Sec-Fetch-Mode": "no-cors",
        "Sec-Fetch-Dest": "image",
    },
    "a form of another port": {
        "Sec-Fetch-Site": "same-site",
        "Sec-Fetch-Mode": "navigate",
        "Sec-Fetch-Dest": "iframe",
    },
}


def client_of(token: str | None) -> Iterator[TestClient]:
    app = create_app(None, token=token)
    with TestClient(app, base_url=OWN, raise_server_exceptions=False) as found:
        yield found


@pytest.fixture(scope="module")
def client() -> Iterator[TestClient]:
    yield from client_of(None)


@pytest.fixture(scope="module")
def guarded() -> Iterator[TestClient]:
    """A client of a server that asks for a token."""
    yield from client_of(TOKEN)


@pytest.mark.parametrize(("method", "path"), DATA_ROUTES)
@pytest.mark.parametrize("hostile", HOSTILE.values(), ids=HOSTILE.keys())
def test_no_route_answers_a_hostile_page(client, method, path, hostile):
    answer = client.request(method, path, headers=hostile, json={})

    assert answer.status_code == 403
    assert answer.json()["type"] == "http.foreign_origin"
    assert "access-control-allow-origin" not in answer.headers


@pytest.mark.parametrize(("method", "path"), ROUTES)
@pytest.mark.parametrize(
    "host", ["evil.example:3000", "127.0.0.1.evil.example", "", "169.254.169.254"]
)
def test_no_route_answers_to_a_host_name_it_was_not_told_of(client, method, path, host):
    answer = client.request(method, path, headers={"Host": host})

    assert answer.status_code == 421
    assert "--allowed-host" in answer.json()["detail"]


@pytest.mark.parametrize("origin", HOSTILE.values(), ids=HOSTILE.keys())
def test_a_preflight_is_never_granted(client, origin):
    answer = client.options(
        "/api/v2/export-methods",
        headers={**origin, "Access-Control-Request-Method": "POST"},
    )

    assert answer.status_code in (403, 405)
    assert not [name for name in answer.headers if name.startswith("access-control-")]


def test_the_page_of_this_server_is_let_through(client):
    headers = {"Origin": OWN, "Sec-Fetch-Site": "same-origin"}

    assert client.get("/health", headers=headers).json() == {"status": "ok"}


def test_a_program_without_browser_headers_is_let_through(client):
    assert client.get("/health").status_code == 200


def test_a_link_from_elsewhere_may_open_a_page_but_not_an_answer(client):
    link = {
        "Sec-Fetch-Site": "cross-site",
        "Sec-Fetch-Mode": "navigate",
        "Sec-Fetch-Dest": "document",
    }

    assert client.get("/deliveries", headers=link).status_code in (200, 503)
    assert client.get("/api/v2/projects", headers=link).status_code == 403


def test_every_answer_carries_the_security_headers(client):
    for answer in (client.get("/health"), client.get("/api/v2/none"), client.get("/")):
        assert answer.headers["X-Content-Type-Options"] == "nosniff"
        assert answer.headers["X-Frame-Options"] == "DENY"
        assert answer.headers["Referrer-Policy"] == "no-referrer"
        policy = answer.headers["Content-Security-Policy"]
        assert "default-src 'self'" in policy
        assert "unsafe-eval" not in policy
        assert "script-src 'self';" in policy


@pytest.mark.parametrize(
    ("method", "path"), [route for route in DATA_ROUTES if route not in SIGNED_ROUTES]
)
def test_with_a_token_no_route_answers_without_it(guarded, method, path):
    for headers in ({}, {"Authorization": "Bearer wrong"}, {"Authorization": "Basic ###"}):
        answer = guarded.request(method, path, headers=headers)
        assert answer.status_code == 401
        assert answer.headers["WWW-Authenticate"].startswith("Bearer")


@pytest.mark.parametrize(
    "given",
    [
        f"Bearer {TOKEN}",
        "Basic " + base64.b64encode(f"debiai:{TOKEN}".encode()).decode(),
        "Basic " + base64.b64encode(f"{TOKEN}:".encode()).decode(),
    ],
    ids=["bearer", "basic password", "basic user"],
)
def test_the_token_is_taken_as_bearer_and_as_basic(guarded, given):
    answer = guarded.get("/api/v2/openapi.json", headers={"Authorization": given})

    assert answer.status_code == 200


def test_the_table_covers_the_whole_surface():
    assert len(DATA_ROUTES) >= 40
    assert {"GET", "POST", "PUT", "PATCH", "DELETE"} == {method for method, _ in DATA_ROUTES}


def test_gets_have_no_effect():
    changing = {"append", "delete", "save", "start", "cancel", "create", "update", "test", "retry"}
    for methods in create_app(None).openapi()["paths"].values():
        if "get" in methods:
            assert not changing.intersection(methods["get"]["operationId"].split("_"))


def test_api_v1_says_where_to_go(client):
    answer = client.get("/api/v1/projects")

    assert answer.status_code == 404
    assert "/api/v0" in answer.json()["detail"]


BROWSER = {"Accept": "text/html,application/xhtml+xml,*/*;q=0.8"}


@pytest.mark.parametrize("served", ["client", "guarded"])
def test_a_browser_at_an_unknown_address_gets_the_page_that_says_so(request, served):
    found = request.getfixturevalue(served).get("/foo/bar", headers=BROWSER)

    assert "json" not in found.headers["content-type"] or found.json()["type"] == "http.no_page"
    assert found.status_code in {404, 503}  # 503: the page is not built here


@pytest.mark.parametrize("path", ["/api/v2/foo", "/app/foo", "/data-providers/x/y", "/assets/x.js"])
def test_a_browser_at_an_unknown_address_of_data_gets_no_page(client, path):
    found = client.get(path, headers=BROWSER)

    assert found.status_code == 404
    assert "text/html" not in found.headers["content-type"]


def test_a_program_at_an_unknown_address_gets_a_problem(client):
    found = client.get("/foo", headers={"Accept": "application/json"})
    assert found.status_code == 404
    assert found.headers["content-type"] == "application/problem+json"


def test_every_address_of_data_is_known_as_such(client):
    for method, path in ROUTES:
        assert not is_page({"method": "GET", "path": path}), (method, path)
