"""Tables to download: every value comes back, and NULL, NaN and the infinities stay apart."""

from __future__ import annotations

import csv
import io
import json
import math
from datetime import UTC, datetime

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import given
from hypothesis import strategies as st
from pyroaring import BitMap
from tests.exports.conftest import COLUMNS

from debiai_studio.exports import tables
from debiai_studio.selections.rule import Rule

BATCH = pa.record_batch(
    {
        "id": ["a", "b", "c", "d"],
        "x": pa.array([1.5, math.nan, None, -math.inf], from_pandas=False),
        "t": pa.array(["", 'say "é", so', None, "\u2028"]),
        "n": pa.array([9007199254740993, None, -1, 0]),
        "b": [True, None, False, True],
        "zoned": pa.array(
            [datetime(2013, 1, 1, 10, tzinfo=UTC), None, datetime(1969, 1, 1, tzinfo=UTC), None],
            pa.timestamp("us", tz="UTC"),
        ),
        "naive": pa.array(
            [datetime(2013, 1, 1, 10, 0, 0, 500), None, None, None],  # noqa: DTZ001
            pa.timestamp("us"),
        ),
        "j": ["[1,null]", None, '{"a":1}', "[]"],
    }
)


FORMATS = ("csv", "ndjson", "json", "parquet")


def rendered(kind: str, batches=(BATCH,), **options) -> bytes:
    return b"".join(tables.render(kind, batches, **options))


def test_csv_keeps_missing_empty_and_special_values_apart():
    lines = rendered("csv").decode().splitlines()

    assert lines[0] == '"id","x","t","n","b","zoned","naive","j"'
    assert lines[1].startswith('"a",1.5,"",9007199254740993,true,"2013-01-01T10:00:00Z",')
    assert '"2013-01-01T10:00:00.000500"' in lines[1]
    assert lines[2] == '"b",nan,"say ""é"", so",,,,,'
    assert lines[3].startswith('"c",,,-1,false,"1969-01-01T00:00:00Z",,')
    assert ",-inf," in rendered("csv").decode()


@pytest.mark.parametrize("kind", ["json", "ndjson"])
def test_json_keeps_them_apart_and_holds_arrays_as_arrays(kind):
    text = rendered(kind, json_columns=frozenset({"j"})).decode()
    rows = (
        json.loads(text) if kind == "json" else [json.loads(line) for line in text.split("\n")[:-1]]
    )

    assert [row["x"] for row in rows] == [1.5, "NaN", None, "-Infinity"]
    assert [row["t"] for row in rows] == ["", 'say "é", so', None, "\u2028"]
    assert [row["n"] for row in rows] == [9007199254740993, None, -1, 0]
    assert [row["j"] for row in rows] == [[1, None], None, {"a": 1}, []]
    assert rows[0]["zoned"] == "2013-01-01T10:00:00Z"
    assert list(rows[0]) == BATCH.schema.names


def test_parquet_holds_every_value_and_type():
    read = pq.read_table(io.BytesIO(rendered("parquet", [BATCH, BATCH])))

    assert read.schema.equals(BATCH.schema)
    assert str(read.to_pylist()) == str(BATCH.to_pylist() * 2)


@given(st.lists(st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\r\n\0"))))
def test_any_text_comes_back_from_csv(texts):
    batch = pa.record_batch({"id": pa.array(texts, pa.string())})

    rows = list(csv.reader(io.StringIO(rendered("csv", [batch]).decode(), newline="")))

    assert rows == [["id"], *([text] for text in texts)]


@pytest.mark.parametrize("kind", FORMATS)
def test_no_batch_at_all_is_a_valid_empty_file(kind):
    data = rendered(kind, [])

    if kind == "json":
        assert json.loads(data) == []
    elif kind == "parquet":
        assert pq.read_table(io.BytesIO(data)).num_rows == 0
    else:
        assert data == b""


@pytest.mark.parametrize("kind", FORMATS)
def test_a_batch_is_written_before_the_next_one_is_read(kind):
    taken = []

    def batches():
        for number in range(50):
            taken.append(number)
            yield BATCH

    pieces = tables.render(kind, batches())
    next(pieces)

    assert taken == [0]


def test_a_file_name_is_safe_in_a_header_and_on_every_disk():
    assert tables.file_name("Late / JFK", "csv") == "Late%20-%20JFK.csv"
    assert tables.file_name("É\r\nX: y", "json") == "%C3%89-X-%20y.json"
    assert tables.file_name(" .. ", "parquet") == "samples.parquet"


def test_whole_rows_of_a_project_come_out_in_first_import_order(world, flights):
    """E4 of the peer's defects, for whole rows."""
    members = world.selections.members_of(flights, Rule())
    dataset = world.datasets.of(flights)
    batches = world.datasets.row_batches(flights, members)

    text = rendered("ndjson", batches, json_columns=tables.json_columns(dataset)).decode()

    rows = [json.loads(line) for line in text.split("\n")[:-1]]
    assert [row["id"] for row in rows] == [f"f{i}" for i in range(7)]
    assert [row["dep_delay"] for row in rows] == [15.0, 90.5, 90.6, 0.0, None, "NaN", "Infinity"]
    assert [row["carrier"] for row in rows] == ["AA", "DL", "UA", "", None, "É", "B6"]
    assert rows[6]["distance"] == 9007199254740993
    assert rows[0]["tags"] == []
    assert rows[0]["time_hour"] == "2013-01-01T10:00:00Z"
    assert rows[0]["local_time"] == "2013-01-01T10:00:00"


def test_a_table_without_samples_still_names_its_columns(world, flights):
    batches = list(world.datasets.row_batches(flights, BitMap()))
    names = ["id", *COLUMNS]

    assert rendered("csv", batches).decode() == ",".join(f'"{name}"' for name in names) + "\n"
    read = pq.read_table(io.BytesIO(rendered("parquet", batches)))
    assert (read.schema.names, read.num_rows) == (names, 0)
    assert read.schema.field("distance").type == pa.int64()
    assert json.loads(rendered("json", batches)) == []
    assert rendered("ndjson", batches) == b""
