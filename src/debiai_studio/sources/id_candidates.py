"""Columns that may be the sample id: whether each value is there, and there once."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass, field
from typing import IO

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from debiai_studio.datasets.id_hashing import Hashes, hash_ids
from debiai_studio.sources.errors import shortened
from debiai_studio.sources.ports import Table

# More hashes than this go to disk, so that memory does not grow with the file.
IN_MEMORY = 500_000
_BUCKET_BITS = 6
_LONGEST_ID = 1000  # bytes


class _Seen:
    """The hashes of all values so far: in memory while they are few, else in buckets on disk."""

    def __init__(self) -> None:
        self._few: list[Hashes] = []
        self._n_few = 0
        self._files = ExitStack()
        self._buckets: list[IO[bytes]] = []

    def add(self, hashes: Hashes) -> None:
        """Take in more."""
        self._few.append(hashes)
        self._n_few += len(hashes)
        if self._n_few > IN_MEMORY:
            self._spill()

    def there_twice(self) -> int | None:
        """A hash that is there more than once; None when there is none."""
        for hashes in self._parts():
            hashes.sort()
            twice = hashes[1:][hashes[1:] == hashes[:-1]]
            if len(twice):
                return int(twice[0])
        return None

    def clear(self) -> None:
        """Forget everything."""
        self._few, self._n_few, self._buckets = [], 0, []
        self._files.close()

    def _spill(self) -> None:
        if not self._buckets:
            for _ in range(1 << _BUCKET_BITS):
                bucket: IO[bytes] = tempfile.TemporaryFile()  # noqa: SIM115  closed with the others
                self._buckets.append(self._files.enter_context(bucket))
        hashes = np.concatenate(self._few)
        hashes.sort()
        begins = np.arange(1 << _BUCKET_BITS, dtype=np.uint64) << np.uint64(64 - _BUCKET_BITS)
        ends = [*np.searchsorted(hashes, begins[1:]).tolist(), len(hashes)]
        for start, end, bucket in zip([0, *ends], ends, self._buckets, strict=False):
            bucket.write(hashes[start:end].tobytes())
        self._few, self._n_few = [], 0

    def _parts(self) -> Iterator[Hashes]:
        """Everything in parts; equal hashes are in the same one."""
        if not self._buckets:
            yield np.concatenate(self._few) if self._few else np.empty(0, np.uint64)
            return
        self._spill()
        for bucket in self._buckets:
            bucket.seek(0)
            yield np.frombuffer(bytearray(bucket.read()), np.uint64)


@dataclass(slots=True)
class Candidate:
    """A column that may be the id: refused at the first value that is missing or there twice."""

    name: str
    n_rows: int = 0
    refusal: str | None = None
    _seen: _Seen = field(default_factory=_Seen)

    def add(self, array: pa.Array) -> None:
        """Take in a batch's values."""
        if self.refusal is None and array.null_count:
            position = self.n_rows + pc.index(pc.is_null(array), pa.scalar(value=True)).as_py()
            self.refusal = f"row {position + 1:,} has no value"
        if self.refusal is None:
            self._add(_values(array))
        self.n_rows += len(array)
        if self.refusal is not None:
            self._seen.clear()

    def _add(self, values: pa.Array) -> None:
        if not pa.types.is_integer(values.type):
            is_long = pc.greater(pc.binary_length(values), _LONGEST_ID)
            if pc.any(is_long).as_py():
                row = self.n_rows + pc.index(is_long, pa.scalar(value=True)).as_py() + 1
                self.refusal = f"the value of row {row:,} is longer than {_LONGEST_ID:,} bytes"
                return
        hashes = hash_ids(values)
        # Most columns that are no ids show it at once; later batches are compared at the end.
        if self.n_rows == 0 and len(np.unique(hashes)) < len(hashes):
            self.refusal = _told_twice(hashes, values)
        self._seen.add(hashes)

    def check(self, table: Table) -> None:
        """Refuse it when a value stands there twice; called after the last batch."""
        if self.refusal is None:
            twice = self._seen.there_twice()
            self._seen.clear()
            if twice is not None:
                self.refusal = _told_anywhere(table, self.name, twice)


def chosen_id(candidates: list[Candidate], table: Table) -> tuple[str | None, str | None]:
    """The first that is fit, or None and why the likeliest is not."""
    for candidate in candidates:
        candidate.check(table)
        if candidate.refusal is None:
            return candidate.name, None
    if not candidates:
        return None, None
    first = candidates[0]
    return None, (
        f'"{shortened(first.name)}" looks like an id, but {first.refusal}: '
        "samples are numbered by their position instead."
    )


def _values(array: pa.Array) -> pa.Array:
    """int64 or text, as they are compared."""
    values = array.dictionary_decode() if pa.types.is_dictionary(array.type) else array
    if pa.types.is_unsigned_integer(values.type):
        return pc.cast(values, pa.uint64()).view(pa.int64())
    if pa.types.is_integer(values.type):
        return pc.cast(values, pa.int64())
    if pa.types.is_string(values.type) or pa.types.is_large_string(values.type):
        return values
    return pa.array(map(str, values.to_pylist()), pa.string(), size=len(values))


def _told_twice(hashes: Hashes, values: pa.Array) -> str:
    order = np.argsort(hashes, kind="stable")
    again = np.flatnonzero(hashes[order][1:] == hashes[order][:-1])
    # Of all values there twice, the one whose second appearance comes first.
    second = int(order[again + 1].min())
    first = int(np.flatnonzero(hashes == hashes[second])[0])
    return _there_twice(values[second].as_py(), first, second)


def _told_anywhere(table: Table, name: str, wanted: int) -> str:
    rows: list[int] = []
    value: object = None
    n_rows = 0
    for batch in table.batches():
        values = _values(batch.column(name))
        for position in np.flatnonzero(hash_ids(values) == np.uint64(wanted)):
            rows.append(n_rows + int(position))
            value = values[int(position)].as_py()
        if len(rows) > 1:
            break
        n_rows += batch.num_rows
    return _there_twice(value, rows[0], rows[1])


def _there_twice(value: object, first: int, second: int) -> str:
    return f"{shortened(str(value))!r} stands in rows {first + 1:,} and {second + 1:,}"
