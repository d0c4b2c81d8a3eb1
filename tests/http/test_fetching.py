"""Projects of data providers are fetched whole, whatever the provider does, or say what lacks."""

from __future__ import annotations

import json
import threading
from collections import Counter

import pytest
from tests.http.answering import ended as delivery_ended
from tests.http.fetching import (
    ALL,
    add,
    ended,
    fetched,
    lab,
    missing,
    order,
    project_of,
    provider,
    rows,
    running,
    shared,
    until,
)
from tests.real.data_provider import COLUMNS, RESULTS, Asked, Project, drives, row

__all__ = ["lab", "provider", "shared"]

FAST = {"op": "range", "id": "fast", "column": "speed", "min": "20"}
DRIVES = "/api/v2/projects/Lab/drives"


def expected(project: Project) -> dict:
    """The rows as they are to be kept."""
    found = {}
    for id_, values in project.rows.items():
        found[id_] = {c["name"]: v for c, v in zip(project.columns, values, strict=True)}
        for model, results in project.results.items():
            given = results.get(id_, [None] * len(project.expected or []))
            names = [f"{model}.{c['name']}" for c in project.expected or []]
            found[id_] |= dict(zip(names, given, strict=True))
    return found


def test_every_value_comes_with_columns_models_and_selections_as_they_are_described(lab, provider):
    """Defects A1, A6 and A8 of DebiAI."""
    kept = fetched(lab)
    assert (kept["n_samples"], kept["n_models"], kept["n_missing"]) == (50, 2, 0)
    assert kept["notes"] == []
    assert rows(lab) == expected(provider.projects["drives"])
    found = lab.client.get(DRIVES).json()
    samples = [c for c in found["columns"] if c["model"] is None]
    assert [(c["name"], c["type"], c["category"], c["group"]) for c in samples] == [
        ("weather", "text", "context", "sky"),
        ("speed", "number", "input", None),
        ("is_night", "boolean", "groundtruth", None),
        ("box", "array", "other", None),
        ("anything", "integer", "other", None),
    ]
    assert {m["id"]: (m["n_results"], m["metadata"]["layers"]) for m in found["models"]} == {
        "resnet": (50, 50),
        "half": (25, 50),
    }
    (selection,) = lab.client.get(f"{DRIVES}/selections").json()
    assert (selection["name"], selection["n_samples"]) == ("every fifth", 10)


def test_no_request_asks_for_more_than_the_provider_allows(lab, provider):
    """Defect A7 of DebiAI."""
    fetched(lab)
    pages = [a.query for a in provider.asked if a.path.endswith("/data-id-list")]
    assert all(int(page["to"]) - int(page["from"]) < 20 for page in pages)
    assert {len(a.body) for a in provider.asked if a.path.endswith("/data")} == {10}
    assert max(len(a.body) for a in provider.asked if a.path.endswith("/results")) == 4


@pytest.mark.parametrize("told", [None, 0, 7, 49, 51, 5000])
def test_every_listed_sample_comes_whatever_number_is_told(lab, provider, told):
    provider.projects["drives"].told = told
    kept = fetched(lab)
    assert kept["n_samples"] == 50
    notes = [f"It is said to have {told} samples, and 50 are listed."] if told is not None else []
    assert kept["notes"] == notes


@pytest.mark.parametrize("page", [1, 7, 20])
def test_pages_may_be_smaller_than_asked_for(lab, provider, page):
    provider.page_of_its_own = page
    assert fetched(lab)["n_samples"] == 50


def test_a_provider_may_ignore_the_places_or_refuse_those_behind_the_last(lab, provider):
    provider.ignores_places = True
    assert fetched(lab)["n_samples"] == 50
    provider.ignores_places = False
    provider.before = lambda asked: (
        (400, "no such place") if int(asked.query.get("from", 0)) >= 50 else None
    )
    assert fetched(lab, again=True)["n_samples"] == 50


def test_a_project_may_have_neither_models_nor_selections_nor_expected_results(lab, provider):
    """Defect D3 of DebiAI."""
    provider.projects["drives"] = Project(rows={"a": row(1)}, expected=None)
    provider.before = lambda asked: (
        (404, "not here") if asked.path.endswith(("/models", "/selections")) else None
    )
    kept = fetched(lab)
    assert (kept["n_samples"], kept["n_models"], kept["n_selections"]) == (1, 0, 0)
    assert kept["notes"] == []


