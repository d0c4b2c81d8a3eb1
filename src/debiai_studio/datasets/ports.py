"""What data sets need from storage: the catalogue's truth, and the stored ids and values."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from typing import Any, Protocol

import numpy as np
import numpy.typing as npt
import pyarrow as pa
from pyroaring import BitMap

from debiai_studio.datasets.model import Column, ColumnType, DataSet, IdSegment
from debiai_studio.projects.model import ProjectRef

Numbers = npt.NDArray[np.int64]
# By field of a column, the samples whose value has not come yet.
Gaps = dict[str, BitMap]


@dataclass(frozen=True, slots=True)
class Identity:
    """Where the ids of a project are, also of a deleted one that deliveries still need."""

    folder: str
    id_type: ColumnType
    segments: tuple[IdSegment, ...]


@dataclass(slots=True)
class Came:
    """The samples of rows, and those among them that were new."""

    all: BitMap = field(default_factory=BitMap)
    new: BitMap = field(default_factory=BitMap)


@dataclass(frozen=True, slots=True)
class Draft:
    """A change that is written down but not yet recorded.

    ``revived`` are deleted samples whose id was sent again: they get their number back. ``came``
    tells, by the fields of the columns that rows came with, which samples they were of.
    """

    segments: tuple[IdSegment, ...]
    next_sample_no: int
    added: int
    updated: int
    revived: BitMap
    came: dict[frozenset[str], Came] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Reshape:
    """What becomes of the stored tables when columns or models change.

    ``copied`` names sample columns, by field, whose values begin as those of another one.
    ``dropped_columns`` and ``dropped_results`` are fields, ``dropped_models`` numbers. Room for
    what is new is made.
    """

    copied: dict[str, str] = field(default_factory=dict)
    dropped_columns: tuple[str, ...] = ()
    dropped_results: tuple[str, ...] = ()
    dropped_models: tuple[int, ...] = ()


class DataCatalogue(Protocol):
    """The moment of truth."""

    def data_set(self, ref: ProjectRef) -> DataSet:
        """The newest version. Raises UnknownProject."""
        ...

    def identity(self, project_key: int) -> Identity:
        """Of a present or a deleted project. Raises UnknownData when nothing is left."""
        ...

    def data_set_of_key(self, project_key: int) -> DataSet:
        """Of a present project, or a deleted one with values left. Raises UnknownData."""
        ...

    def tombstones(self, project_key: int) -> BitMap:
        """The sample numbers that were deleted."""
        ...

    def gaps(self, project_key: int) -> Gaps:
        """The samples, deleted ones too, whose values of a column have not come yet."""
        ...

    def record(
        self,
        ref: ProjectRef,
        before: DataSet,
        after: DataSet,
        tombstones: BitMap,
        gaps: Gaps | None = None,
    ) -> None:
        """Replace one version by the next in one transaction; ``gaps`` None leaves them.

        Raises UnknownProject when the project was deleted, ProjectBusy when another change came
        first.
        """
        ...


class Values(Protocol):
    """The stored rows of one data set."""

    def ids(self, sample_numbers: Numbers) -> pa.Array[Any]:
        """The sample ids in the order asked."""
        ...

    def rows(self, sample_numbers: Numbers, columns: list[Column]) -> pa.Table:
        """Sample columns by field, in the order asked."""
        ...

    def results(
        self, model_number: int, sample_numbers: Numbers, columns: list[Column]
    ) -> pa.Table:
        """One model's results by field, in the order asked; null where there is none."""
        ...

    def number_batches(self, model_number: int | None = None) -> Iterator[Numbers]:
        """The samples with a stored row (of one model's results), ascending, some at a time."""
        ...


class SampleStore(Protocol):
    """The stored ids and values of every project."""

    def reader(self, dataset: DataSet) -> Values:
        """The stored rows. Safe to use from several threads."""
        ...

    def find(self, dataset: DataSet, ids: pa.Array[Any]) -> Numbers:
        """The sample number of each id, deleted ones too; -1 where there is none."""
        ...

    def id_batches(self, identity: Identity, samples: BitMap) -> Iterator[pa.Array[Any]]:
        """The ids of samples, ascending by number, in arrays of at most 65,536."""
        ...

    def count_results(self, dataset: DataSet, samples: BitMap) -> dict[str, int]:
        """How many of the samples have a result, by model id."""
        ...

    def count_stored(self, dataset: DataSet, samples: BitMap) -> int:
        """How many of the samples have a stored row."""
        ...

    def draft_append(
        self, dataset: DataSet, tombstones: BitMap, batches: Iterable[pa.RecordBatch]
    ) -> Draft:
        """Write down an append. Raises the errors of ``DataSets.append``; nothing is left then."""
        ...

    def draft_results(self, before: DataSet, model_number: int, rows: pa.RecordBatch) -> None:
        """Write down results of one model: ``sample_no`` and values by ``Column.field``.

        Columns that ``rows`` lacks stay as they are.
        """
        ...

    def draft_values(
        self, before: DataSet, reshape: Reshape, numbers: Numbers, values: dict[str, pa.Array[Any]]
    ) -> None:
        """Write down that columns change, and values of samples that exist, by field."""
        ...

    def draft_reshape(self, before: DataSet, reshape: Reshape) -> None:
        """Write down that columns or models change, as the data set after will have them."""
        ...

    def draft_removal(self, dataset: DataSet, samples: BitMap) -> None:
        """Write down that the rows of these samples are taken out."""
        ...

    def apply(self, before: DataSet, after: DataSet, record: Callable[[], None]) -> None:
        """Apply the draft and call ``record`` when nothing is left that could fail by itself.

        When anything fails before or in ``record``, the draft is dropped and nothing changed.
        """
        ...

    def give_back(self, dataset: DataSet) -> None:
        """Free the space of rows that were taken out."""
        ...

    def drop_draft(self, dataset: DataSet) -> None:
        """Forget what was written down."""
        ...
