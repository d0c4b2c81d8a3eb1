"""A receiver in a bad mood, changes at random, kill -9: after each quiet, its set is ours.

The seed is printed, and ``DEBIAI_TEST_SEED`` repeats one.
"""

from __future__ import annotations

import json
import os
import random
import secrets
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import httpx
import pyarrow as pa
import pytest
from tests.real.model_receiver import ModelReceiver, digest_of

LOW, HIGH = 10, 12
RULE = {"filters": {"op": "range", "id": "r", "column": "delay", "min": str(LOW), "max": str(HIGH)}}
FLIGHTS = "/projects/local/samples"
PLACES = ("accepted", "claimed", "rendered", "sending", "acknowledged", "recorded")
PATIENCE = 60


class Server:
    """`debiai start` in a process of its own, made anew after each death."""

    def __init__(self, folder: Path, url: str) -> None:
        self._folder = folder
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            self._port = probe.getsockname()[1]
        self.api = httpx.Client(base_url=f"http://127.0.0.1:{self._port}/api/v2", timeout=30)
        self._method = f"post, {url}, timeout=1"
        self._process: subprocess.Popen[bytes] | None = None

    def start(self, file: Path | None = None, failpoint: str = "") -> None:
        program = "from debiai_studio.cli import main; main()"
        with (self._folder / "server.log").open("ab") as log:
            self._process = subprocess.Popen(
                [sys.executable, "-c", program, "start", *([str(file)] if file else []),
                 "--port", str(self._port), "--no-browser",
                 "--data-folder", str(self._folder / "data")],
                env={**os.environ, "DEBIAI_EXPORT_METHOD_model": self._method,
                     "DEBIAI_FAILPOINT": failpoint,
                     "DEBIAI_RETRY_SCHEDULE": ",".join(20 * ["0.05"])},
                stdout=subprocess.DEVNULL, stderr=log, cwd=self._folder,
            )  # fmt: skip
        self.until(lambda: self._process.poll() is not None or self._answers())

    def _answers(self) -> bool:
        try:
            return self.api.get("/about").status_code == 200
        except httpx.HTTPError:
            return False

    def is_dead(self) -> bool:
        return self._process.poll() is not None

    def kill(self) -> None:
        self._process.kill()
        self._process.wait(PATIENCE)

    def stop(self) -> None:
        self._process.send_signal(signal.SIGTERM)
        self._process.wait(PATIENCE)

    def close(self) -> None:
        self.api.close()
        if self._process is not None and not self.is_dead():
            self.stop()

    def until(self, reached: Callable[[], object]) -> None:
        until = time.monotonic() + PATIENCE
        while not reached():
            assert time.monotonic() < until, "it did not get there"
            time.sleep(0.02)


class World:
    """The samples as they should be, and what is done to them at random."""

    def __init__(self, server: Server, chance: random.Random) -> None:
        self.delays: dict[str, int] = {f"f{number}": number % 13 for number in range(40)}
        self.stream = ""
        self._server = server
        self._chance = chance

    def file(self, folder: Path) -> Path:
        path = folder / "samples.csv"
        rows = "".join(f"{one},{delay}\n" for one, delay in self.delays.items())
        path.write_text(f"id,delay\n{rows}")
        return path

    def wanted(self) -> set[str]:
        return {one for one, delay in self.delays.items() if LOW <= delay <= HIGH}

    def act(self) -> None:
        """Change something, or ask something of the stream; the server may die of it."""
        act = self._chance.choices(
            [self._put, self._delete, self._run, self._full, self._pause_and_resume],
            [6, 3, 2, 1, 1],
        )[0]
        act()

    def _put(self) -> None:
        known = self._chance.sample(sorted(self.delays), k=min(3, len(self.delays)))
        new = [f"n{self._chance.randrange(200)}" for _ in range(3)]
        given = {one: self._chance.randint(8, 13) for one in (*known, *new)}
        table = pa.table({"id": list(given), "delay": list(given.values())})
        sink = pa.BufferOutputStream()
        with pa.ipc.new_stream(sink, table.schema) as writer:
            writer.write_table(table)
        self._change(
            lambda: self._server.api.post(
                f"{FLIGHTS}/samples", content=sink.getvalue().to_pybytes()
            ),
            {**self.delays, **given},
        )

    def _delete(self) -> None:
        if len(self.delays) < 10:
            return
        gone = self._chance.sample(sorted(self.delays), k=4)
        self._change(
            lambda: self._server.api.post(f"{FLIGHTS}/samples/delete", json={"ids": gone}),
            {one: delay for one, delay in self.delays.items() if one not in gone},
        )

    def _change(self, ask: Callable[[], httpx.Response], after: dict[str, int]) -> None:
        ask().raise_for_status()
        self.delays = after

    def _run(self) -> None:
        answer = self._server.api.post(f"{self.stream}/run", json={})
        assert answer.status_code in (200, 409), answer.text

    def _full(self) -> None:
        answer = self._server.api.post(f"{self.stream}/full", json={})
        assert answer.status_code == 200 or "head_under_way" in answer.text, answer.text

    def _pause_and_resume(self) -> None:
        self._server.api.post(f"{self.stream}/pause").raise_for_status()
        self._put()
        self._server.api.post(f"{self.stream}/resume").raise_for_status()


