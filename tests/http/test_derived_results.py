"""Columns derived from results: every model has values of its own."""

from __future__ import annotations

import numpy as np
import pytest
from tests.http.conftest import FRAME
from tests.http.deriving import (
    add_model,
    change,
    derive,
    listed,
    preview,
    put_results,
    results,
)
from tests.http.experimenting import REF, append

BY_ID = FRAME.set_index("id")


@pytest.fixture(scope="module")
def server(serve):
    return serve()


@pytest.fixture
def flights(server):
    server.import_flights()
    yield server
    server.client.delete(server.flights).raise_for_status()


def test_of_results_every_model_has_values_of_its_own_and_keeps_them_true(flights):
    add_model(flights, "one", {"f000": 1.0, "f001": 5.0})
    derive(flights, "error", "abs(guess - delay)")
    derive(flights, "far", "error > 3")
    add_model(flights, "two", {"f001": 0.0})

    told = listed(flights)["error"]
    assert (told["is_result"], told["inputs"], told["used_by"]) == (
        True,
        ["guess", "delay"],
        ["far"],
    )
    of_one, of_two = results(flights, "one", "error"), results(flights, "two", "error")
    assert {k: v for k, v in of_one.items() if v is not None} == {"f000": 1.0, "f001": 4.0}
    assert {k: v for k, v in of_two.items() if v is not None} == {"f001": 1.0}

    append(flights, {"id": ["f001"], "delay": [10.0]})
    put_results(flights, "one", {"f000": 2.0, "f002": 2.0})

    of_one, of_two = results(flights, "one", "error"), results(flights, "two", "error")
    assert {k: v for k, v in of_one.items() if v is not None} == {
        "f000": 2.0,
        "f001": 5.0,
        "f002": 0.0,
    }
    assert of_two["f001"] == 10.0
    assert results(flights, "two", "far")["f001"] is True


def test_a_preview_of_results_is_that_of_a_model_that_has_some(flights):
    assert preview(flights, "guess")["problem"] is not None
    add_model(flights, "one", {"f003": 4.0})

    found = preview(flights, "guess - delay")

    assert (found["is_result"], found["model"]) == (True, "one")
    assert found["values"] == [{"id": "f003", "value": "1.0"}]


def test_a_column_that_follows_another_never_gets_the_values_of_a_third(flights):
    """All of these are of results first, and one after the other of samples."""
    add_model(flights, "m", dict.fromkeys(FRAME["id"], 1.0))
    derive(flights, "d", "guess * 1")
    derive(flights, "b", "d * 2")
    derive(flights, "a", "d + guess")
    assert change(flights, "b", "b", "d * 1000").status_code == 200

    assert change(flights, "d", "d", "delay * 2").status_code == 200

    delays = BY_ID["delay"].to_dict()
    assert results(flights, "m", "a") == {
        id_: None if np.isnan(delay) else 2 * delay + 1 for id_, delay in delays.items()
    }


def test_a_client_of_debiai_need_not_send_what_is_derived_or_given_here(flights):
    derive(flights, "twice", "delay * 2")
    add_model(flights, "m", dict.fromkeys(FRAME["id"], 1.0))
    derive(flights, "more", "guess + 1")

    found = (
        flights.client.get("/data-providers/json_block/projects/flights").raise_for_status().json()
    )

    assert "twice" not in {one["name"] for one in found["columns"]}
    assert [one["name"] for one in found["resultStructure"]] == ["guess"]


def test_a_derived_result_lacks_what_its_inputs_lack(flights):
    """A stream that is judged by it waits."""
    add_model(flights, "m", dict.fromkeys(FRAME["id"], 1.0))
    derive(flights, "err", "guess - delay")
    derive(flights, "far", "abs(err)")
    append(flights, {"id": ["g1"], "carrier": ["AA"]})

    datasets = flights.application.services.datasets
    lacking = datasets.incomplete(datasets.of(REF))

    names = ["delay", "seats", "err", "m.err", "far", "m.far"]
    assert lacking == dict.fromkeys(names, 1)
