"""The spool is a cache: what is deleted there in mid-retry comes back, byte for byte."""

from __future__ import annotations

import hashlib
import shutil
import time

import pytest

ROWS = 20_000


@pytest.fixture
def served(serve, receiver):
    """A server whose receiver refuses each delivery once; the schedule waits for a person."""
    served = serve(
        DEBIAI_EXPORT_METHOD_Flaky=f"post, {receiver.url('/flaky/1/x')}",
        DEBIAI_RETRY_SCHEDULE="3600",
    )
    served.import_ids("many", [f"sample-{number:06d}" for number in range(ROWS)])
    return served


def reached(served, delivery_id: str, state: str) -> dict:
    until = time.monotonic() + 60
    while time.monotonic() < until:
        found = served.client.get(f"/api/v2/deliveries/{delivery_id}").json()
        if found["delivery"]["state"] == state:
            return found["delivery"]
        time.sleep(0.02)
    raise AssertionError(found)


def test_a_document_deleted_in_mid_retry_comes_back_with_the_same_sha256(served, receiver):
    client = served.client
    method = client.get("/api/v2/export-methods").json()["methods"][0]["id"]
    asked = {"subject": {"kind": "selected", "rule": {}}, "method_id": method, "name": "All"}
    accepted = client.post("/api/v2/projects/local/many/exports", json=asked).json()
    first = reached(served, accepted["id"], "retry")
    spool = served.folder / "debiai_data" / "studio" / "spool"
    assert [path.name for path in spool.iterdir()] == [accepted["id"]]

    shutil.rmtree(spool)
    client.post(f"/api/v2/deliveries/{accepted['id']}/retry").raise_for_status()
    last = reached(served, accepted["id"], "delivered")

    one, two = receiver.received()
    assert one.body == two.body
    assert first["sha256"] == last["sha256"] == hashlib.sha256(two.body).hexdigest()
    assert len(two.body) > 64 * 1024
