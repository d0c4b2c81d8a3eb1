"""Samples and columns: what a data set is made of, and how it is described."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from enum import StrEnum


class ColumnType(StrEnum):
    """What the values of a column are."""

    NUMBER = "number"  # float64; NULL, NaN, +inf and -inf are told apart
    INTEGER = "integer"  # int64, exact
    TEXT = "text"
    BOOLEAN = "boolean"
    TIME = "time"  # microseconds; zoned (UTC) or naive, see Column.zoned
    ARRAY = "array"  # kept as JSON text in the values, shown, never plotted
    DICT = "dict"

    @property
    def is_numeric(self) -> bool:
        """Whether values lie on a continuous axis (numbers, integers and times)."""
        return self in (ColumnType.NUMBER, ColumnType.INTEGER, ColumnType.TIME)

    @property
    def is_plottable(self) -> bool:
        """Whether the engine has codes for the column."""
        return self not in (ColumnType.ARRAY, ColumnType.DICT)


class Category(StrEnum):
    """The role of a column, as DebiAI names it."""

    CONTEXT = "context"
    INPUT = "input"
    GROUNDTRUTH = "groundtruth"
    OTHER = "other"


@dataclass(frozen=True, slots=True)
class Derivation:
    """What a column is derived by; ``inputs`` are the names of the columns it looks at."""

    expression: str
    inputs: tuple[str, ...]
    author: str
    at: str


@dataclass(frozen=True, slots=True)
class Column:
    """One column of a data set, or one result of a model.

    ``name`` is unique among the sample columns, and among the result columns.
    ``field`` is the internal column name in the stored table (``c0``, ``c1`` …; ``r0`` … for
    results), so that no name given by a person reaches SQL.
    """

    name: str
    type: ColumnType
    field: str
    category: Category = Category.OTHER
    group: str | None = None
    zoned: bool = False  # TIME only: True means stored in UTC
    derivation: Derivation | None = None  # None: values come from elsewhere
    is_tag: bool = False  # people give the values; a sample without one lacks nothing

    @property
    def is_awaited(self) -> bool:
        """Whether a sample that came without a value still lacks it."""
        return self.derivation is None and not self.is_tag


@dataclass(frozen=True, slots=True)
class Model:
    """A model whose results are kept with the project; its table is ``results_<number>``."""

    id: str
    name: str
    number: int
    created_at: str
    n_results: int
    metadata: dict[str, object] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class IdSegment:
    """One closed file of ids: sample numbers ``first`` to ``first + count - 1``."""

    file: str
    first: int
    count: int


@dataclass(frozen=True, slots=True)
class DataSet:
    """The data of one project at one data version.

    ``next_sample_no`` is the watermark: rows at or above it do not exist, whatever a file says.
    ``sample_columns`` and ``result_columns`` are in the order of the source.
    """

    project_key: int
    folder: str
    id_type: ColumnType  # TEXT or INTEGER
    id_name: str
    sample_columns: tuple[Column, ...]
    result_columns: tuple[Column, ...]
    models: tuple[Model, ...]
    segments: tuple[IdSegment, ...]
    next_sample_no: int
    n_deleted: int
    data_version: int

    @property
    def n_samples(self) -> int:
        """How many samples exist (deleted ones are not counted)."""
        return self.next_sample_no - self.n_deleted


def in_order(columns: Iterable[Column]) -> list[Column]:
    """Columns, those that a derived one looks at before it."""
    by_name = {column.name: column for column in columns}
    ordered: dict[str, Column] = {}

    def put(column: Column, above: frozenset[str]) -> None:
        if column.name in ordered or column.name in above:
            return
        for name in column.derivation.inputs if column.derivation else ():
            if name in by_name:
                put(by_name[name], above | {column.name})
        ordered[column.name] = column

    for column in by_name.values():
        put(column, frozenset())
    return list(ordered.values())
