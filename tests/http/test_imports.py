"""Files come in by the routes that the dialog uses."""

from __future__ import annotations

import pytest


@pytest.fixture(scope="module")
def served(serve):
    return serve()


def uploaded(served, name: str, body: bytes) -> str:
    answer = served.client.post(f"/api/v2/imports/files?name={name}", content=body)
    assert answer.status_code == 201
    return f"/api/v2/imports/files/{answer.json()['file_id']}"


def test_a_file_that_is_put_away_is_gone(served):
    file = uploaded(served, "a.csv", b"x\n1\n")
    assert served.client.post(f"{file}/inspect").json()["rows"] == 1

    assert served.client.delete(file).status_code == 204

    assert served.client.post(f"{file}/inspect").status_code == 404
    assert list((served.folder / "debiai_data" / "studio" / "uploads").iterdir()) == []


def test_no_id_reaches_outside_of_the_uploads(served):
    kept = uploaded(served, "a.csv", b"x\n1\n")

    for outside in ("..", "%2e%2e", "..%2Fprojects", "."):
        answer = served.client.delete(f"/api/v2/imports/files/{outside}")
        assert answer.status_code in (404, 405)

    assert served.client.post(f"{kept}/inspect").json()["rows"] == 1


def test_what_is_wrong_with_a_file_is_told_with_its_type(served):
    file = uploaded(served, "a.csv", b"x,y\n1,2\n1\n")

    answer = served.client.post(f"{file}/inspect")

    assert (answer.status_code, answer.json()["type"]) == (422, "sources.broken_row")
    assert 'Line 3 of "a.csv"' in answer.json()["detail"]
