"""Algorithms run on samples, and what they give become columns that say where they came from."""

from __future__ import annotations

import os
import signal

import pytest
from tests.algorithms.trial_package import VERSION, install
from tests.http.conftest import FRAME
from tests.http.experimenting import (
    again,
    column,
    column_names,
    done,
    ended,
    refused,
    start,
    until,
)

from debiai_studio import __version__

VALUES = {"values": {"column": "delay"}}
LATE = {"filters": {"op": "range", "id": "r", "column": "delay", "min": "10"}}
LATE_IDS = FRAME["id"][FRAME["delay"] >= 10].tolist()


@pytest.fixture(scope="module")
def flights(serve, tmp_path_factory):
    folder = tmp_path_factory.mktemp("packages")
    install(folder)
    patch = pytest.MonkeyPatch()
    patch.setenv("PYTHONPATH", str(folder))
    served = serve()
    served.import_flights()
    yield served
    patch.undo()


@pytest.fixture
def offered(flights):
    (own,) = flights.client.get("/api/v2/algo-providers").json()["providers"]
    return {one["id"]: one for one in own["algorithms"]}


def test_functions_of_packages_are_offered_beside_the_built_in_ones_with_their_forms(offered):
    assert {"k_means_clusters", "doubled", "every_input"} < set(offered)
    assert "broken" not in offered
    assert offered["k_means_clusters"]["author"] == "DebiAI Studio"
    assert offered["k_means_clusters"]["version"] == __version__
    doubled = offered["doubled"]
    assert (doubled["name"], doubled["version"]) == ("Doubled values", VERSION)
    assert doubled["description"] == "Each value times two."
    assert doubled["column_names"] == {"result": "Doubled values"}
    form = {one["name"]: one for one in offered["every_input"]["inputs"]}
    told = {name: (one["type"], one["items"], one["default"]) for name, one in form.items()}
    assert told == {
        "column": ("array", "number", None),
        "texts": ("array", "text", None),
        "whole": ("number", "any", 3),
        "share": ("number", "any", 0.5),
        "word": ("text", "any", "a"),
        "sure": ("boolean", "any", False),
        "kind": ("text", "any", "big"),
    }
    assert (form["whole"]["min"], form["whole"]["max"]) == (1, 9)
    assert form["whole"]["description"] == "A whole number."
    assert form["kind"]["choices"] == ["big", "small"]
    assert {name for name, one in form.items() if one["required"]} == {"column", "texts"}


def test_a_column_is_made_with_its_provenance_and_can_be_filtered_by_and_exported(flights):
    run = done(flights, start(flights, "doubled", VALUES))

    assert (run["provider"], run["algorithm"], run["version"]) == ("built-in", "doubled", VERSION)
    assert run["inputs"]["values"]["column"] == "delay"
    assert (run["n_samples"], run["n_new"], run["author"] != "") == (len(FRAME), 0, True)
    assert run["columns"] == [
        {"output": "result", "column": "Doubled values", "type": "number"},
    ]
    assert run["data_version"] < flights.client.get(flights.flights).json()["data_version"]
    made = column(flights, "Doubled values")
    assert made == dict(zip(FRAME["id"], FRAME["delay"] * 2, strict=True))
    above = {
        "filters": {"op": "range", "id": "r", "column": "Doubled values", "min": "20"},
    }
    counted = flights.client.post(f"{flights.flights}/analysis/count", json=above).json()
    assert counted["samples"] == len(LATE_IDS)


def test_every_kind_of_input_arrives_and_values_that_are_no_column_are_kept(flights):
    inputs = {
        "column": {"column": "delay"},
        "texts": {"column": "seats"},
        "whole": {"value": 7},
        "share": {"value": 0.25},
        "word": {"value": "é"},
        "sure": {"value": True},
        "kind": {"value": "small"},
    }
    run = done(flights, start(flights, "every_input", inputs, names={"label": "chosen name"}))

    made = column(flights, "chosen name")
    assert made == {
        id_: f"{seats} 7 0.25 é True small"
        for id_, seats in zip(FRAME["id"], FRAME["seats"], strict=True)
    }
    assert run["values"] == [{"output": "total", "value": FRAME["delay"].sum(), "note": ""}]


def test_values_given_by_hand_need_no_column(flights):
    before = column_names(flights)

    run = done(flights, start(flights, "doubled", {"values": {"value": [1, 2.5, None]}}))

    assert run["values"] == [{"output": "result", "value": [2, 5, None], "note": ""}]
    assert (run["columns"], column_names(flights)) == ([], before)


def test_of_rows_that_pass_the_filters_only_these_get_values(flights):
    names = {"result": "of the late"}
    run = done(flights, start(flights, "doubled", VALUES, rule=LATE, names=names))

    assert run["n_samples"] == len(LATE_IDS)
    made = column(flights, "of the late")
    assert {id_ for id_, value in made.items() if value is not None} == set(LATE_IDS)


