"""Ids are fetched at a signed address: it is all that it takes, and nothing else opens."""

from __future__ import annotations

import json
import time
from urllib.parse import urlsplit

import pytest

TOKEN = "0123456789abcdef"  # noqa: S105  # a token of this test
IDS = [f"sample-{number:04d}" for number in range(500)]
OWNER = {"Authorization": f"Bearer {TOKEN}"}


@pytest.fixture(scope="module")
def guarded(serve):
    """A server with a token, which receivers reach at another name; nobody listens at the post."""
    served = serve(
        DEBIAI_TOKEN=TOKEN,
        DEBIAI_PUBLIC_URL="https://studio.example:8443/",
        DEBIAI_EXPORT_METHOD_Away="post, http://127.0.0.1:9/, large=reference, body.max.bytes=2000",
    )
    served.client.headers.update(OWNER)
    served.import_ids("many", IDS)
    for name in OWNER:
        del served.client.headers[name]
    return served


@pytest.fixture
def address(guarded):
    """The signed address of all ids, in one format."""
    client = guarded.client
    methods = client.get("/api/v2/export-methods", headers=OWNER).json()["methods"]
    asked = {
        "subject": {"kind": "selected", "rule": {}},
        "method_id": methods[0]["id"],
        "name": "All",
    }
    accepted = client.post("/api/v2/projects/local/many/exports", json=asked, headers=OWNER).json()
    document = f"/api/v2/deliveries/{accepted['id']}/document"
    reference = client.get(document, headers=OWNER).json()["sample_ids_reference"]

    def of(kind: str) -> str:
        parts = urlsplit(reference[kind])
        assert parts.netloc == "studio.example:8443"
        return f"{parts.path}?{parts.query}"

    return of


def get(guarded, path: str, **headers: str):
    return guarded.client.get(path, headers={"Host": "studio.example:8443", **headers})


@pytest.mark.parametrize(
    ("kind", "media_type"),
    [
        ("ndjson", "application/x-ndjson"),
        ("parquet", "application/vnd.apache.parquet"),
        ("arrow", "application/vnd.apache.arrow.stream"),
    ],
)
def test_a_receiver_fetches_the_ids_without_a_token(guarded, address, kind, media_type):
    answer = get(guarded, address(kind))

    assert (answer.status_code, answer.headers["content-type"]) == (200, media_type)
    if kind == "ndjson":
        ids = [json.loads(line)["id"] for line in answer.text.splitlines()]
        assert ids == IDS


def test_without_its_signature_an_address_opens_nothing_even_to_the_owner(guarded, address):
    path, query = address("ndjson").split("?")

    wrong = get(guarded, f"{path}?{query[:-4]}0000", **OWNER)
    assert (wrong.status_code, wrong.json()["type"]) == (403, "exports.address_refused")
    assert get(guarded, path, **OWNER).status_code == 422
    assert get(guarded, f"{path}?expires=1&signature=x").status_code == 403


def test_a_signature_opens_no_other_address(guarded, address):
    path, query = address("ndjson").split("?")
    folder = path.rpartition("/")[0]

    for other in (folder, f"{folder}/document", "/api/v2/deliveries", f"{folder}/ids.csv"):
        assert get(guarded, f"{other}?{query}").status_code == 401
    assert guarded.client.post(f"{path}?{query}").status_code == 401


def test_a_page_of_another_site_cannot_fetch_them(guarded, address):
    foreign = get(guarded, address("ndjson"), Origin="https://evil.example")

    assert foreign.status_code == 403


def test_an_old_address_says_that_it_has_expired(guarded, address):
    references = guarded.application.services.fetching._references
    path = address("ndjson").split("?")[0]
    delivery_id = path.split("/")[4]
    past = int(time.time()) - 1
    signature = references._signature(delivery_id, past)

    answer = get(guarded, f"{path}?expires={past}&signature={signature}")

    assert (answer.status_code, answer.json()["type"]) == (410, "exports.address_gone")
    assert "has expired" in answer.json()["detail"]


def test_who_fetched_them_is_noted(guarded, address):
    get(guarded, address("arrow"))

    [newest, *_] = guarded.client.get("/api/v2/audit", headers=OWNER).json()

    assert (newest["action"], newest["who"]) == ("ids.fetched", "signed address")
    assert newest["details"] == {"format": "arrow"}


def test_a_public_address_is_guarded_like_any_server_that_others_reach(guarded):
    assert get(guarded, "/api/v2/deliveries").status_code == 401
    assert guarded.client.get("/health", headers={"Host": "evil.example"}).status_code == 421
