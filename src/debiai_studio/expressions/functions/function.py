"""What a function of expressions is."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from debiai_studio.expressions.tree import Kind, Sql

# A kind; "same": of one kind with the others that say so; "any": of whatever kind.
Taken = Kind | Literal["same", "any"]


@dataclass(frozen=True, slots=True)
class Case:
    """What a function makes of arguments of some kinds.

    Whole numbers are taken for numbers too. ``same`` says which kinds the arguments of one kind
    may have; with ``more`` the last argument may come any number of times.
    """

    takes: tuple[Taken, ...]
    gives: Kind | Literal["same"]
    sql: Sql
    same: tuple[Kind, ...] = tuple(Kind)
    more: bool = False


@dataclass(frozen=True, slots=True)
class Function:
    """A function by its name, or an operator by its sign; the first case that fits is taken."""

    name: str
    usage: str
    description: str
    cases: tuple[Case, ...]


def says(template: str) -> Sql:
    """Words of DuckDB with ``{0}``, ``{1}`` … for the arguments."""
    return lambda arguments, _: template.format(*arguments)
