"""Models and expected results at DebiAI's addresses: stored whole, or refused with the reason."""

from __future__ import annotations

import pytest
from tests.http.blocks import PROVIDER, Project, path_id


@pytest.fixture(scope="module")
def client(serve):
    return serve().client


@pytest.fixture
def project(client):
    return Project(client)


def test_b2_results_are_stored_whole_or_refused_with_the_samples_that_are_missing(project):
    project.add("s1", "i1", 1)
    project.add("s1", "i2", 2)
    project.post("resultsStructure", [{"name": "p", "type": "number"}, {"name": "q", "type": "?"}])
    assert project.post("models", {"name": "m"}).json() == "model created"
    results, order = "models/m/resultsDict", ["q", "p"]

    unknown = project.post(results, {"results": {"s1": {"i1": ["a", 1], "none": ["b", 2]}}})
    short = project.post(results, {"results": {"s1": {"i1": [1]}}})
    odd = project.post(results, {"results": {}, "expected_results_order": ["z"]})
    assert [answer.status_code for answer in (unknown, short, odd)] == [400] * 3
    assert '"s1 / none"' in unknown.json()
    assert project.info()["models"][0]["nbResults"] == 0

    good = {"results": {"s1": {"i2": ["b", 2]}}, "expected_results_order": order}
    assert project.post(results, good).json() == "Results added"
    good["results"]["s1"]["i2"] = ["c", 0.5]
    project.post(results, good)
    found = project.post("models/m/getModelResults", {"sampleIds": project.ids()})
    assert found.json() == {path_id("s1", "i2"): [0.5, "c"]}
    assert project.client.get(f"{project.path}/models/m").json() == [path_id("s1", "i2")]


def test_an_expected_result_that_is_added_has_its_default_and_one_removed_is_gone(project):
    project.add("s1", "i1", 1)
    project.post("resultsStructure", [{"name": "p", "type": "number"}])
    project.post("models", {"name": "m"})
    project.post("models/m/resultsDict", {"results": {"s1": {"i1": [5]}}})

    added = project.post("expectedResult", {"name": "e", "type": "text", "default": "none"})
    first = project.post("models/m/getModelResults", {"sampleIds": project.ids()}).json()
    removed = project.post("del_expectedResult", {"value": "p"})
    then = project.post("models/m/getModelResults", {"sampleIds": project.ids()}).json()

    assert [one["name"] for one in added.json()] == ["p", "e"]
    assert list(first.values()) == [[5.0, "none"]]
    assert [one["name"] for one in removed.json()] == ["e"]
    assert list(then.values()) == [["none"]]
    assert project.post("expectedResult", {"name": "e", "type": "text"}).status_code == 400
    assert project.post("del_expectedResult", {"value": "p"}).status_code == 400


def test_model_names_as_debiai_refuses_them(project):
    for name in ("a/b", "a:b", "x?", ".."):
        assert project.post("models", {"name": name}).status_code == 402
    assert project.client.delete(f"{project.path}/models/none").status_code == 404


def test_results_of_one_sample_under_two_spellings_of_its_number_are_refused(serve):
    served = serve()
    served.import_ids("numbered", ["1", "2"])
    project = Project(served.client, levels=None)
    project.path = f"{PROVIDER}/numbered"
    project.post("resultsStructure", [{"name": "p", "type": "number"}])
    project.post("models", {"name": "m"})

    refused = project.post("models/m/resultsDict", {"results": {"1": [5], "01": [6]}})

    assert (refused.status_code, project.info()["models"][0]["nbResults"]) == (400, 0)
    assert '"1" and "01" are the same sample' in refused.json()
