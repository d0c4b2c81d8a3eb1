"""What the engine needs from storage, and what the rest of the program needs from an engine."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any, Protocol

import numpy as np
import numpy.typing as npt
import pyarrow as pa
from pyroaring import BitMap

from debiai_studio.datasets.model import Column, DataSet
from debiai_studio.engine.model import Answer, Query, Scope


class ValueReader(Protocol):
    """Reads the stored values of one data set. Safe to call from several threads."""

    def batches(
        self, column: Column, model_number: int | None = None
    ) -> Iterator[tuple[npt.NDArray[np.int64], pa.Array[Any]]]:
        """Sample numbers and values of the stored rows (of one model's results), some at a time.

        Numbers ascend. NULL as null, NaN as NaN; INTEGER int64, NUMBER float64, TIME int64
        microseconds since the epoch, BOOLEAN bool, TEXT string.
        """
        ...

    def number_batches(self, model_number: int | None = None) -> Iterator[npt.NDArray[np.int64]]:
        """The sample numbers alone."""
        ...

    def rows(self, sample_numbers: npt.NDArray[np.int64], columns: list[Column]) -> pa.Table:
        """The named sample columns for those samples, in the order asked.

        Columns of any type; ARRAY and DICT as JSON text.
        """
        ...

    def results(
        self, model_number: int, sample_numbers: npt.NDArray[np.int64], columns: list[Column]
    ) -> pa.Table:
        """The same for one model's results; null where there is none."""
        ...

    def ids(self, sample_numbers: npt.NDArray[np.int64]) -> pa.Array[Any]:
        """The sample ids, exactly as given (string or int64), in the order asked."""
        ...

    def deleted(self) -> BitMap:
        """The tombstones: sample numbers that no longer exist."""
        ...


class Engine(Protocol):
    """Answers queries over one data set at a time. Thread-safe; holds caches, never the truth."""

    def columns(self, dataset: DataSet, scope: Scope) -> list[Column]:
        """The columns that rows of this scope have (``model`` and results included)."""
        ...

    def answer(self, dataset: DataSet, query: Query, is_over: Callable[[], bool] = ...) -> Answer:
        """Answer every view; a bad view becomes an error of that view alone.

        Raises UnknownColumn, Unsuitable or InvalidFilter for a bad scope, filter or colour, and
        Abandoned soon after ``is_over`` tells that nobody waits any more.
        """
        ...

    def select(self, dataset: DataSet, query: Query) -> BitMap:
        """The distinct samples that pass every filter: exactly those that ``answer`` counts."""
        ...

    def profile(self, dataset: DataSet) -> list[dict[str, Any]]:
        """The figures of every column, results per model included.

        {name, model, type, zoned, category, group, missing, nan, inf, distinct, min, max, mean,
        histogram: [ints, at most 24]}; min and max are canonical text.
        """
        ...

    def warm(self, dataset: DataSet, is_over: Callable[[], bool]) -> None:
        """Build the codes of one column after the other, until it ``is_over``."""
        ...

    def forget(self, project_key: int) -> None:
        """Drop every cache of a project, on disk too."""
        ...


class Download(Protocol):
    """Whole rows as record batches, for downloads and table files."""

    def __call__(
        self, dataset: DataSet, samples: BitMap, columns: list[str] | None
    ) -> Iterator[pa.RecordBatch]:
        """The rows of ``samples`` in first import order."""
        ...
