"""Whole imports: over real storage, in real processes."""

from __future__ import annotations

import asyncio
import os
import resource
import signal
import subprocess
import sys
import threading

import pyarrow as pa
import pytest
from pyarrow import parquet
from tests.sources.studio import WRITER, Studio

from debiai_studio.datasets.model import Category, ColumnType
from debiai_studio.projects.model import ProjectRef
from debiai_studio.sources.errors import DiskFull, InvalidImport, JobEnded, UnknownFile, UnknownJob
from debiai_studio.sources.model import ImportRequest
from debiai_studio.sources.reading_process import ORPHANED, ImportOrder

SMALL = "id,x,label,net_prediction,net_error\n7,1.5,a,a,0\n5,,b,,\n6,nan,NA,b,1.5\n"


@pytest.fixture
def small(tmp_path):
    path = tmp_path / "small.csv"
    path.write_text(SMALL)
    return path


@pytest.fixture
def large(tmp_path):
    """Large enough that something is left to do at the first report of progress."""
    path = tmp_path / "large.csv"
    with path.open("w") as file:
        file.write("id," + ",".join(f"c{n}" for n in range(30)) + "\n")
        for row in range(60_000):
            file.write(f"{row}," + ",".join([str(row * 0.1)] * 30) + "\n")
    return path


def test_a_file_becomes_a_project_with_its_results(studio, small):
    job = studio.imported(small)

    assert (job.state, job.rows, job.source, job.created) == ("done", 3, "local", "small")
    rows = studio.rows("small")
    assert [row["id"] for row in rows] == [7, 5, 6]
    assert [repr(row["x"]) for row in rows] == ["1.5", "None", "nan"]
    assert [row["net.prediction"] for row in rows] == ["a", None, "b"]
    dataset = studio.datasets.of(ProjectRef("local", "small"))
    assert [column.name for column in dataset.sample_columns] == ["x", "label"]
    assert dataset.sample_columns[1].category is Category.GROUNDTRUTH
    assert [(model.name, model.n_results) for model in dataset.models] == [("net", 2)]
    assert [column.name for column in dataset.result_columns] == ["prediction", "error"]


@pytest.mark.parametrize("name", ["t.parquet", "t.ndjson", "t.csv"])
def test_each_format_ends_in_the_same_rows(studio, tmp_path, name):
    table = pa.table({"id": ["b", "a"], "x": [1, 2], "n": [0.5, None], "t": ["x", "y"]})
    path = tmp_path / name
    if name.endswith("parquet"):
        parquet.write_table(table, path)
    elif name.endswith("csv"):
        table.to_pandas().to_csv(path, index=False)
    else:
        table.to_pandas().to_json(path, orient="records", lines=True)

    assert studio.imported(path).state == "done"
    assert studio.rows("t") == table.to_pylist()


def test_without_an_id_column_samples_are_numbered_from_zero(studio, small):
    studio.imported(small, id_column=None)

    assert [row["position"] for row in studio.rows("small")] == [0, 1, 2]
    assert [row["id"] for row in studio.rows("small")] == [7, 5, 6]


def test_what_the_person_chose_is_what_is_imported(studio, small):
    (file_id,) = studio.sources.open_path(str(small))
    drafts = {draft.name: draft for draft in studio.sources.inspect(file_id).columns}
    chosen = [
        drafts["id"].model_copy(update={"type": ColumnType.TEXT}),
        drafts["x"].model_copy(update={"type": ColumnType.TEXT, "category": Category.INPUT}),
        drafts["label"].model_copy(update={"model": "human", "result": "prediction"}),
        drafts["net_prediction"],
        drafts["net_error"].model_copy(update={"skip": True}),
    ]

    studio.imported(small, columns=chosen)

    rows = studio.rows("small")
    assert [row["id"] for row in rows] == ["7", "5", "6"]
    assert [row["x"] for row in rows] == ["1.5", None, "nan"]
    assert [row["human.prediction"] for row in rows] == ["a", "b", None]
    assert set(rows[0]) == {"id", "x", "human.prediction", "net.prediction"}


def test_progress_is_told_and_the_newest_job_comes_first(studio, small, large):
    first, second = studio.imported(large), studio.imported(small)

    told = [data for topic, data in studio.events.told if topic == "import"]
    shares = [each["fraction"] for each in told if each["id"] == first.id and each["fraction"]]
    assert shares == sorted(shares)
    assert shares[-1] == 1.0
    assert {each["state"] for each in told} == {"waiting", "running", "done"}
    assert ("project", {"source": "local", "project": "large"}) in studio.events.told
    assert [job.id for job in studio.sources.jobs()] == [second.id, first.id]


