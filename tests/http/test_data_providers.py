"""Data providers are listed, added, tested and removed; none holds up the page."""

from __future__ import annotations

import threading

import pytest
from tests.http.fetching import (
    ALL,
    add,
    described,
    fetched,
    lab,
    project_of,
    provider,
    rows,
    running,
    shared,
    until,
)
from tests.real.data_provider import DataProvider, drives

__all__ = ["lab", "provider", "shared"]


def test_a_provider_is_added_with_what_it_tells_and_its_projects_are_listed(lab):
    found = described(lab)
    assert (found["name"], found["place"]) == ("Lab", None)
    finding = found["finding"]
    assert (finding["state"], finding["version"]) == ("available", "1.2.3")
    assert finding["dialect"] == "documented"
    listed = project_of(lab)
    assert (listed["n_samples"], listed["n_models"], listed["n_selections"]) == (50, 2, 1)
    assert listed["updated"] == "2023-11-14T22:13:20.000Z"
    assert (listed["kept"], listed["fetch"]) == (None, None)


def test_what_was_added_in_the_page_is_there_after_a_restart(provider, tmp_path):
    """Defect B8 of DebiAI."""
    with running(tmp_path) as served:
        add(served, provider)
        fetched(served)
    provider.close()
    with running(tmp_path) as served:
        assert project_of(served)["kept"]["n_samples"] == 50
        assert len(rows(served)) == 50


def test_an_unreachable_provider_is_said_to_be_so_with_the_reason(serve, provider):
    """Defect A9 of DebiAI."""
    served = serve()
    provider.close()
    answer = served.client.post(ALL, json={"name": "Gone", "url": provider.url})
    assert answer.status_code == 201
    finding = described(served, "Gone")["finding"]
    assert finding["state"] == "unreachable"
    assert "Gone" in finding["reason"]


def test_what_was_listed_stays_listed_while_the_provider_fails(lab, provider):
    """Defect D4 of DebiAI."""
    provider.before = lambda _asked: (500, "out of order")
    finding = lab.client.post(f"{ALL}/Lab/check").json()
    assert (finding["state"], finding["n_projects"]) == ("unreachable", 1)
    assert "500" in finding["reason"]
    assert "out of order" in finding["reason"]
    assert project_of(lab)["is_listed"]
    provider.before = lambda _asked: None
    assert lab.client.post(f"{ALL}/Lab/check").json()["state"] == "available"


def test_a_provider_that_hangs_holds_up_no_list(serve, provider):
    """Defect D1 of DebiAI: the list is answered while the provider has not answered."""
    release = threading.Event()
    provider.before = lambda _asked: release.wait(60) and None
    served = serve(DEBIAI_DATA_PROVIDER_Slow=provider.url)
    try:
        found = described(served, "Slow")
        assert (found["finding"]["state"], found["is_checking"]) == ("unknown", True)
    finally:
        release.set()
    until(lambda: described(served, "Slow")["finding"]["state"] == "available")


def test_lists_do_not_ask_the_provider_each_time(lab, provider):
    """Defect D2 of DebiAI."""
    before = len(provider.asked)
    for _ in range(5):
        described(lab)
    assert len(provider.asked) == before


def test_a_project_of_the_same_id_is_another_one_at_another_provider(lab, provider):
    """Defect D6 of DebiAI."""
    other = DataProvider()
    other.projects = {"drives": drives(7)}
    add(lab, other, "Other")
    try:
        assert fetched(lab, name="Lab")["n_samples"] == 50
        assert fetched(lab, name="Other")["n_samples"] == 7
        assert project_of(lab, name="Lab")["kept"]["n_samples"] == 50
    finally:
        other.close()


@pytest.mark.parametrize(
    ("name", "url", "word"),
    [
        ("", "http://localhost:1", "1 to 50"),
        ("x" * 51, "http://localhost:1", "1 to 50"),
        ("a/b", "http://localhost:1", "leave out"),
        ("a|b", "http://localhost:1", "leave out"),
        ("local", "http://localhost:1", "another"),
        ("json_block", "http://localhost:1", "another"),
        ("A", "localhost:8000", "like http"),
        ("A", "ftp://localhost/x", "like http"),
        ("A", "http://", "like http"),
        ("A", "http://localhost:99999/", "like http"),
        ("A", "http://localhost/?q=1", "like http"),
        ("A", "http://user:pass@localhost/", "config.ini"),
    ],
)
def test_what_cannot_be_used_is_refused_with_the_reason(lab, name, url, word):
    answer = lab.client.post(ALL, json={"name": name, "url": url})
    assert (answer.status_code, answer.json()["type"]) == (422, "providers.invalid")
    assert word in answer.json()["detail"]
    assert "pass@" not in answer.json()["detail"]
    assert [one["name"] for one in lab.client.get(ALL).json()["providers"]] == ["Lab"]


def test_a_name_is_taken_once(lab, provider):
    answer = lab.client.post(ALL, json={"name": "Lab", "url": provider.url})
    assert (answer.status_code, answer.json()["type"]) == (409, "providers.exists")


