"""Four dispatchers on one PostgreSQL: each does its share, and their death loses nothing."""

from __future__ import annotations

import json
import os
import random
import re
import signal
import subprocess
import sys
import time
from collections import Counter
from contextlib import ExitStack, contextmanager
from pathlib import Path

import pytest
from tests.real import delivery_server
from tests.real.delivery_server import DeliveryServer, body_of
from tests.real.fixtures import postgresql
from tests.worker.test_faults import LARGE, ROOT, SMALL, arrivals_by_http
from tests.worker.test_random_faults import PLACES, TROUBLES, history_against, seed

from debiai_studio.exports.model import DeliveryFilter, DeliveryState

__all__ = ["postgresql", "seed"]

pytestmark = [pytest.mark.postgresql, pytest.mark.kafka]

DISPATCHERS = 4
SCHEDULE = ",".join(30 * ["0.2"])
PATIENCE_SECONDS = 240
END_SECONDS = 60


class Crew:
    """The dispatchers' processes; those that died are replaced when asked."""

    def __init__(self, folder: Path, plan: Path) -> None:
        self.folder, self._plan = folder, plan
        self.processes: list[subprocess.Popen[bytes]] = []
        self.killed = 0

    def start(self, place: str = "") -> None:
        environment = {
            **os.environ,
            "PYTHONPATH": os.pathsep.join((str(ROOT), str(ROOT / "src"))),
            "DEBIAI_FAILPOINT": place,
            "DEBIAI_RETRY_SCHEDULE": SCHEDULE,
        }
        number = len(list(self.folder.glob("log-*")))
        with (self.folder / f"log-{number}").open("wb") as log:
            command = [sys.executable, delivery_server.__file__, self.folder, self._plan]
            process = subprocess.Popen(command, env=environment, stdout=log, stderr=log)
        self.processes.append(process)

    def replace_dead(self, chance: random.Random) -> None:
        for process in [one for one in self.processes if one.poll() is not None]:
            assert process.returncode == -signal.SIGKILL
            self.killed += 1
            self.processes.remove(process)
            self.start(f"{chance.choice(PLACES[1:])}:{chance.randint(1, 20)}")

    def go(self) -> None:
        """Let all begin at the same time."""
        until = time.monotonic() + PATIENCE_SECONDS
        while not all(log.startswith("ready") for log in self.logs()):
            assert time.monotonic() < until
            time.sleep(0.05)
        (self.folder / "go").touch()

    def logs(self) -> list[str]:
        return [path.read_text() for path in sorted(self.folder.glob("log-*"))]

    def stop(self) -> None:
        """End all; each ends by itself, and soon."""
        for process in self.processes:
            process.terminate()
        late = []
        for process in self.processes:
            try:
                process.wait(END_SECONDS)
            except subprocess.TimeoutExpired:
                late.append(process)
                process.send_signal(signal.SIGABRT)  # where it hangs is written to its log
                process.wait()
        assert late == [], "".join(self.logs())[-8000:]
        # One that a failpoint killed meanwhile was not replaced any more, and one that had hardly
        # begun could not end in order yet.
        ends = {process.returncode for process in self.processes}
        assert ends <= {0, -signal.SIGKILL, -signal.SIGTERM}


@pytest.fixture
def world(tmp_path, postgresql, receiver, kafka_broker, seed):
    """Makes the plan of so many exports, accepts them, and gives the crew that delivers them."""
    catalogue = postgresql.new_database()
    with ExitStack() as ending:

        @contextmanager
        def accepted(n_exports: int, path: str, timeout: str = "4"):
            topic = kafka_broker.create_topic(f"several-{seed}-{n_exports}")
            methods = {
                "post": ["post", [receiver.url(path)], {"timeout": timeout}],
                "kafka": ["kafka", [kafka_broker.bootstrap, topic], {"timeout": timeout}],
                "file": ["file", [str(tmp_path / "files")]],
            }
            exports = [
                (f"msg_{n:032x}", [*methods][n % 3], LARGE if n % 10 == 0 else SMALL)
                for n in range(n_exports)
            ]
            plan = tmp_path / "plan.json"
            plan.write_text(
                json.dumps(
                    {"methods": methods, "exports": [], "concurrency": 4, "catalogue": catalogue}
                )
            )
            server = DeliveryServer(tmp_path, catalogue=catalogue)
            ending.callback(server.close)
            for method_id, (type_, parameters, *options) in methods.items():
                server.add(method_id, type_, *parameters, **dict(*options))
            crew = Crew(tmp_path, plan)
            for delivery_id, method_id, size in exports:
                server.accept(method_id, body_of(delivery_id, size), id=delivery_id)
            try:
                yield server, crew, exports, topic
            finally:
                crew.stop()

        yield accepted


