"""Projects of blocks at DebiAI's addresses: nothing is lost, and every refusal says why."""

from __future__ import annotations

import json
from concurrent.futures import ThreadPoolExecutor

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from tests.http.blocks import LEVELS, PROVIDER, Project, path_id

KINDS = ("number", "text", "boolean", "list", "dict")


@pytest.fixture(scope="module")
def client(serve):
    return serve().client


@pytest.fixture
def project(client):
    return Project(client)


JSON_VALUES = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**53), 2**53) | st.text(max_size=4)
    | st.floats(allow_nan=False, allow_infinity=False),
    lambda below: st.lists(below, max_size=3) | st.dictionaries(st.text(max_size=3), below),
    max_leaves=6,
)  # fmt: skip
EXACT = st.integers(-(2**63), 2**63 - 1)
DECIMAL = st.floats(allow_nan=False, allow_infinity=False) | st.integers(-(2**53), 2**53)
VALUES = {
    "number": st.lists(st.none() | EXACT) | st.lists(st.none() | DECIMAL),
    "text": st.lists(st.none() | st.text(max_size=6)),
    "boolean": st.lists(st.none() | st.booleans()),
    "list": st.lists(st.none() | st.lists(JSON_VALUES, max_size=3)),
    "dict": st.lists(st.none() | st.dictionaries(st.text(max_size=3), JSON_VALUES, max_size=3)),
}


