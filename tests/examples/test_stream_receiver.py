"""The example receiver of streams, run as a program: once, in order, all or nothing."""

from __future__ import annotations

import signal
import sqlite3
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import httpx
import pyarrow as pa
import pytest

from debiai_studio.datasets.set_digest import EMPTY, set_digest
from debiai_studio.exports.changes import ChangesEnvelope, changes_document

RECEIVER = Path(__file__).parents[2] / "examples" / "stream-receiver" / "receiver.py"
FIRST = ChangesEnvelope(
    source="local",
    project="flights",
    stream_id="stream_1",
    stream_name="Late",
    sequence=1,
    full=True,
    date="2026-11-22T16:40:00.123Z",
    base_digest=EMPTY,
    digest="",
    n_samples=2,
)


@pytest.fixture
def database(tmp_path):
    return tmp_path / "kept.db"


@pytest.fixture
def post(database):
    command = [sys.executable, str(RECEIVER), "0", str(database)]
    process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
    url = process.stdout.readline().strip()

    def post(envelope, added: set, removed: set = frozenset()) -> httpx.Response:
        parts = changes_document(envelope, ids(added), ids(removed))
        return httpx.post(url, content=b"".join(parts), timeout=30)

    yield post
    process.send_signal(signal.SIGINT)
    process.wait(30)
    process.stdout.close()


def ids(of: set) -> list[pa.Array]:
    return [pa.array(sorted(of))] if of else []


def kept(database) -> set[str]:
    connection = sqlite3.connect(database)
    try:
        return {one for (one,) in connection.execute("SELECT id FROM samples")}
    finally:
        connection.close()


def leading(envelope, sequence: int, before: set, after: set, *, full: bool = False):
    base = EMPTY if full else set_digest(ids(before))
    digest = set_digest(ids(after))
    return replace(envelope, sequence=sequence, full=full, base_digest=base, digest=digest)


def test_changes_are_applied_in_order_and_once(post, database):
    first = post(leading(FIRST, 1, set(), {"a", "b"}, full=True), {"a", "b"})
    second = leading(FIRST, 2, {"a", "b"}, {"b", "ç"})
    answers = [post(second, {"ç"}, {"a"}) for _ in range(2)]
    late = post(leading(FIRST, 1, set(), {"a", "b"}, full=True), {"a", "b"})

    assert {one.status_code for one in (first, *answers, late)} == {200}
    assert kept(database) == {"b", "ç"}
    assert late.headers["Debiai-Set-Digest"] == second.digest


def test_changes_of_another_set_are_refused_and_leave_nothing(post, database):
    post(leading(FIRST, 1, set(), {7, 9}, full=True), {7, 9})

    gap = post(leading(FIRST, 3, {7}, {7, 8}), {8})
    false = post(replace(leading(FIRST, 2, {7, 9}, {7}), digest=EMPTY), set(), {9})

    assert (gap.status_code, false.status_code) == (409, 409)
    assert "Resend the full set" in gap.text
    assert kept(database) == {"7", "9"}


def test_the_full_set_takes_the_place_of_what_is_there(post, database):
    post(leading(FIRST, 1, set(), {"a", "b"}, full=True), {"a", "b"})

    post(leading(FIRST, 5, set(), {"c"}, full=True), {"c"})

    assert kept(database) == {"c"}
