"""What tests of data providers do again and again."""

from __future__ import annotations

import json
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from starlette.testclient import TestClient
from tests.http.conftest import Served
from tests.real.data_provider import DataProvider, Project

from debiai_studio import journal
from debiai_studio.bootstrap import build
from debiai_studio.projects.model import ProjectRef
from debiai_studio.settings import load_settings

ALL = "/api/v2/data-providers"
UNDER_WAY = ("waiting", "running")


def add(served, provider: DataProvider, name: str = "Lab") -> None:
    answer = served.client.post(ALL, json={"name": name, "url": provider.url})
    assert answer.status_code == 201, answer.text


def described(served, name: str = "Lab") -> dict:
    found = served.client.get(ALL).raise_for_status().json()["providers"]
    return next(one for one in found if one["name"] == name)


def project_of(served, project: str = "drives", name: str = "Lab") -> dict:
    return next(one for one in described(served, name)["projects"] if one["id"] == project)


def until(wanted, what: str = "it"):
    """What ``wanted`` gives, once it gives something."""
    end = time.monotonic() + 60
    while time.monotonic() < end:
        found = wanted()
        if found:
            return found
        time.sleep(0.02)
    raise AssertionError(what)


def order(served, project: str = "drives", name: str = "Lab", *, again: bool = False):
    return served.client.post(f"{ALL}/{name}/fetches", json={"project": project, "again": again})


def ended(served, project: str = "drives", name: str = "Lab") -> dict:
    """The project once nothing of it is being fetched."""

    def look():
        found = project_of(served, project, name)
        fetch = found["fetch"]
        return None if fetch and fetch["state"] in UNDER_WAY else found

    return until(look, f"{project} is fetched")


def fetched(served, project: str = "drives", name: str = "Lab", *, again: bool = False) -> dict:
    """Fetch it to its end; what is kept."""
    answer = order(served, project, name, again=again)
    assert answer.status_code == 202, answer.text
    assert answer.json()["fetch"] is not None
    found = ended(served, project, name)
    assert found["fetch"] is None, found
    return found["kept"]


def rows(served, project: str = "drives", name: str = "Lab") -> dict:
    """The kept rows by id."""
    asked = {"rule": {}, "format": "ndjson", "content": "rows", "name": "x"}
    text = served.client.post(f"/api/v2/projects/{name}/{project}/download", json=asked).text
    found = [json.loads(line) for line in text.splitlines()]
    return {row.pop("Data ID"): row for row in found}


def missing(served, project: str = "drives", name: str = "Lab") -> list[dict]:
    answer = served.client.get(f"{ALL}/{name}/missing", params={"project": project})
    return answer.raise_for_status().json()["samples"]


@pytest.fixture
def provider():
    provider = DataProvider()
    yield provider
    provider.close()


@pytest.fixture(scope="module")
def shared(serve):
    """One server, whose data providers and their projects go after each test."""
    return serve()


@pytest.fixture
def lab(shared, provider):
    """The server with the data provider, added in the page."""
    add(shared, provider)
    yield shared
    for one in shared.client.get(ALL).json()["providers"]:
        for project in one["projects"]:
            if project["fetch"]:
                ended(shared, project["id"], one["name"])
                shared.client.delete(
                    f"{ALL}/{one['name']}/fetches", params={"project": project["id"]}
                )
        shared.client.delete(f"{ALL}/{one['name']}")
    for project in shared.client.get("/api/v2/projects").json():
        ref = ProjectRef(project["source"], project["project"])
        shared.application.services.projects.delete(ref)


@contextmanager
def running(folder: Path, **environ: str) -> Iterator[Served]:
    """A server on a folder, from its start to its end."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(journal, "configure", lambda *_: None)
        application = build(load_settings({}, environ, folder))
        client = TestClient(application.asgi, base_url="http://127.0.0.1:3000")
        try:
            with client:
                yield Served(application, client, folder)
        finally:
            application.close()


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