@pytest.mark.parametrize(
    ("algorithm", "inputs", "more", "told"),
    [
        pytest.param("doubbled", {}, {}, 'Did you mean "doubled"?', id="algorithm"),
        pytest.param("doubled", VALUES, {"provider": "else"}, '"else"', id="provider"),
        pytest.param("doubled", {}, {}, '"values" is missing', id="missing"),
        pytest.param("doubled", {"value": {"value": 1}}, {}, 'takes "values"', id="unknown"),
        pytest.param("doubled", {"values": {"column": "dleay"}}, {}, "delay", id="column"),
        pytest.param("doubled", {"values": {"column": "carrier"}}, {}, "text", id="type"),
        pytest.param("doubled", {"values": {"value": ["a"]}}, {}, "number values", id="items"),
        pytest.param("doubled", VALUES, {"names": {"result": "delay"}}, "already", id="taken"),
        pytest.param("doubled", VALUES, {"names": {"result": " "}}, "printable", id="no name"),
        pytest.param(
            "doubled",
            VALUES,
            {"rule": {"filters": {"op": "missing", "id": "m", "column": "delay"}}},
            "No sample",
            id="no rows",
        ),
        pytest.param(
            "k_means_clusters",
            {"features": {"columns": ["delay"]}, "clusters": {"value": 1}},
            {},
            "at least 2",
            id="bound",
        ),
        pytest.param(
            "k_means_clusters", {"features": {"columns": []}}, {}, "one column", id="none"
        ),
        pytest.param("k_means_clusters", {"features": {"value": 1}}, {}, "columns", id="value"),
    ],
)
def test_what_cannot_run_is_refused_with_the_reason_and_leaves_no_trace(
    flights, algorithm, inputs, more, told
):
    assert told in refused(flights, algorithm, inputs, **more)["detail"]


@pytest.mark.parametrize(
    ("algorithm", "told"),
    [
        ("killed", "exit code -9"),
        ("raising", "ValueError: there is no such thing"),
        ("odd", '"result" holds values that make no column'),
    ],
)
def test_an_algorithm_that_dies_or_raises_harms_nothing_and_says_why(flights, algorithm, told):
    before, values = column_names(flights), column(flights, "delay")

    run = ended(flights, start(flights, algorithm, VALUES))

    assert run["state"] == "failed"
    assert told in run["error"]["detail"]
    assert (run["columns"], run["values"]) == ([], [])
    assert (column_names(flights), column(flights, "delay")) == (before, values)
    done(flights, start(flights, "doubled", VALUES, names={"result": f"after {algorithm}"}))


def test_a_wrong_length_makes_no_column_and_says_so(flights):
    before = column_names(flights)

    run = done(flights, start(flights, "too_few", VALUES))

    (value,) = run["values"]
    assert value["note"] == "49 values for 50 rows, so that no column was made."
    assert (run["columns"], column_names(flights)) == ([], before)


@pytest.fixture
def waiting(flights, tmp_path):
    """A run under way, with its progress told; the process's number is in the folder."""
    inputs = {**VALUES, "folder": {"value": str(tmp_path)}}

    def begin(**more: object) -> dict[str, object]:
        run = start(flights, "waiting", inputs, **more)
        return until(flights, run, lambda now: now["fraction"] == 0.25)

    return begin


def test_a_run_under_way_tells_its_progress_and_can_be_cancelled(flights, waiting, tmp_path):
    before = column_names(flights)
    run = waiting()
    assert (run["state"], run["step"]) == ("running", "Running")

    flights.client.post(f"{flights.flights}/experiments/{run['id']}/cancel").raise_for_status()

    assert ended(flights, run)["state"] == "cancelled"
    assert column_names(flights) == before
    pid = int((tmp_path / "pid").read_text())
    with pytest.raises(ProcessLookupError):
        os.kill(pid, 0)
    again_ = flights.client.post(f"{flights.flights}/experiments/{run['id']}/cancel")
    assert again_.json()["type"] == "algorithms.ended"


def test_a_process_that_is_killed_from_outside_fails_the_run_alone(flights, waiting, tmp_path):
    before = column_names(flights)
    run = waiting()

    os.kill(int((tmp_path / "pid").read_text()), signal.SIGKILL)

    failed = ended(flights, run)
    assert (failed["state"], failed["error"]["type"]) == ("failed", "algorithms.died")
    assert column_names(flights) == before
    (tmp_path / "go").touch()
    assert done(flights, again(flights, run))["columns"][0]["column"] == "Waiting"


def test_a_run_that_takes_longer_than_it_may_is_stopped(flights, tmp_path):
    before = column_names(flights)
    inputs = {**VALUES, "folder": {"value": str(tmp_path)}}

    run = ended(flights, start(flights, "waiting", inputs, timeout_seconds=1))

    assert (run["state"], run["error"]["type"]) == ("failed", "algorithms.timed_out")
    assert "1 s" in run["error"]["detail"]
    assert column_names(flights) == before
