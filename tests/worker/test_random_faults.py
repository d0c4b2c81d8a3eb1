"""kill -9 at random moments and places, receivers in a bad mood: none lost, none doubled.

The seed is printed, and ``DEBIAI_TEST_SEED`` repeats one.
"""

from __future__ import annotations

import json
import os
import random
import secrets
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
from tests.real import delivery_server
from tests.real.delivery_server import DeliveryServer, body_of
from tests.real.history import Arrival, at, disagreements, written
from tests.worker.test_faults import LARGE, ROOT, SMALL, arrivals_by_http

from debiai_studio.exports.model import DeliveryState

# Added before each death, so that there is work left for it.
EXPORTS_EACH = 25
PLACES = ("accepted", "claimed", "rendered", "sending", "acknowledged", "recorded")
# A delivery that several kills hit uses up as many of these.
SCHEDULE = ",".join(12 * ["0.1"])
# What the program says when the catalogue was busy or anything else went wrong inside.
TROUBLES = ("locked", "busy", "trouble", "not_recorded", "unexpected", "traceback")


def run(folder: Path, plan: Path, count: int, chance: random.Random | None) -> int:
    """Run the program until it ends, or is killed by chance; what it ended with."""
    place, moment = "", None
    if chance is not None and chance.random() < 0.5:
        place = f"{chance.choice(PLACES)}:{chance.randint(1, 15)}"
    elif chance is not None:
        moment = chance.uniform(0, 0.5)
    environment = {
        **os.environ,
        "PYTHONPATH": os.pathsep.join((str(ROOT), str(ROOT / "src"))),
        "DEBIAI_FAILPOINT": place,
        "DEBIAI_RETRY_SCHEDULE": SCHEDULE,
    }
    command = [sys.executable, delivery_server.__file__, folder, plan, str(count)]
    with (folder / "log").open("a+") as log:
        log.seek(0, os.SEEK_END)
        start = log.tell()
        process = subprocess.Popen(command, env=environment, stdout=log, stderr=log)
        try:
            if moment is not None:
                while "begun" not in read_from(log.name, start) and process.poll() is None:
                    time.sleep(0.01)
                time.sleep(moment)  # the random moment itself
                process.kill()
            return process.wait(60)
        finally:
            process.kill()


def read_from(path: str, start: int) -> str:
    return Path(path).read_bytes()[start:].decode(errors="replace")


@pytest.fixture
def seed():
    seed = os.environ.get("DEBIAI_TEST_SEED") or secrets.token_hex(4)
    print(f"DEBIAI_TEST_SEED={seed}")  # noqa: T201 - shown when the test fails
    return seed


@pytest.mark.kafka
@pytest.mark.parametrize("n_exports", [200, pytest.param(1000, marks=pytest.mark.slow)])
def test_exports_survive_kill_9_at_random_moments_and_receivers_in_a_bad_mood(
    tmp_path, receiver, kafka_broker, seed, n_exports
):
    topic = kafka_broker.create_topic(f"random-{seed}-{n_exports}")
    methods = {
        "post": ["post", [receiver.url(f"/moody/{seed}")], {"timeout": "2"}],
        "kafka": ["kafka", [kafka_broker.bootstrap, topic]],
        "file": ["file", [str(tmp_path / "files")]],
    }
    exports = [
        (f"msg_{n:032x}", [*methods][n % 3], LARGE if n % 10 == 0 else SMALL)
        for n in range(n_exports)
    ]
    plan = tmp_path / "plan.json"
    plan.write_text(json.dumps({"methods": methods, "exports": exports, "concurrency": 4}))
    chance = random.Random(seed)  # noqa: S311 - repeatable
    rounds = n_exports // EXPORTS_EACH

    ends = [
        run(tmp_path, plan, n_exports * number // (rounds + 1), chance)
        for number in range(1, rounds + 1)
    ]
    last = run(tmp_path, plan, n_exports, None)

    # Some are faster than their death.
    assert set(ends) <= {0, -signal.SIGKILL}
    assert ends.count(-signal.SIGKILL) >= rounds // 3
    assert last == 0
    log = (tmp_path / "log").read_text().lower()
    assert [word for word in TROUBLES if word in log] == []
    got = {
        "post": arrivals_by_http(receiver.received()),
        "kafka": [
            (one.key, one.value, Arrival(at(one.at), one.offset))
            for one in kafka_broker.messages(topic)
        ],
        "file": [
            (path.name.split("-")[0], path.read_bytes(), written(path))
            for path in (tmp_path / "files").iterdir()
            if not path.name.endswith(".part")
        ],
    }
    for method_id, arrivals in got.items():
        planned = {one[0]: body_of(one[0], one[2]) for one in exports if one[1] == method_id}
        assert {delivery_id for delivery_id, _, _ in arrivals} == set(planned)
        assert all(planned[delivery_id] == body for delivery_id, body, _ in arrivals)
    server = DeliveryServer(tmp_path)
    assert history_against(server, got, exports) == []
    server.close()


def history_against(server, got, exports) -> list[str]:
    """What the history and the receivers' logs do not agree about."""
    found = []
    for delivery_id, method_id, _ in exports:
        attempts = server.outbox.attempts(delivery_id)
        delivery = server.outbox.get(delivery_id)
        outcomes = [attempt.outcome for attempt in attempts]
        allowed = {"unknown", "retryable"} if method_id == "post" else {"unknown"}
        assert delivery.state is DeliveryState.DELIVERED
        assert len(attempts) == delivery.attempts
        assert outcomes[-1] == "delivered"
        assert set(outcomes[:-1]) <= allowed
        arrivals = [arrival for key, _, arrival in got[method_id] if key == delivery_id]
        # A file that is sent again replaces itself: the last attempt's is there.
        found += disagreements(attempts[-1:] if method_id == "file" else attempts, arrivals)
    return found
