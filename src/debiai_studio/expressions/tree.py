"""What expressions are made of: as they are written, and with their types."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from enum import StrEnum

from debiai_studio.datasets.model import Column, ColumnType


class Kind(StrEnum):
    """What values an expression has. Moments are with zone (UTC) or without."""

    NUMBER = "number"
    INTEGER = "integer"
    TEXT = "text"
    BOOLEAN = "boolean"
    TIME = "time"
    ZONED_TIME = "time with zone"
    ARRAY = "array"
    DICT = "dict"
    MISSING = "missing"  # the word `missing`: fits everywhere

    @classmethod
    def of(cls, column: Column) -> Kind:
        """That of a column."""
        if column.type is ColumnType.TIME:
            return cls.ZONED_TIME if column.zoned else cls.TIME
        return cls(column.type.value)

    @property
    def column_type(self) -> ColumnType:
        """The type of a column that keeps such values."""
        return ColumnType.TIME if self is Kind.ZONED_TIME else ColumnType(self.value)


@dataclass(frozen=True, slots=True)
class Literal:
    """A value as written; ``None`` is ``missing``."""

    value: int | float | str | bool | None
    position: int


@dataclass(frozen=True, slots=True)
class Name:
    """A column by its name."""

    name: str
    position: int


@dataclass(frozen=True, slots=True)
class Call:
    """A function, or an operator by its sign, with what it is given."""

    function: str
    arguments: tuple[Node, ...]
    position: int


Node = Literal | Name | Call


@dataclass(frozen=True, slots=True)
class Constant:
    """A value; moments are microseconds since 1970, in UTC where they have a zone."""

    value: int | float | str | bool | None
    kind: Kind


@dataclass(frozen=True, slots=True)
class ColumnValue:
    """The value of a column; a result is that of the model that the row is of."""

    column: Column
    is_result: bool
    written: str  # the name that the expression has for it

    @property
    def kind(self) -> Kind:
        """What the column holds."""
        return Kind.of(self.column)


# Says in DuckDB's words what is made of arguments of a kind. Never fails on a value.
Sql = Callable[[tuple[str, ...], Kind], str]


@dataclass(frozen=True, slots=True)
class Apply:
    """A function of typed arguments; ``common`` is the kind that those of one kind share."""

    sql: Sql
    arguments: tuple[Bound, ...]
    common: Kind
    kind: Kind


Bound = Constant | ColumnValue | Apply


def columns_in(bound: Bound) -> Iterator[ColumnValue]:
    """Every column that is used, as often as it is used."""
    if isinstance(bound, ColumnValue):
        yield bound
    elif isinstance(bound, Apply):
        for argument in bound.arguments:
            yield from columns_in(argument)