def test_samples_that_make_a_request_fail_are_found_and_named(lab, provider):
    bad = {"d00003", "d00017"}
    provider.before = lambda asked: (
        (500, "broken sample") if asked.path.endswith("/data") and bad & set(asked.body) else None
    )
    provider.omitted = {"d00040"}
    kept = fetched(lab)
    lost = bad | provider.omitted
    assert (kept["n_samples"], kept["n_listed"]) == (47, 50)
    named = {one["id"]: one["reason"] for one in missing(lab) if one["model"] is None}
    assert set(named) == lost
    assert "500" in named["d00003"]
    assert "broken sample" in named["d00003"]
    assert named["d00040"] == "it was not in the answer"
    assert set(rows(lab)) == set(provider.projects["drives"].rows) - lost

    provider.before, provider.omitted = (lambda _asked: None), set()
    # What lacks is asked for again though the provider's date is the same.
    assert fetched(lab)["n_missing"] == 0
    assert rows(lab) == expected(provider.projects["drives"])


def test_a_row_of_another_width_is_missing_and_never_cut(lab, provider):
    """Defect A1 of DebiAI."""
    provider.projects["drives"].rows["d00005"] = ["sun", 1]
    provider.projects["drives"].rows["d00006"] = {"weather": "sun"}
    fetched(lab)
    named = {one["id"]: one["reason"] for one in missing(lab)}
    assert named == {
        "d00005": "2 values came for 5 columns",
        "d00006": "no list of values came for 5 columns",
    }


def test_a_model_that_cannot_be_read_costs_its_results_alone(lab, provider):
    provider.before = lambda asked: (500, "no results") if "/resnet/" in asked.path else None
    kept = fetched(lab)
    assert kept["n_samples"] == 50
    (note,) = kept["notes"]
    assert 'the results of the model "resnet"' in note
    assert "no results" in note
    assert [row["half.score"] for row in rows(lab).values()] == [1, None] * 25

    provider.before = lambda asked: (
        (500, "no results") if asked.path.endswith("/resnet/results") else None
    )
    kept = fetched(lab, again=True)
    assert kept["n_missing"] == 50
    assert {one["model"] for one in missing(lab)} == {"resnet"}


def test_a_provider_that_gives_no_sample_at_all_fails_with_its_reason(lab, provider):
    provider.before = lambda asked: (500, "kaputt") if asked.path.endswith("/data") else None
    order(lab)
    fetch = ended(lab)["fetch"]
    assert fetch["state"] == "failed"
    assert "kaputt" in fetch["error"]
    assert lab.client.get(DRIVES).status_code == 404


def test_a_passing_trouble_is_waited_out(lab, provider):
    seen: Counter[str] = Counter()

    def sometimes(asked: Asked) -> tuple[int, str] | None:
        seen[asked.path] += 1
        return (503, "busy") if seen[asked.path] == 1 else None

    provider.before = sometimes
    assert fetched(lab)["n_missing"] == 0


def test_a_provider_that_never_answers_ends_the_fetch_with_the_reason(serve, provider):
    """Defect D1 of DebiAI."""
    release = threading.Event()
    served = serve(DEBIAI_DATA_PROVIDERS_TIMEOUT="1")
    add(served, provider)
    provider.before = lambda asked: (
        release.wait(60) and None if asked.path.endswith("/data") else None
    )
    try:
        order(served)
        fetch = ended(served)["fetch"]
    finally:
        release.set()
    assert fetch["state"] == "failed"
    assert "in time" in fetch["error"]


def blocked(provider, after: int) -> tuple[threading.Event, threading.Event]:
    """Lets so many requests for values through; (one more came, go on)."""
    reached, release = threading.Event(), threading.Event()
    seen = iter(range(10**6))

    def hold(asked: Asked) -> None:
        if asked.path.endswith("/data") and next(seen) >= after:
            reached.set()
            release.wait(60)

    provider.before = hold
    return reached, release


