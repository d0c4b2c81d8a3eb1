"""The data of projects: reading it, adding to it, taking from it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

import pyarrow as pa
from pyroaring import BitMap

from debiai_studio.datasets.model import DataSet
from debiai_studio.projects.model import ProjectRef


@dataclass(frozen=True, slots=True)
class Change:
    """What an append or a deletion did."""

    added: int
    updated: int
    deleted: int
    data_version: int


class DataSets:
    """The data set of each project at its newest version."""

    def of(self, ref: ProjectRef) -> DataSet:
        """The newest version. Raises UnknownProject."""
        raise NotImplementedError

    def append(self, ref: ProjectRef, batches: Iterable[pa.RecordBatch]) -> Change:
        """Add samples, and change the values of those whose id is known.

        Batches have the id column and any of the sample columns, by name; a column that is
        absent becomes NULL for new samples and stays for known ones. All or nothing.
        """
        raise NotImplementedError

    def delete_samples(self, ref: ProjectRef, ids: pa.Array) -> Change:
        """Tombstone samples by id. Raises UnknownSamples naming the first ones."""
        raise NotImplementedError

    def compact(self, ref: ProjectRef) -> None:
        """Give back the space of deleted samples; no sample number changes."""
        raise NotImplementedError

    def numbers_of(self, ref: ProjectRef, ids: pa.Array) -> BitMap:
        """The sample numbers of ids. Raises UnknownSamples naming the first ones."""
        raise NotImplementedError

    def detail(self, ref: ProjectRef, sample: int) -> dict[str, object]:
        """{sample, id, values: {column: canonical text or None}, results: {model: {…}}}.

        Raises UnknownSamples.
        """
        raise NotImplementedError

    def id_batches(self, ref: ProjectRef, samples: BitMap) -> Iterator[pa.Array]:
        """The ids of samples in first import order, in arrays of at most 65,536."""
        raise NotImplementedError

    def row_batches(
        self, ref: ProjectRef, samples: BitMap, columns: list[str] | None = None
    ) -> Iterator[pa.RecordBatch]:
        """Whole rows (id first, then columns, then ``<model>.<result>``) in the same order."""
        raise NotImplementedError
