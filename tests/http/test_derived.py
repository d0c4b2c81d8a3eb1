"""Columns are derived by expressions, and hold at every version of the data."""

from __future__ import annotations

import pyarrow as pa
import pytest
from tests.http.conftest import FRAME
from tests.http.deriving import (
    add_model,
    change,
    count,
    derive,
    listed,
    preview,
    results,
    serving,
)
from tests.http.experimenting import REF, append, column, column_names

from debiai_studio.datasets.model import ColumnType
from debiai_studio.datasets.shape import NewColumn, without_columns

BY_ID = FRAME.set_index("id")


def test_a_derived_column_can_be_filtered_by_coloured_by_and_exported(flights):
    made = derive(flights, "late", "delay > 9 and not is_missing(carrier)")

    assert (made["type"], made["inputs"], made["is_result"]) == (
        "boolean",
        ["delay", "carrier"],
        False,
    )
    assert made["author"]
    late = (FRAME["delay"] > 9) & FRAME["carrier"].notna()
    assert column(flights, "late") == dict(zip(FRAME["id"], late.tolist(), strict=True))
    only = {"op": "one_of", "id": "f", "column": "late", "values": ["true"]}
    assert count(flights, only) == late.sum()
    question = {
        "rule": {"filters": None},
        "colour": "late",
        "widgets": [
            {
                "id": "w",
                "kind": "distribution",
                "settings": {"column": "late"},
                "width": 300,
                "height": 200,
            }
        ],
        "steps": False,
    }
    answer = flights.client.post(f"{flights.flights}/analysis/query", json=question)
    assert answer.status_code == 200
    assert "late" in {one["name"] for one in flights.client.get(flights.flights).json()["columns"]}


def test_whole_numbers_stay_exact(flights):
    derive(flights, "more", "seats + 1")

    expected = {id_: seats + 1 for id_, seats in BY_ID["seats"].items()}
    assert column(flights, "more") == expected


def test_what_is_derived_from_whole_numbers_follows_when_decimals_come(flights):
    add_model(flights, "m", {"f001": 5.0, "f002": 6.0})
    derive(flights, "more", "delay + 1")
    derive(flights, "twice", "more * 2")
    derive(flights, "sign", "if(guess > 5, delay, 0)")
    datasets = flights.application.services.datasets
    decimals = {"delay": pa.array([0.5])}
    wanted = [NewColumn("delay", ColumnType.NUMBER)]
    numbers = datasets.existing(datasets.of(REF), pa.array(["f002"]))

    datasets.put_values(REF, wanted, numbers, decimals)

    told = listed(flights)
    assert [told[name]["problem"] for name in ("more", "twice", "sign")] == [None] * 3
    assert column(flights, "more")["f002"] == 1.5
    twice = column(flights, "twice")
    assert (twice["f001"], twice["f002"]) == (2 * (BY_ID.delay["f001"] + 1), 3)
    signs = results(flights, "m", "sign")
    assert (signs["f001"], signs["f002"], signs["f003"]) == (0, 0.5, None)


def test_new_and_changed_samples_are_computed_with_the_change_itself(flights):
    derive(flights, "twice", "delay * 2")
    derive(flights, "or none", "coalesce(twice, -1)")
    derive(flights, "constant", "1")

    append(flights, {"id": ["f000", "g1"], "delay": [100.0, 7.0]})
    append(flights, {"id": ["f001", "g2"], "carrier": ["XX", "YY"]})

    twice, or_none = column(flights, "twice"), column(flights, "or none")
    expected = {id_: delay * 2 for id_, delay in BY_ID["delay"].items()}
    expected |= {"f000": 200.0, "g1": 14.0, "g2": None}
    assert twice == expected
    assert or_none == {id_: -1.0 if value is None else value for id_, value in expected.items()}
    assert set(column(flights, "constant").values()) == {1}


def test_a_sample_that_comes_without_an_input_lacks_the_derived_column_too(flights):
    """A stream that is judged by it waits."""
    derive(flights, "twice", "delay * 2")
    derive(flights, "letters", "length(carrier)")
    append(flights, {"id": ["g1"], "carrier": ["AA"]})

    datasets = flights.application.services.datasets
    lacking = datasets.incomplete(datasets.of(REF))

    assert lacking == {"delay": 1, "seats": 1, "twice": 1}


def test_it_is_kept_across_a_restart_with_its_expression(tmp_path):
    with serving(tmp_path) as first:
        first.import_flights()
        derive(first, "late", "delay > 9")
        before, values = listed(first), column(first, "late")

    with serving(tmp_path) as again:
        assert (listed(again), column(again, "late")) == (before, values)
        append(again, {"id": ["g1"], "delay": [99.0]})
        assert column(again, "late")["g1"] is True


def test_changing_one_changes_those_that_look_at_it(flights):
    derive(flights, "base", "delay + 0.5")
    derive(flights, "above", "[base] * 2")
    derive(flights, "text", 'if(above > 10, "high", "low")')

    answer = change(flights, "base", "the base", "seats")

    assert answer.status_code == 200, answer.text
    told = listed(flights)
    assert list(told) == ["the base", "above", "text"]
    assert (told["above"]["expression"], told["above"]["type"]) == ("[the base] * 2", "integer")
    assert column(flights, "above") == {id_: s * 2 for id_, s in BY_ID["seats"].items()}
    assert set(column(flights, "text").values()) == {"high"}