def test_a_name_that_is_taken_gets_a_number(studio, small):
    assert [studio.imported(small).created for _ in range(2)] == ["small", "small-2"]


@pytest.mark.parametrize(
    ("data", "type_", "sentence"),
    [
        (
            "id,x\na,1\nb,2\na,3\n",
            "sources.duplicate_ids",
            "'a' in rows 1, 3. Choose another id column",
        ),
        ("id,x\na,1\n,2\n", "sources.missing_id", "Row 2 of"),
    ],
)
def test_a_chosen_id_column_that_is_unfit_is_an_error_and_leaves_nothing(
    studio, tmp_path, data, type_, sentence
):
    path = tmp_path / "a.csv"
    path.write_text(data)

    job = studio.imported(path, id_column="id")

    assert (job.state, job.error["type"]) == ("failed", type_)
    assert sentence in job.error["detail"]
    assert studio.remains() == []
    assert studio.store.list() == []


def test_a_value_that_is_not_of_the_chosen_type_is_named_and_leaves_nothing(studio, tmp_path):
    path = tmp_path / "a.csv"
    path.write_text("x\n" + "1\n" * 70_000 + "1.5\n")
    (file_id,) = studio.sources.open_path(str(path))
    (draft,) = studio.sources.inspect(file_id).columns

    job = studio.imported(path, columns=[draft.model_copy(update={"type": ColumnType.INTEGER})])

    assert job.error["type"] == "sources.bad_value"
    assert 'Row 70,001 of "a.csv" has \'1.5\' in the column "x"' in job.error["detail"]
    assert studio.remains() == []


def test_a_file_that_changed_after_inspection_fails_with_its_place(studio, small):
    (file_id,) = studio.sources.open_path(str(small))
    found = studio.sources.inspect(file_id)
    small.write_text(SMALL + "8,1\n")

    job = studio.ended(
        studio.sources.start(ImportRequest(file_id=file_id, project="p", id_column="id"))
    )

    assert found.rows == 3
    assert job.error["type"] == "sources.broken_row"
    assert "Line 5" in job.error["detail"]


def test_a_request_that_does_not_fit_the_file_is_refused_at_once(studio, small):
    (file_id,) = studio.sources.open_path(str(small))
    drafts = studio.sources.inspect(file_id).columns
    cases = [
        ({"id_column": "nope"}, 'no column "nope"'),
        ({"columns": [drafts[0].model_copy(update={"name": "nope"})]}, 'no column "nope"'),
        ({"columns": [drafts[0], drafts[0]]}, "named twice"),
        ({"columns": [drafts[1].model_copy(update={"model": "m"})]}, "name both"),
        (
            {"columns": [d.model_copy(update={"model": "m", "result": "r"}) for d in drafts[:2]]},
            "are both the result",
        ),
    ]
    for changes, sentence in cases:
        with pytest.raises(InvalidImport, match=sentence):
            studio.sources.start(ImportRequest(file_id=file_id, project="p", **changes))
    assert studio.sources.jobs() == []


def test_results_of_one_name_and_several_types_share_a_type(studio, tmp_path):
    path = tmp_path / "a.csv"
    path.write_text("a.score,b.score,a.prediction,b.prediction\n1,0.5,1,x\n")

    studio.imported(path)

    (row,) = studio.rows("a")
    assert (row["a.score"], row["b.score"]) == (1.0, 0.5)
    assert (row["a.prediction"], row["b.prediction"]) == ("1", "x")


def test_a_running_import_can_be_cancelled_and_leaves_nothing(studio, large):
    running = threading.Event()
    studio.events.when = lambda data: running.set() if data["rows"] else None
    job = studio.start(large)
    assert running.wait(60)

    cancelled = studio.sources.cancel(job.id)

    assert cancelled.state == "cancelled"
    assert studio.ended(job).state == "cancelled"
    assert studio.remains() == []
    assert studio.store.list() == []
    with pytest.raises(JobEnded, match="cancelled"):
        studio.sources.cancel(job.id)


def test_a_waiting_import_can_be_cancelled_before_it_starts(studio, large, small):
    first, second = studio.start(large), studio.start(small)

    studio.sources.cancel(second.id)

    assert studio.ended(first).state == "done"
    assert studio.sources.job(second.id).state == "cancelled"
    assert [project.name for project in studio.store.list()] == ["large"]


