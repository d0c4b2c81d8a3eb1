"""What people write of a project, a selection or a widget is kept and shown."""

from __future__ import annotations

import pytest


@pytest.fixture
def comments(served):
    path = f"{served.flights}/comments"
    yield served.client, path
    for one in served.client.get(path).json():
        served.client.delete(f"{path}/{one['id']}")


def test_b9_comments_are_kept_on_the_server_with_who_wrote_them(comments):
    """Defect B9: DebiAI kept comments in the tab, of widgets alone."""
    client, path = comments
    for about, subject in (("project", ""), ("selection", "late"), ("widget", "w1")):
        body = {"about": about, "subject": subject, "title": f"of {about}", "text": "é\n'<b>'"}
        assert client.post(path, json=body).status_code == 201

    kept = client.get(path).json()

    assert [(one["about"], one["subject"], one["title"]) for one in kept] == [
        ("project", "", "of project"),
        ("selection", "late", "of selection"),
        ("widget", "w1", "of widget"),
    ]
    assert all(one["author"] and one["text"] == "é\n'<b>'" for one in kept)


def test_a_comment_is_changed_and_deleted(comments):
    client, path = comments
    one = client.post(path, json={"text": "first"}).json()

    changed = client.put(f"{path}/{one['id']}", json={"title": "T", "text": " second "}).json()

    assert (changed["title"], changed["text"]) == ("T", "second")
    assert (changed["created_at"], changed["about"]) == (one["created_at"], "project")
    assert client.delete(f"{path}/{one['id']}").status_code == 204
    assert client.get(path).json() == []
    assert client.delete(f"{path}/{one['id']}").status_code == 404


@pytest.mark.parametrize("text", ["", "  ", "a\0b", "x" * 10_001])
def test_an_unsuitable_text_is_refused_and_nothing_is_kept(comments, text):
    client, path = comments

    answer = client.post(path, json={"text": text})

    assert (answer.status_code, "1 to 10,000" in answer.json()["detail"]) == (422, True)
    assert client.get(path).json() == []


def test_comments_go_with_their_project(serve):
    served = serve()
    served.import_flights()
    path = f"{served.flights}/comments"
    served.client.post(path, json={"text": "gone soon"}).raise_for_status()
    served.client.delete(served.flights).raise_for_status()
    assert served.client.get(path).status_code == 404
    served.import_flights()
    assert served.client.get(path).json() == []