@pytest.fixture
def seed():
    seed = os.environ.get("DEBIAI_TEST_SEED") or secrets.token_hex(4)
    print(f"DEBIAI_TEST_SEED={seed}")  # noqa: T201 - shown when the test fails
    return seed


@pytest.fixture
def model(seed):
    model = ModelReceiver(seed)
    yield model
    model.close()


@pytest.fixture
def world(tmp_path, model, seed):
    """A server with a stream that follows changes, and its samples."""
    server = Server(tmp_path, model.url)
    world = World(server, random.Random(seed))  # noqa: S311 - repeatable
    server.start(world.file(tmp_path))
    server.until(lambda: server.api.get(f"{FLIGHTS}/streams").status_code == 200)
    [method] = server.api.get("/export-methods").json()["methods"]
    draft = {"name": "Late", "rule": RULE, "method_id": method["id"], "trigger": "changes"}
    made = server.api.post(f"{FLIGHTS}/streams", json=draft)
    made.raise_for_status()
    world.stream = f"{FLIGHTS}/streams/{made.json()['id']}"
    yield world, server
    server.close()


def quiet(world: World, server: Server, model: ModelReceiver) -> None:
    """Nothing fails any more: wait until the stream is up to date, and compare the sets."""
    model.is_calm = True
    wanted = world.wanted()

    def is_quiet() -> bool:
        info = server.api.get(world.stream).json()
        assert info["state"] != "paused", (info["reason"], model.troubles)
        return info["state"] == "up to date" and info["confirmed"]["digest"] == digest_of(wanted)

    server.until(is_quiet)
    assert (model.ids, model.troubles) == (wanted, [])
    model.is_calm = False


@pytest.mark.parametrize("rounds", [6, pytest.param(40, marks=pytest.mark.slow)])
def test_after_each_quiet_the_receivers_set_is_ours(world, model, rounds):
    world, server = world

    for _ in range(rounds):
        for _ in range(8):
            world.act()
        quiet(world, server, model)

    assert set(model.moods) >= {"drop", "twice", "timeout after", "close after"} or rounds < 40
    assert model.documents[-1]["sequence"] > rounds


@pytest.mark.parametrize("rounds", [4, pytest.param(30, marks=pytest.mark.slow)])
def test_after_kill_9_at_random_moments_the_receivers_set_is_ours(world, model, seed, rounds):
    world, server = world
    chance = random.Random(f"{seed} deaths")  # noqa: S311 - repeatable
    died = 0

    for _ in range(rounds):
        server.stop()
        place = f"{chance.choice(PLACES)}:{chance.randint(1, 3)}" if chance.random() < 0.6 else ""
        server.start(failpoint=place)
        before = dict(world.delays)
        try:
            for _ in range(6):
                before = dict(world.delays)
                world.act()
        except httpx.TransportError:
            pass
        if not server.is_dead():
            server.kill()
        died += 1
        server.start()
        world.delays = known(world, server, before)
        if server.api.get(world.stream).json()["pause"] == "person":  # killed before it resumed
            server.api.post(f"{world.stream}/resume").raise_for_status()
        quiet(world, server, model)

    assert died == rounds


def known(world: World, server: Server, before: dict[str, int]) -> dict[str, int]:
    """The samples that there are; a change that got no answer may have been made or not."""
    answer = server.api.post(f"{FLIGHTS}/download", json={"format": "ndjson"})
    found = {one["id"]: one["delay"] for one in map(json.loads, answer.text.splitlines())}
    lost = {one for one in {**world.delays, **before} if one not in found}
    assert len(lost) <= 4  # the deletion that got no answer
    return found
