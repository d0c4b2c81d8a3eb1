"""Who reaches a loopback server through a reverse proxy is not taken for the machine's owner."""

from __future__ import annotations

import time

import httpx
import pytest
from tests.real.fixtures import receiver

__all__ = ["receiver"]

PATIENCE = 30


@pytest.fixture
def start(command):
    """Starts a server; a client that carries the token it printed, when it prints one."""
    clients = []

    def start(*arguments: str, **environment: str) -> httpx.Client:
        process, url = command.start("--port", "0", *arguments, **environment)
        printed = process.stdout.readline().split()
        token = printed[1] if printed[0] == "token" else None
        headers = {"Authorization": f"Bearer {token}"} if token else {}
        clients.append(httpx.Client(base_url=f"{url}api/v2", headers=headers, timeout=30))
        return clients[-1]

    yield start
    for client in clients:
        client.close()


def make_method(api: httpx.Client, url: str) -> httpx.Response:
    body = {"name": "made in the page", "type": "post", "parameters": [url]}
    return api.post("/export-methods", json=body)


def tried(api: httpx.Client, method_id: str) -> dict:
    """How a test of the method ended."""
    sent = api.post(f"/export-methods/{method_id}/test").json()
    deadline = time.monotonic() + PATIENCE
    while time.monotonic() < deadline:
        delivery = api.get(f"/deliveries/{sent['id']}").json()["delivery"]
        if delivery["state"] in ("delivered", "dead"):
            return delivery
        time.sleep(0.05)
    raise AssertionError(delivery)


@pytest.mark.parametrize(
    ("arguments", "environment"),
    [(["--behind-proxy"], {}), ([], {"DEBIAI_BEHIND_PROXY": "true"})],
    ids=["option", "variable"],
)
def test_behind_a_proxy_a_loopback_server_demands_a_token(start, arguments, environment):
    api = start(*arguments, **environment)

    assert api.get("/projects").status_code == 200
    assert httpx.get(f"{api.base_url}/projects").status_code == 401


def test_behind_a_proxy_methods_of_the_page_reach_no_private_address(start, receiver):
    api = start("--behind-proxy")

    refused = make_method(api, receiver.url("/ok"))
    named = make_method(api, f"http://localhost:{receiver.port}/ok")

    assert refused.status_code == 422
    assert "allow-list" in refused.json()["detail"]
    delivery = tried(api, named.json()["id"])
    assert delivery["state"] == "dead"
    assert "private addresses" in delivery["error"]
    assert receiver.received() == []


def test_behind_a_proxy_what_the_operator_allows_is_reached(start, receiver):
    allowed = f"127.0.0.1:{receiver.port}"
    api = start("--behind-proxy", DEBIAI_EXPORT_ALLOWED_TARGETS=allowed)

    method = make_method(api, receiver.url("/ok"))

    assert tried(api, method.json()["id"])["state"] == "delivered"


def test_on_a_machine_of_ones_own_no_token_is_needed_and_localhost_is_reached(start, receiver):
    api = start()

    method = make_method(api, receiver.url("/ok"))

    assert "Authorization" not in api.headers
    assert tried(api, method.json()["id"])["state"] == "delivered"


def test_without_a_token_the_addresses_stay_guarded(start, receiver):
    api = start("--behind-proxy", "--insecure")

    assert "Authorization" not in api.headers
    assert make_method(api, receiver.url("/ok")).status_code == 422
