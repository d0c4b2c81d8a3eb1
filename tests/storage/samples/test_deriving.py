"""What computing derived columns asks of the database."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import Any

import duckdb
import pyarrow as pa
import pytest

from debiai_studio.datasets.model import Column, ColumnType, DataSet, Derivation, Model
from debiai_studio.expressions.binding import bind
from debiai_studio.storage.samples.deriving import Deriving, first_values

COUNT = 10_000
DATASET = DataSet(
    project_key=1,
    folder="",
    id_type=ColumnType.INTEGER,
    id_name="id",
    sample_columns=(Column("x", ColumnType.INTEGER, "c0"),),
    result_columns=(Column("y", ColumnType.INTEGER, "r0"),),
    models=(Model("m", "m", 0, "2026-01-01", COUNT),),
    segments=(),
    next_sample_no=COUNT,
    n_deleted=0,
    data_version=1,
)


@pytest.fixture
def connection():
    with duckdb.connect(":memory:") as connection:
        rows = f"FROM range({COUNT}) AS r(n)"
        connection.execute(f"CREATE TABLE samples AS SELECT n AS sample_no, n AS c0 {rows}")
        connection.execute(f"CREATE TABLE results_0 AS SELECT n AS sample_no, 2 * n AS r0 {rows}")
        yield connection


def joined_rows(operators: list[dict[str, Any]]) -> list[int]:
    """How many rows each join of a profiled query gave."""
    counts = [one["intermediate_rows"] for one in operators if "JOIN" in one["type"]]
    for one in operators:
        counts += joined_rows(one.get("children", []))
    return counts


def test_a_preview_of_results_joins_the_rows_that_it_shows(connection, tmp_path):
    told = tmp_path / "profile.json"
    connection.execute("PRAGMA enable_profiling = 'json'")
    connection.execute(f"PRAGMA profiling_output = '{told}'")

    found = first_values(connection, DATASET, bind("y - x", DATASET), 0, 8)

    assert found.to_pydict() == {"sample_no": [*range(8)], "value": [*range(8)]}
    assert max(joined_rows(json.loads(told.read_text())["operator"])) == 8


class Counting:
    """A connection, and how many updates it was asked for."""

    def __init__(self, connection: duckdb.DuckDBPyConnection) -> None:
        self._connection = connection
        self.updates = 0

    def execute(self, sql: str, *parameters: Any) -> Any:
        self.updates += sql.startswith("UPDATE")
        return self._connection.execute(sql, *parameters)

    def __getattr__(self, name: str) -> Any:
        return getattr(self._connection, name)


def test_what_came_in_many_batches_is_computed_at_once(connection):
    twice = Derivation("x * 2", ("x",), "", "", ())
    derived = Column("twice", ColumnType.INTEGER, "c1", derivation=twice)
    dataset = replace(DATASET, sample_columns=(*DATASET.sample_columns, derived))
    connection.execute("ALTER TABLE samples ADD COLUMN c1 BIGINT")
    counting: Any = Counting(connection)
    deriving = Deriving(counting, dataset)
    for first in range(0, 100, 10):
        deriving.rows_came(pa.array(range(first, first + 10)), None)
    deriving.rows_came(pa.array([5, 200]), frozenset({"c0"}))

    deriving.carry_out()

    stored = connection.execute("SELECT sample_no, c1 FROM samples WHERE c1 IS NOT NULL").fetchall()
    assert sorted(stored) == [(number, 2 * number) for number in [*range(100), 200]]
    assert counting.updates == 1