def test_testing_an_address_adds_nothing(lab, provider):
    body = {"name": "New", "url": provider.url}
    assert lab.client.post(f"{ALL}/test", json=body).json()["state"] == "available"
    provider.before = lambda _asked: (302, "http://localhost:1/elsewhere")
    finding = lab.client.post(f"{ALL}/test", json=body).json()
    assert finding["state"] == "unreachable"
    assert "redirect to http://localhost:1/elsewhere" in finding["reason"]
    assert [one["name"] for one in lab.client.get(ALL).json()["providers"]] == ["Lab"]


def test_a_removed_provider_is_gone_and_what_was_fetched_stays(lab):
    fetched(lab)
    assert lab.client.delete(f"{ALL}/Lab").status_code == 204
    assert lab.client.get(ALL).json()["providers"] == []
    assert lab.client.get("/api/v2/projects/Lab/drives").json()["n_samples"] == 50


def test_removing_an_unknown_one_says_so(lab):
    """Defect D12 of DebiAI."""
    answer = lab.client.delete(f"{ALL}/Nobody")
    assert (answer.status_code, answer.json()["type"]) == (404, "providers.unknown")


def test_the_operator_can_switch_adding_and_removing_off(serve, provider):
    served = serve(
        DEBIAI_DATA_PROVIDERS_ALLOW_CREATION="false",
        DEBIAI_DATA_PROVIDERS_ALLOW_DELETION="False",
        DEBIAI_DATA_PROVIDER_Lab=provider.url,
    )
    body = {"name": "New", "url": provider.url}
    for answer in (
        served.client.post(ALL, json=body),
        served.client.post(f"{ALL}/test", json=body),
        served.client.delete(f"{ALL}/Lab"),
    ):
        assert (answer.status_code, answer.json()["type"]) == (403, "providers.fixed")
        assert "[DATA_PROVIDERS_CONFIG]" in answer.json()["detail"]
    found = served.client.get(ALL).json()
    assert (found["creation"], found["deletion"]) == (False, False)


def test_one_that_the_operator_defined_is_not_removed_in_the_page(serve, provider):
    served = serve(DEBIAI_WEB_DATA_PROVIDER_Lab=provider.url)
    answer = served.client.delete(f"{ALL}/Lab")
    assert (answer.status_code, answer.json()["type"]) == (409, "providers.defined_elsewhere")
    assert "DEBIAI_WEB_DATA_PROVIDER_Lab" in answer.json()["detail"]


@pytest.mark.parametrize(
    "address", ["http://169.254.169.254", "http://[fe80::1]", "http://0.0.0.0"]
)
def test_the_page_cannot_make_the_server_ask_metadata_addresses(lab, address):
    """Defect C3 of DebiAI."""
    answer = lab.client.post(ALL, json={"name": "Meta", "url": f"{address}:80"})
    finding = answer.json()
    assert finding["state"] == "unreachable"
    assert "does not connect" in finding["reason"]


def test_on_a_shared_server_private_addresses_are_the_operators(serve, provider):
    """Defect C3 of DebiAI."""
    shared = {"DEBIAI_ALLOWED_HOSTS": "debiai.example.org"}
    served = serve(DEBIAI_DATA_PROVIDER_Configured=provider.url, **shared)
    body = {"name": "Made", "url": provider.url}
    finding = served.client.post(ALL, json=body).json()
    assert finding["state"] == "unreachable"
    assert "private addresses" in finding["reason"]
    assert served.client.post(f"{ALL}/Configured/check").json()["state"] == "available"

    listed = serve(DEBIAI_EXPORT_ALLOWED_TARGETS=provider.url.removeprefix("http://"), **shared)
    assert listed.client.post(ALL, json=body).json()["state"] == "available"


def test_a_password_of_the_operator_is_sent_to_the_provider_and_shown_to_nobody(serve, provider):
    url = provider.url.replace("//", "//reader:s3cret-word@")
    provider.before = lambda asked: (
        None if asked.headers.get("authorization") else (401, "s3cret-word is not known")
    )
    served = serve(DEBIAI_DATA_PROVIDER_Lab=url)
    assert served.client.post(f"{ALL}/Lab/check").json()["state"] == "available"
    fetched(served)
    for path in (ALL, "/api/v2/projects", "/api/v2/projects/Lab/drives", "/api/v2/audit"):
        assert "s3cret-word" not in served.client.get(path).text


def test_no_token_of_the_person_reaches_the_provider(lab, provider):
    """Defect C2 of DebiAI."""
    lab.client.post(f"{ALL}/Lab/check", headers={"Authorization": "Bearer 0123456789abcdef"})
    assert not any("authorization" in asked.headers for asked in provider.asked)


@pytest.mark.parametrize(
    "document",
    [[], "text", None, {"canDelete": 5, "maxSampleIdByRequest": "many"}, {"version": [1]}],
)
def test_strange_information_is_an_answer_and_never_a_fault(lab, provider, document):
    provider.info = document
    answer = lab.client.post(f"{ALL}/Lab/check")
    assert answer.status_code == 200
    assert answer.json()["state"] in ("available", "unreachable")
