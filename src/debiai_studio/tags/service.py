"""Giving samples values, taking them away, and undoing either."""

from __future__ import annotations

import secrets
import threading
from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from typing import Any, TypeVar

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from pyroaring import BitMap

from debiai_studio import callers
from debiai_studio.datasets.errors import DataChanged
from debiai_studio.datasets.model import Column, ColumnType, DataSet
from debiai_studio.datasets.service import DataSets
from debiai_studio.datasets.shape import NewColumn, Reshaped, without_columns
from debiai_studio.projects.model import ProjectRef
from debiai_studio.selections.service import Selections
from debiai_studio.tags.errors import (
    InexactUndo,
    NothingToTag,
    UnknownTag,
    UnknownTagging,
    UnsuitableTag,
)
from debiai_studio.tags.model import (
    ListedTagging,
    Tagging,
    TagRequest,
    Value,
    read_value,
    taken_out,
    type_of,
)
from debiai_studio.tags.ports import TaggingStore

T = TypeVar("T")

GROUP = "Tags"
_LONGEST_NAME = 200
# How often a change is made again because the data changed under it.
_ATTEMPTS = 10


class Tags:
    """Tags of every project. Each is a column of the samples; a sample has one value of it.

    Changes of the tags of one project wait for each other.
    """

    def __init__(self, datasets: DataSets, selections: Selections, store: TaggingStore) -> None:
        self._datasets = datasets
        self._selections = selections
        self._store = store
        self._changing: dict[ProjectRef, threading.Lock] = {}

    def columns(self, ref: ProjectRef) -> list[Column]:
        """The columns of tags. Raises UnknownProject."""
        return [column for column in self._datasets.of(ref).sample_columns if column.is_tag]

    def taggings(self, ref: ProjectRef) -> Sequence[ListedTagging]:
        """How samples were tagged, the newest first."""
        return self._store.listed(self._datasets.of(ref).project_key)

    def tag(self, ref: ProjectRef, request: TagRequest) -> Tagging:
        """Give the samples that the rule selects now the value, or take theirs away.

        Raises NothingToTag, UnsuitableTag, UnsuitableValue, UnsuitableValues, UnknownTag,
        ProjectBusy, and what the rule makes impossible.
        """
        return self._alone(ref, lambda: self._tag(ref, request))

    def undo(self, ref: ProjectRef, tagging_id: str) -> None:
        """Give the samples that still have its value those they had before.

        A sample that was deleted and came back since is a new one, which had nothing. A column
        that has no value left goes. Raises UnknownTagging, InexactUndo, ProjectBusy.
        """
        self._alone(ref, lambda: self._undo(ref, tagging_id))

    def delete(self, ref: ProjectRef, column: str) -> None:
        """Take a tag away from every sample, and forget how it was given. Raises UnknownTag."""
        self._alone(ref, lambda: self._delete(ref, column))

    def _alone(self, ref: ProjectRef, change: Callable[[], T]) -> T:
        """Make a change of tags, again when the data changed since it was read for it."""
        with self._changing.setdefault(ref, threading.Lock()):
            for _ in range(_ATTEMPTS - 1):
                try:
                    return change()
                except DataChanged:
                    continue
            return change()

    def _tag(self, ref: ProjectRef, request: TagRequest) -> Tagging:
        dataset = self._datasets.of(ref)
        name = request.column.strip()
        value = None if request.value is None else read_value(request.type, request.value)
        column = _column_of(dataset, name, is_removal=value is None)
        samples = self._selections.members_of(ref, request.rule)
        before = self._values(dataset, column, samples)
        if value is None:
            samples = BitMap.union(BitMap(), *(had for _, had in before))
        if not samples:
            raise NothingToTag
        tagging = Tagging(
            id=secrets.token_hex(8),
            project_key=dataset.project_key,
            column=name,
            value=value,
            rule=request.rule.model_dump(mode="json"),
            at=datetime.now(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z"),
            author=callers.current.get().told,
            samples=samples,
            before=before,
        )
        # Undoing one whose change never came changes nothing, so that it is kept first.
        self._store.add(tagging)
        try:
            self._write(ref, dataset, name, column, [(value, samples)])
        except BaseException:
            self._store.delete(tagging.id)
            raise
        return tagging

    def _undo(self, ref: ProjectRef, tagging_id: str) -> None:
        dataset = self._datasets.of(ref)
        found = self._store.since(dataset.project_key, tagging_id)
        if not found:
            raise UnknownTagging(tagging_id)
        tagging, *newer = found
        left, inherited = taken_out(tagging, newer)
        column = next((c for c in dataset.sample_columns if c.name == tagging.column), None)
        if column is not None and column.is_tag:
            self._restore(ref, dataset, column, tagging, left)
            every = self._store.listed(dataset.project_key)
            if not any(one.column == tagging.column for one in every if one.id != tagging_id):
                self._drop_if_empty(ref, tagging.column)
        self._store.take_out(tagging_id, inherited)

    def _delete(self, ref: ProjectRef, column: str) -> None:
        dataset = self._datasets.of(ref)
        _column_of(dataset, column, is_removal=True)
        self._datasets.reshape(ref, lambda now: without_columns(now, [column]))
        self._store.delete_of(dataset.project_key, column)

    def _restore(
        self, ref: ProjectRef, dataset: DataSet, column: Column, tagging: Tagging, left: BitMap
    ) -> None:
        left = left - self._datasets.deleted(dataset)
        now = self._values(dataset, column, left)
        had = BitMap.union(BitMap(), *(samples for _, samples in now))
        standing = left - had
        if tagging.value is not None:
            standing = BitMap.union(BitMap(), *(s for value, s in now if value == tagging.value))
        values: list[tuple[Value | None, BitMap]] = [
            (value, samples & standing) for value, samples in tagging.before
        ]
        without = standing - BitMap.union(BitMap(), *(samples for _, samples in values))
        values = [(value, s) for value, s in [*values, (None, without)] if s]
        for value, _ in values:
            if (
                column.type is ColumnType.NUMBER
                and isinstance(value, int)
                and float(value) != value
            ):
                raise InexactUndo(column.name, value)
        if values:
            self._write(ref, dataset, column.name, column, values)

    def _drop_if_empty(self, ref: ProjectRef, name: str) -> None:
        def plan(now: DataSet) -> Reshaped:
            column = next((c for c in now.sample_columns if c.name == name and c.is_tag), None)
            everyone = BitMap(range(now.next_sample_no)) - self._datasets.deleted(now)
            is_empty = column is not None and not self._values(now, column, everyone)
            return without_columns(now, [name] if is_empty else [])

        self._datasets.reshape(ref, plan)

    def _values(
        self, dataset: DataSet, column: Column | None, samples: BitMap
    ) -> tuple[tuple[Value, BitMap], ...]:
        """The values that samples have, each with its samples."""
        if column is None or not samples:
            return ()
        numbers = np.asarray(samples.to_array(), np.int64)
        stored = self._datasets.values(dataset).rows(numbers, [column]).column(column.field)
        coded = stored.combine_chunks().dictionary_encode()
        codes = coded.indices.fill_null(-1).to_numpy(zero_copy_only=False)
        return tuple(
            (value, BitMap(numbers[codes == code]))
            for code, value in enumerate(coded.dictionary.to_pylist())
        )

    def _write(
        self,
        ref: ProjectRef,
        seen: DataSet,
        name: str,
        column: Column | None,
        values: Sequence[tuple[Value | None, BitMap]],
    ) -> None:
        numbers = np.asarray(BitMap.union(*(s for _, s in values)).to_array(), np.int64)
        types = {type_of(value) for value, _ in values if value is not None}
        type_ = types.pop() if len(types) == 1 else column.type if column else ColumnType.TEXT
        given: pa.Array[Any] = pa.nulls(len(numbers), _ARROW[type_])
        for value, samples in values:
            inside = np.isin(numbers, samples.to_array())
            given = pc.if_else(pa.array(inside), pa.scalar(value, _ARROW[type_]), given)
        made = NewColumn(name, type_, group=GROUP, is_tag=True)
        self._datasets.put_values(ref, [made], numbers, {name: given}, seen=seen)


_ARROW: dict[ColumnType, pa.DataType] = {
    ColumnType.TEXT: pa.string(),
    ColumnType.NUMBER: pa.float64(),
    ColumnType.INTEGER: pa.int64(),
    ColumnType.BOOLEAN: pa.bool_(),
}


def _column_of(dataset: DataSet, name: str, *, is_removal: bool) -> Column | None:
    """The column of a tag, None when it is to be made. Raises UnknownTag, UnsuitableTag."""
    found = next((c for c in dataset.sample_columns if c.name == name), None)
    if found is not None and found.is_tag:
        return found
    if is_removal:
        raise UnknownTag(name, [c.name for c in dataset.sample_columns if c.is_tag])
    if not name or len(name) > _LONGEST_NAME or not name.isprintable():
        raise UnsuitableTag(name, f"use 1 to {_LONGEST_NAME} printable characters.")
    results = {column.name for column in dataset.result_columns}
    if found is not None or name in {dataset.id_name, "model"} | results:
        raise UnsuitableTag(name, "there is a column of that name that is no tag.")
    return None
