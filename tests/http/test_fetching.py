"""Projects of data providers are fetched whole, whatever the provider does, or say what lacks."""

from __future__ import annotations

import json
import threading
from collections import Counter

import pytest
from tests.http.answering import ended as delivery_ended
from tests.http.fetching import (
    add,
    ended,
    expected,
    fetched,
    lab,
    missing,
    order,
    provider,
    rows,
    shared,
)
from tests.real.data_provider import Asked, Project, row

__all__ = ["lab", "provider", "shared"]

FAST = {"op": "range", "id": "fast", "column": "speed", "min": "20"}
DRIVES = "/api/v2/projects/Lab/drives"


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
