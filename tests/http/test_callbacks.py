"""Values come back later at the callback address of a delivery: it is all that it takes."""

from __future__ import annotations

import gzip
import json

import pytest
from jsonschema import Draft202012Validator
from tests.http.answering import answers, callback, ended, values
from tests.real.receiver import Receiver

from debiai_studio.permissions import Permissions

TOKEN = "0123456789abcdef"  # noqa: S105  # a token of this test
OWNER = {"Authorization": f"Bearer {TOKEN}"}
IDS = ["s1", "s2", "s3"]


@pytest.fixture(scope="module")
def receiver(tmp_path_factory):
    receiver = Receiver(tmp_path_factory.mktemp("receiver") / "log")
    yield receiver
    receiver.stop()


@pytest.fixture(scope="module")
def guarded(serve, receiver):
    """A server with a token, which receivers reach at another name."""
    return serve(
        DEBIAI_TOKEN=TOKEN,
        DEBIAI_PUBLIC_URL="https://studio.example:8443/",
        DEBIAI_EXPORT_METHOD_Labelling=f"post, {receiver.url('/ok')}, answers=results",
        DEBIAI_EXPORT_METHOD_Silent=f"post, {receiver.url('/ok')}",
    )


@pytest.fixture
def send(guarded, receiver, request):
    """Send the samples of a project of its own; delivery and callback path."""
    client = guarded.client
    name = f"p{abs(hash(request.node.name)) % 10**9}"

    def send(method: str = "Labelling"):
        client.headers.update(OWNER)
        try:
            project = f"/api/v2/projects/local/{name}"
            if client.get(project).status_code == 404:
                guarded.import_ids(name, IDS)
            methods = client.get("/api/v2/export-methods").json()["methods"]
            method_id = next(m["id"] for m in methods if m["name"] == method)
            asked = {"subject": {"kind": "selected", "rule": {}}, "method_id": method_id}
            accepted = client.post(f"{project}/exports", json=asked).json()
            delivery = ended(guarded, accepted["id"])["delivery"]
        finally:
            del client.headers["Authorization"]
        path = callback(receiver, delivery["id"]) if method == "Labelling" else ""
        return delivery["id"], path, project

    return send


def give(guarded, path: str, body: object, **headers: str):
    content = body if isinstance(body, bytes) else json.dumps(body).encode()
    return guarded.client.post(
        path, content=content, headers={"Host": "studio.example:8443", **headers}
    )


def data_version(served, project: str) -> int:
    return served.client.get(f"{project}").json()["data_version"]


def read(guarded, question, *given):
    guarded.client.headers.update(OWNER)
    try:
        return question(guarded, *given)
    finally:
        del guarded.client.headers["Authorization"]


def labels(guarded, project: str) -> dict[str, object]:
    return read(guarded, values, "Answers of Labelling", "label", project)


def test_values_come_back_later_in_parts_and_are_corrected(guarded, send):
    delivery, path, project = send()

    first = give(guarded, path, [{"id": "s1", "label": "cat"}])
    assert first.status_code == 202
    assert first.json() == {
        "delivery_id": delivery,
        "rows": 1,
        "repeated": False,
        "state": "kept",
    }
    give(guarded, path, {"results": [{"id": "s2", "label": "dog"}, {"id": "s3", "label": None}]})
    give(guarded, path, [{"id": "s1", "label": "fox"}])

    found = read(guarded, answers, delivery)
    assert [(one["via"], one["n_applied"]) for one in found] == [
        ("callback", 1),
        ("callback", 2),
        ("callback", 1),
    ]
    assert labels(guarded, project) == {"s1": "fox", "s2": "dog"}

    again = give(guarded, path, [{"id": "s1", "label": "cat"}])
    assert (again.status_code, again.json()["repeated"]) == (202, True)
    assert read(guarded, answers, delivery)[0]["repeats"] == 1
    assert labels(guarded, project) == {"s1": "fox", "s2": "dog"}


def test_many_small_answers_at_once_share_changes_and_count_as_if_one_came_after_the_other(
    guarded, send
):
    delivery_id, path, project = send()
    version = read(guarded, data_version, project)
    bodies = [[{"id": IDS[n % 3], "label": f"label {n}"}] for n in range(40)]

    given = [give(guarded, path, body) for body in bodies]

    assert {answer.status_code for answer in given} == {202}
    found = read(guarded, answers, delivery_id)
    assert [one["state"] for one in found] == 40 * ["applied"]
    assert {(one["n_rows"], one["n_applied"]) for one in found} == {(1, 1)}
    assert labels(guarded, project) == {"s1": "label 39", "s2": "label 37", "s3": "label 38"}
    assert read(guarded, data_version, project) - version < len(bodies)


def test_of_answers_at_once_only_the_one_of_another_type_is_refused(guarded, send):
    delivery_id, path, project = send()

    for value in (1, "two", 3):
        give(guarded, path, [{"id": "s1", "score": value}])

    found = read(guarded, answers, delivery_id)
    assert [one["state"] for one in found] == ["applied", "refused", "applied"]
    assert read(guarded, values, "Answers of Labelling", "score", project) == {"s1": 3}


