"""Writes down an append: which rows are new, known or revived, and the ids of the new ones."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import Any

import numpy as np
import orjson
import pyarrow as pa
import pyarrow.compute as pc
from pyroaring import BitMap

from debiai_studio.datasets.errors import MissingSampleId, NoSuchColumns, UnsuitableValues
from debiai_studio.datasets.model import Column, ColumnType, DataSet, IdSegment
from debiai_studio.datasets.number_sets import set_of
from debiai_studio.datasets.ports import Came, Draft
from debiai_studio.storage.samples.changes import FRESH, KNOWN, REVIVED, ChangeLog
from debiai_studio.storage.samples.database import arrow_type
from debiai_studio.storage.samples.id_file import (
    BATCH,
    SEGMENT,
    IdFile,
    Numbers,
    SegmentWriter,
    arrow_id_type,
)
from debiai_studio.storage.samples.id_index import UNKNOWN, IdIndex

# As many small segments at the end are written together as one.
_MANY_SEGMENTS = 16


class Append:
    """One append under way. The ids that are new in it are held in memory."""

    def __init__(
        self, folder: Path, dataset: DataSet, ids: IdFile, index: IdIndex, tombstones: BitMap
    ) -> None:
        self._folder = folder
        self._dataset = dataset
        self._ids = ids
        self._index = index
        self._tombstones = tombstones
        self._columns = {column.name: column for column in dataset.sample_columns}
        self._new: dict[str | int, int] = {}
        self._changed = BitMap()
        self._revived = BitMap()
        self._came: dict[frozenset[str], Came] = {}
        self._position = 0

    def draft(self, batches: Iterable[pa.RecordBatch]) -> Draft:
        """Write everything down. When something does not fit, nothing is left."""
        log = ChangeLog(self._folder, self._dataset.data_version + 1)
        try:
            for batch in batches:
                self._add(log, batch)
            segments = self._write_ids()
            log.close()
        except BaseException:
            log.discard()
            raise
        return Draft(
            segments=segments,
            next_sample_no=self._dataset.next_sample_no + len(self._new),
            added=len(self._new) + len(self._revived),
            updated=len(self._changed),
            revived=self._revived,
            came=self._came,
        )

    def _add(self, log: ChangeLog, batch: pa.RecordBatch) -> None:
        ids = self._ids_of(batch)
        coded = ids.dictionary_encode()
        last = np.zeros(len(coded.dictionary), np.int64)
        np.maximum.at(last, coded.indices.to_numpy(zero_copy_only=False), np.arange(len(ids)))
        numbers, kinds = self._numbers_of(coded.dictionary)
        values = {
            self._columns[name].field: self._values_of(batch, name).take(last)
            for name in batch.schema.names
            if name != self._dataset.id_name
        }
        came = self._came.setdefault(frozenset(values), Came())
        came.all |= set_of(numbers)
        came.new |= set_of(numbers[kinds != KNOWN])
        log.add(numbers, kinds, values)
        self._position += len(ids)

    def _ids_of(self, batch: pa.RecordBatch) -> pa.Array[Any]:
        name = self._dataset.id_name
        known = [name, *self._columns]
        if name not in batch.schema.names:
            raise NoSuchColumns([name], [], missing=True)
        unknown = [other for other in batch.schema.names if other not in known]
        if unknown:
            raise NoSuchColumns(unknown, known)
        given = batch.column(name)
        try:
            ids = given.cast(arrow_id_type(self._dataset.id_type))
        except (pa.ArrowInvalid, pa.ArrowNotImplementedError) as error:
            raise UnsuitableValues(name, self._dataset.id_type, str(error)) from error
        if ids.null_count:
            raise MissingSampleId(self._position + pc.index(pc.is_null(ids), True).as_py())
        return ids

    def _values_of(self, batch: pa.RecordBatch, name: str) -> pa.Array[Any]:
        column, values = self._columns[name], batch.column(name)
        try:
            if column.type in (ColumnType.ARRAY, ColumnType.DICT):
                return _as_json_text(values)
            return values.cast(arrow_type(column))
        except (pa.ArrowInvalid, pa.ArrowNotImplementedError) as error:
            raise UnsuitableValues(name, _expected(column), str(error)) from error

    def _numbers_of(self, ids: pa.Array[Any]) -> tuple[Numbers, Numbers]:
        """The sample numbers of distinct ids, and what is to be done with each row."""
        numbers = self._index.find(ids)
        kinds = np.full(len(ids), KNOWN, np.int64)
        for place in np.flatnonzero(numbers == UNKNOWN).tolist():
            id_ = ids[place].as_py()
            number = self._new.get(id_)
            if number is None:
                number = self._dataset.next_sample_no + len(self._new)
                self._new[id_] = number
                kinds[place] = FRESH
            numbers[place] = number
        deleted = (self._tombstones - self._revived) & set_of(numbers)
        kinds[np.isin(numbers, deleted.to_array())] = REVIVED
        self._revived |= deleted
        old = numbers[(kinds == KNOWN) & (numbers < self._dataset.next_sample_no)]
        self._changed |= set_of(old) - self._revived
        return numbers, kinds

    def _write_ids(self) -> tuple[IdSegment, ...]:
        """The segments with the new ids; small ones at the end are joined with them."""
        kept = list(self._dataset.segments)
        if not self._new:
            return tuple(kept)
        first = self._dataset.next_sample_no
        for small in (BATCH, SEGMENT):
            tail = [segment for segment in kept if segment.count < small]
            if len(tail) >= _MANY_SEGMENTS and kept[-len(tail) :] == tail:
                kept, first = kept[: -len(tail)], tail[0].first
                break
        writer = SegmentWriter(self._folder, len(kept), first, self._dataset.id_type)
        for ids in self._ids.batches(BitMap(range(first, self._dataset.next_sample_no))):
            writer.write(ids)
        writer.write(pa.array(list(self._new), arrow_id_type(self._dataset.id_type)))
        return (*kept, writer.close())


def _as_json_text(values: pa.Array[Any]) -> pa.Array[Any]:
    if pa.types.is_string(values.type) or pa.types.is_large_string(values.type):
        return values.cast(pa.string())
    return pa.array([_json_text(value) for value in values.to_pylist()], pa.string())


def _json_text(value: Any) -> str | None:
    return None if value is None else orjson.dumps(value).decode()


def _expected(column: Column) -> str:
    if column.type is ColumnType.TIME:
        return "time" if column.zoned else "time (without zone)"
    return column.type.value
