"""Derived columns: computed where the values are, in the transaction of every change.

So they hold for every version: what an append, new results or a changed cell touches is computed
again with it, and after a crash with the change that is applied then. A column whose expression
has lost a column it looks at, or gives values of another type now, keeps what it has.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import duckdb
import pyarrow as pa

from debiai_studio.datasets.model import Column, DataSet, in_order
from debiai_studio.expressions.binding import bind_kept
from debiai_studio.expressions.compiling import compiled
from debiai_studio.expressions.errors import InvalidExpression
from debiai_studio.expressions.fitting import fits
from debiai_studio.expressions.tree import Bound, ColumnValue, columns_in
from debiai_studio.storage.samples.database import SAMPLE_NO, registered, results_table

SAMPLES = "samples"


class Deriving:
    """What one change makes necessary: made before it, told of it, carried out after it."""

    def __init__(self, connection: duckdb.DuckDBPyConnection, dataset: DataSet) -> None:
        self._connection = connection
        self._dataset = dataset
        derived = [c for c in dataset.sample_columns + dataset.result_columns if c.derivation]
        self._is_needed = bool(derived)
        self._before = self._stored() if derived else {}
        self._rows: list[tuple[pa.Array[int], frozenset[str] | None]] = []
        self._results: list[tuple[int, pa.Array[int]]] = []

    def rows_came(self, numbers: pa.Array[int], fields: frozenset[str] | None) -> None:
        """Values of samples were put in; ``fields``: only of these columns, None: new rows."""
        self._rows.append((numbers, fields))

    def results_came(self, model_number: int, numbers: pa.Array[int]) -> None:
        """Results of a model were put in."""
        self._results.append((model_number, numbers))

    def carry_out(self) -> None:
        """Compute what is to be computed, in the order in which columns look at each other."""
        if not self._is_needed:
            return
        stored = self._stored()
        dataset = self._dataset
        ordered = in_order(dataset)
        tables = [(SAMPLES, dataset.sample_columns)]
        tables += [(results_table(m.number), dataset.result_columns) for m in dataset.models]
        for table, columns in tables:
            for column in ordered:
                if column.derivation is None or column not in columns:
                    continue
                if column.field not in stored[table]:
                    continue
                if column.field not in self._before.get(table, set()):
                    self._compute(table, column, None)
                    continue
                touched = self._touched(table, column)
                if touched:
                    self._compute(table, column, pa.chunked_array(touched))

    def _touched(self, table: str, column: Column) -> list[pa.Array[int]]:
        """The samples whose value may be another now; one may be there more than once."""
        used = self._fields_of(column)
        touched = [
            numbers
            for numbers, fields in self._rows
            if fields is None or not used.isdisjoint(fields)
        ]
        if table != SAMPLES:
            touched += [n for model, n in self._results if results_table(model) == table]
        return touched

    def _fields_of(self, column: Column) -> set[str]:
        """Its own, and those of all that it looks at."""
        fields: set[str] = set()
        waiting = [column]
        while waiting:
            one = waiting.pop()
            if one.field in fields:
                continue
            fields.add(one.field)
            waiting += self._dataset.inputs_of(one)
        return fields

    def _compute(self, table: str, column: Column, numbers: pa.ChunkedArray[Any] | None) -> None:
        assert column.derivation is not None  # noqa: S101 - asked by the caller
        try:
            bound = bind_kept(column.derivation, self._dataset)
            if not fits(column, bound):
                return
            sql, parameters = compiled(bound, _places(table))
        except InvalidExpression:
            return
        conditions = []
        source = ""
        if table != SAMPLES and any(not value.is_result for value in columns_in(bound)):
            source = f" FROM {SAMPLES}"
            conditions.append(f"{SAMPLES}.{SAMPLE_NO} = {table}.{SAMPLE_NO}")
        update = f"UPDATE {table} SET {column.field} = {sql}{source}"
        if numbers is None:
            where = f" WHERE {' AND '.join(conditions)}" if conditions else ""
            self._connection.execute(f"{update}{where}", parameters)
            return
        given = pa.table({SAMPLE_NO: numbers})
        with registered(self._connection, given) as name:
            conditions.append(f"{table}.{SAMPLE_NO} IN (SELECT {SAMPLE_NO} FROM {name})")
            self._connection.execute(f"{update} WHERE {' AND '.join(conditions)}", parameters)

    def _stored(self) -> dict[str, set[str]]:
        sql = "SELECT table_name, column_name FROM duckdb_columns() WHERE NOT internal"
        found: dict[str, set[str]] = {}
        for table, field in self._connection.execute(sql).fetchall():
            found.setdefault(table, set()).add(field)
        return found


def first_values(
    connection: duckdb.DuckDBPyConnection,
    dataset: DataSet,
    bound: Bound,
    model_number: int | None,
    count: int,
) -> pa.Table:
    """``sample_no`` and ``value`` of the first stored rows (of one model's results)."""
    table = SAMPLES if model_number is None else results_table(model_number)
    sql, parameters = compiled(bound, _places(table))
    joined = "" if table == SAMPLES else f" JOIN {SAMPLES} USING ({SAMPLE_NO})"
    first = (
        f"SELECT * FROM {table} WHERE {SAMPLE_NO} < {dataset.next_sample_no}"
        f" ORDER BY {SAMPLE_NO} LIMIT {int(count)}"
    )
    query = (
        f"SELECT {table}.{SAMPLE_NO}, {sql} AS value FROM ({first}) AS {table}{joined}"
        f" ORDER BY {table}.{SAMPLE_NO}"
    )
    found: pa.Table = connection.sql(query, params=parameters).to_arrow_table()
    return found


def _places(table: str) -> Callable[[ColumnValue], str]:
    return lambda value: f"{table if value.is_result else SAMPLES}.{value.column.field}"