def test_a_cancelled_fetch_goes_on_with_what_did_not_come_yet(lab, provider):
    reached, release = blocked(provider, after=2)
    order(lab)
    assert reached.wait(60)
    assert order(lab).json()["type"] == "providers.fetch_under_way"
    until(lambda: project_of(lab)["fetch"]["samples"] == 20)
    cancelled = lab.client.post(f"{ALL}/Lab/fetches/cancel", params={"project": "drives"})
    assert cancelled.json()["state"] == "cancelled"
    release.set()
    found = project_of(lab)
    assert (found["fetch"]["state"], found["kept"]) == ("cancelled", None)

    before = len(provider.asked)
    kept = fetched(lab)
    came = [a for a in provider.asked[before:] if a.path.endswith("/data")]
    assert sum(len(a.body) for a in came) == 30
    assert not any(a.path.endswith("data-id-list") for a in provider.asked[before:])
    assert kept["n_samples"] == 50
    assert rows(lab) == expected(provider.projects["drives"])


def test_a_fetch_goes_on_after_a_restart(provider, tmp_path):
    reached, release = blocked(provider, after=3)
    with running(tmp_path) as served:
        add(served, provider)
        order(served)
        assert reached.wait(60)
        until(lambda: project_of(served)["fetch"]["samples"] == 30)
    release.set()
    with running(tmp_path) as served:
        fetch = project_of(served)["fetch"]
        assert (fetch["state"], fetch["samples"]) == ("interrupted", 30)
        before = len(provider.asked)
        fetched(served)
        came = [a for a in provider.asked[before:] if a.path.endswith("/data")]
        assert sum(len(a.body) for a in came) == 20
        assert rows(served) == expected(provider.projects["drives"])


def test_a_project_that_changed_meanwhile_is_begun_anew(lab, provider):
    reached, release = blocked(provider, after=2)
    order(lab)
    assert reached.wait(60)
    lab.client.post(f"{ALL}/Lab/fetches/cancel", params={"project": "drives"})
    release.set()
    provider.projects["drives"] = drives(33)
    provider.projects["drives"].updated = 1_800_000_000_000
    assert fetched(lab)["n_samples"] == 33


def test_what_came_of_a_cancelled_fetch_can_be_discarded(lab, provider):
    reached, release = blocked(provider, after=1)
    order(lab)
    assert reached.wait(60)
    where = {"params": {"project": "drives"}}
    assert lab.client.delete(f"{ALL}/Lab/fetches", **where).status_code == 409
    lab.client.post(f"{ALL}/Lab/fetches/cancel", **where)
    release.set()
    assert lab.client.delete(f"{ALL}/Lab/fetches", **where).status_code == 204
    assert project_of(lab)["fetch"] is None
    assert lab.client.delete(f"{ALL}/Lab/fetches", **where).status_code == 404
    assert lab.client.post(f"{ALL}/Lab/fetches/cancel", **where).status_code == 404
    provider.before = lambda _asked: None
    assert fetched(lab)["n_samples"] == 50


def test_what_is_the_newest_is_not_fetched_again_unless_that_is_asked_for(lab, provider):
    first = fetched(lab)
    before = provider.count("/data")
    assert order(lab).json() == {"fetch": None}
    assert provider.count("/data") == before
    kept = project_of(lab)["kept"]
    assert kept["fetched_at"] == first["fetched_at"]
    assert kept["checked_at"] > first["checked_at"]
    assert kept["is_newest"] is True
    fetched(lab, again=True)
    assert provider.count("/data") == 2 * before


def test_a_project_without_a_date_is_never_taken_for_the_newest(lab, provider):
    """Defect D5 of DebiAI."""
    provider.projects["drives"].updated = None
    fetched(lab)
    provider.projects["drives"].rows["d00000"][0] = "fog"
    assert fetched(lab)["is_newest"] is None
    assert rows(lab)["d00000"]["weather"] == "fog"


