"""A file is looked at apart from the server: told how far, stopped, and survived."""

from __future__ import annotations

import asyncio
import os
import resource
import signal
import threading

import pyarrow as pa
import pytest
from pyarrow import parquet

from debiai_studio.sources.errors import (
    FileInUse,
    InspectionCancelled,
    OutOfMemory,
    ReadingDied,
    UnknownFile,
)
from debiai_studio.sources.file_errors import BrokenRow
from debiai_studio.sources.service import ImportRequest

MEMORY = 600 << 20


@pytest.fixture
def large(tmp_path):
    """Large enough that something is left to do at the first report of progress."""
    path = tmp_path / "large.csv"
    with path.open("w") as file:
        file.write("id," + ",".join(f"c{n}" for n in range(30)) + "\n")
        for row in range(60_000):
            file.write(f"{row}," + ",".join([str(row * 0.1)] * 30) + "\n")
    return path


def endless(studio) -> str:
    """A file whose reader waits for ever."""
    file_id, path = studio.sources.place("endless.csv")
    os.mkfifo(path)
    studio.sources.keep(file_id, path, origin="test")
    return file_id


def process_of(studio, file_id):
    return studio.sources._inspections._runs[file_id].process


def test_progress_is_told_to_all_who_listen_and_to_who_asked(studio, large):
    (file_id,) = studio.sources.open_path(str(large))
    followed = []

    found = studio.sources.inspect(file_id, followed.append)

    assert found.rows == 60_000
    told = [data for topic, data in studio.events.told if topic == "inspection"]
    assert [{"file_id": file_id, **each} for each in followed] == told
    assert told[0]["step"] == "Looking at rows"
    shares = [each["fraction"] for each in told if each["fraction"] is not None]
    assert shares == sorted(shares)
    assert shares
    assert told[-1] == {
        "file_id": file_id,
        "step": "Checking ids",
        "fraction": None,
        "rows": 60_000,
    }


def test_what_is_wrong_with_a_file_keeps_its_class_on_the_way(studio, tmp_path):
    path = tmp_path / "a.csv"
    path.write_text("x,y\n1,2\n1\n")
    (file_id,) = studio.sources.open_path(str(path))

    with pytest.raises(BrokenRow, match=r'Line 3 of "a.csv"'):
        studio.sources.inspect(file_id)


def test_who_asks_meanwhile_gets_the_same_answer_of_one_process(studio, large):
    (file_id,) = studio.sources.open_path(str(large))

    first, second = (studio.sources.inspecting(file_id) for _ in range(2))

    assert first is second
    assert first.result() == studio.sources.inspect(file_id)


def test_a_file_that_is_put_away_is_looked_at_no_more(studio):
    file_id = endless(studio)
    looking = studio.sources.inspecting(file_id)

    studio.sources.forget(file_id)

    assert isinstance(looking.exception(), InspectionCancelled)
    assert list((studio.folder / "uploads").iterdir()) == []
    with pytest.raises(UnknownFile):
        studio.sources.inspect(file_id)


def test_a_file_that_waits_for_its_turn_can_be_put_away(studio, large):
    busy = [endless(studio) for _ in range(2)]
    for each in busy:
        studio.sources.inspecting(each)
    (file_id,) = studio.sources.open_path(str(large))
    waiting = studio.sources.inspecting(file_id)

    studio.sources.forget(file_id)

    assert isinstance(waiting.exception(), InspectionCancelled)
    for each in busy:
        studio.sources.forget(each)


def test_a_process_that_is_killed_is_told_of_and_the_file_can_be_looked_at_again(studio, large):
    (file_id,) = studio.sources.open_path(str(large))
    running = threading.Event()
    studio.events.looking = lambda _data: running.set()
    looking = studio.sources.inspecting(file_id)
    assert running.wait(60)

    os.kill(process_of(studio, file_id).pid, signal.SIGKILL)

    died = looking.exception()
    assert isinstance(died, ReadingDied)
    assert 'Reading "large.csv" was killed (signal 9)' in str(died)
    assert studio.sources.inspect(file_id).rows == 60_000


def test_a_file_that_asks_for_too_much_memory_is_stopped_with_a_sentence(studio, tmp_path):
    # 1 GB of text, but the same 4 MB again and again: the file is small, its rows are not.
    text, schema = "x" * (4 << 20), pa.schema([("x", pa.string())])
    path = tmp_path / "bomb.parquet"
    with parquet.ParquetWriter(path, schema) as writer:
        writer.write_table(pa.table([pa.array([text] * 256)], schema))
    (file_id,) = studio.sources.open_path(str(path))
    studio.sources._processes.prepare()
    spare = studio.sources._processes._spare
    resource.prlimit(spare.pid, resource.RLIMIT_DATA, (MEMORY, resource.RLIM_INFINITY))

    with pytest.raises(OutOfMemory, match=r'Reading "bomb.parquet" takes more than half'):
        studio.sources.inspect(file_id)


def test_a_file_of_an_import_under_way_is_not_put_away(studio):
    async def blocks():
        yield b"x\n" + b"1\n" * 100_000

    file_id = asyncio.run(studio.sources.upload("a.csv", blocks()))
    refused = []

    def forget(data):
        if data["state"] == "running" and not refused:
            with pytest.raises(FileInUse, match="cancel the import first"):
                studio.sources.forget(file_id)
            refused.append(data)

    studio.sources.inspect(file_id)
    studio.events.when = forget
    ended = studio.ended(studio.sources.start(ImportRequest(file_id=file_id, project="p")))

    assert refused
    assert (ended.state, ended.rows) == ("done", 100_000)
