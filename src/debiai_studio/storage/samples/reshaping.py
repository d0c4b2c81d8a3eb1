"""Changes of columns and models: written down as a change, then made in the tables."""

from __future__ import annotations

from dataclasses import asdict

import duckdb
import orjson

from debiai_studio.datasets.model import DataSet
from debiai_studio.datasets.ports import Reshape
from debiai_studio.storage.samples.database import results_table, sql_type
from debiai_studio.storage.samples.results import make_room

SHAPE = "shape.json"


def described(change: Reshape) -> bytes:
    """The file of a change that holds it."""
    return orjson.dumps(asdict(change))


def reshape(connection: duckdb.DuckDBPyConnection, dataset: DataSet, description: bytes) -> None:
    """Make the columns that the data set has and the file has not; drop what was dropped.

    A column that another one took the place of stays, for those who still read it.
    """
    change = Reshape(**orjson.loads(description))
    for field in set(change.dropped_columns) & _fields(connection, "samples"):
        connection.execute(f"ALTER TABLE samples DROP COLUMN {field}")
    known = _fields(connection, "samples")
    for column in dataset.sample_columns:
        if column.field not in known:
            kind = sql_type(column)
            connection.execute(f"ALTER TABLE samples ADD COLUMN {column.field} {kind}")
            if column.field in change.copied:
                old = change.copied[column.field]
                connection.execute(f"UPDATE samples SET {column.field} = {old}::{kind}")
    for number in change.dropped_models:
        connection.execute(f"DROP TABLE IF EXISTS {results_table(number)}")
    make_room(connection, dataset)
    for table in (results_table(model.number) for model in dataset.models):
        for field in set(change.dropped_results) & _fields(connection, table):
            connection.execute(f"ALTER TABLE {table} DROP COLUMN {field}")


def _fields(connection: duckdb.DuckDBPyConnection, table: str) -> set[str]:
    return {row[0] for row in connection.execute(f"DESCRIBE {table}").fetchall()}