def test_an_address_that_was_changed_opens_nothing(guarded, send):
    delivery, path, _project = send()

    for wrong in (f"{path[:-4]}0000", f"/callbacks/{delivery}", "/callbacks/x", f"{path}é"):
        answer = give(guarded, wrong, [{"id": "s1", "label": "cat"}])
        assert (answer.status_code, answer.json()["type"]) == (404, "exports.unknown_callback")
    assert read(guarded, answers, delivery) == []


def test_the_address_of_one_delivery_opens_neither_others_nor_anything_else(guarded, send):
    delivery, path, _project = send()
    other, _path, _project = send()
    token = path.removeprefix("/callbacks/")

    forged = give(guarded, f"/callbacks/{token.replace(delivery, other)}", [{"id": "s1", "a": 1}])
    assert forged.status_code == 404
    for method, address in (
        ("GET", path),
        ("GET", f"/api/v2/deliveries/{delivery}"),
        ("POST", f"{path}/more"),
        ("DELETE", path),
    ):
        bearer = {"Authorization": f"Bearer {token}"}
        answer = guarded.client.request(
            method, address, headers={"Host": "studio.example:8443", **bearer}
        )
        assert answer.status_code == 401


def test_a_page_of_another_site_cannot_call_back(guarded, send):
    delivery, path, _project = send()

    foreign = give(guarded, path, [{"id": "s1", "a": 1}], Origin="https://evil.example")
    unknown = give(guarded, path, [{"id": "s1", "a": 1}], Host="evil.example")

    assert (foreign.status_code, unknown.status_code) == (403, 421)
    assert read(guarded, answers, delivery) == []


@pytest.mark.parametrize(
    ("body", "reason"),
    [
        (b"", "It is not JSON"),
        (b"[", "It is not JSON"),
        (b'"text"', "neither a list nor an object"),
        (b'[{"id": 1.5, "a": 1}]', 'Row 1 has no "id"'),
        (b'[{"id": "s1", "a": NaN}]', "NaN is not JSON"),
        (b'[{"id": "s1", "a": {}}]', '"a" of row 1 is an object'),
        (b'[{"id": "s1", "a": 1}, {"id": "s2", "a": "x"}]', "is text, but integer before"),
        (gzip.compress(b"[]"), "It is not UTF-8"),
        (b"[" * 100_000, "nested too deeply"),
    ],
    ids=range(9),
)
def test_a_malformed_body_is_refused_with_the_reason_which_is_kept(guarded, send, body, reason):
    delivery, path, project = send()

    answer = give(guarded, path, body)

    assert (answer.status_code, answer.json()["type"]) == (400, "answers.malformed")
    assert reason in answer.json()["detail"]
    (kept,) = read(guarded, answers, delivery)
    assert (kept["state"], kept["error"]) == ("refused", answer.json()["detail"])
    assert labels(guarded, project) == {}


def test_more_than_16_mb_are_refused(guarded, send):
    _delivery, path, _project = send()

    answer = give(guarded, path, b"[" + b" " * 16_000_000 + b"]")

    assert (answer.status_code, answer.json()["type"]) == (413, "answers.too_large")


def test_a_method_that_does_not_ask_for_values_takes_none(guarded, send, receiver):
    delivery, _path, _project = send("Silent")
    assert "debiai-callback" not in receiver.received()[-1].headers
    token = guarded.application.services.answers._callbacks.token(delivery)

    answer = give(guarded, f"/callbacks/{token}", [{"id": "s1", "a": 1}])

    assert (answer.status_code, answer.json()["type"]) == (403, "answers.ignored")


def test_where_results_may_not_be_inserted_an_answer_is_refused_with_the_setting(
    guarded, send, monkeypatch
):
    _delivery, path, _project = send()
    refusing = Permissions(refused=frozenset({"insert_results"}))
    monkeypatch.setattr(guarded.application.services.answers, "_permissions", refusing)

    answer = give(guarded, path, [{"id": "s1", "label": "cat"}])

    assert (answer.status_code, answer.json()["type"]) == (403, "permissions.not_permitted")
    assert "allow_insert_results = false" in answer.json()["detail"]


def test_a_deleted_project_is_gone(guarded, send):
    _delivery, path, project = send()
    guarded.client.delete(project, headers=OWNER).raise_for_status()

    answer = give(guarded, path, [{"id": "s1", "label": "cat"}])

    assert (answer.status_code, answer.json()["type"]) == (410, "answers.nothing_to_answer")


def test_the_schema_that_is_served_tells_answers_from_others(guarded):
    schema = Draft202012Validator(guarded.client.get("/schemas/answer.json").json())

    for body in ([], [{"id": 1, "a": None}], {"samples": [{"id": "s", "a": 1.5, "b": True}]}):
        assert schema.is_valid(body), body
    for body in ("x", {}, [{"a": 1}], [{"id": 1, "a": []}], {"samples": [], "results": []}):
        assert not schema.is_valid(body), body


def test_the_set_that_a_receiver_says_it_holds_is_recorded(guarded, send):
    delivery, path, _project = send()
    address = f"/api/v2/deliveries/{delivery}"
    digest = guarded.client.get(address, headers=OWNER).json()["delivery"]["set_digest"]

    give(guarded, path, {"set_digest": digest, "samples": []}).raise_for_status()

    held = guarded.client.get(address, headers=OWNER).json()["delivery"]["held_digest"]
    assert held == digest
