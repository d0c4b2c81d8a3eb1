"""What the operator does not let others do is refused at every address, with the reason."""

from __future__ import annotations

import re
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

import pytest
from tests.http.blocks import PROVIDER, Project
from tests.http.conftest import FRAME

from debiai_studio.http.app import create_app
from debiai_studio.permissions import PERMISSIONS
from debiai_studio.settings import load_settings

LOCAL = "/api/v2/projects/local"
FILE = FRAME.to_csv(index=False).encode()
# They write columns of samples, or results of models.
EXPERIMENTS = [
    ("POST", f"{LOCAL}/NAME/experiments", {"provider": "a", "algorithm": "b", "inputs": {}}),
    ("POST", f"{LOCAL}/NAME/experiments/one/again", None),
    ("DELETE", f"{LOCAL}/NAME/experiments/one", None),
    ("POST", f"{LOCAL}/NAME/derived", {"name": "a", "expression": "1"}),
    ("PUT", f"{LOCAL}/NAME/derived/one", {"name": "a", "expression": "1"}),
    ("DELETE", f"{LOCAL}/NAME/derived/one", None),
]
# One request for each change and door; PROJECT is one of blocks that is there.
REQUESTS = {
    "create_projects": [
        ("POST", "/projects", {"projectName": "new"}),
        ("POST", "PROJECT/blocklevels", [{"name": "scene"}]),
        ("POST", "/api/v2/imports/files?name=a.csv", FILE),
    ],
    "delete_projects": [("DELETE", "PROJECT", None), ("DELETE", f"{LOCAL}/NAME", None)],
    "insert_data": [
        ("POST", "PROJECT/blocks", {"blockTree": []}),
        ("POST", f"{LOCAL}/NAME/samples", b""),
        ("POST", f"{LOCAL}/NAME/samples/delete", {"ids": []}),
        ("POST", f"{LOCAL}/NAME/tags", {"column": "a", "value": "b"}),
        ("POST", f"{LOCAL}/NAME/tags/taggings/one/undo", None),
        ("DELETE", f"{LOCAL}/NAME/tags/one", None),
        ("POST", "/api/v2/imports", {"file_id": "a", "project": "b", "columns": []}),
        *EXPERIMENTS,
    ],
    "create_selections": [
        ("POST", "PROJECT/selections/", {"selectionName": "a", "sampleHashList": []}),
        ("POST", "PROJECT/selections", {"selectionName": "a", "sampleHashList": []}),
        ("POST", f"{LOCAL}/NAME/selections", {"name": "a", "rule": {}}),
        (
            "POST",
            f"{LOCAL}/NAME/selections/combine",
            {"name": "a", "operation": "union", "selection_ids": ["kept"]},
        ),
        ("POST", f"{LOCAL}/NAME/selections/kept/versions", {}),
        ("PATCH", f"{LOCAL}/NAME/selections/kept", {"name": "a"}),
    ],
    "delete_selections": [
        ("DELETE", "PROJECT/selections/kept", None),
        ("DELETE", f"{LOCAL}/NAME/selections/kept", None),
        ("DELETE", f"{LOCAL}/NAME/selections/kept/versions/1", None),
    ],
    "create_models": [("POST", "PROJECT/models", {"name": "other"})],
    "delete_models": [("DELETE", "PROJECT/models/model", None)],
    "insert_results": [
        ("POST", "PROJECT/resultsStructure", [{"name": "y", "type": "number"}]),
        ("POST", "PROJECT/expectedResult", {"name": "z", "type": "number"}),
        ("POST", "PROJECT/del_expectedResult", {"value": "y"}),
        ("POST", "PROJECT/models/model/resultsDict", {"results": {}}),
        *EXPERIMENTS,
    ],
}
# Changes that no permission is about.
FREE = {
    "POST /api/v2/imports/files/{file_id}/inspect",
    "DELETE /api/v2/imports/files/{file_id}",
    "POST /api/v2/imports/{job_id}/cancel",
    "POST /data-providers",
    "DELETE /data-providers/{source}",
    "POST /callbacks/{token}",  # tests/http/test_callbacks.py
    "POST /api/v2/projects/{source}/{project}/experiments/{experiment_id}/cancel",
}
# They read, send on, change nothing of a project, or have switches of their own.
READING = re.compile(
    r"/(api/v2/data-providers|algo-providers|analysis|derived/preview|download|exports|exportSelection|streams|compare|combine/count|layouts|states"
    r"|export-methods|exportMethods|configurations|deliveries|comments|dataIdList|blocksFromSampleIds|getModelResults)\b"
)


def fill(client) -> Project:
    project = Project(client)
    project.add("s", "i", 1)
    project.post("resultsStructure", [{"name": "y", "type": "number"}]).raise_for_status()
    project.post("models", {"name": "model"}).raise_for_status()
    body = {"selectionName": "kept", "sampleHashList": project.ids()}
    project.post("selections/", body).raise_for_status()
    return project


