"""What the engine is asked, and what it answers."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any, Literal

import numpy as np
import numpy.typing as npt
from pyroaring import BitMap

from debiai_studio.datasets.predicate import Predicate
from debiai_studio.engine.plan import Plan


@dataclass(frozen=True, slots=True)
class Scope:
    """The rows of an analysis, before any filter.

    ``samples`` restricts to those sample numbers (None: all). With ``models`` and ``models_as``
    "rows" a row is sample x model and there is a category column ``model``; a sample without a
    result of a model has no such row, and with ``results`` "intersection" only samples with a
    result of every chosen model are in scope. With "columns" a row is a sample and each result
    is a column ``<model>.<result>``. Deleted samples are never in scope.
    """

    models: tuple[str, ...] = ()
    results: Literal["union", "intersection"] = "union"
    models_as: Literal["rows", "columns"] = "rows"
    samples: BitMap | None = None


@dataclass(frozen=True, slots=True)
class View:
    """One widget's question: its plan, and the widget id whose own filters it ignores.

    One that is ``costly`` is answered beside the others, which do not wait for its threads.
    """

    id: str
    plan: Plan
    costly: bool = False


@dataclass(frozen=True, slots=True)
class Query:
    """Everything one redraw of a page needs, answered in one pass over the codes."""

    scope: Scope
    filters: Predicate | None = None
    selections: dict[str, BitMap] = field(default_factory=dict)
    colour: str | None = None
    views: tuple[View, ...] = ()
    steps: bool = False
    may_sample: bool = False


@dataclass(frozen=True, slots=True)
class Counts:
    """Rows and distinct samples that pass every filter, and those in scope.

    Exact, but for those that pass when the answer was sampled.
    """

    rows: int
    samples: int
    total_rows: int
    total_samples: int


@dataclass(frozen=True, slots=True)
class Step:
    """Distinct samples left after the top-level filters up to and including ``filter_id``."""

    filter_id: str
    samples: int


@dataclass(frozen=True, slots=True)
class Sampling:
    """One row of ``every`` was looked at.

    The samples that pass are ``counts.samples``, give or take ``margin``, with 95 % confidence.
    """

    every: int
    margin: int


Array = npt.NDArray[np.generic]


@dataclass(slots=True)
class MeasureResult:
    """The answer to one measure: small values in ``meta`` (JSON), the rest as arrays."""

    meta: dict[str, Any] = field(default_factory=dict)
    arrays: dict[str, Array] = field(default_factory=dict)


@dataclass(slots=True)
class Answer:
    """The answer to a query. A view that cannot be answered has an error instead of results.

    ``sampling`` is None when every figure is exact; views that a sample cannot answer are left
    out otherwise, and steps.
    """

    data_version: int
    counts: Counts
    steps: list[Step]
    colour: dict[str, Any] | None
    views: dict[str, dict[str, MeasureResult]]
    errors: dict[str, Exception]
    sampling: Sampling | None = None
