"""Uploads that nobody imports are given back, and nothing else."""

from __future__ import annotations

import os
import time

import pytest
from tests.sources.studio import Studio

from debiai_studio.sources.errors import FileInUse, UnknownFile
from debiai_studio.sources.service import ImportRequest

DAYS = 3 * 24 * 3600


@pytest.fixture
def studio(tmp_path):
    studio = Studio(tmp_path / "data")
    yield studio
    studio.close()


def kept(studio, text: str) -> str:
    file_id, path = studio.sources.place("flights.csv")
    path.write_text(text)
    studio.sources.keep(file_id, path, origin="test")
    studio.sources.inspect(file_id)
    return file_id


def age(studio) -> None:
    """Let everything that was uploaded so far be days old."""
    then = time.time() - DAYS
    for path in (studio.folder / "uploads").rglob("*"):
        os.utime(path, (then, then))


def test_old_uploads_are_given_back_while_new_ones_and_those_coming_in_stay(studio):
    old = kept(studio, "x\n1\n")
    age(studio)
    new = kept(studio, "x\n2\n")
    _, coming_in = studio.sources.place("large.csv")
    coming_in.write_text("x\n")

    studio.sources.give_back()

    with pytest.raises(UnknownFile):
        studio.sources.inspect(old)
    assert studio.sources.inspect(new).rows == 1
    assert coming_in.exists()
    assert not (studio.folder / "uploads" / old).exists()


def test_an_upload_that_is_still_written_is_not_old(studio):
    _, coming_in = studio.sources.place("large.csv")
    age(studio)
    coming_in.write_text("x\n")

    studio.sources.give_back()

    assert coming_in.exists()


def test_an_upload_that_waits_for_its_turn_is_not_given_back(studio):
    file_id = kept(studio, "x\n" + "1\n" * 1000)
    cleaned = []

    def clean(data):
        if data["state"] == "running" and not cleaned:
            age(studio)
            studio.sources.give_back()
            cleaned.append(data)

    studio.events.when = clean
    ended = studio.ended(studio.sources.start(ImportRequest(file_id=file_id, project="p")))

    assert cleaned
    assert (ended.state, ended.rows) == ("done", 1000)


def test_a_file_that_was_put_away_leaves_nothing_and_is_unknown(studio):
    file_id = kept(studio, "x\n1\n")

    studio.sources.forget(file_id)

    assert list((studio.folder / "uploads").iterdir()) == []
    for unknown in (file_id, "../catalogue"):
        with pytest.raises(UnknownFile):
            studio.sources.forget(unknown)


def test_a_file_stays_while_it_is_imported_and_goes_when_the_import_is_cancelled(studio):
    first, second = kept(studio, "x\n1\n"), kept(studio, "x\n2\n")
    jobs = [
        studio.sources.start(ImportRequest(file_id=file_id, project=file_id, id_column=None))
        for file_id in (first, second, second)
    ]

    with pytest.raises(FileInUse):
        studio.sources.forget(second)
    studio.sources.cancel(jobs[1].id)
    assert studio.sources.inspect(second).rows == 1
    studio.sources.cancel(jobs[2].id)

    with pytest.raises(UnknownFile):
        studio.sources.inspect(second)
    assert studio.ended(jobs[0]).state == "done"
    assert studio.store.list()[0].name == first


def test_a_stray_file_among_the_uploads_harms_none(studio):
    file_id = kept(studio, "x\n1\n")
    (studio.folder / "uploads" / ".DS_Store").write_bytes(b"x")

    studio.sources.clean_up()

    assert studio.sources.inspect(file_id).rows == 1
