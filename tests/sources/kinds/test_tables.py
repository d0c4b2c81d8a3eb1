"""Parquet and Arrow: files that state their types."""

from __future__ import annotations

import datetime as dt
import decimal
import secrets

import pyarrow as pa
import pytest
from pyarrow import feather, parquet
from tests.sources.studio import column, look, read_whole

from debiai_studio.datasets.model import ColumnType
from debiai_studio.sources.file_errors import (
    CorruptFile,
    DuplicateColumns,
    EmptyFile,
    HeaderOnly,
    NoColumns,
    UnknownFormat,
)
from debiai_studio.sources.formats import Formats


def write_stream(table, path):
    with pa.OSFile(str(path), "wb") as sink, pa.ipc.new_stream(sink, table.schema) as writer:
        writer.write_table(table, max_chunksize=2)


WRITERS = {
    "a.parquet": parquet.write_table,
    "b.parquet": lambda table, path: parquet.write_table(table, path, row_group_size=2),
    "a.feather": lambda table, path: feather.write_feather(table, str(path), "lz4"),
    "b.feather": lambda table, path: feather.write_feather(table, str(path), "zstd", chunksize=2),
    "a.arrow": lambda table, path: feather.write_feather(table, str(path), "uncompressed"),
    "a.arrows": write_stream,
}
EACH = pytest.mark.parametrize("name", WRITERS)


@pytest.fixture
def file(tmp_path):
    def write(table, name):
        path = tmp_path / name
        WRITERS[name](pa.table(table), path)
        return path

    return write


@EACH
def test_values_come_as_the_types_that_the_file_states(file, name):
    day, moment = dt.date(2020, 2, 29), dt.datetime(2020, 2, 29, 12, 30, 1, 5)  # noqa: DTZ001
    path = file(
        {
            "i8": pa.array([1, None, 3], pa.int8()),
            "u64": pa.array([1, None, 2**63 - 1], pa.uint64()),
            "i64": pa.array([2**53 + 1, -(2**63), None], pa.int64()),
            "f32": pa.array([0.5, float("nan"), None], pa.float32()),
            "f64": pa.array([float("inf"), float("-inf"), None], pa.float64()),
            "b": [True, None, False],
            "s": ["x", "", None],
            "dict": pa.array(["x", None, "x"]).dictionary_encode(),
            "day": [day, None, day],
            "naive": pa.array([moment, None, moment], pa.timestamp("ms")),
            "paris": pa.array([moment, None, moment], pa.timestamp("us", "Europe/Paris")),
            "list": [[1, None], [], None],
            "struct": [{"x": 1}, {"x": None}, None],
            "dec": pa.array([decimal.Decimal("1.25"), None, decimal.Decimal(2)]),
            "nothing": pa.nulls(3),
        },
        name,
    )

    whole = read_whole(path).to_pydict()

    assert whole["i8"] == [1, None, 3]
    assert whole["u64"] == [1, None, 2**63 - 1]
    assert whole["i64"] == [2**53 + 1, -(2**63), None]
    assert [repr(value) for value in whole["f32"]] == ["0.5", "nan", "None"]
    assert [repr(value) for value in whole["f64"]] == ["inf", "-inf", "None"]
    assert whole["b"] == [True, None, False]
    assert whole["s"] == ["x", "", None]
    assert whole["dict"] == ["x", None, "x"]
    assert whole["day"][0] == dt.datetime(2020, 2, 29)  # noqa: DTZ001
    assert whole["naive"][0] == moment.replace(microsecond=0)
    assert whole["paris"][0].timestamp() == moment.replace(tzinfo=dt.UTC).timestamp()
    assert whole["list"] == ["[1,null]", "[]", None]
    assert whole["struct"] == ['{"x":1}', '{"x":null}', None]
    assert whole["dec"] == [1.25, None, 2.0]
    assert whole["nothing"] == [None] * 3
    assert column(path, "paris").zoned
    assert not column(path, "naive").zoned
    assert column(path, "i8").missing == 1


