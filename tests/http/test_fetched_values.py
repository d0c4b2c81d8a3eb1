"""Fetched values, names and ids are as the provider has them; what is off the contract is told."""

from __future__ import annotations

import pytest
from tests.http.fetching import (
    ALL,
    ended,
    fetched,
    lab,
    order,
    provider,
    rows,
    shared,
)
from tests.real.data_provider import RESULTS, Project, drives, row

__all__ = ["lab", "provider", "shared"]

FAST = {"op": "range", "id": "fast", "column": "speed", "min": "20"}
DRIVES = "/api/v2/projects/Lab/drives"


def test_values_of_every_kind_are_kept_exactly(lab, provider):
    values = {
        "whole": [1, 2**63 - 1, None],
        "huge": [2**70, 1, None],
        "long and decimal": [2**53 + 1, 0.5, None],
        "mixed": [1, "one", True],
        "booleans": [True, None, False],
        "dicts": [{"a": [1]}, {}, None],
        "none": [None, None, None],
        "said to be numbers": [1, "two", None],
    }
    names = list(values)
    types = {"said to be numbers": "number", "booleans": "bool", "none": "number"}
    provider.projects["drives"] = Project(
        rows={id_: [values[n][at] for n in names] for at, id_ in enumerate([7, 2**60, 9])},
        columns=[{"name": name, "type": types.get(name, "auto")} for name in names],
        expected=[],
    )
    kept = fetched(lab)
    assert kept["notes"] == [
        '"said to be numbers" is said to hold number values, and holds others; kept as text.'
    ]
    found = rows(lab)
    assert list(found) == [7, 2**60, 9]
    assert [row["whole"] for row in found.values()] == values["whole"]
    assert [row["huge"] for row in found.values()] == [str(2**70), "1", None]
    assert [row["long and decimal"] for row in found.values()] == [str(2**53 + 1), "0.5", None]
    assert [row["mixed"] for row in found.values()] == ["1", "one", "True"]
    assert [row["booleans"] for row in found.values()] == values["booleans"]
    assert [row["dicts"] for row in found.values()] == values["dicts"]
    columns = {c["name"]: c["type"] for c in lab.client.get(DRIVES).json()["columns"]}
    assert columns["none"] == "integer"


def test_nan_which_is_no_json_is_read_as_nan(lab, provider):
    project = Project(rows={"a": [1.5], "b": [float("nan")]}, columns=[{"name": "x"}], expected=[])
    provider.projects["drives"] = project
    fetched(lab)
    (column,) = lab.client.get(DRIVES).json()["columns"]
    assert (column["type"], column["nan"], column["missing"]) == ("number", 1, 0)


def test_equal_and_reserved_names_of_columns_are_told_apart(lab, provider):
    columns = [{"name": "x"}, {"name": "x"}, {"name": "Data ID"}]
    provider.projects["drives"] = Project(rows={"a": [1, 2, 3]}, columns=columns, expected=[])
    fetched(lab)
    found = lab.client.get(DRIVES).json()
    assert [c["name"] for c in found["columns"]] == ["x", "x (2)", "Data ID"]
    assert found["id_name"] == "Data ID (2)"


def test_a_project_with_strange_characters_in_its_id_is_fetched(lab, provider):
    name = "a/b ?#%é"
    provider.projects = {name: drives(5)}
    lab.client.post(f"{ALL}/Lab/check")
    kept = fetched(lab, name)
    assert kept["n_samples"] == 5
    assert "/" not in kept["project"]


def test_ids_of_another_kind_are_refused_with_the_remedy(lab, provider):
    provider.projects["drives"] = Project(rows={1: row(1), 2: row(2)})
    assert fetched(lab)["n_samples"] == 2
    provider.projects["drives"] = Project(rows={"one": row(1)})
    order(lab, again=True)
    fetch = ended(lab)["fetch"]
    assert fetch["state"] == "failed"
    assert "Delete the project here and fetch it again" in fetch["error"]
    assert list(rows(lab)) == [1, 2]


@pytest.mark.parametrize("path", ["", "/data-id-list", "/data", "/models", "/selections"])
@pytest.mark.parametrize("text", ["nonsense", "[[1]]", "5", '{"a": {"b": null}}', "[" * 100_000])
def test_an_answer_off_the_contract_is_told_as_such_and_changes_nothing(lab, provider, path, text):
    fetched(lab)
    before = rows(lab)
    provider.before = lambda asked: (200, text) if asked.path == f"/projects/drives{path}" else None
    order(lab, again=True)
    found = ended(lab)
    said = found["fetch"]["error"] if found["fetch"] else " ".join(found["kept"]["notes"])
    # An object without one of the samples asked for may be of the contract, but nothing came.
    assert "contract" in said or "No sample" in said
    assert rows(lab).keys() == before.keys()


def test_results_are_asked_for_in_the_order_of_the_model(lab, provider):
    """Some providers pair ids with values by their place, in the order of their own list."""
    project = provider.projects["drives"]
    project.results["half"] = dict(reversed(project.results["half"].items()))
    fetched(lab)
    order_of = {id_: at for at, id_ in enumerate(project.results["half"])}
    for asked in provider.asked:
        if asked.path.endswith("/half/results"):
            places = [order_of[id_] for id_ in asked.body]
            assert places == sorted(places)
    assert [c["name"] for c in RESULTS] == ["score", "label"]
