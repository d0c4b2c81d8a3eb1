from __future__ import annotations

import pyarrow as pa
import pytest
from pyarrow import parquet
from tests.sources.studio import Studio

from debiai_studio.sources.errors import MissingPath
from debiai_studio.sources.file_errors import NoFiles
from debiai_studio.sources.formats import DuplicateKind, Formats
from debiai_studio.sources.kinds import KINDS


@pytest.fixture
def folder(tmp_path):
    place = tmp_path / "parts"
    place.mkdir()
    return place


def test_files_whose_columns_agree_are_one_project(studio: Studio, folder):
    (folder / "b.csv").write_text("y,x\n0.5,3\n")
    (folder / "a.csv").write_text("x,y\n1,1\n2,2\n")
    (folder / ".hidden.csv").write_text("z\n1\n")
    (folder / "notes.md").write_text("not data")

    job = studio.imported(folder)

    assert (job.state, job.created, job.rows) == ("done", "parts", 3)
    rows = [(row["x"], row["y"]) for row in studio.rows("parts")]
    assert rows == [(1, 1.0), (2, 2.0), (3, 0.5)]


def test_parquet_files_of_a_tree_are_one_project(studio, folder):
    for number in range(3):
        place = folder / f"part={number}"
        place.mkdir()
        parquet.write_table(pa.table({"id": [number]}), place / "0.parquet")

    assert studio.imported(folder).rows == 3


def test_files_whose_columns_differ_are_a_project_each(studio, folder):
    (folder / "a.csv").write_text("x\n1\n")
    (folder / "b.csv").write_text("y\n1\n")

    file_ids = studio.sources.open_path(str(folder))

    assert [studio.sources.inspect(each).project for each in file_ids] == ["a", "b"]


def test_a_folder_without_data_and_a_path_that_is_not_there_are_said(studio, folder):
    with pytest.raises(NoFiles, match="no file that can be read"):
        studio.sources.open_path(str(folder))
    with pytest.raises(MissingPath, match="check the spelling"):
        studio.sources.open_path(str(folder / "nope.csv"))


def test_a_file_that_stays_where_it_is_survives_its_import(studio, tmp_path):
    path = tmp_path / "a.csv"
    path.write_text("x\n1\n")

    assert studio.imported(path).state == "done"
    assert path.read_text() == "x\n1\n"


def test_two_kinds_of_one_name_do_not_start():
    with pytest.raises(DuplicateKind, match='"csv"'):
        Formats([*KINDS, KINDS[-1]])


@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.name)
def test_each_kind_says_what_it_is(kind):
    assert kind.name.isidentifier()
    assert kind.title
    assert all(each == each.lower() and "." not in each for each in kind.extensions)
