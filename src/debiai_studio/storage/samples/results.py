"""Values of models that come after the import: written down as a change, then put in place."""

from __future__ import annotations

import duckdb
import pyarrow as pa

from debiai_studio.datasets.model import DataSet
from debiai_studio.storage.samples.database import (
    SAMPLE_NO,
    registered,
    results_table,
    sql_type,
)

PREFIX = "results-"


def file_name(model_number: int) -> str:
    """The file of a change that holds the results of one model."""
    return f"{PREFIX}{model_number}.arrow"


def model_of(file: str) -> int:
    """The number of the model whose results a file of a change holds."""
    return int(file.removeprefix(PREFIX).removesuffix(".arrow"))


def make_room(connection: duckdb.DuckDBPyConnection, dataset: DataSet) -> None:
    """Make the tables and columns of results that the data set has and the file has not yet."""
    for model in dataset.models:
        table = results_table(model.number)
        connection.execute(f"CREATE TABLE IF NOT EXISTS {table}({SAMPLE_NO} BIGINT)")
        known = {row[0] for row in connection.execute(f"DESCRIBE {table}").fetchall()}
        for column in dataset.result_columns:
            if column.field not in known:
                connection.execute(
                    f"ALTER TABLE {table} ADD COLUMN {column.field} {sql_type(column)}"
                )


def put_results(
    connection: duckdb.DuckDBPyConnection, dataset: DataSet, model_number: int, rows: pa.RecordBatch
) -> None:
    """Change the results of samples that have some, and add the others; in order in the end.

    A column that ``rows`` lacks stays as it is.
    """
    table = results_table(model_number)
    given = [c for c in dataset.result_columns if c.field in rows.schema.names]
    names = ", ".join([SAMPLE_NO, *(c.field for c in given)])
    chosen = ", ".join([SAMPLE_NO, *(f"{c.field}::{sql_type(c)}" for c in given)])
    kept = [c.field for c in dataset.result_columns if c not in given]
    if not given or not rows.num_rows:
        return
    last = connection.execute(f"SELECT max({SAMPLE_NO}) FROM {table}").fetchall()[0][0]
    if last is None or last < rows.column(SAMPLE_NO)[0].as_py():
        with registered(connection, rows) as source:
            connection.execute(f"INSERT INTO {table} ({names}) SELECT {chosen} FROM {source}")
        return
    with registered(connection, rows) as source:
        if kept:
            joined = ", ".join(
                [f"given.{SAMPLE_NO}"]
                + [f"given.{c.field}::{sql_type(c)}" for c in given]
                + [f"{table}.{field}" for field in kept]
            )
            new = f"SELECT {joined} FROM {source} AS given LEFT JOIN {table} USING ({SAMPLE_NO})"
        else:
            new = f"SELECT {chosen} FROM {source}"
        everything = ", ".join([names, *kept])
        connection.execute(
            f"CREATE TEMP TABLE merged AS SELECT {everything} FROM {table}"
            f" ANTI JOIN {source} USING ({SAMPLE_NO}) UNION ALL {new}"
        )
    connection.execute(f"DELETE FROM {table}")
    connection.execute(
        f"INSERT INTO {table} ({everything}) SELECT {everything} FROM merged ORDER BY {SAMPLE_NO}"
    )
    connection.execute("DROP TABLE merged")
