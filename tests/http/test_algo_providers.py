"""Algo-providers at addresses: configured or made in the page, sound or not."""

from __future__ import annotations

import socket

import pytest
from tests.http.conftest import FRAME
from tests.http.experimenting import (
    column,
    column_names,
    done,
    ended,
    refused,
    start,
    until,
)
from tests.http.small_algo_provider import SmallAlgoProvider

PROVIDERS = "/api/v2/algo-providers"


@pytest.fixture(scope="module")
def provider():
    running = SmallAlgoProvider()
    yield running
    running.close()


@pytest.fixture(scope="module")
def flights(serve, provider):
    served = serve(DEBIAI_ALGO_PROVIDER_Small=provider.url)
    served.import_flights()
    return served


def offers(served, **query):
    found = served.client.get(PROVIDERS, params=query).json()["providers"]
    return {one["name"]: one for one in found}


def run(flights, algorithm, inputs=None, **more):
    given = inputs or {"data": {"column": "delay"}}
    return ended(flights, start(flights, algorithm, given, provider="Small", **more))


def test_every_kind_of_input_is_sent_as_the_contract_says(flights, provider):
    inputs = {
        "text": {"value": "b"},
        "number": {"value": 2.5},
        "flag": {"value": True},
        "data": {"column": "delay"},
        "texts": {"column": "seats"},
    }

    made = done(flights, start(flights, "every/input", inputs, provider="Small"))

    sent = {one["name"]: one for one in provider.bodies[-1]["inputs"]}
    assert {name: sent[name]["value"] for name in ("text", "number", "flag", "projectId")} == {
        "text": "b",
        "number": 2.5,
        "flag": True,
        "projectId": "flights",
    }
    assert sent["data"] == {
        "name": "data",
        "value": FRAME["delay"].tolist(),
        "columnLabel": "delay",
    }
    assert sent["texts"]["value"] == [str(seats) for seats in FRAME["seats"]]
    assert (made["version"], made["columns"][0]["column"]) == ("1.2", "made")
    assert column(flights, "made") == dict(zip(FRAME["id"], FRAME["delay"] * 2, strict=True))


def test_e13_the_ids_of_the_selected_rows_are_sent_and_a_boolean_can_be_set(flights, provider):
    """Defect E13: an input idList got nothing, and boolean inputs could not be given."""
    late = {"filters": {"op": "range", "id": "r", "column": "delay", "min": "10"}}
    inputs = {
        "data": {"column": "delay"},
        "texts": {"column": "carrier"},
        "flag": {"value": True},
    }

    done(flights, start(flights, "every/input", inputs, provider="Small", rule=late))

    sent = {one["name"]: one["value"] for one in provider.bodies[-1]["inputs"]}
    assert sent["idList"] == FRAME["id"][FRAME["delay"] >= 10].tolist()
    assert sent["flag"] is True
    assert sent["texts"] == [
        one if isinstance(one, str) else None for one in FRAME["carrier"][FRAME["delay"] >= 10]
    ]


@pytest.mark.parametrize(
    ("inputs", "told"),
    [
        ({"number": {"value": 11}}, "at least 0 and at most 10"),
        ({"number": {"value": "5"}}, "takes a number"),
        ({"number": {"value": True}}, "takes a number"),
        ({"flag": {"value": 1}}, "takes a boolean"),
        ({"text": {"column": "carrier"}}, "not a column"),
        ({"data": {"value": []}}, "at least 1 values"),
    ],
)
def test_what_the_description_does_not_allow_is_not_sent(flights, provider, inputs, told):
    given = {"data": {"column": "delay"}, "texts": {"column": "carrier"}, **inputs}
    n_runs = len(provider.bodies)

    assert told in refused(flights, "every/input", given, provider="Small")["detail"]
    assert len(provider.bodies) == n_runs


