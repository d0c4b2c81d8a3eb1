"""The stored samples of every project: ids, values, and their changes."""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
from pyroaring import BitMap

from debiai_studio.datasets.model import DataSet
from debiai_studio.datasets.ports import Draft, Identity, Reshape
from debiai_studio.expressions.tree import Bound
from debiai_studio.failpoints import UNARMED, Failpoints
from debiai_studio.storage.samples.appending import Append
from debiai_studio.storage.samples.changes import KNOWN, ChangeLog, forget_change
from debiai_studio.storage.samples.database import results_table
from debiai_studio.storage.samples.deriving import first_values
from debiai_studio.storage.samples.id_file import IdFile, Numbers
from debiai_studio.storage.samples.opened import OpenProject
from debiai_studio.storage.samples.reader import StoredValues

# Projects whose files stay open; one more closes the one that was used least lately.
_OPEN = 8
# Projects whose ids stay mapped, deleted ones with waiting deliveries among them.
_MAPPED = 4


class StoredSamples:
    """The folders below ``<data>/studio/projects``, one per project.

    ``tombstones_of`` is the catalogue's: the deleted samples of a project by its key.
    """

    def __init__(
        self,
        projects_folder: Path,
        tombstones_of: Callable[[int], BitMap],
        failpoints: Failpoints = UNARMED,
    ) -> None:
        self._failpoints = failpoints
        self._projects_folder = projects_folder
        self._tombstones_of = tombstones_of
        self._open: OrderedDict[int, OpenProject] = OrderedDict()
        self._mapped: OrderedDict[Identity, IdFile] = OrderedDict()
        self._lock = threading.Lock()

    def folder_of(self, dataset: DataSet) -> Path:
        """Where a project's files are."""
        return self._projects_folder / dataset.folder

    def reader(self, dataset: DataSet) -> StoredValues:
        """The stored values of one version; the engine's ``ValueReader``."""
        return StoredValues(lambda: self._opened(dataset), dataset, self._tombstones_of)

    def first_values(
        self, dataset: DataSet, bound: Bound, model_number: int | None, count: int
    ) -> pa.Table:
        """What an expression gives for the first rows: ``sample_no`` and ``value``."""
        with self._opened(dataset).reading(dataset) as cursor:
            return first_values(cursor, dataset, bound, model_number, count)

    def find(self, dataset: DataSet, ids: pa.Array[Any]) -> Numbers:
        """The sample number of each id, deleted ones too; -1 where there is none."""
        return self._opened(dataset).index(dataset).find(ids)

    def id_batches(self, identity: Identity, samples: BitMap) -> Iterator[pa.Array[Any]]:
        """The ids of samples, ascending by number, in arrays of at most 65,536."""
        return self._ids_of(identity).batches(samples)

    def count_results(self, dataset: DataSet, samples: BitMap) -> dict[str, int]:
        """How many of the samples have a result, by model id."""
        reader = self.reader(dataset)
        return {m.id: reader.count(results_table(m.number), samples) for m in dataset.models}

    def count_stored(self, dataset: DataSet, samples: BitMap) -> int:
        """How many of the samples have a stored row."""
        return self.reader(dataset).count("samples", samples)

    def draft_append(
        self, dataset: DataSet, tombstones: BitMap, batches: Iterable[pa.RecordBatch]
    ) -> Draft:
        """Write down an append; nothing is left when something does not fit."""
        opened = self._opened(dataset)
        ids, index = opened.id_file(dataset), opened.index(dataset)
        return Append(opened.folder, dataset, ids, index, tombstones).draft(batches)

    def draft_results(self, before: DataSet, model_number: int, rows: pa.RecordBatch) -> None:
        """Write down results of one model, by number and field."""
        log = ChangeLog(self.folder_of(before), before.data_version + 1)
        try:
            log.results(model_number, rows)
            log.close()
        except BaseException:
            log.discard()
            raise

    def draft_values(
        self, before: DataSet, reshape: Reshape, numbers: Numbers, values: dict[str, pa.Array[Any]]
    ) -> None:
        """Write down that columns change, and values of samples that exist, by field."""
        log = ChangeLog(self.folder_of(before), before.data_version + 1)
        try:
            log.reshape(reshape)
            log.add(numbers, np.full(len(numbers), KNOWN), values)
            log.close()
        except BaseException:
            log.discard()
            raise

    def draft_reshape(self, before: DataSet, reshape: Reshape) -> None:
        """Write down that columns or models change."""
        log = ChangeLog(self.folder_of(before), before.data_version + 1)
        log.reshape(reshape)
        log.close()

    def draft_removal(self, dataset: DataSet, samples: BitMap) -> None:
        """Write down that the rows of these samples are taken out."""
        log = ChangeLog(self.folder_of(dataset), dataset.data_version + 1)
        log.remove(samples)
        log.close()

    def apply(self, before: DataSet, after: DataSet, record: Callable[[], None]) -> None:
        """Apply the draft and record it; when that fails, the draft is dropped."""
        recorded = False

        def record_once() -> None:
            nonlocal recorded
            self._failpoints.reach("change drafted")
            record()
            recorded = True
            self._failpoints.reach("change recorded")

        try:
            self._opened(before).change(before, after, record_once)
            self._failpoints.reach("change applied")
        finally:
            if not recorded:
                self._drop(before, after)

    def drop_draft(self, dataset: DataSet) -> None:
        """Forget what was written down."""
        forget_change(self.folder_of(dataset), dataset.data_version + 1)

    def give_back(self, dataset: DataSet) -> None:
        """Free the space of rows that were taken out."""
        self._opened(dataset).give_back(dataset)

    def forget(self, project_key: int) -> None:
        """Give back the files of a deleted project, once nobody reads them any more."""
        with self._lock:
            opened = self._open.pop(project_key, None)
            self._mapped.clear()
        if opened is not None:
            opened.retire()

    def close(self) -> None:
        """Give back every file."""
        with self._lock:
            closing = list(self._open.values())
        for opened in closing:
            opened.close()

    def _ids_of(self, identity: Identity) -> IdFile:
        with self._lock:
            ids = self._mapped.get(identity)
            if ids is None:
                folder = self._projects_folder / identity.folder
                ids = IdFile(folder, identity.id_type, identity.segments)
                self._mapped[identity] = ids
            self._mapped.move_to_end(identity)
            while len(self._mapped) > _MAPPED:
                self._mapped.popitem(last=False)
        return ids

    def _drop(self, before: DataSet, after: DataSet) -> None:
        self.drop_draft(before)
        for segment in set(after.segments) - set(before.segments):
            (self.folder_of(before) / segment.file).unlink(missing_ok=True)

    def _opened(self, dataset: DataSet) -> OpenProject:
        """The one object of this project: two would open its file twice."""
        key = dataset.project_key
        with self._lock:
            opened = self._open.setdefault(key, OpenProject(self.folder_of(dataset)))
            self._open.move_to_end(key)
            others = [other for other in self._open.values() if other.is_open]
        for other in others[: max(0, len(others) - _OPEN)]:
            other.close_if_idle()
        return opened
