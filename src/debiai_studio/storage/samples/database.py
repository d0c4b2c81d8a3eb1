"""The DuckDB file of a project: how it is opened, and what its tables are.

``samples(sample_no, c0 …)`` and ``results_<n>(sample_no, r0 …)`` hold rows in ascending order of
``sample_no``, which DuckDB's scans keep. ``state`` is one row: the data version of the values, and
the one in which stored rows were last taken out or put in between (``layout_version``).
"""

from __future__ import annotations

import contextlib
import os
import threading
from collections.abc import Iterator
from pathlib import Path

import duckdb
import pyarrow as pa

from debiai_studio.datasets.model import Column, ColumnType

FILE = "samples.duckdb"
SAMPLE_NO = "sample_no"

_SQL_TYPES = {
    ColumnType.NUMBER: "DOUBLE",
    ColumnType.INTEGER: "BIGINT",
    ColumnType.TEXT: "VARCHAR",
    ColumnType.BOOLEAN: "BOOLEAN",
    ColumnType.ARRAY: "VARCHAR",
    ColumnType.DICT: "VARCHAR",
}
_ARROW_TYPES: dict[ColumnType, pa.DataType] = {
    ColumnType.NUMBER: pa.float64(),
    ColumnType.INTEGER: pa.int64(),
    ColumnType.TEXT: pa.string(),
    ColumnType.BOOLEAN: pa.bool_(),
    ColumnType.ARRAY: pa.string(),
    ColumnType.DICT: pa.string(),
}

_SAFE: dict[str, str | bool | int | float | list[str]] = {
    "autoinstall_known_extensions": "false",
    "autoload_known_extensions": "false",
    "allow_community_extensions": "false",
}

# Values and bytes of one row group while it is filled: it lies in memory as a whole.
_GROUP_VALUES = 122_880 * 256
_GROUP_BYTES = 64 << 20
_MOST_ROWS = 122_880
_VECTOR = 2048


def sql_type(column: Column) -> str:
    """The DuckDB type that keeps a column."""
    if column.type is ColumnType.TIME:
        return "TIMESTAMPTZ" if column.zoned else "TIMESTAMP"
    return _SQL_TYPES[column.type]


def arrow_type(column: Column) -> pa.DataType:
    """The Arrow type in which values of a column come and go."""
    if column.type is ColumnType.TIME:
        return pa.timestamp("us", tz="UTC") if column.zoned else pa.timestamp("us")
    return _ARROW_TYPES[column.type]


def results_table(model_number: int) -> str:
    """The table of one model's results."""
    return f"results_{int(model_number)}"


def memory_limit() -> str:
    """A quarter of the machine's memory, as DuckDB writes it."""
    pages = os.sysconf("SC_PHYS_PAGES") * os.sysconf("SC_PAGE_SIZE")
    return f"{pages // 4 // 1_000_000}MB"


def give_back_cache(connection: duckdb.DuckDBPyConnection) -> None:
    """Forget what was written and read, to be called between transactions.

    DuckDB caches every block up to its memory limit, so the limit is lowered for a moment.
    """
    with contextlib.suppress(duckdb.OutOfMemoryException):
        connection.execute("SET memory_limit='8MB'")
    connection.execute(f"SET memory_limit='{memory_limit()}'")


def open_database(folder: Path) -> duckdb.DuckDBPyConnection:
    """Open the file, locked down: no other file, no extension, no change of settings."""
    connection = duckdb.connect(str(folder / FILE), config=_SAFE | _resources(folder))
    # A cursor that still reads keeps the former instance alive, which is locked already.
    locked = connection.execute("SELECT current_setting('lock_configuration')").fetchall()[0][0]
    if not locked:
        connection.execute("SET GLOBAL TimeZone='UTC'")
        connection.execute("SET enable_external_access=false")
        connection.execute("SET lock_configuration=true")
    return connection


def row_group_size(n_columns: int, row_bytes: int) -> int:
    """How many rows of about that many bytes DuckDB keeps together in a table."""
    fitting = min(_GROUP_VALUES // (n_columns + 1), _GROUP_BYTES // max(row_bytes, 1))
    return max(_VECTOR, min(_MOST_ROWS, fitting // _VECTOR * _VECTOR))


def make_database(folder: Path, size: int) -> duckdb.DuckDBPyConnection:
    """Make the file of a new project, with row groups of that many rows."""
    connection = duckdb.connect(":memory:", config=_SAFE | _resources(folder) | {"threads": 1})
    path = str(folder / FILE).replace("'", "''")
    connection.execute(f"ATTACH '{path}' AS kept (ROW_GROUP_SIZE {size})")
    connection.execute("USE kept")
    return connection


def _resources(folder: Path) -> dict[str, str | bool | int | float | list[str]]:
    return {
        "memory_limit": memory_limit(),
        "temp_directory": str(folder / "spill"),
        "threads": os.cpu_count() or 1,
    }


def create_tables(
    connection: duckdb.DuckDBPyConnection,
    sample_columns: list[Column],
    result_columns: list[Column],
    n_models: int,
) -> None:
    """Make the tables of a new project, at data version 1."""
    connection.execute("CREATE TABLE state(data_version BIGINT, layout_version BIGINT)")
    connection.execute("INSERT INTO state VALUES (1, 1)")
    _create(connection, "samples", sample_columns)
    for number in range(n_models):
        _create(connection, results_table(number), result_columns)


def _create(connection: duckdb.DuckDBPyConnection, table: str, columns: list[Column]) -> None:
    fields = [f"{SAMPLE_NO} BIGINT", *(f"{c.field} {sql_type(c)}" for c in columns)]
    connection.execute(f"CREATE TABLE {table}({', '.join(fields)})")


_names = iter(range(1 << 62))
_names_lock = threading.Lock()


@contextlib.contextmanager
def registered(
    connection: duckdb.DuckDBPyConnection, table: pa.Table | pa.RecordBatch
) -> Iterator[str]:
    """Make an Arrow table readable under a name, for as long as needed."""
    with _names_lock:
        name = f"given_{next(_names)}"
    connection.register(name, table)
    try:
        yield name
    finally:
        connection.unregister(name)
