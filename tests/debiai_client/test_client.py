"""DebiAI's Python client, unchanged, against a server as a person starts it."""

from __future__ import annotations

import hashlib

TOKEN = "0f3a9c0f3a9c0f3a9c0f3a9c0f3a9c0f"  # noqa: S105  # a token of this test


def test_every_public_method_works(server, client):
    found = client(server.url, "everything")

    assert found.pop("not called") == []
    assert found.pop("undefined") == [
        False,
        "The everything DEBIAI project block_structure hasn't been set yet",
    ]
    assert found.pop("expected")[0] is False
    assert found == {
        "missing project": None,
        "again": "Project already exists",
        "levels": True,
        "levels again": "Cannot set the blockLevel structure - already created",
        "expected again": [
            {"name": "found", "type": "text"},
            {"name": "score", "type": "number", "default": 0},
        ],
        "results": [
            True,
            True,
            True,
            (
                'post_model_results_dict : There are no samples "s9 / d / none" in this project. '
                "Nothing was stored."
            ),
        ],
        "by NumPy": [["a", True, 0.5], ["b", False, 2.0]],
        "expected left": [
            {"name": "found", "type": "text"},
            {"name": "score", "type": "number", "default": 0},
        ],
        "models": [["one", {"lr": 0.1}, 13]],
        "model": "one",
        "unknown": "1 out of 2 ids do not exist: ['nobody']",
        "selections": [["First five", 5]],
        "selected": True,
        "selected rows": 5,
        "infos": 13,
        "deleted": [True, None],
        "left": [[], []],
        "projects": True,
        "gone": [True, "Project everything not found"],
    }


def test_a_data_frame_of_several_chunks_comes_back_as_it_was(server, client):
    found = client(server.url, "come_back")

    assert found["count"] == 9_000
    assert found["first"] == hashlib.sha256(b"s00000/d0/i0/").hexdigest()
    # Whole numbers beyond what a decimal keeps are still whole.
    assert found["types"][8] == "int64"


def test_b10_rows_of_numpy_sent_again_are_changed_and_stay_the_same_samples(server, client):
    found = client(server.url, "numpy_samples")

    assert (found["count"], found["changed"][1:], found["same ids"], found["kept"]) == (
        6_001,
        [99.0, "b"],
        True,
        True,
    )


def test_b1_samples_that_do_not_fit_raise_and_none_is_stored(server, client):
    message, stored = client(server.url, "not_fitting")

    assert (message, stored) == ("Internal server error while adding the data tree", 0)


def test_selections_of_the_page_and_of_the_client_are_the_same(server, client):
    client(server.url, "small", "both")
    path = "/projects/local/both"
    rule = {"filters": {"op": "range", "id": "f", "column": "light", "min": "1.2"}}
    server.page("POST", f"{path}/selections", name="From the page", rule=rule)

    found = client(server.url, "selections", "both")

    assert found == {"From the page": ["s00000i0", "s00000i1"], "From Python": found["From Python"]}
    listed = server.page("GET", f"{path}/selections").json()
    assert [(one["name"], one["n_samples"]) for one in listed] == [
        ("From Python", 2),
        ("From the page", 2),
    ]


def test_b7_what_the_client_was_told_is_stored_survives_the_death_of_the_server(new_server, client):
    server = new_server()
    assert client(server.url, "small", "kept") == 12
    server.kill()

    server.start()

    assert client(server.url, "count", "kept") == 12


def test_c1_with_a_token_the_client_carries_it_in_the_address(new_server, client):
    server = new_server(DEBIAI_TOKEN=TOKEN)

    assert "this is not DebiAI" in client(server.url, "connect")
    assert client(server.url.replace("://", f"://studio:{TOKEN}@"), "connect") == []
