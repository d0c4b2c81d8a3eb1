"""Answers: what came back for the samples of a delivery, and what became of it."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum
from typing import Literal

Via = Literal["answer", "callback", "topic"]


class AnswerState(StrEnum):
    """How far an answer is."""

    KEPT = "kept"  # it is safe, and will be applied
    APPLIED = "applied"  # what fits is a result of the samples
    EMPTY = "empty"  # it holds no values of samples
    REFUSED = "refused"  # nothing of it was applied; ``error`` says why


@dataclass(frozen=True, slots=True)
class Answer:
    """One answer; the same bytes again are the same answer, ``repeats`` counts them.

    ``n_unknown`` ids are in no sample of the project, ``n_outside`` in none of the delivery,
    ``n_duplicate`` came before in the same answer: the later values count. The examples are the
    first of each.
    """

    delivery_id: str
    number: int
    via: Via
    received_at: str
    bytes: int
    sha256: str
    state: AnswerState
    applied_at: str | None = None
    model: str | None = None  # whose results the values are
    columns: tuple[str, ...] = ()
    n_rows: int = 0
    n_applied: int = 0
    n_unknown: int = 0
    n_outside: int = 0
    n_duplicate: int = 0
    unknown: tuple[str, ...] = ()
    outside: tuple[str, ...] = ()
    duplicate: tuple[str, ...] = ()
    error: str | None = None
    repeats: int = 0
    repeated_at: str | None = None


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of an answer."""

    state: AnswerState
    model: str | None = None
    columns: tuple[str, ...] = ()
    n_rows: int = 0
    n_applied: int = 0
    n_unknown: int = 0
    n_outside: int = 0
    n_duplicate: int = 0
    examples: dict[str, list[str]] = field(default_factory=dict)
    error: str | None = None


@dataclass(frozen=True, slots=True)
class Waiting:
    """An answer that is kept and not yet applied."""

    number: int
    delivery_id: str
    project_key: int | None
    method_id: str
    via: Via
    received_at: str
    body: bytes
