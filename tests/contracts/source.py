"""What every kind of source must do, whoever wrote it.

A test module derives from ``SourceContract`` and gives the parts it is asked for; each claim below
then runs on files of that kind.
"""

from __future__ import annotations

from pathlib import Path

import pyarrow as pa
import pytest

from debiai_studio.sources.file_errors import UnreadableFile
from debiai_studio.sources.formats import Formats

HEAD = 64 * 1024


def open_files() -> set[str]:
    """The files that this process holds open."""
    return {
        str(entry.readlink())
        for entry in Path("/proc/self/fd").iterdir()
        if entry.exists() and entry.is_symlink()
    }


class SourceContract:
    """Fixtures to give: ``kind``, ``write`` (a callable: path, dict of columns of text → the
    file), and ``broken`` (a file that begins well and cannot be read to its end)."""

    columns: dict[str, list[str]] = {  # noqa: RUF012  # read only
        "id": [f"sample {number}" for number in range(5000)],
        "Name": [f"Zoë {number % 7}" for number in range(5000)],
    }

    @pytest.fixture
    def file(self, kind, write, tmp_path) -> Path:
        path = tmp_path / f"good.{kind.extensions[0]}"
        write(path, self.columns)
        return path

    def read(self, table) -> dict[str, list[str]]:
        return pa.Table.from_batches(list(table.batches())).to_pydict()

    def test_it_recognises_its_own_files_and_no_others(self, kind, file, tmp_path):
        stranger = tmp_path / f"stranger.{kind.extensions[0]}"
        stranger.write_bytes(b"%PDF-1.7\n" + bytes(200))

        assert kind.sniff(file, file.read_bytes()[:HEAD])
        assert not kind.sniff(stranger, stranger.read_bytes())

    def test_it_is_chosen_for_its_files(self, kind, file):
        assert Formats.installed().kind_of(file).name == kind.name

    def test_the_rows_come_in_the_order_of_the_file(self, kind, file):
        assert self.read(kind.open(file)) == self.columns

    def test_reading_again_starts_at_the_first_row(self, kind, file):
        table = kind.open(file)
        half_read = table.batches()
        next(half_read)
        half_read.close()

        assert self.read(table) == self.columns
        assert self.read(table) == self.columns

    def test_what_was_read_is_told_up_to_the_size_of_the_file(self, kind, file):
        table = kind.open(file)
        told = [table.bytes_read for _ in table.batches()]

        assert told == sorted(told)
        assert 0 < told[-1] <= table.n_bytes == file.stat().st_size

    def test_no_file_stays_open(self, kind, file):
        before = open_files()
        table = kind.open(file)
        batches = table.batches()
        next(batches)
        batches.close()

        assert open_files() - before == set()

    def test_a_file_that_cannot_be_read_is_named_with_a_sentence(self, kind, broken):
        with pytest.raises(UnreadableFile) as found:
            self.read(kind.open(broken))

        assert broken.name in str(found.value)
        assert str(found.value).endswith(".")

    def test_an_empty_file_is_refused(self, kind, tmp_path):
        path = tmp_path / f"empty.{kind.extensions[0]}"
        path.touch()

        with pytest.raises(UnreadableFile):
            kind.open(path)
