"""A server with flights, and methods whose receivers give back values of samples."""

from __future__ import annotations

import base64
import json
import time
from urllib.parse import urlsplit

from tests.http.test_the_way import LATE, LATE_IDS, ended

__all__ = ["LATE", "LATE_IDS", "ended"]


def make_method(served, url: str, name: str, **options: str) -> str:
    draft = {
        "name": name,
        "type": "post",
        "parameters": [url],
        "options": {"answers": "results", **options},
    }
    answer = served.client.post("/api/v2/export-methods", json=draft)
    assert answer.status_code == 201, answer.text
    return answer.json()["id"]


def export(served, method: str, rule: dict = LATE, project: str | None = None) -> dict:
    """A delivery that has ended."""
    asked = {"subject": {"kind": "selected", "rule": rule}, "method_id": method, "name": "Late"}
    accepted = served.client.post(f"{project or served.flights}/exports", json=asked)
    assert accepted.status_code == 202, accepted.text
    return ended(served, accepted.json()["id"])["delivery"]


def returning(receiver, body: object) -> str:
    """The address at which the receiver answers with this body."""
    data = body if isinstance(body, bytes) else json.dumps(body).encode()
    return receiver.url(f"/returns/{base64.urlsafe_b64encode(data).decode()}")


def answers(served, delivery_id: str) -> list[dict]:
    """The answers, once none waits."""
    until = time.monotonic() + 60
    while time.monotonic() < until:
        found = served.client.get(f"/api/v2/deliveries/{delivery_id}/answers").json()
        if all(one["state"] != "kept" for one in found):
            return found
        time.sleep(0.02)
    raise AssertionError(found)


def values(served, model: str, name: str, project: str | None = None) -> dict[str, object]:
    """What the samples have of a result, by id; those without are left out."""
    asked = {"rule": {}, "format": "ndjson", "content": "rows", "name": "x"}
    text = served.client.post(f"{project or served.flights}/download", json=asked).text
    rows = [json.loads(line) for line in text.splitlines()]
    found = {row["id"]: row.get(f"{model}.{name}") for row in rows}
    return {id_: value for id_, value in found.items() if value is not None}


def callback(receiver, delivery_id: str) -> str:
    """The path of the callback address that came with a delivery."""
    (got,) = [one for one in receiver.received() if one.id == delivery_id][-1:]
    return urlsplit(got.headers["debiai-callback"]).path
