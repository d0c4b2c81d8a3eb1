"""A fetch that was cut short goes on, and a refresh brings what changed."""

from __future__ import annotations

import threading

from tests.http.fetching import (
    ALL,
    add,
    ended,
    expected,
    fetched,
    lab,
    order,
    project_of,
    provider,
    rows,
    running,
    shared,
    until,
)
from tests.real.data_provider import COLUMNS, Asked, drives, row

__all__ = ["lab", "provider", "shared"]

FAST = {"op": "range", "id": "fast", "column": "speed", "min": "20"}
DRIVES = "/api/v2/projects/Lab/drives"


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


def test_a_deleted_copy_is_fetched_again_as_a_new_project(lab):
    fetched(lab)
    assert lab.client.delete(DRIVES).status_code == 204
    assert project_of(lab)["kept"] is None
    assert fetched(lab)["n_samples"] == 50
