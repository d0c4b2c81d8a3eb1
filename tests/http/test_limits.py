"""Requests that are too large or too many are refused with a remedy; the page's own never are."""

from __future__ import annotations

import pytest
from starlette.testclient import TestClient

from debiai_studio.http.app import create_app
from debiai_studio.http.limits import MEGABYTE, Limits, Rate

OWN = "http://127.0.0.1:3000"
LARGE = b" " * (MEGABYTE + 1)


def client_of(**limits: int) -> TestClient:
    app = create_app(None, limits=Limits(**limits))
    return TestClient(app, base_url=OWN, raise_server_exceptions=False)


def in_pieces():
    yield LARGE[:1000]
    yield LARGE[1000:]


@pytest.mark.parametrize("body", [LARGE, in_pieces], ids=["declared", "in pieces"])
def test_a_request_above_the_limit_is_refused_with_the_name_of_the_setting(body):
    content = body() if callable(body) else body
    answer = client_of(request_megabytes=1).post("/app/exportMethods", content=content)

    assert (answer.status_code, answer.json()["type"]) == (413, "http.too_large")
    assert "1 MB" in answer.json()["detail"]
    assert "request_megabytes" in answer.json()["detail"]


def test_a_request_at_the_limit_passes():
    answer = client_of(request_megabytes=1).post("/app/exportMethods", content=LARGE[:MEGABYTE])

    assert answer.status_code == 422


def test_files_have_a_limit_of_their_own(serve):
    limited = serve(DEBIAI_UPLOAD_MEGABYTES="1")
    upload = "/api/v2/imports/files?name=a.csv"

    answer = limited.client.post(upload, content=in_pieces())

    assert answer.status_code == 413
    assert "upload_megabytes" in answer.json()["detail"]
    assert limited.client.post(upload, content=b"a\n1\n").status_code == 201
    unlimited = serve(DEBIAI_REQUEST_MEGABYTES="1")
    assert unlimited.client.post(upload, content=in_pieces()).status_code == 201


def test_a_client_that_exports_too_much_is_told_how_long_to_wait():
    client = client_of(exports_per_minute=1)
    answers = [client.post("/api/v2/export-methods/x/test") for _ in range(2)]

    assert [answer.status_code == 429 for answer in answers] == [False, True]
    refused = answers[-1]
    assert refused.json()["type"] == "http.too_many_requests"
    assert "exports_per_minute" in refused.json()["detail"]
    assert 1 <= int(refused.headers["Retry-After"]) <= 60
    assert client.get("/health").status_code == 200


def test_all_requests_of_a_client_count():
    client = client_of(requests_per_minute=3)

    assert [client.get("/health").status_code for _ in range(4)] == [200, 200, 200, 429]


def test_tokens_come_back_with_time_and_each_client_has_its_own():
    now = [0.0]
    rate = Rate(60, clock=lambda: now[0])
    waits = [rate.seconds_to_wait("a") for _ in range(61)]
    assert (waits[:60], waits[60]) == ([0] * 60, 1)
    assert rate.seconds_to_wait("b") == 0

    now[0] = 1.0

    assert (rate.seconds_to_wait("a"), rate.seconds_to_wait("a")) == (0, 1)


def test_a_minute_of_brushing_at_sixty_moves_a_second_passes_on_a_shared_server():
    now = [0.0]
    rate = Rate(6000, clock=lambda: now[0])

    for move in range(60 * 60):
        now[0] = move / 60
        assert rate.seconds_to_wait("page") == 0


def test_people_of_the_machine_are_only_counted_where_a_rate_is_set(serve):
    free = serve()
    counted = serve(DEBIAI_REQUESTS_PER_MINUTE="5")

    assert {free.client.get("/health").status_code for _ in range(50)} == {200}
    assert counted.client.get("/health").status_code == 200
    assert 429 in {counted.client.get("/health").status_code for _ in range(10)}
