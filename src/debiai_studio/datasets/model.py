"""Samples and columns: what a data set is made of, and how it is described."""

from __future__ import annotations

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
    """What a column is derived by.

    ``inputs`` name the columns it looks at as the expression does; ``results`` tells those of them
    that are results of models, each with the name of the result. None: it was kept when names
    alone told what they are.
    """

    expression: str
    inputs: tuple[str, ...]
    author: str
    at: str
    results: tuple[tuple[str, str], ...] | None = None

    def names(self, *, of_results: bool) -> frozenset[str]:
        """The names of the columns of the samples, or of the results, that it looks at."""
        if self.results is None:
            return frozenset(self.inputs)
        if of_results:
            return frozenset(name for _, name in self.results)
        return frozenset(self.inputs) - {written for written, _ in self.results}


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

    def inputs_of(self, column: Column) -> list[Column]:
        """The columns and results that a derived one looks at, as far as they are there."""
        if column.derivation is None:
            return []
        of_samples = column.derivation.names(of_results=False)
        of_results = column.derivation.names(of_results=True)
        return [
            *(one for one in self.sample_columns if one.name in of_samples),
            *(one for one in self.result_columns if one.name in of_results),
        ]


def in_order(dataset: DataSet) -> list[Column]:
    """Columns and results, those that a derived one looks at before it."""
    ordered: dict[str, Column] = {}

    def put(column: Column, above: frozenset[str]) -> None:
        if column.field in ordered or column.field in above:
            return
        for one in dataset.inputs_of(column):
            put(one, above | {column.field})
        ordered[column.field] = column

    for column in (*dataset.sample_columns, *dataset.result_columns):
        put(column, frozenset())
    return list(ordered.values())