def test_a_new_name_alone_keeps_the_values(flights):
    derive(flights, "base", "delay + 0.5")
    derive(flights, "above", "base * 2")
    values = column(flights, "above")

    assert change(flights, "base", "bottom", "delay + 0.5").status_code == 200

    assert listed(flights)["above"]["expression"] == "bottom * 2"
    assert (column(flights, "above"), "base" in column_names(flights)) == (values, False)


def test_a_column_that_is_used_stays_until_its_users_are_gone(flights):
    derive(flights, "base", "delay + 0.5")
    derive(flights, "above", "base * 2")

    refused = flights.client.delete(f"{flights.flights}/derived/base")
    assert (refused.status_code, '"above"' in refused.json()["detail"]) == (409, True)
    for name in ("above", "base"):
        assert flights.client.delete(f"{flights.flights}/derived/{name}").status_code == 204

    assert (listed(flights), set(column_names(flights))) == ({}, {"delay", "carrier", "seats"})


@pytest.mark.parametrize(
    ("name", "expression", "told"),
    [
        pytest.param("x", "dleay + 1", "did you mean delay?", id="column"),
        pytest.param("delay", "1", "already", id="taken"),
        pytest.param("id", "1", "already", id="id"),
        pytest.param(" ", "1", "printable", id="empty"),
        pytest.param("a\tb", "1", "printable", id="control"),
        pytest.param("x" * 201, "1", "1 to 200", id="long"),
        pytest.param("x", "x + 1", "no column “x”", id="itself"),
        pytest.param("x", "__import__('os')", "no function", id="code"),
    ],
)
def test_what_cannot_be_derived_is_refused_with_the_reason_and_changes_nothing(
    flights, name, expression, told
):
    before = flights.client.get(flights.flights).json()["data_version"]

    body = {"name": name, "expression": expression}
    answer = flights.client.post(f"{flights.flights}/derived", json=body)

    assert answer.status_code == 422
    assert told in answer.json()["detail"]
    assert flights.client.get(flights.flights).json()["data_version"] == before


def test_columns_cannot_look_at_each_other_in_a_circle_or_break_each_other(flights):
    derive(flights, "a", "delay + 1")
    derive(flights, "b", "a + 1")

    circle = change(flights, "a", "a", "b + 1")
    broken = change(flights, "a", "a", "carrier")
    unknown = change(flights, "c", "c", "1")

    assert (circle.status_code, '"a" → "b" → "a"' in circle.json()["detail"]) == (422, True)
    assert (broken.status_code, '"b"' in broken.json()["detail"]) == (409, True)
    assert unknown.status_code == 404
    assert listed(flights)["a"]["expression"] == "delay + 1"


def test_a_column_whose_input_is_gone_keeps_its_values_and_says_why(flights):
    derive(flights, "twice", "delay * 2")
    before = column(flights, "twice")
    datasets = flights.application.services.datasets
    datasets.reshape(REF, lambda dataset: without_columns(dataset, ["delay"]))
    append(flights, {"id": ["g1"], "carrier": ["AA"]})

    assert "no column “delay”" in listed(flights)["twice"]["problem"]
    assert column(flights, "twice") == before | {"g1": None}


def test_a_preview_tells_type_and_first_values_or_what_is_wrong(flights):
    flights.client.post(f"{flights.flights}/samples/delete", json={"ids": ["f000"]})

    good = preview(flights, "delay / 2")
    bad = preview(flights, "delay / carier")

    assert (good["type"], good["problem"]) == ("number", None)
    assert good["values"][0] == {"id": "f001", "value": "0.5"}
    assert len(good["values"]) == 8
    assert (bad["values"], bad["problem"]["position"]) == ([], 8)
    assert "did you mean carrier?" in bad["problem"]["message"]
    assert listed(flights) == {}


def test_apostrophes_and_code_in_values_are_values(flights):
    """Defect C4: DebiAI evaluated strings built of cell values as JavaScript."""
    append(flights, {"id": ["g1"], "carrier": ["'+alert(1)+'"]})
    derive(flights, "same", "carrier = '''+alert(1)+'''")
    derive(flights, "longer", "carrier + '; DROP TABLE samples'")

    assert column(flights, "same")["g1"] is True
    assert column(flights, "longer")["g1"] == "'+alert(1)+'; DROP TABLE samples"


def test_derived_columns_are_on_the_server_and_not_in_a_tab(flights):
    """Defect B9: DebiAI lost virtual columns with the page."""
    derive(flights, "late", "delay > 9")

    other = flights.client.post(f"{flights.flights}/analysis/columns", json={}).json()

    assert "late" in {one["name"] for one in other}


def test_every_function_is_listed_with_its_usage(flights):
    functions = flights.client.get("/api/v2/expression-functions").json()

    assert {"sqrt", "if", "+", "and", "weekday", "date"} <= {one["name"] for one in functions}
    assert all(one["usage"] and one["description"].endswith(".") for one in functions)


@pytest.mark.parametrize(
    "expression",
    [
        'contains(if(true, missing, missing), "a")',
        "length(coalesce(missing, missing))",
        "coalesce(delay, if(true, missing, missing))",
        "year(coalesce(missing, missing))",
    ],
)
def test_what_can_only_be_missing_is_missing_wherever_it_stands(flights, expression):
    assert preview(flights, expression)["values"]
