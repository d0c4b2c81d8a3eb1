"""Rendered documents lie in a folder that is a cache: what is removed is made again."""

from __future__ import annotations

import os
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pyarrow as pa
import pytest

from debiai_studio.exports.definitions import stable_id
from debiai_studio.exports.request import ExportRequest, SelectedSamples
from debiai_studio.selections.rule import Rule

NOW = datetime(2026, 11, 22, 16, 40, tzinfo=UTC)
METHODS = ("wire = post, http://localhost:3012/", "table = file, /data, format=csv")


@pytest.fixture
def ref(world):
    return world.add_project(pa.array([f"sample-{i:06d}" for i in range(10_000)]))


@pytest.fixture
def spooled(world, ref):
    """Accepts an export and renders it, some hours ago; its file."""

    def make(hours: float = 0, method: str = "wire") -> Path:
        exports = world.exports(*METHODS)
        asked = ExportRequest(
            subject=SelectedSamples(rule=Rule()), method_id=stable_id(method), name="x"
        )
        row = world.outbox.accepted(exports.accept(ref, asked).id)
        path = Path(world.renderer().document(row).path)
        used_at = (NOW - timedelta(hours=hours)).timestamp()
        os.utime(path, (used_at, used_at))
        return path

    return make


def names(spool: Path) -> set[str]:
    return {path.name for path in spool.iterdir()}


def test_files_of_documents_that_have_arrived_are_removed_at_the_start(world, spooled):
    waiting, cancelled = spooled(), spooled()
    world.exports().cancel(cancelled.name)
    spool = waiting.parent
    (spool / ".rendering-x").write_bytes(b"half")
    (spool / "msg_of_nobody").write_bytes(b"")

    world.spool().clean_up()

    assert names(spool) == {waiting.name}


def test_files_are_given_back_some_minutes_after_their_documents_arrived(world, spooled):
    waiting, cancelled = spooled(), spooled()
    world.exports().cancel(cancelled.name)
    (waiting.parent / ".rendering-x").write_bytes(b"under way")

    world.spool(lambda: NOW + timedelta(minutes=5)).give_back()
    soon = names(waiting.parent)
    world.spool(lambda: NOW + timedelta(days=30)).give_back()

    assert soon == {waiting.name, cancelled.name, ".rendering-x"}
    assert names(waiting.parent) == {waiting.name, ".rendering-x"}


def test_what_waits_is_removed_when_it_was_unused_for_too_long(world, spooled):
    old, young = spooled(hours=3), spooled(hours=1)

    world.spool(lambda: NOW, age=timedelta(hours=2)).give_back()

    assert names(young.parent) == {young.name}
    assert not old.exists()


def test_what_waits_is_removed_when_all_take_too_much_the_longest_unused_first(world, spooled):
    files = [spooled(hours=hours) for hours in (1, 3, 2)]
    size = files[0].stat().st_size

    world.spool(lambda: NOW, size=2 * size).give_back()

    assert names(files[0].parent) == {files[0].name, files[2].name}


def test_what_was_used_just_now_or_is_being_sent_stays(world, spooled):
    running, used = spooled(hours=9), spooled()
    world.run(running.name)

    world.spool(lambda: NOW, age=timedelta(0), size=0).give_back()

    assert names(used.parent) == {running.name, used.name}


def test_a_table_that_waits_stays_because_its_values_may_have_changed(world, spooled):
    table = spooled(hours=9, method="table")

    world.spool(lambda: NOW, age=timedelta(hours=1), size=0).give_back()

    assert table.exists()


def test_without_rules_what_waits_stays(world, spooled):
    waiting = spooled(hours=9)

    world.spool(lambda: NOW).give_back()

    assert waiting.exists()


def test_a_document_that_is_used_again_counts_as_used_now(world, spooled):
    file = spooled(hours=9)
    row = world.outbox.accepted(file.name)
    rendered = world.renderer().document(row)
    os.utime(file, (0, 0))

    world.renderer().document(replace(row, sha256=rendered.sha256))

    [kept] = world.renderer().spooled()
    assert datetime.now(UTC) - kept.used_at < timedelta(minutes=5)