@pytest.mark.parametrize(
    ("algorithm", "told"),
    [
        ("twice", '"made" came twice'),
        ("garbage", "not JSON"),
        ("nameless", "not a list of outputs"),
        ("mixed", '"made" holds values that make no column'),
        ("broken", "answered 500: Traceback: it broke"),
        ("refusing", "answered 400: not with these"),
        ("away", "answered 302"),
    ],
)
def test_a_provider_that_misbehaves_harms_nothing_and_says_why(flights, provider, algorithm, told):
    before = column_names(flights)

    failed = run(flights, algorithm)

    assert failed["state"] == "failed"
    assert told in failed["error"]["detail"]
    assert column_names(flights) == before
    assert "/elsewhere" not in provider.asked


def test_a_wrong_length_makes_no_column(flights):
    before = column_names(flights)

    short = run(flights, "short")

    assert short["values"][0]["note"] == "3 values for 50 rows, so that no column was made."
    assert (short["state"], column_names(flights)) == ("done", before)


def test_words_for_what_json_has_no_numbers_for_are_understood(flights):
    words = run(flights, "words", names={"made": "words"})

    assert words["columns"] == [{"output": "made", "column": "words", "type": "number"}]
    infinite = {"filters": {"op": "range", "id": "r", "column": "words", "min": "1"}}
    counted = flights.client.post(f"{flights.flights}/analysis/count", json=infinite).json()
    assert counted["samples"] == 25


def test_outputs_may_come_in_an_object_too(flights):
    assert run(flights, "object")["values"] == [{"output": "total", "value": 3, "note": ""}]


def test_d1_a_provider_that_hangs_holds_up_nothing_and_the_run_ends_in_time(flights):
    """Defect D1: no request to an algo-provider had a timeout."""
    hanging = start(
        flights, "hanging", {"data": {"column": "delay"}}, provider="Small", timeout_seconds=1
    )
    assert done(flights, start(flights, "object", {"data": {"column": "delay"}}, provider="Small"))

    failed = ended(flights, hanging)
    assert failed["error"]["type"] == "algorithms.timed_out"


def test_a_run_that_waits_for_a_provider_can_be_cancelled(flights):
    hanging = start(flights, "hanging", {"data": {"column": "delay"}}, provider="Small")
    until(flights, hanging, lambda now: now["step"] == "Waiting for the provider")

    path = f"{flights.flights}/experiments/{hanging['id']}/cancel"
    flights.client.post(path).raise_for_status()

    assert ended(flights, hanging)["state"] == "cancelled"


def test_d2_what_a_provider_offers_is_not_asked_again_at_each_look(flights, provider):
    """Defect D2: every look asked every provider, and twice."""
    offers(flights, refresh=True)
    n_asked = provider.asked.count("/algorithms")

    offers(flights)
    offers(flights)
    assert provider.asked.count("/algorithms") == n_asked
    offers(flights, refresh=True)
    assert provider.asked.count("/algorithms") == n_asked + 1


def test_a3_b8_one_made_in_the_page_is_listed_used_and_there_after_a_restart(serve, provider):
    """Defects A3 and B8: it could not be added, and would have been lost with the process."""
    served = serve()
    made = served.client.post(PROVIDERS, json={"name": "Mine", "url": f"{provider.url}/"})

    assert made.status_code == 201
    told = made.json()
    assert (told["url"], told["status"], told["deletable"]) == (provider.url, "available", True)
    kept = served.application.services.algo_providers._store.list()
    assert [(one.name, one.url) for one in kept] == [("Mine", provider.url)]
    assert offers(served)["Mine"]["algorithms"][0]["name"] == "Every input"
    again = served.client.post(PROVIDERS, json={"name": "Mine", "url": provider.url})
    assert (again.status_code, again.json()["type"]) == (409, "algorithms.provider_exists")
    assert served.client.delete(f"{PROVIDERS}/Mine").status_code == 204
    assert "Mine" not in offers(served)
    served.client.post(PROVIDERS, json={"name": "a/b ?", "url": provider.url}).raise_for_status()
    assert served.client.delete(f"{PROVIDERS}/a%2Fb%20%3F").status_code == 204


