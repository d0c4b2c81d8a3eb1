"""Columns derived from results: every model has values of its own."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pyarrow as pa
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
from tests.http.experimenting import REF, append, column

from debiai_studio.datasets.model import ColumnType
from debiai_studio.datasets.results import ResultValues
from debiai_studio.datasets.shape import NewColumn, Reshaped, with_columns, without_columns

BY_ID = FRAME.set_index("id")


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


def test_a_column_that_comes_later_takes_no_name_from_a_result(flights):
    add_model(flights, "m", {"f000": 1.0, "f001": 5.0})
    derive(flights, "plus", "guess + 1")
    derive(flights, "twice", "plus * 2")
    datasets = flights.application.services.datasets
    names = [NewColumn("guess", ColumnType.NUMBER), NewColumn("plus", ColumnType.NUMBER)]
    datasets.reshape(REF, lambda dataset: with_columns(dataset, names))

    append(flights, {"id": ["f000"], "guess": [100.0], "plus": [100.0]})
    put_results(flights, "m", {"f000": 2.0})

    found = results(flights, "m", "plus"), results(flights, "m", "twice")
    assert [(one["f000"], one["f001"]) for one in found] == [(3.0, 6.0), (6.0, 12.0)]
    told = listed(flights)
    assert [told[name]["problem"] for name in ("plus", "twice")] == [None, None]
    assert (told["plus"]["is_result"], told["plus"]["used_by"]) == (True, ["twice"])
    # What is shown means the same when it is written anew.
    assert told["plus"]["expression"] == "[guess (result)] + 1"
    assert preview(flights, told["plus"]["expression"])["is_result"] is True
    assert change(flights, "plus", "more", told["plus"]["expression"]).status_code == 200
    put_results(flights, "m", {"f001": 7.0})
    assert results(flights, "m", "twice")["f001"] == 16.0


def test_a_result_takes_no_name_from_a_column_that_is_gone(flights):
    append(flights, {"id": ["f000"], "delay": [4.0]})
    derive(flights, "twice", "delay * 2")
    add_model(flights, "m", {"f000": 1.0})
    datasets = flights.application.services.datasets
    numbers = datasets.existing(datasets.of(REF), pa.array(["f000"]))
    there = np.ones(1, bool)
    given = {"delay": ResultValues(ColumnType.NUMBER, pa.array([50.0]), there)}
    datasets.put_results(REF, "m", numbers, given)
    datasets.reshape(REF, lambda dataset: without_columns(dataset, ["delay"]))

    append(flights, {"id": ["f000"], "seats": [7]})

    assert column(flights, "twice")["f000"] == 8.0
    assert "no column “delay”; there are " in listed(flights)["twice"]["problem"]
    assert "carrier" in listed(flights)["twice"]["problem"]


def test_whole_numbers_derived_of_a_result_stay_when_a_column_of_its_name_takes_decimals(flights):
    add_model(flights, "m", {"f000": 1.0})
    derive(flights, "count", "if(guess > 0, 9007199254740993, 0)")
    derive(flights, "next", "count - 1")
    datasets = flights.application.services.datasets
    whole = [NewColumn("count", ColumnType.INTEGER)]
    datasets.reshape(REF, lambda dataset: with_columns(dataset, whole))
    numbers = datasets.existing(datasets.of(REF), pa.array(["f000"]))
    decimals = [NewColumn("count", ColumnType.NUMBER)]

    datasets.put_values(REF, decimals, numbers, {"count": pa.array([0.5])})

    assert results(flights, "m", "next")["f000"] == 9007199254740992


def test_no_column_moves_to_where_another_of_its_name_is(flights):
    add_model(flights, "m", {"f000": 1.0})
    derive(flights, "plus", "guess + 1")
    datasets = flights.application.services.datasets
    names = [NewColumn("plus", ColumnType.NUMBER)]
    datasets.reshape(REF, lambda dataset: with_columns(dataset, names))
    before = listed(flights)

    answer = change(flights, "plus", "plus", "delay + 1")

    assert (answer.status_code, listed(flights)) == (422, before)


def test_columns_kept_before_results_were_told_from_columns_are_read_as_they_were(flights):
    add_model(flights, "m", {"f000": 1.0})
    derive(flights, "plus", "guess + 1")
    derive(flights, "twice", "plus * 2")
    datasets = flights.application.services.datasets

    def as_before(dataset):
        kept = [
            replace(one, derivation=replace(one.derivation, results=None))
            if one.derivation
            else one
            for one in dataset.result_columns
        ]
        return Reshaped(replace(dataset, result_columns=tuple(kept)))

    datasets.reshape(REF, as_before)
    assert change(flights, "plus", "more", "guess + 2").status_code == 200
    put_results(flights, "m", {"f001": 2.0})

    assert [results(flights, "m", "twice")[one] for one in ("f000", "f001")] == [6.0, 8.0]
    assert listed(flights)["twice"]["inputs"] == ["more"]


@pytest.mark.parametrize("models_as", ["rows", "columns"])
def test_the_columns_of_an_analysis_tell_which_result_they_are(flights, models_as):
    add_model(flights, "v1.a", dict.fromkeys(FRAME["id"], 1.0))
    derive(flights, "a.b", "guess + 1")
    body = {"models": ["v1.a"], "models_as": models_as}

    found = flights.client.post(f"{flights.flights}/analysis/columns", json=body).json()

    told = {one["name"]: one["result"] for one in found if one["result"]}
    before = "" if models_as == "rows" else "v1.a."
    assert told == {f"{before}guess": "guess", f"{before}a.b": "a.b"}