def test_a_newer_date_is_seen_and_a_refresh_brings_what_changed(lab, provider):
    fetched(lab)
    asked = {"name": "Fast", "rule": {"filters": FAST}}
    saved = lab.client.post(f"{DRIVES}/selections", json=asked)
    assert saved.status_code == 201, saved.text
    fast = saved.json()

    project = provider.projects["drives"]
    project.rows = dict(reversed(project.rows.items()))
    project.rows["d00049"][0] = "hail"
    project.rows["new"] = row(3)
    del project.rows["d00001"]
    project.results = {"vgg": {"new": [0.5, "x"], "d00049": [1.5, "y"]}}
    project.selections = {"every fifth": ["new"], "odd": ["d00003", "d00005"]}
    project.told, project.updated = 50, 1_800_000_000_000
    lab.client.post(f"{ALL}/Lab/check")
    assert project_of(lab)["kept"]["is_newest"] is False

    kept = fetched(lab)
    assert (kept["n_samples"], kept["is_newest"], kept["notes"]) == (50, True, [])
    assert rows(lab) == expected(project)
    models = lab.client.get(DRIVES).json()["models"]
    assert [(m["id"], m["n_results"]) for m in models] == [("vgg", 2)]
    selections = {s["name"]: s for s in lab.client.get(f"{DRIVES}/selections").json()}
    assert selections["Fast"]["n_samples"] == fast["n_samples"] == 10
    assert (selections["every fifth"]["version"], selections["every fifth"]["n_samples"]) == (2, 1)
    assert selections["odd"]["n_samples"] == 2


def test_columns_that_come_go_or_change_their_type_do_so_at_a_refresh(lab, provider):
    fetched(lab)
    project = provider.projects["drives"]
    for columns in (
        [COLUMNS[0], {"name": "speed"}, {"name": "lane", "category": "input"}],
        [COLUMNS[0], {"name": "speed"}],
        [{"name": "other"}, {"name": "speed"}, {"name": "lane", "type": "text"}],
    ):
        project.columns = columns
        for number, id_ in enumerate(project.rows):
            project.rows[id_] = ["rain", f"v{number}", number / 4][: len(columns)]
        if columns[-1].get("type") == "text":
            project.rows = {id_: [*values[:2], "left"] for id_, values in project.rows.items()}
        project.results = {"resnet": {id_: ["high", 3] for id_ in project.rows}}
        fetched(lab, again=True)
        assert rows(lab) == expected(project)
        assert lab.client.get(DRIVES).json()["n_columns"] == len(columns)


def test_a_shorter_list_than_it_is_said_to_be_takes_nothing_away(lab, provider):
    fetched(lab)
    project = provider.projects["drives"]
    project.rows = dict(list(project.rows.items())[:10])
    kept = fetched(lab, again=True)
    assert (kept["n_samples"], kept["n_listed"]) == (50, 10)
    assert kept["notes"][0] == "It is said to have 50 samples, and 10 are listed."
    project.rows = {}
    order(lab, again=True)
    assert "lists none" in ended(lab)["fetch"]["error"]
    assert lab.client.get(DRIVES).json()["n_samples"] == 50


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


def test_a_deleted_copy_is_fetched_again_as_a_new_project(lab):
    fetched(lab)
    assert lab.client.delete(DRIVES).status_code == 204
    assert project_of(lab)["kept"] is None
    assert fetched(lab)["n_samples"] == 50


def test_exports_name_the_data_provider_as_the_source(lab, receiver):
    """Defect A2 of DebiAI: what is selected of a provider's project is exported by the server."""
    fetched(lab)
    method = {"name": "Receiver", "type": "post", "parameters": [receiver.url("/ok")]}
    made = lab.client.post("/api/v2/export-methods", json=method)
    assert made.status_code == 201, made.text
    rule = {"filters": {**FAST, "min": "24"}}
    asked = {
        "subject": {"kind": "selected", "rule": rule},
        "method_id": made.json()["id"],
        "name": "Fast",
    }
    accepted = lab.client.post(f"{DRIVES}/exports", json=asked)
    assert delivery_ended(lab, accepted.json()["id"])["delivery"]["state"] == "delivered"
    document = json.loads(receiver.received()[-1].body)
    assert (document["project_id"], document["data_provider_id"]) == ("drives", "Lab")
    assert document["sample_ids"] == [{"id": "d00048"}, {"id": "d00049"}]


def test_no_value_of_a_sample_is_written_to_the_log(lab, provider, capfd):
    """Defect C8 of DebiAI."""
    provider.projects["drives"].rows["d00000"][0] = "a secret place"
    fetched(lab)
    captured = capfd.readouterr()
    assert "a secret place" not in captured.out + captured.err


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