def test_maps_durations_times_of_day_bytes_and_nanoseconds_are_kept_or_said_to_be_left_out(file):
    path = file(
        {
            "map": pa.array([[("k", 1)]], pa.map_(pa.string(), pa.int64())),
            "took": pa.array([1500], pa.duration("ms")),
            "at": pa.array([1], pa.time64("us")),
            "bytes": [b"\x00\xff"],
            "ns": pa.array([1_000_001_999], pa.timestamp("ns")),
            "half": pa.array([0.5], pa.float16()),
            "view": pa.array(["x"], pa.string_view()),
        },
        "a.arrow",
    )
    drafts = {draft.name: draft for draft in look(path).columns}

    whole = read_whole(path, drafts=list(drafts.values())).to_pydict()

    assert whole["map"] == ['{"k":1}']
    assert whole["took"] == [1.5]
    assert whole["at"] == ["00:00:00.000001"]
    assert "bytes" not in whole
    assert whole["ns"][0].microsecond == 1
    assert (whole["half"], whole["view"]) == ([0.5], ["x"])
    assert drafts["bytes"].skip
    assert "cut to microseconds" in drafts["ns"].note
    assert "in seconds" in drafts["took"].note
    kept = drafts["bytes"].model_copy(update={"skip": False})
    assert read_whole(path, drafts=[kept])["bytes"].to_pylist() == ["00ff"]


def test_unsigned_integers_beyond_64_bits_keep_every_digit(file):
    path = file({"x": pa.array([1] * 3 + [2**64 - 1], pa.uint64())}, "b.parquet")

    assert read_whole(path)["x"].to_pylist() == ["1"] * 3 + [str(2**64 - 1)]
    assert column(path, "x").type is ColumnType.TEXT
    assert "Integers beyond 64 bits" in column(path, "x").note


@EACH
@pytest.mark.parametrize("share", [0.02, 0.5, 0.95])
def test_a_file_that_is_cut_is_said_to_be_damaged(file, name, share):
    path = file({"a": list(range(10_000)), "b": [str(n) for n in range(10_000)]}, name)
    data = path.read_bytes()
    path.write_bytes(data[: int(len(data) * share)])

    with pytest.raises(CorruptFile, match="copy, download or write it again"):
        look(path)


@EACH
def test_no_bytes_no_columns_and_no_rows_are_told_apart(file, name, tmp_path):
    with pytest.raises(HeaderOnly, match="names 1 column but has no rows"):
        look(file({"a": pa.array([], pa.int64())}, name))
    with pytest.raises(NoColumns):
        look(file({}, name))
    (tmp_path / name).write_bytes(b"")
    with pytest.raises(EmptyFile):
        look(tmp_path / name)


def test_two_columns_of_one_name_are_refused(tmp_path):
    path = tmp_path / "a.arrow"
    feather.write_feather(pa.table([[1], [2]], names=["a", "b"]), str(path))
    table = pa.table([[1], [2]], names=["a", "a"])
    write_stream(table, path)

    with pytest.raises(DuplicateColumns, match="columns 1 and 2"):
        look(path)


def test_old_feather_and_packed_parquet_are_named(tmp_path):
    old, packed = tmp_path / "a.feather", tmp_path / "a.parquet.gz"
    old.write_bytes(b"FEA1....")
    with pa.CompressedOutputStream(str(packed), "gzip") as sink:
        parquet.write_table(pa.table({"a": [1]}), sink)

    with pytest.raises(UnknownFormat, match="old Feather"):
        look(old)
    with pytest.raises(UnknownFormat, match="unpack it first"):
        look(packed)


def test_two_thousand_columns_are_read(file):
    path = file({f"c{n}": [n, n + 1] for n in range(2000)}, "a.parquet")

    whole = read_whole(path)

    assert whole.num_columns == 2000
    assert whole["c1999"].to_pylist() == [1999, 2000]


def test_batches_of_rows_with_large_values_hold_few_of_them(tmp_path, monkeypatch):
    monkeypatch.setattr("debiai_studio.sources.kinds.parquet._BYTES_PER_BATCH", 1 << 20)
    path = tmp_path / "a.parquet"
    pictures = [secrets.token_bytes(64 << 10) for _ in range(50)]
    parquet.write_table(pa.table({"picture": pictures}), path)

    _, table = Formats.installed().open([path])
    sizes = [batch.num_rows for batch in table.batches()]

    assert sum(sizes) == 50
    assert max(sizes) <= 16