def test_d12_deleting_one_that_is_not_there_says_so(flights):
    """Defect D12: deleting an unknown algo-provider was answered with success."""
    gone = flights.client.delete(f"{PROVIDERS}/Smal")

    assert (gone.status_code, gone.json()["type"]) == (404, "algorithms.unknown_provider")
    assert 'Did you mean "Small"?' in gone.json()["detail"]
    configured = flights.client.delete(f"{PROVIDERS}/Small")
    assert configured.status_code == 409
    assert "DEBIAI_ALGO_PROVIDER_Small" in configured.json()["detail"]


@pytest.mark.parametrize(
    "url",
    ["", "localhost:8000", "ftp://x/", "http://", "http://a b/", "http://u:p@x/", "http://x/?q"],
)
def test_what_is_no_address_is_refused_with_the_form(flights, url):
    answer = flights.client.post(PROVIDERS, json={"name": "odd", "url": url})

    assert (answer.status_code, answer.json()["type"]) == (422, "algorithms.invalid_provider")
    assert "http://localhost:8000" in answer.json()["detail"]


def test_one_that_cannot_be_reached_is_kept_with_the_reason(serve):
    served = serve()
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
    url = f"http://127.0.0.1:{port}"

    told = served.client.post(PROVIDERS, json={"name": "Away", "url": url}).json()

    assert told["status"] == "unavailable"
    assert 'The algorithm provider "Away" cannot be used' in told["problem"]
    assert offers(served)["built-in"]["status"] == "available"


def test_c3_on_a_shared_server_the_page_opens_no_private_address(serve, provider):
    """Defect C3: whoever could use the page could make the server ask its own network."""
    shared = {"DEBIAI_TOKEN": "0" * 32, "DEBIAI_BEHIND_PROXY": "true"}
    served = serve(**shared, DEBIAI_ALGO_PROVIDER_Configured=provider.url)
    served.client.headers["Authorization"] = f"Bearer {'0' * 32}"
    n_asked = len(provider.asked)

    for number, url in enumerate((provider.url, "http://169.254.169.254", "http://[::1]:9")):
        body = {"name": f"page {number}", "url": url}
        told = served.client.post(PROVIDERS, json=body).json()
        assert told["status"] == "unavailable"
        assert "does not connect to" in told["problem"]
    assert len(provider.asked) == n_asked
    assert offers(served)["Configured"]["status"] == "available"


def test_the_operator_may_fix_the_providers_and_leave_out_the_built_in_ones(serve, provider):
    served = serve(
        DEBIAI_ALGO_PROVIDER_Small=provider.url,
        DEBIAI_ALGO_PROVIDERS_ENABLE_INTEGRATED="false",
        DEBIAI_ALGO_PROVIDERS_ALLOW_CREATION="false",
        DEBIAI_ALGO_PROVIDERS_ALLOW_DELETION="false",
    )

    assert list(offers(served)) == ["Small"]
    assert served.client.get(PROVIDERS).json()["creation"] is False
    for answer in (
        served.client.post(PROVIDERS, json={"name": "x", "url": provider.url}),
        served.client.delete(f"{PROVIDERS}/Small"),
    ):
        assert (answer.status_code, answer.json()["type"]) == (403, "algorithms.providers_fixed")


@pytest.mark.parametrize(
    ("described", "told"), [({}, "not a list"), ([{"name": "x"}], "algorithm 1, id")]
)
def test_a_description_that_cannot_be_understood_is_told(serve, described, told):
    running = SmallAlgoProvider()
    served = serve(DEBIAI_ALGO_PROVIDER_Odd=running.url)
    running.described = described

    offer = offers(served, refresh=True)["Odd"]

    running.close()
    assert offer["status"] == "unavailable"
    assert told in offer["problem"]