def test_an_import_process_that_is_killed_fails_with_a_sentence_and_leaves_nothing(studio, large):
    running = threading.Event()
    studio.events.when = lambda data: running.set() if data["rows"] else None
    job = studio.start(large)
    assert running.wait(60)

    os.kill(studio.sources._jobs._runs[job.id].process.pid, signal.SIGKILL)

    ended = studio.ended(job)
    assert (ended.state, ended.error["type"]) == ("failed", "sources.import_died")
    assert "was killed (signal 9); nothing of it remains" in ended.error["detail"]
    assert studio.remains() == []
    assert studio.imported(large).state == "done"


def test_what_a_killed_server_left_is_removed_at_the_next_start(tmp_path, small):
    studio = Studio(tmp_path / "data")
    half = tmp_path / "data" / "staging" / "job" / "ids"
    half.mkdir(parents=True)
    (half / "0000.arrow").write_bytes(b"x")
    lost = tmp_path / "data" / "uploads" / "0123456789abcdef"
    lost.mkdir(parents=True)
    (lost / "half.csv").write_bytes(b"x")

    studio.sources.clean_up()

    assert studio.remains() == []
    assert not lost.exists()
    assert studio.imported(small).state == "done"
    studio.close()


def order_for(path, staging):
    return ImportOrder(
        name=path.name,
        rows=None,
        paths=[path],
        columns=[{"name": "x", "type": "text"}],
        id_column=None,
        staging=staging,
        writer=WRITER,
    )


def test_an_import_process_ends_when_its_server_is_gone(tmp_path):
    path = tmp_path / "pipe.csv"
    os.mkfifo(path)
    command = [sys.executable, "-m", "debiai_studio.sources.reading_process"]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.DEVNULL) as process:
        # It waits for the other end of the pipe, which is never opened.
        process.stdin.write(order_for(path, tmp_path / "staging").model_dump_json().encode())
        process.stdin.write(b"\n")
        process.stdin.flush()

        process.stdin.close()

        assert process.wait(60) == ORPHANED


@pytest.fixture
def full_disk():
    """Files of this process and its children can hold 1 MB, as on a disk that is full then."""
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (1 << 20, hard))
    yield
    resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))


def test_a_full_disk_is_said_to_be_full_and_leaves_nothing(studio, large, request):
    request.getfixturevalue("full_disk")

    job = studio.imported(large)

    assert (job.state, job.error["type"]) == ("failed", "sources.disk_full")
    assert "nothing of it remains" in job.error["detail"]
    assert studio.remains() == []
    assert studio.store.list() == []


async def pieces(*blocks):
    for block in blocks:
        yield block


def test_an_upload_is_kept_under_its_plain_name_and_removed_once_imported(studio):
    coming = studio.sources.upload("../a/b/fl\x00ights.csv", pieces(b"x\n", b"1\n"))

    file_id = asyncio.run(coming)

    assert studio.sources.inspect(file_id).project == "flights"
    assert (studio.folder / "uploads" / file_id / "flights.csv").read_bytes() == b"x\n1\n"
    job = studio.sources.start(ImportRequest(file_id=file_id, project="p"))
    assert studio.ended(job).state == "done"
    assert list((studio.folder / "uploads").iterdir()) == []


def test_an_upload_without_room_is_refused_and_leaves_nothing(studio, request):
    request.getfixturevalue("full_disk")

    with pytest.raises(DiskFull, match=r'"a.csv" could not be kept'):
        asyncio.run(studio.sources.upload("a.csv", pieces(b"x" * (1 << 20), b"y" * (1 << 20))))

    assert list((studio.folder / "uploads").iterdir()) == []


def test_an_upload_that_breaks_off_leaves_nothing(studio):
    async def broken():
        yield b"x"
        raise ConnectionResetError

    with pytest.raises(ConnectionResetError):
        asyncio.run(studio.sources.upload("a.csv", broken()))

    assert list((studio.folder / "uploads").iterdir()) == []


def test_unknown_files_and_jobs_are_named(studio):
    for file_id in ("0123456789abcdef", "../../etc/passwd", ""):
        with pytest.raises(UnknownFile):
            studio.sources.inspect(file_id)
    with pytest.raises(UnknownJob):
        studio.sources.job("nope")
