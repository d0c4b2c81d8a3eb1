"""What was written is read back, value for value, by the reader that the engine uses."""

from __future__ import annotations

import math
from dataclasses import replace
from datetime import UTC, datetime

import duckdb
import numpy as np
import pyarrow as pa
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from pyroaring import BitMap
from tests.datasets.studio import Studio, batch, numbers_of, values_of

from debiai_studio.datasets.errors import DataChanged, LostChange, MissingSampleId
from debiai_studio.datasets.model import Column, ColumnType
from debiai_studio.storage.samples.writer import SampleWriter

COLUMNS = {
    ColumnType.NUMBER: st.floats(),
    ColumnType.INTEGER: st.integers(-(2**63), 2**63 - 1),
    ColumnType.TEXT: st.text(st.characters(exclude_categories=["Cs"])),
    ColumnType.BOOLEAN: st.booleans(),
    ColumnType.TIME: st.datetimes(),
}


@pytest.fixture
def studio(tmp_path):
    opened = Studio(tmp_path / "studio")
    yield opened
    opened.close()


@pytest.mark.parametrize("type_", COLUMNS)
@settings(
    deadline=None, max_examples=15, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(data=st.data())
def test_every_value_comes_back_exactly(studio, type_, data):
    values = data.draw(st.lists(st.none() | COLUMNS[type_], min_size=1, max_size=30))
    column = Column("x", type_, "c0")
    arrow = pa.array(values, _arrow(type_))
    ref = studio.make([f"s{n}" for n in range(len(values))], {"c0": arrow}, [column])
    reader = studio.store.reader(studio.datasets.of(ref))
    read = values_of(reader, column)
    if type_ is ColumnType.TIME:
        assert read.type == pa.int64()
        read = read.cast(_arrow(type_))
    assert _same(read.to_pylist(), arrow.to_pylist())
    backwards = np.arange(len(values))[::-1]
    again = reader.rows(backwards, [column]).column("c0").to_pylist()
    assert _same(again[::-1], arrow.to_pylist())


def _arrow(type_):
    return {
        ColumnType.NUMBER: pa.float64(),
        ColumnType.INTEGER: pa.int64(),
        ColumnType.TEXT: pa.string(),
        ColumnType.BOOLEAN: pa.bool_(),
        ColumnType.TIME: pa.timestamp("us"),
    }[type_]


def _same(left, right):
    return len(left) == len(right) and all(
        a == b
        or (isinstance(a, float) and isinstance(b, float) and math.isnan(a) and math.isnan(b))
        for a, b in zip(left, right, strict=True)
    )


def test_null_nan_and_the_infinities_are_told_apart(studio):
    values = [None, math.nan, math.inf, -math.inf, -0.0]
    ref = studio.make([1, 2, 3, 4, 5], {"c0": values}, [Column("x", ColumnType.NUMBER, "c0")])
    read = values_of(
        studio.store.reader(studio.datasets.of(ref)), Column("x", ColumnType.NUMBER, "c0")
    )
    assert _same(read.to_pylist(), values)
    assert read.null_count == 1
    detail = [studio.datasets.detail(ref, n)["values"]["x"] for n in range(5)]
    assert detail == [None, "nan", "inf", "-inf", "-0.0"]


def test_zoned_times_are_utc_and_naive_ones_have_no_zone(studio):
    zoned = Column("at", ColumnType.TIME, "c0", zoned=True)
    naive = Column("local", ColumnType.TIME, "c1")
    moment = datetime(2013, 1, 1, 10, 0, 0, 250_000, UTC)
    ref = studio.make(
        ["a", "b"],
        {"c0": pa.array([moment, None]), "c1": pa.array([moment.replace(tzinfo=None), None])},
        [zoned, naive],
    )
    rows = studio.rows(ref)
    assert rows[0]["at"] == moment
    assert rows[0]["local"] == moment.replace(tzinfo=None)
    assert (rows[1]["at"], rows[1]["local"]) == (None, None)
    reader = studio.store.reader(studio.datasets.of(ref))
    microseconds = round(moment.timestamp() * 1e6)
    assert values_of(reader, zoned).to_pylist() == [microseconds, None]
    assert values_of(reader, naive).to_pylist() == [microseconds, None]
    assert studio.datasets.detail(ref, 0)["values"] == {
        "at": "2013-01-01T10:00:00.250000Z",
        "local": "2013-01-01T10:00:00.250000",
    }


def test_arrays_and_dicts_are_kept_as_json_text(studio):
    columns = [Column("box", ColumnType.ARRAY, "c0"), Column("meta", ColumnType.DICT, "c1")]
    ref = studio.make(["a"], {"c0": ["[1,2]"], "c1": ['{"k":"é"}']}, columns)
    given_ = pa.record_batch({"id": ["a", "b"], "box": [[1.5, None], []], "meta": [{"k": 1}, None]})
    studio.datasets.append(ref, [given_])
    assert [(row["box"], row["meta"]) for row in studio.rows(ref)] == [
        ("[1.5,null]", '{"k":1}'),
        ("[]", None),
    ]


def test_names_that_differ_only_in_case_or_are_strange_stay_apart(studio):
    names = [
        "Speed",
        "speed",
        "SPEED",
        "",
        " ",
        'a"b',
        "x; DROP TABLE samples",
        "sample_no",
        "日本",
    ]
    columns = [Column(name, ColumnType.INTEGER, f"c{n}") for n, name in enumerate(names)]
    ref = studio.make(["s"], {f"c{n}": [n] for n in range(len(names))}, columns)
    (row,) = studio.rows(ref)
    assert row == {"id": "s", **{name: n for n, name in enumerate(names)}}
    studio.datasets.append(ref, [batch(["s"], speed=[70])])
    assert studio.rows(ref)[0]["speed"] == 70
    assert studio.rows(ref)[0]["Speed"] == 0


def test_two_thousand_columns_work(studio):
    columns = [Column(f"x{n}", ColumnType.NUMBER, f"c{n}") for n in range(2000)]
    values = {f"c{n}": [float(n), None, n + 0.5] for n in range(2000)}
    ref = studio.make(["a", "b", "c"], values, columns)
    rows = studio.rows(ref)
    assert rows[0]["x1999"] == 1999.0
    assert set(rows[1].values()) == {"b", None}
    studio.datasets.append(ref, [batch(["b", "d"], x7=[7.0, 8.0])])
    assert [row["x7"] for row in studio.rows(ref)] == [7.0, 7.0, 7.5, 8.0]


def test_no_columns_at_all_is_a_list_of_ids(studio):
    ref = studio.make(["a", "b"], {}, [])
    assert studio.rows(ref) == [{"id": "a"}, {"id": "b"}]


def test_a_result_row_of_only_nulls_is_no_result(studio):
    scores = [Column("p", ColumnType.NUMBER, "r0"), Column("class", ColumnType.TEXT, "r1")]
    results = {
        "one": [{"r0": 1.0, "r1": None}, {"r0": None, "r1": None}, {"r0": None, "r1": "x"}],
        "two": [{"r0": None}, {"r0": math.nan}, {"r0": None}],
    }
    ref = studio.make(["a", "b", "c"], {}, [], results=results, result_columns=scores)
    dataset = studio.datasets.of(ref)
    assert [model.n_results for model in dataset.models] == [2, 1]
    reader = studio.store.reader(dataset)
    assert numbers_of(reader, 0).tolist() == [0, 2]
    assert numbers_of(reader, 1).tolist() == [1]
    assert reader.results(0, np.array([2, 1, 0]), scores).to_pylist() == [
        {"r0": None, "r1": "x"},
        {"r0": None, "r1": None},
        {"r0": 1.0, "r1": None},
    ]
    detail = studio.datasets.detail(ref, 1)
    assert detail == {
        "sample": 1,
        "id": "b",
        "values": {},
        "results": {"two": {"p": "nan", "class": None}},
    }


def test_a_sample_without_an_id_is_refused_with_its_row(tmp_path):
    writer = SampleWriter(tmp_path / "w", ColumnType.TEXT, [], [], [])
    empty = pa.record_batch([], names=[])
    writer.write(pa.array(["a", "b"]), empty, {})
    with pytest.raises(MissingSampleId, match="Row 4 has no sample id"):
        writer.write(pa.array(["c", None]), empty, {})
    writer.abort()
    assert not (tmp_path / "w").exists()


def test_a_reader_never_mixes_rows_of_before_and_after_a_compaction(studio):
    ref = studio.make_small(6)
    reader = studio.store.reader(studio.datasets.of(ref))
    assert len(numbers_of(reader)) == 6
    studio.datasets.delete_samples(ref, pa.array(["s2"]))
    studio.datasets.compact(ref)
    with pytest.raises(DataChanged):
        numbers_of(reader)
    assert len(numbers_of(studio.store.reader(studio.datasets.of(ref)))) == 5


def test_a_reader_does_not_see_samples_added_since(studio):
    ref = studio.make_small(3)
    before = studio.store.reader(studio.datasets.of(ref))
    studio.datasets.append(ref, [batch(["n"], value=[1.0])])
    assert numbers_of(before).tolist() == [0, 1, 2]
    assert numbers_of(studio.store.reader(studio.datasets.of(ref))).tolist() == [0, 1, 2, 3]


def test_f2_rows_of_few_samples_are_read_without_the_rest(studio):
    ref = studio.make_small(5000)
    dataset = studio.datasets.of(ref)
    value = dataset.sample_columns[0]
    wanted = np.array([4999, 3, 777, 3])
    found = studio.store.reader(dataset).rows(wanted, [value]).column("c0").to_pylist()
    assert found == [4999.0, 3.0, 777.0, 3.0]
    some = BitMap(range(0, 5000, 7))
    assert [row["value"] for row in studio.rows(ref, some)] == [float(n) for n in some]
    assert [row["m.score"] for row in studio.rows(ref, BitMap([2, 3]))] == [2.0, None]


@pytest.mark.parametrize(
    "statement",
    [
        "SELECT * FROM read_csv('/etc/passwd')",
        "COPY samples TO 'out.csv'",
        "ATTACH 'other.duckdb'",
        "INSTALL httpfs",
        "SET enable_external_access=true",
        "SET lock_configuration=false",
        "SET memory_limit='100GB'",
    ],
)
def test_the_database_is_locked_down(studio, statement):
    ref = studio.make_small(2)
    dataset = studio.datasets.of(ref)
    opened = studio.store._opened(dataset)
    with opened.reading(dataset) as cursor, pytest.raises(duckdb.Error):
        cursor.execute(statement)


def test_a_reading_under_way_outlives_that_its_project_is_forgotten(studio):
    ref = studio.make(
        ["a", "b"], {"c0": pa.array([1.0, 2.0])}, [Column("x", ColumnType.NUMBER, "c0")]
    )
    dataset = studio.datasets.of(ref)
    opened = studio.store._opened(dataset)

    with opened.reading(dataset) as cursor:
        studio.store.forget(dataset.project_key)
        assert cursor.execute("SELECT sum(c0) FROM samples").fetchall() == [(3.0,)]
        assert opened.is_open

    assert not opened.is_open


def test_more_projects_than_stay_open_can_be_read(studio):
    refs = [studio.make_small(3, name=f"p{n}") for n in range(12)]
    readers = [studio.store.reader(studio.datasets.of(ref)) for ref in refs]
    for _ in range(2):
        assert [len(numbers_of(reader)) for reader in readers] == [3] * 12
    assert sum(opened.is_open for opened in studio.store._open.values()) <= 9


def test_rows_at_or_above_the_watermark_do_not_exist(studio):
    ref = studio.make_small(3)
    dataset = studio.datasets.of(ref)
    path = studio.store.folder_of(dataset) / "samples.duckdb"
    studio.close()
    with duckdb.connect(str(path)) as connection:
        connection.execute("INSERT INTO samples VALUES (3, 3.0, 'odd'), (7, 7.0, 'odd')")
        connection.execute("INSERT INTO results_0 VALUES (3, 3.0)")
    again = Studio(studio.folder)
    assert numbers_of(again.store.reader(dataset)).tolist() == [0, 1, 2]
    again.datasets.append(ref, [batch(["n"], value=[9.0])])
    assert [row["value"] for row in again.rows(ref)] == [0.0, 1.0, 2.0, 9.0]
    assert numbers_of(again.store.reader(again.datasets.of(ref)), 0).tolist() == [0, 2]
    again.close()


def test_a_change_whose_files_are_lost_is_said_and_never_guessed(studio):
    ref = studio.make_small(3)
    dataset = studio.datasets.of(ref)
    later = replace(dataset, data_version=2)
    with pytest.raises(LostChange, match="restore the whole data folder"):
        numbers_of(studio.store.reader(later))
    assert numbers_of(studio.store.reader(dataset)).tolist() == [0, 1, 2]