def all_delivered(server: DeliveryServer) -> bool:
    waiting = tuple(state for state in DeliveryState if not state.is_final)
    return not server.outbox.list(DeliveryFilter(states=waiting), limit=1)


def wait_until_delivered(server: DeliveryServer, crew: Crew, each_look=lambda: None) -> None:
    until = time.monotonic() + PATIENCE_SECONDS
    while not all_delivered(server):
        assert time.monotonic() < until, "".join(crew.logs())[-4000:]
        each_look()
        time.sleep(0.05)


def test_four_dispatchers_share_the_work_and_send_nothing_twice(world, receiver, kafka_broker):
    # Longer than a busy machine may keep a receiver from answering, which would be sent to again.
    with world(600, "/slow/1", timeout="30") as (server, crew, exports, topic):
        for _ in range(DISPATCHERS):
            crew.start()
        crew.go()

        wait_until_delivered(server, crew)

    assert sum(log.count("outcome=delivered") for log in crew.logs()) == len(exports)
    # Of what waits for a receiver: the rest goes to whom the machine gives its processors.
    shares = [len(re.findall("method=post .*outcome=delivered", log)) for log in crew.logs()]
    assert sum(shares) == sum(one[1] == "post" for one in exports)
    assert min(shares) / max(shares) >= 0.5, shares
    by_http = [one.id for one in receiver.received()]
    by_kafka = [one.key for one in kafka_broker.messages(topic)]
    assert max(Counter([*by_http, *by_kafka]).values()) == 1
    assert set(by_http) == {one[0] for one in exports if one[1] == "post"}
    assert set(by_kafka) == {one[0] for one in exports if one[1] == "kafka"}


@pytest.mark.parametrize("n_exports", [150, pytest.param(1000, marks=pytest.mark.slow)])
def test_they_survive_kill_9_and_a_broker_that_stops_and_starts(
    world, receiver, kafka_broker, seed, n_exports
):
    chance = random.Random(seed)  # noqa: S311 - repeatable
    with world(n_exports, f"/moody/{seed}") as (server, crew, exports, topic):
        kafka_broker.stop()
        (crew.folder / "go").touch()
        for number in range(DISPATCHERS):
            crew.start(f"{PLACES[1 + number]}:{chance.randint(1, 20)}")
        until = time.monotonic() + 3

        def stir() -> None:
            nonlocal until
            crew.replace_dead(chance)
            if time.monotonic() > until:
                until = float("inf")
                kafka_broker.start()
            if chance.random() < 0.02:
                chance.choice(crew.processes).kill()

        wait_until_delivered(server, crew, stir)

    assert crew.killed >= DISPATCHERS // 2
    log = "".join(crew.logs()).lower()
    assert [word for word in TROUBLES if word in log] == []
    assert arrived_by_kafka(server, kafka_broker.messages(topic), exports) == []
    got = {
        "post": arrivals_by_http(receiver.received()),
        "file": [],
    }
    by_http = [one for one in exports if one[1] == "post"]
    bodies = {one[0]: body_of(one[0], one[2]) for one in by_http}
    assert {delivery_id for delivery_id, _, _ in got["post"]} == set(bodies)
    assert all(bodies[delivery_id] == body for delivery_id, body, _ in got["post"])
    assert history_against(server, got, by_http) == []


def arrived_by_kafka(server: DeliveryServer, messages, exports) -> list[str]:
    """What the history and the topic do not agree about.

    An attempt that the broker's end cut short may have got through, so there may be one message
    for each of those besides that of the confirmed one.
    """
    planned = {one[0]: body_of(one[0], one[2]) for one in exports if one[1] == "kafka"}
    found = [f"{one.key} has another body" for one in messages if planned[one.key] != one.value]
    offsets: dict[str, list[int]] = {}
    for message in messages:
        offsets.setdefault(message.key, []).append(message.offset)
    for delivery_id in planned:
        *before, last = server.outbox.attempts(delivery_id)
        arrived = offsets.get(delivery_id, [])
        if last.outcome != "delivered" or last.offset not in arrived:
            found.append(f"{delivery_id}: {last} is not at {arrived}")
        if len(arrived) > 1 + len(before):
            found.append(f"{delivery_id} arrived {len(arrived)} times, tried {1 + len(before)}")
    return found
