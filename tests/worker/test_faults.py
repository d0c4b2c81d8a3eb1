"""kill -9 at every step of 200 exports: none lost, none doubled, the history tells the truth."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from collections import Counter
from pathlib import Path

import pytest
from tests.real import delivery_server
from tests.real.delivery_server import DeliveryServer, body_of

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
    return subprocess.run(
        [sys.executable, delivery_server.__file__, folder, plan],
        env={
            **os.environ,
            "PYTHONPATH": path,
            "DEBIAI_FAILPOINT": failpoint,
            # One that several kills hit would otherwise wait for the schedule's hours.
            "DEBIAI_RETRY_SCHEDULE": "0.1,0.1,0.1",
        },
        stdout=subprocess.DEVNULL,
        timeout=60,
        check=False,
    ).returncode


@pytest.fixture
def plan(tmp_path, receiver, kafka_broker):
    """200 exports to three places, every fourth of them large."""
    topic = kafka_broker.create_topic("faults")
    methods = {
        "post": ["post", [receiver.url("/ok")]],
        "kafka": ["kafka", [kafka_broker.bootstrap, topic]],
        "file": ["file", [str(tmp_path / "files")]],
    }
    exports = [
        (f"msg_{n:032x}", ("post", "kafka", "file")[n % 3], LARGE if n % 4 == 0 else SMALL)
        for n in range(200)
    ]
    path = tmp_path / "plan.json"
    path.write_text(json.dumps({"methods": methods, "exports": exports}))
    return path


@pytest.mark.kafka
def test_200_exports_survive_kill_9_at_every_step(tmp_path, plan, receiver, kafka_broker):
    ends = [run_until_end(tmp_path, plan, failpoint) for failpoint in KILLS]
    last = run_until_end(tmp_path, plan)

    assert ends == [-signal.SIGKILL] * len(KILLS)
    assert last == 0
    exports = json.loads(plan.read_bytes())["exports"]
    got = {
        "post": [(one.id, one.body) for one in receiver.received()],
        "kafka": [(one.key, one.value) for one in kafka_broker.messages("faults")],
        "file": [
            (path.name.split("-")[0], path.read_bytes()) for path in (tmp_path / "files").iterdir()
        ],
    }
    for method_id, arrivals in got.items():
        planned = {one[0]: body_of(one[0], one[2]) for one in exports if one[1] == method_id}
        # Nothing lost, nothing under another id, and every arrival is exactly the document.
        assert dict(arrivals) == planned
        assert all(planned[delivery_id] == body for delivery_id, body in arrivals)
    assert_history_equals(tmp_path, got, exports)


def assert_history_equals(folder, got, exports):
    """Our attempts explain each arrival: the delivered ones surely, the unknown ones perhaps."""
    server = DeliveryServer(folder)
    outcomes = {one[0]: server.outcomes(one[0]) for one in exports}
    states = {one[0]: server.outbox.get(one[0]).state for one in exports}
    server.close()

    assert set(states.values()) == {DeliveryState.DELIVERED}
    assert all(set(tried) <= {"delivered", "unknown"} for tried in outcomes.values())
    # One that was recorded was never sent again.
    assert all(tried.count("delivered") == 1 for tried in outcomes.values())
    assert all(tried[-1] == "delivered" for tried in outcomes.values())
    for method_id in ("post", "kafka"):
        times = Counter(delivery_id for delivery_id, _ in got[method_id])
        assert all(1 <= times[key] <= len(outcomes[key]) for key in times)
    unknown = sum(tried.count("unknown") for tried in outcomes.values())
    # Each kill after a claim leaves at least the attempt that it hit without a recorded end.
    assert unknown >= sum(kill.startswith(("rendered", "sending", "ack")) for kill in KILLS)
