"""Random tables written by Python and pyarrow in each format, and read back."""

from __future__ import annotations

import csv
import json
import math
from pathlib import Path

import hypothesis.strategies as st
import pyarrow as pa
import pytest
from hypothesis import HealthCheck, assume, given, settings
from pyarrow import feather, parquet
from tests.sources.studio import read_whole

WORDS = st.text(st.characters(exclude_categories=["Cs"]), min_size=1, max_size=8)
# Without an x before it, text may look like a number, or like a missing value.
TEXTS = st.sampled_from(["", "a,b", 'say "hi"', "two\nlines", "é\u2028", "\t", "  "]) | WORDS
VALUES = {
    "integer": st.integers(-(2**63), 2**63 - 1),
    "number": st.floats(),
    "boolean": st.booleans(),
    "text": TEXTS.map(lambda text: "x" + text.replace("\r", "").replace("\0", "")),
}
# Which kind a column is, is known from a first value that no other kind could be.
FIRST = {"integer": 2**53 + 1, "number": 0.5, "boolean": True, "text": "x"}


@st.composite
def tables(draw):
    n_rows = draw(st.integers(0, 20))
    columns = {}
    names = draw(st.lists(st.sampled_from(list(VALUES)), min_size=1, max_size=6))
    for position, kind in enumerate(names):
        values = st.lists(st.none() | VALUES[kind], min_size=n_rows, max_size=n_rows)
        columns[f"{kind} {position}"] = [FIRST[kind], *draw(values)]
    return columns


ARROW = {"integer": pa.int64(), "number": pa.float64(), "boolean": pa.bool_(), "text": pa.string()}


def as_arrow(columns):
    arrays = [pa.array(values, ARROW[name.split()[0]]) for name, values in columns.items()]
    return pa.table(arrays, names=list(columns))


def write_csv(columns, path, delimiter=","):
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, delimiter=delimiter)
        writer.writerow(columns)
        for row in zip(*columns.values(), strict=True):
            writer.writerow(["" if value is None else value for value in row])


def rows_of(columns):
    return [dict(zip(columns, row, strict=True)) for row in zip(*columns.values(), strict=True)]


WRITERS = {
    "a.csv": write_csv,
    "a.tsv": lambda columns, path: write_csv(columns, path, "\t"),
    "b.csv": lambda columns, path: write_csv(columns, path, ";"),
    "a.json": lambda columns, path: path.write_text(json.dumps(rows_of(columns))),
    "a.ndjson": lambda columns, path: path.write_text(
        "".join(json.dumps(row) + "\n" for row in rows_of(columns))
    ),
    "a.parquet": lambda columns, path: parquet.write_table(as_arrow(columns), path),
    "a.feather": lambda columns, path: feather.write_feather(as_arrow(columns), str(path)),
}


def same(one, other):
    if isinstance(one, float) and isinstance(other, float):
        return one == other or (math.isnan(one) and math.isnan(other))
    return type(one) is type(other) and one == other


@pytest.mark.parametrize("name", WRITERS)
@given(columns=tables())
@settings(
    max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
def test_what_was_written_is_what_is_read(name, columns, tmp_path: Path):
    # With one column nothing says which character would part them.
    assume(name != "b.csv" or len(columns) > 1)
    path = tmp_path / name
    WRITERS[name](columns, path)

    whole = read_whole(path).to_pydict()

    assert list(whole) == list(columns)
    for column, values in columns.items():
        assert all(map(same, whole[column], values)), (column, whole[column], values)
        assert len(whole[column]) == len(values)