def send(client, project, method, path, body):
    path = path.replace("PROJECT", project.path).replace("NAME", project.name)
    given = {"content": body} if isinstance(body, bytes) else {"json": body}
    return client.request(method, path, **({} if body is None else given))


def counts(client, project) -> dict[str, object]:
    kept = ("nbSamples", "nbModels", "nbSelections", "resultStructure", "blockLevelInfo")
    info = client.get(project.path).json()
    return {name: info[name] for name in kept}


@contextmanager
def without(served, *variables: str):
    """The server as it is when these variables are false."""
    state = served.application.asgi.state
    before = state.services
    environ = {f"DEBIAI_INTEGRATED_{variable}": "False" for variable in variables}
    permissions = load_settings({}, environ, Path()).permissions
    state.services = replace(before, permissions=permissions)
    try:
        yield
    finally:
        state.services = before


@pytest.fixture(scope="module")
def restricted(serve):
    return serve()


@pytest.mark.parametrize("permission", PERMISSIONS)
def test_what_is_not_allowed_answers_403_with_the_setting_and_changes_nothing(
    restricted, permission
):
    project = fill(restricted.client)
    before = counts(restricted.client, project)

    with without(restricted, f"DP_ALLOW_{permission.upper()}"):
        answers = [send(restricted.client, project, *request) for request in REQUESTS[permission]]
        refusals = restricted.client.get("/api/v2/refusals").json()

    assert [answer.status_code for answer in answers] == [403] * len(answers)
    for answer in answers:
        said = answer.json()
        assert f"allow_{permission} = false" in (said if isinstance(said, str) else said["detail"])
    assert counts(restricted.client, project) == before
    assert list(refusals) == [permission]


def test_everything_else_stays_possible(restricted):
    with without(restricted, "DP_ALLOW_DELETE_PROJECTS"):
        project = fill(restricted.client)
        for name, requests in REQUESTS.items():
            if name != "delete_projects":
                for request in requests:
                    assert "allow_" not in send(restricted.client, project, *request).text


def test_every_address_that_changes_a_project_is_one_that_a_permission_is_about():
    named = {
        f"{method} "
        + path.split("?")[0]
        .replace("PROJECT", "/data-providers/{source}/projects/{project}")
        .replace(f"{LOCAL}/NAME", "/api/v2/projects/{source}/{project}")
        .replace("kept/versions/1", "{selection_id}/versions/{version}")
        .replace("/kept", "/{selection_id}")
        .replace("models/model", "models/{model}")
        .replace("experiments/one", "experiments/{experiment_id}")
        .replace("taggings/one", "taggings/{tagging_id}")
        .replace("tags/one", "tags/{column}")
        .replace("derived/one", "derived/{name}")
        for requests in REQUESTS.values()
        for method, path, _ in requests
    } | {"DELETE /api/v2/projects/{source}/{project}"}
    paths = create_app(None).openapi()["paths"]
    changing = {
        f"{method.upper()} {path}"
        for path, operations in paths.items()
        for method in operations
        if method != "get" and not READING.search(path)
    }

    assert changing - named - FREE == set()


def test_the_client_and_the_page_are_told_what_may_be_deleted(restricted):
    with without(restricted, "DP_ALLOW_DELETE_MODELS"):
        info = restricted.client.get("/data-providers/local").json()

    assert info["canDelete"] == {"projects": True, "selections": True, "models": False}


def test_an_import_with_results_of_a_model_needs_what_results_need(restricted):
    column = {"name": "m.y", "type": "number", "model": "m", "result": "y"}
    order = {"file_id": "unknown", "project": "p", "columns": [column]}

    with without(restricted, "DP_ALLOW_INSERT_RESULTS"):
        refused = restricted.client.post("/api/v2/imports", json=order)
        other = restricted.client.post("/api/v2/imports", json={**order, "columns": []})

    assert refused.status_code == 403
    assert "allow_insert_results = false" in refused.json()["detail"]
    assert other.status_code == 404


def test_where_the_projects_kept_here_are_switched_off_none_is_shown_or_reached(restricted):
    project = fill(restricted.client)

    with without(restricted, "DATA_PROVIDER_ENABLED"):
        client = restricted.client
        lists = [client.get(path).json() for path in ("/projects", "/api/v2/projects")]
        providers = client.get("/data-providers").json()
        answers = [
            client.get(project.path),
            client.get(PROVIDER),
            client.get(f"{LOCAL}/{project.name}"),
            client.post(f"{LOCAL}/{project.name}/analysis/count", json={}),
            client.post("/projects", json={"projectName": "new"}),
        ]

    assert (*lists, providers) == ([], [], [])
    assert {answer.status_code for answer in answers} == {403}
    assert all("enabled = false" in answer.text for answer in answers)
    assert restricted.client.get(project.path).status_code == 200


def test_the_server_starts_with_what_its_configuration_allows(serve):
    served = serve(DEBIAI_INTEGRATED_DP_ALLOW_CREATE_PROJECTS="False")

    refused = served.client.post("/projects", json={"projectName": "new"})

    assert refused.status_code == 403
    assert "Project creation is not allowed on this server" in refused.json()
