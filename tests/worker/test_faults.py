"""kill -9 at every step of 200 exports: none lost, none doubled, the history tells the truth."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest
from tests.real import delivery_server
from tests.real.delivery_server import DeliveryServer, body_of
from tests.real.history import Arrival, at, disagreements, written

from debiai_studio.exports.model import DeliveryState

ROOT = Path(__file__).parents[2]
# Name and how often the place is reached before the process dies there.
KILLS = [
    "accepted:1",
    "claimed:1",
    "rendered:1",
    "sending:1",
    "acknowledged:1",
    "recorded:1",
    "accepted:40",
    "claimed:3",
    "rendered:9",
    "sending:8",
    "acknowledged:7",
    "recorded:6",
    "acknowledged:12",
    "sending:17",
]
SMALL, LARGE = 300, 150_000  # a large one is sent in several pieces: some die half-way


def run_until_end(folder: Path, plan: Path, failpoint: str = "") -> int:
    """Run the server as a program; what it ended with."""
    path = os.pathsep.join((str(ROOT), str(ROOT / "src")))
    with (folder / "log").open("wb") as log:
        return subprocess.run(
            [sys.executable, delivery_server.__file__, folder, plan],
            env={
                **os.environ,
                "PYTHONPATH": path,
                "DEBIAI_FAILPOINT": failpoint,
                # One that several kills hit would otherwise wait for the schedule's hours.
                "DEBIAI_RETRY_SCHEDULE": "0.1,0.1,0.1",
            },
            stdout=log,
            stderr=log,
            timeout=300,
            check=False,
        ).returncode


@pytest.fixture
def plan(tmp_path, receiver, kafka_broker):
    """200 exports to four places, every fifth of them large; one place is choosy at first."""
    topic = kafka_broker.create_topic("faults")
    methods = {
        "post": ["post", [receiver.url("/ok")]],
        "kafka": ["kafka", [kafka_broker.bootstrap, topic]],
        "file": ["file", [str(tmp_path / "files")]],
        "choosy": ["post", [receiver.url("/choosy/5")]],
    }
    exports = [
        (f"msg_{n:032x}", [*methods][n % 4], LARGE if n % 5 == 0 else SMALL) for n in range(200)
    ]
    path = tmp_path / "plan.json"
    path.write_text(json.dumps({"methods": methods, "exports": exports}))
    return path


@pytest.mark.kafka
def test_200_exports_survive_kill_9_at_every_step(tmp_path, plan, receiver, kafka_broker):
    ends = [run_until_end(tmp_path, plan, failpoint) for failpoint in KILLS]
    last = run_until_end(tmp_path, plan)

    assert ends == [-signal.SIGKILL] * len(KILLS)
    assert last == 0, (tmp_path / "log").read_text()[-4000:]
    exports = json.loads(plan.read_bytes())["exports"]
    got = {
        "post": arrivals_by_http(receiver.received("/ok")),
        "choosy": arrivals_by_http(receiver.received("/choosy/5")),
        "kafka": [
            (one.key, one.value, Arrival(at(one.at), one.offset))
            for one in kafka_broker.messages("faults")
        ],
        "file": [
            (path.name.split("-")[0], path.read_bytes(), written(path))
            for path in (tmp_path / "files").iterdir()
        ],
    }
    for method_id, arrivals in got.items():
        planned = {one[0]: body_of(one[0], one[2]) for one in exports if one[1] == method_id}
        # Nothing lost, nothing under another id, and every arrival is exactly the document.
        assert {delivery_id for delivery_id, _, _ in arrivals} == set(planned)
        assert all(planned[delivery_id] == body for delivery_id, body, _ in arrivals)
    assert_history_equals(tmp_path, got, exports)


def arrivals_by_http(received):
    return [(one.id, one.body, Arrival(at(one.at), one.status)) for one in received]


def assert_history_equals(folder, got, exports):
    """Each attempt is an entry in the receiver's log and each entry an attempt."""
    server = DeliveryServer(folder)
    histories = {one[0]: server.outbox.attempts(one[0]) for one in exports}
    deliveries = {one[0]: server.outbox.get(one[0]) for one in exports}
    server.close()

    assert {one.state for one in deliveries.values()} == {DeliveryState.DELIVERED}
    found = []
    for delivery_id, method_id, _ in exports:
        attempts = histories[delivery_id]
        outcomes = [attempt.outcome for attempt in attempts]
        # One that was recorded as delivered was never sent again.
        assert outcomes.count("delivered") == 1
        assert outcomes[-1] == "delivered"
        assert len(attempts) == deliveries[delivery_id].attempts
        assert set(outcomes[:-1]) <= {"unknown", *(["retryable"] if method_id == "choosy" else [])}
        arrivals = [arrival for key, _, arrival in got[method_id] if key == delivery_id]
        # A file that is sent again replaces itself: the last attempt's is there.
        found += disagreements(attempts[-1:] if method_id == "file" else attempts, arrivals)
    assert found == []
    unknown = sum(
        attempt.milliseconds is None for attempts in histories.values() for attempt in attempts
    )
    # Each kill after a claim leaves at least the attempt that it hit without a recorded end.
    assert unknown >= sum(kill.startswith(("rendered", "sending", "ack")) for kill in KILLS)