@settings(
    max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(st.fixed_dictionaries(VALUES))
def test_values_of_every_type_come_back_as_they_were(client, columns):
    levels = [{"name": "s", "others": [{"name": kind, "type": kind} for kind in KINDS]}]
    project = Project(client, levels)
    count = max(len(values) for values in columns.values())
    rows = [
        [columns[kind][n] if n < len(columns[kind]) else None for kind in KINDS]
        for n in range(count)
    ]
    tree = [{"name": f"{n}", "others": row} for n, row in enumerate(rows)]
    for half in (tree[: count // 2], tree[count // 2 :]):
        assert project.post("blocks", {"blockTree": half}).status_code == 200

    assert project.ids() == [path_id(f"{n}") for n in range(count)]
    assert list(project.rows().values()) == [[f"{n}", *row] for n, row in enumerate(rows)]


def test_b10_samples_sent_again_are_changed_in_place(project):
    for image, x in (("i1", 1), ("i2", 2), ("i1", 0.5)):
        project.add("s1", image, x)
    answer = project.add("s1", "i2", None, "rain")

    assert answer.json() == "0 added blocks, 1 changed"
    assert list(project.rows().values()) == [["s1", "sun", "i1", 0.5], ["s1", "rain", "i2", None]]
    assert project.ids() == [path_id("s1", "i1"), path_id("s1", "i2")]
    assert project.ids(1, 1) == [path_id("s1", "i2")]
    assert project.ids(2, 9) == []


def test_whole_numbers_stay_exact_until_decimals_that_would_not_keep_them(project):
    large = 2**60 + 1
    project.add("s1", "i1", large)

    refused = project.add("s1", "i2", 0.5)

    assert refused.status_code == 400
    assert '"x"' in refused.json()
    assert list(project.rows().values()) == [["s1", "sun", "i1", large]]


def test_decimals_that_are_whole_are_whole_numbers_where_others_would_be_rounded(project):
    """The client makes a decimal of every number that comes by NumPy."""
    large = 2**60 + 1
    project.add("s1", "i1", large)

    assert project.add("s1", "i2", 2.0).status_code == 200
    rounded = project.add("s1", "i3", float(large))

    assert rounded.status_code == 400
    assert [row[3] for row in project.rows().values()] == [large, 2]


@pytest.mark.parametrize(
    ("tree", "reason"),
    [
        ([{"name": "s", "contexts": ["a"]}], "no blocks below it"),
        ([{"name": "s", "contexts": ["a"], "childrenInfoList": [{"inputs": [1]}]}], "no name"),
        ([{"name": "s", "childrenInfoList": [{"name": "i", "inputs": [1]}]}], "1 are expected"),
        (
            [{"name": "s", "contexts": ["a"], "childrenInfoList": [{"name": "i", "inputs": []}]}],
            "0 inputs, 1 are expected",
        ),
        (
            [
                {
                    "name": "s",
                    "contexts": ["a"],
                    "childrenInfoList": [{"name": "i", "inputs": [1], "others": [2]}],
                }
            ],
            "1 others, 0 are expected",
        ),
        (
            [
                {
                    "name": "s",
                    "contexts": ["a"],
                    "childrenInfoList": [
                        {"name": "i", "inputs": [1], "childrenInfoList": [{"name": "deep"}]}
                    ],
                }
            ],
            "is a sample",
        ),
        (
            [
                {
                    "name": "s",
                    "contexts": ["a"],
                    "childrenInfoList": [{"name": "i", "inputs": ["many"]}],
                }
            ],
            '"x" holds number values: "many" is none',
        ),
        ("no list", "no list of blocks"),
        ([1], "no name"),
    ],
)
def test_b1_blocks_that_do_not_fit_are_refused_whole_with_the_reason(project, tree, reason):
    good = {"name": "s0", "contexts": ["a"], "childrenInfoList": [{"name": "i", "inputs": [1]}]}
    tree = [good, *tree] if isinstance(tree, list) else tree

    answer = project.post("blocks", {"blockTree": tree})

    assert answer.status_code == 400
    assert reason in answer.json()
    assert project.info()["nbSamples"] == 0


def test_names_with_a_slash_are_kept_apart(project):
    project.add("a/b", "c", 1)
    project.add("a", "b/c", 2)
    project.add("a", "b", 3)

    assert [row[3] for row in project.rows().values()] == [1, 2, 3]
    assert project.ids()[2] == path_id("a", "b")


def test_columns_of_one_name_are_told_apart_and_keep_their_values(client):
    levels = [
        {"name": "a", "contexts": [{"name": "v", "type": "number"}]},
        {
            "name": "v",
            "inputs": [{"name": "a", "type": "text"}, {"name": "Data ID", "type": "text"}],
        },
    ]
    project = Project(client, levels)
    child = {"name": "v1", "inputs": ["text", "id"]}
    project.post(
        "blocks", {"blockTree": [{"name": "a1", "contexts": [7], "childrenInfoList": [child]}]}
    )

    assert list(project.rows().values()) == [["a1", 7, "v1", "text", "id"]]
    assert [column["name"] for column in project.info()["columns"]] == [
        "a",
        "v",
        "v",
        "a",
        "Data ID",
    ]


@pytest.mark.parametrize(
    ("levels", "reason"),
    [
        ([], "at least one level"),
        ({}, "at least one level"),
        ([{}], "Level 1 has no name"),
        ([{"name": "s"}, {"name": "s"}], "one name"),
        ([{"name": "s", "inputs": [{"type": "text"}]}], "no name"),
        ([{"name": "s", "inputs": [{"name": "x", "type": "float"}]}], "text, number, boolean"),
        ([{"name": "s", "inputs": {"x": 1}}], "no list"),
        ([{"name": "s", "inputs": [{"name": "x", "type": "text", "group": 3}]}], "group"),
    ],
)
def test_levels_that_are_not_described_well_are_refused(client, levels, reason):
    project = Project(client, levels=None)
    answer = project.post("blocklevels", levels)

    assert (answer.status_code, reason in answer.json()) == (400, True)
    assert project.info()["blockLevelInfo"] == []


def test_levels_and_expected_results_are_set_once(project):
    expected = [{"name": "p", "type": "text"}]
    assert project.post("blocklevels", LEVELS).json() == LEVELS
    assert project.post("blocklevels", LEVELS[:1]).status_code == 403
    assert project.post("resultsStructure", expected).json() == expected
    assert project.post("resultsStructure", []).status_code == 403


@pytest.mark.parametrize("name", ["../up", "a/b", "a\\b", "a?b", "a#b", "a%20b", "..", "", " x"])
def test_c6_a_project_with_a_name_that_leads_elsewhere_is_refused(client, name):
    answer = client.post("/projects", json={"projectName": name})
    assert (answer.status_code, isinstance(answer.json(), str)) == (400, True)


def test_c6_names_of_blocks_and_selections_are_no_paths(project):
    project.add("../../up", "..", 1)
    body = {"selectionName": "../../x", "sampleHashList": project.ids()}
    made = project.post("selections/", body).json()

    gone = project.client.delete(f"{project.path}/selections/%2e%2e")

    assert gone.status_code == 404
    assert project.client.get(f"{project.path}/selections/{made['id']}").json() == project.ids()
    assert project.info()["nbSamples"] == 1


def test_b7_clients_that_add_at_once_lose_nothing(project):
    with ThreadPoolExecutor(8) as pool:
        answers = list(pool.map(lambda n: project.add(f"s{n}", "i", n), range(24)))

    assert {answer.status_code for answer in answers} == {200}
    assert sorted(row[3] for row in project.rows().values()) == list(range(24))


def test_an_imported_project_is_read_and_added_to_by_its_own_ids(serve):
    served = serve()
    served.import_flights()
    project = Project(served.client, levels=None)
    project.path = f"{PROVIDER}/flights"
    (level,) = project.info()["blockLevelInfo"]
    assert level["name"] == "id"
    assert [column["name"] for column in level["others"]] == ["delay", "carrier", "seats"]
    assert project.rows()["f001"] == ["f001", 1.0, "DL", 2**53 + 1]

    tree = [{"name": "f999", "others": [1.5, "AA", 9]}]
    assert project.post("blocks", {"blockTree": tree}).json() == "1 added blocks"
    assert project.rows()["f999"] == ["f999", 1.5, "AA", 9]
    assert project.post("resultsStructure", [{"name": "p", "type": "number"}]).status_code == 200
    project.post("models", {"name": "m"})
    assert project.post("models/m/resultsDict", {"results": {"f999": [1]}}).status_code == 200
    assert project.info()["blockLevelInfo"] == [level]


def test_a_project_is_a_normal_one_on_the_page(project):
    project.add("s1", "i1", 1.5)
    project.add("s1", "i2", 2.5)
    path = f"/api/v2/projects/local/{project.name}"
    rule = {"filters": {"op": "range", "id": "f", "column": "x", "min": "2"}}

    saved = project.client.post(f"{path}/selections", json={"name": "Large", "rule": rule})

    assert saved.status_code == 201
    listed = project.client.get(f"{project.path}/selections").json()
    assert [(one["id"], one["nbSamples"]) for one in listed] == [("large", 1)]
    assert project.client.get(f"{project.path}/selections/large").json() == [path_id("s1", "i2")]
    download = {"format": "json", "content": "rows"}
    rows = project.client.post(f"{path}/download", json=download).json()
    assert rows == [
        {
            "Data ID": path_id("s1", f"i{n}"),
            "scene": "s1",
            "weather": "sun",
            "image": f"i{n}",
            "x": n + 0.5,
        }
        for n in (1, 2)
    ]


@pytest.mark.parametrize("body", [b"{", b'{"blockTree": NaN}', b"[]", b'"\\ud800"'])
def test_a_body_that_is_not_json_is_refused(project, body):
    answer = project.client.post(f"{project.path}/blocks", content=body)
    assert (answer.status_code, isinstance(answer.json(), str)) == (400, True)


def test_numbers_of_any_size_are_told_apart_or_refused(project):
    project.add("s", "i", 2**63 - 1)
    assert next(iter(project.rows().values()))[3] == 2**63 - 1
    assert "64 bits" in project.add("s", "i", 2**64 + 1).json()
    assert "64 bits" in project.add("s", "i", -(2**70)).json()


def test_d3_what_is_unknown_is_not_found_and_d12_providers_stay(client, project):
    provider = "/data-providers/json_block"
    for answer in (
        client.get(f"{PROVIDER}/none"),
        client.delete(f"{PROVIDER}/none"),
        client.get("/data-providers/other/projects"),
        client.get(f"{project.path}/selections/none"),
        client.delete(f"{project.path}/selections/none"),
        client.get(f"{project.path}/models/none"),
        project.post("blocksFromSampleIds", {"sampleIds": ["none"]}),
    ):
        assert (answer.status_code, isinstance(answer.json(), str)) == (404, True)
    assert client.delete(provider).status_code == 403
    assert [one["name"] for one in client.get("/data-providers").json()] == [
        "Python module Data Provider"
    ]
    assert client.get(provider).json()["canDelete"]["projects"] is True
    assert json.loads(client.get("/version").text) == "Online"
