"""A table of awkward values, asked by DuckDB and read in Python."""

from __future__ import annotations

import math
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta, timezone

import duckdb
import pyarrow as pa

from debiai_studio.datasets.model import Column, ColumnType, DataSet
from debiai_studio.expressions.binding import bind
from debiai_studio.expressions.tree import Kind
from debiai_studio.storage.samples.deriving import first_values

_MOMENTS = [
    datetime(2024, 2, 29, 23, 59, 59, 999_999),  # noqa: DTZ001
    datetime(1969, 12, 31, 23, 0, 0, 1),  # noqa: DTZ001
    datetime(1, 1, 1),  # noqa: DTZ001
    None,
    datetime(2262, 4, 12),  # noqa: DTZ001
    datetime(2024, 1, 1),  # noqa: DTZ001
]
_ZONE = timezone(timedelta(hours=9))
VALUES: dict[str, list[object]] = {
    "n": [0.0, -0.0, 1.5, math.nan, math.inf, -math.inf, None, 1e308, -2.5, 2.0**53, 0.1, -1e-300],
    "m": [math.nan, 0.0, None, math.nan, math.inf, 3.0, 1.0, -1e308, 0.5, 2.0, -3.0, 0.0],
    "i": [2**53 + 1, 2**63 - 1, -(2**63), 0, None, -1, 7, 2**53, 3, -5, 1, 2],
    "j": [1, 1, -1, None, 2, -(2**63), 2**62, 2**53 + 1, 0, 3, 10, -2],
    "t": ["", "Ärger", None, "it's", 'say "x"', "日本", "a]b", " pad ", "1e3", "nan", "ABC", "abc"],
    "u": ["a", None, "x", "", "Ä", "本", "]", "pad", "1", "-0.5", "b", "abc"],
    "b": [True, False, None, True, False, None, True, False, None, True, False, True],
    "c": [True, True, True, False, False, False, None, None, None, True, False, True],
    "d": _MOMENTS * 2,
    "e": [*_MOMENTS[3:], *_MOMENTS, *_MOMENTS[:3]],
    "z": [None if one is None or one.year == 1 else one.replace(tzinfo=_ZONE) for one in _MOMENTS]
    * 2,
}
_ARROW = {
    "n": pa.float64(),
    "m": pa.float64(),
    "i": pa.int64(),
    "j": pa.int64(),
    "t": pa.string(),
    "u": pa.string(),
    "b": pa.bool_(),
    "c": pa.bool_(),
    "d": pa.timestamp("us"),
    "e": pa.timestamp("us"),
    "z": pa.timestamp("us", "UTC"),
}
_TYPES = {
    "n": ColumnType.NUMBER,
    "m": ColumnType.NUMBER,
    "i": ColumnType.INTEGER,
    "j": ColumnType.INTEGER,
    "t": ColumnType.TEXT,
    "u": ColumnType.TEXT,
    "b": ColumnType.BOOLEAN,
    "c": ColumnType.BOOLEAN,
    "d": ColumnType.TIME,
    "e": ColumnType.TIME,
    "z": ColumnType.TIME,
}
COUNT = len(VALUES["n"])
ROWS = [{name: values[row] for name, values in VALUES.items()} for row in range(COUNT)]
DATASET = DataSet(
    project_key=1,
    folder="",
    id_type=ColumnType.INTEGER,
    id_name="id",
    sample_columns=(
        *(Column(n, t, f"c{at}", zoned=n == "z") for at, (n, t) in enumerate(_TYPES.items())),
        Column("odd ]name", ColumnType.NUMBER, "c0"),
        Column("list", ColumnType.ARRAY, "c20"),
        Column("words", ColumnType.DICT, "c21"),
        Column("Speed", ColumnType.NUMBER, "c0"),
    ),
    result_columns=(),
    models=(),
    segments=(),
    next_sample_no=COUNT,
    n_deleted=0,
    data_version=1,
)


@contextmanager
def asking() -> Iterator[duckdb.DuckDBPyConnection]:
    """The table in a database of its own."""
    lists = ["[1,2,3]", "[]", None, '["a"]', "[null]"] + ["[[1],[2]]"] * (COUNT - 5)
    columns = {f"c{at}": pa.array(VALUES[name], _ARROW[name]) for at, name in enumerate(_TYPES)}
    given = pa.table({"sample_no": range(COUNT), **columns, "c20": lists})
    with duckdb.connect(":memory:") as connection:
        connection.execute("SET TimeZone='UTC'")
        connection.register("given", given)
        connection.execute("CREATE TABLE samples AS SELECT * FROM given")
        connection.unregister("given")
        yield connection


def values(connection: duckdb.DuckDBPyConnection, expression: str) -> list[object]:
    """What an expression gives for each row; moments as Python has them, in UTC with a zone."""
    bound = bind(expression, DATASET)
    found = first_values(connection, DATASET, bound, None, COUNT).column("value")
    if bound.kind not in (Kind.TIME, Kind.ZONED_TIME):
        return found.to_pylist()
    zone = UTC if bound.kind is Kind.ZONED_TIME else None
    epoch = datetime(1970, 1, 1, tzinfo=zone)
    micros = found.cast(pa.int64()).to_pylist()
    return [None if one is None else _moment(epoch, one) for one in micros]


def _moment(epoch: datetime, micros: int) -> datetime | int:
    """Python's years begin with 1."""
    try:
        return epoch + timedelta(microseconds=micros)
    except OverflowError:
        return micros


def same(found: object, expected: object) -> bool:
    """Equal to the last bit; NaN is NaN, and 1 is not 1.0."""
    if isinstance(found, float) and isinstance(expected, float):
        return found == expected or (math.isnan(found) and math.isnan(expected))
    return type(found) is type(expected) and found == expected
