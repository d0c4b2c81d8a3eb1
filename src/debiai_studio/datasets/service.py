"""The data of projects: reading it, adding to it, taking from it."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import pyarrow as pa
import structlog
from pyroaring import BitMap

from debiai_studio.datasets.errors import DataChanged, UnknownSamples, UnsuitableValues
from debiai_studio.datasets.gaps import gaps_after_append, gaps_after_reshape, gaps_by_name
from debiai_studio.datasets.model import ColumnType, DataSet
from debiai_studio.datasets.number_sets import set_of
from debiai_studio.datasets.ports import (
    DataCatalogue,
    Gaps,
    Identity,
    Numbers,
    SampleStore,
    Values,
)
from debiai_studio.datasets.results import ModelOfResults, ResultValues
from debiai_studio.datasets.rows import RowShape, sample_texts
from debiai_studio.datasets.shape import NewColumn, Reshaped, model_of
from debiai_studio.datasets.writing import draft_results, draft_values
from debiai_studio.events import Events
from debiai_studio.projects.errors import ProjectBusy
from debiai_studio.projects.model import ProjectRef

log = structlog.get_logger()

_EXAMPLES = 5


@dataclass(frozen=True, slots=True)
class Change:
    """What an append or a deletion did."""

    added: int
    updated: int
    deleted: int
    data_version: int


class DataSets:
    """The data set of each project at its newest version.

    One change per project at a time (ProjectBusy); readers are never held up by it.
    """

    def __init__(self, catalogue: DataCatalogue, store: SampleStore, events: Events) -> None:
        self._catalogue = catalogue
        self._store = store
        self._events = events
        self._changing: set[int] = set()
        self._lock = threading.Lock()

    def of(self, ref: ProjectRef) -> DataSet:
        """The newest version. Raises UnknownProject."""
        return self._catalogue.data_set(ref)

    @contextmanager
    def alone(self, ref: ProjectRef) -> Iterator[DataSet]:
        """The newest version, with every other change kept away. Raises ProjectBusy."""
        key = self.of(ref).project_key
        with self._lock:
            if key in self._changing:
                raise ProjectBusy(ref)
            self._changing.add(key)
        try:
            yield self.of(ref)
        finally:
            with self._lock:
                self._changing.discard(key)

    def deleted(self, dataset: DataSet) -> BitMap:
        """The sample numbers that were deleted."""
        return self._catalogue.tombstones(dataset.project_key)

    def incomplete(self, dataset: DataSet) -> dict[str, int]:
        """By name of a sample column, how many samples still lack what an append left out.

        A value that came as missing is there.
        """
        gaps = self._catalogue.gaps(dataset.project_key)
        if not gaps:
            return {}
        deleted = self.deleted(dataset)
        counts = {
            name: len(samples - deleted) for name, samples in gaps_by_name(gaps, dataset).items()
        }
        return {name: count for name, count in counts.items() if count}

    def append(self, ref: ProjectRef, batches: Iterable[pa.RecordBatch]) -> Change:
        """Add samples, and change the values of those whose id is known.

        Batches have the id column and any of the sample columns, by name; a column that is
        absent becomes NULL for new samples, which lack it until it comes (``incomplete``), and
        stays for known ones. An id that occurs twice
        gets the later row. The id of a deleted sample gets its number back, as a new sample
        without results. All or nothing.
        """
        with self.alone(ref) as before:
            tombstones = self._catalogue.tombstones(before.project_key)
            draft = self._store.draft_append(before, tombstones, batches)
            if not draft.added and not draft.updated:
                self._store.drop_draft(before)
                return Change(0, 0, 0, before.data_version)
            after = replace(
                before,
                segments=draft.segments,
                next_sample_no=draft.next_sample_no,
                n_deleted=before.n_deleted - len(draft.revived),
                data_version=before.data_version + 1,
            )
            left = tombstones - draft.revived
            gaps = gaps_after_append(self._catalogue.gaps(before.project_key), before, draft)
            self._store.apply(
                before, after, lambda: self._catalogue.record(ref, before, after, left, gaps)
            )
        self._tell(ref, "appended", draft.added, draft.updated)
        return Change(draft.added, draft.updated, 0, after.data_version)

    def reshape(self, ref: ProjectRef, plan: Callable[[DataSet], Reshaped]) -> DataSet:
        """Change columns or models as ``plan`` says; the version after. All or nothing.

        Samples that exist lack a new column until its values come (``incomplete``).
        """
        with self.alone(ref) as before:
            planned = plan(before)
            if planned.after == before:
                return before
            after = replace(planned.after, data_version=before.data_version + 1)
            gaps = gaps_after_reshape(self._catalogue.gaps(before.project_key), before, planned)
            self._store.draft_reshape(before, planned.tables)
            self._apply(ref, before, after, gaps)
        self._tell(ref, "reshaped", 0, 0)
        return after

    def put_values(
        self,
        ref: ProjectRef,
        columns: Sequence[NewColumn],
        numbers: Numbers,
        values: Mapping[str, pa.Array[Any]],
        *,
        seen: DataSet | None = None,
    ) -> DataSet:
        """Give samples values of columns, by name; a column that is not there is made.

        ``numbers`` are distinct, in ascending order, each of a sample that exists; ``values`` are
        beside them. For every other sample that exists the value is missing, in a new column, or
        stays. The version after. All or nothing. Raises UnsuitableValues, and DataChanged when
        the data is no longer as in the version ``seen``.
        """
        with self.alone(ref) as before:
            if seen is not None and not _is_same_data(seen, before):
                raise DataChanged(ref)
            gaps = self._catalogue.gaps(before.project_key)
            after, left = draft_values(self._store, before, gaps, columns, numbers, values)
            self._apply(ref, before, after, left)
        self._tell(ref, "got values", 0, len(numbers))
        return after

    def with_results(self, ref: ProjectRef, model_id: str) -> BitMap:
        """The samples that have a result of a model. Raises UnknownModel."""
        dataset = self.of(ref)
        reader: Values = self._store.reader(dataset)
        batches = reader.number_batches(model_of(dataset, model_id).number)
        return BitMap.union(BitMap(), *map(set_of, batches)) - self.deleted(dataset)

    def values(self, dataset: DataSet) -> Values:
        """The stored values of one version, for whoever reads them by column."""
        return self._store.reader(dataset)

    def put_results(
        self,
        ref: ProjectRef,
        owner: ModelOfResults | str,
        numbers: Numbers,
        results: Mapping[str, ResultValues],
    ) -> DataSet:
        """Give samples results of a model: those that had some get the new values.

        ``owner`` is the id of a model that is there, or the model that is looked for and made.
        ``numbers`` are distinct, in ascending order, each of a sample that exists; ``results``
        are beside them, by name; one that the models lack is made. The version after. All or
        nothing. Raises UnknownModel, UnsuitableValues, TooManyResults.
        """
        with self.alone(ref) as before:
            after = draft_results(self._store, before, owner, numbers, results)
            self._apply(ref, before, after)
        self._tell(ref, "got results", 0, len(numbers))
        return after

    def existing(self, dataset: DataSet, ids: pa.Array[Any]) -> Numbers:
        """The sample number of each id, in the type of the project's; -1 where there is none."""
        numbers = self._store.find(dataset, ids)
        deleted = np.asarray(self.deleted(dataset).to_array(), np.int64)
        return np.where(np.isin(numbers, deleted), -1, numbers)

    def delete_samples(self, ref: ProjectRef, ids: pa.Array[Any]) -> Change:
        """Tombstone samples by id. Raises UnknownSamples naming the first ones."""
        with self.alone(ref) as before:
            tombstones = self._catalogue.tombstones(before.project_key)
            samples = self._numbers_of(before, tombstones, ids)
            if samples:
                fewer = self._store.count_results(before, samples)
                after = replace(
                    before,
                    n_deleted=before.n_deleted + len(samples),
                    models=tuple(
                        replace(m, n_results=m.n_results - fewer[m.id]) for m in before.models
                    ),
                )
                self._catalogue.record(ref, before, after, tombstones | samples)
        self._tell(ref, "deleted samples", 0, len(samples))
        return Change(0, 0, len(samples), before.data_version)

    def compact(self, ref: ProjectRef) -> None:
        """Give back the space of deleted samples; no sample number changes.

        Rows are taken out, so that the data version changes.
        """
        with self.alone(ref) as before:
            tombstones = self._catalogue.tombstones(before.project_key)
            if not tombstones or not self._store.count_stored(before, tombstones):
                return
            self._store.draft_removal(before, tombstones)
            after = replace(before, data_version=before.data_version + 1)
            self._apply(ref, before, after)
            self._store.give_back(after)
        self._tell(ref, "compacted", 0, 0)

    def numbers_of(self, ref: ProjectRef, ids: pa.Array[Any]) -> BitMap:
        """The sample numbers of ids. Raises UnknownSamples naming the first ones."""
        dataset = self.of(ref)
        return self._numbers_of(dataset, self.deleted(dataset), ids)

    def detail(self, ref: ProjectRef, sample: int) -> dict[str, object]:
        """{sample, id, values: {column: canonical text or None}, results: {model: {…}}}.

        A model without a result for the sample is not listed. Raises UnknownSamples.
        """
        dataset = self.of(ref)
        if not 0 <= sample < dataset.next_sample_no or sample in self.deleted(dataset):
            raise UnknownSamples([sample], 1)
        return {"sample": sample, **sample_texts(dataset, self._store.reader(dataset), sample)}

    def id_batches(self, ref: ProjectRef, samples: BitMap) -> Iterator[pa.Array[Any]]:
        """The ids of samples in first import order, in arrays of at most 65,536.

        Deleted samples among them are given too: what was frozen stays as it was frozen.
        """
        dataset = self.of(ref)
        identity = Identity(dataset.folder, dataset.id_type, dataset.segments)
        return self._store.id_batches(identity, samples)

    def id_batches_of_key(self, project_key: int, samples: BitMap) -> Iterator[pa.Array[Any]]:
        """The same by the key of a project that may be deleted. Raises UnknownData."""
        return self._store.id_batches(self._catalogue.identity(project_key), samples)

    def of_key(self, project_key: int) -> DataSet:
        """The newest version of a project, also of a deleted one while its values are there.

        Raises UnknownData.
        """
        return self._catalogue.data_set_of_key(project_key)

    def row_batches(
        self, ref: ProjectRef, samples: BitMap, columns: list[str] | None = None
    ) -> Iterator[pa.RecordBatch]:
        """Whole rows (id first, then columns, then ``<model>.<result>``) in the same order.

        ``columns`` chooses among the names after the id. Of no samples there is one batch
        without rows, so that names and types are told. Raises NoSuchColumns.
        """
        dataset = self.of(ref)
        return RowShape.of(dataset, columns).batches(self.values(dataset), samples)

    def row_batches_of(self, dataset: DataSet, samples: BitMap) -> Iterator[pa.RecordBatch]:
        """The same with all columns, of a version that ``of`` or ``of_key`` gave."""
        return RowShape.of(dataset, None).batches(self.values(dataset), samples)

    def _numbers_of(self, dataset: DataSet, tombstones: BitMap, ids: pa.Array[Any]) -> BitMap:
        wanted = pa.int64() if dataset.id_type is ColumnType.INTEGER else pa.string()
        try:
            cast = ids.cast(wanted)
        except pa.ArrowInvalid as error:
            raise UnsuitableValues(dataset.id_name, dataset.id_type.value, str(error)) from error
        numbers = self._store.find(dataset, cast)
        unknown = (numbers < 0) | np.isin(numbers, np.asarray(tombstones.to_array(), np.int64))
        if unknown.any():
            places = np.flatnonzero(unknown)
            first: list[Any] = cast.take(places[:_EXAMPLES]).to_pylist()
            raise UnknownSamples(first, len(places))
        return set_of(numbers)

    def _apply(
        self, ref: ProjectRef, before: DataSet, after: DataSet, gaps: Gaps | None = None
    ) -> None:
        tombstones = self._catalogue.tombstones(before.project_key)
        self._store.apply(
            before, after, lambda: self._catalogue.record(ref, before, after, tombstones, gaps)
        )

    def _tell(self, ref: ProjectRef, action: str, added: int, changed: int) -> None:
        log.info("datasets.changed", action=action, project=str(ref), added=added, changed=changed)
        self._events.publish(
            "project", {"action": action, "source": ref.source, "project": ref.project}
        )


def _is_same_data(one: DataSet, other: DataSet) -> bool:
    return (one.data_version, one.n_deleted) == (other.data_version, other.n_deleted)
