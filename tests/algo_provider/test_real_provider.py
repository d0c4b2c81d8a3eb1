"""DebiAI's package of algo-providers, unchanged, with its own example algorithms."""

from __future__ import annotations

import pytest
from tests.http.conftest import FRAME, serve
from tests.http.experimenting import column, column_names, done, ended, start
from tests.real.algo_provider import EXAMPLES, RealAlgoProvider
from tests.real.environments import skipped_if_missing

__all__ = ["serve"]


@pytest.fixture(scope="module")
def provider(tmp_path_factory):
    """A server of the package; when it cannot be fetched the tests are skipped, but never in CI."""
    with skipped_if_missing():
        running = RealAlgoProvider(tmp_path_factory.mktemp("algo-provider"))
    yield running
    running.stop()


@pytest.fixture(scope="module")
def flights(serve, provider):
    # The address ends with a slash, which DebiAI keeps for those of its page.
    served = serve(DEBIAI_ALGO_PROVIDER_Examples=f"{provider.url}/")
    served.import_flights()
    return served


def test_its_algorithms_are_offered_as_it_describes_them(flights, provider):
    offers = flights.client.get("/api/v2/algo-providers").json()["providers"]
    (offer,) = [one for one in offers if one["name"] == "Examples"]

    assert (offer["status"], offer["url"]) == ("available", provider.url)
    assert (offer["place"], offer["deletable"]) == ("DEBIAI_ALGO_PROVIDER_Examples", False)
    by_id = {one["id"]: one for one in offer["algorithms"]}
    assert set(by_id) == set(EXAMPLES)
    average = by_id["moving_average"]
    assert (average["name"], average["version"], average["author"], average["tags"]) == (
        "Moving Average",
        "0.3.0",
        "Ada",
        ["example"],
    )
    data, periods = average["inputs"]
    assert (data["type"], data["required"]) == ("array", True)
    assert (periods["type"], periods["default"], periods["required"]) == ("number", 3, False)
    assert periods["description"] == "Number of periods for the moving average."


def run(flights, algorithm, inputs, **more):
    return done(flights, start(flights, algorithm, inputs, provider="Examples", **more))


def test_a_list_as_long_as_the_rows_becomes_a_column_exactly(flights):
    inputs = {"list1": {"column": "seats"}, "list2": {"column": "seats"}}
    times = run(flights, "multiply_lists", {**inputs, "list2": {"column": "delay"}})

    assert times["columns"] == [
        {"output": "result", "column": "Multiply Lists", "type": "number"},
    ]
    made = column(flights, "Multiply Lists")
    assert made == dict(zip(FRAME["id"], FRAME["seats"] * FRAME["delay"], strict=True))


def test_values_go_there_and_come_back(flights):
    added = run(flights, "add_floats", {"number1": {"value": 0.1}, "number2": {"value": 2}})
    joined = run(
        flights, "concatenate_strings", {"str1": {"value": "é, "}, "str2": {"value": '"q"'}}
    )

    assert added["values"] == [{"output": "result", "value": 0.1 + 2, "note": ""}]
    assert joined["values"][0]["value"] == 'é, "q"'


@pytest.mark.parametrize(
    ("algorithm", "n_values"), [("moving_average", "48"), ("statistics_of_list", "2")]
)
def test_a_list_of_another_length_makes_no_column_and_is_kept(flights, algorithm, n_values):
    before = column_names(flights)

    kept = run(flights, algorithm, {"data": {"column": "delay"}})

    (value,) = kept["values"]
    assert value["note"] == f"{n_values} values for 50 rows, so that no column was made."
    assert (kept["columns"], column_names(flights)) == ([], before)
    assert len(value["value"]) == int(n_values)


def test_what_it_raises_is_told_and_nothing_changes(flights):
    before = column_names(flights)
    inputs = {"list1": {"column": "carrier"}, "list2": {"column": "carrier"}}

    failed = ended(flights, start(flights, "multiply_lists", inputs, provider="Examples"))

    assert (failed["state"], failed["error"]["type"]) == ("failed", "algorithms.failed")
    assert "400: can't multiply sequence" in failed["error"]["detail"]
    assert column_names(flights) == before
