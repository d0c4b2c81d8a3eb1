"""The id file of a project: which sample id has which sample number, for life.

It consists of closed segments in Arrow's file format, ``ids/<n>-<token>.arrow``. The token makes
every name unique, so that a segment whose change was never recorded is mistaken for no other.
Batches hold ``BATCH`` ids but for the last of a segment; numbers follow from the position.
"""

from __future__ import annotations

import os
import secrets
import threading
from bisect import bisect_right
from collections.abc import Iterator, Sequence
from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa
from pyroaring import BitMap

from debiai_studio.datasets.model import ColumnType, IdSegment

Numbers = npt.NDArray[np.int64]

IDS = "ids"
BATCH = 65_536
SEGMENT = 64 * BATCH


def arrow_id_type(id_type: ColumnType) -> pa.DataType:
    """How ids of this type are kept."""
    return pa.int64() if id_type is ColumnType.INTEGER else pa.string()


def sync_folder(folder: Path) -> None:
    """Make the names in a folder survive a power cut."""
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


class SegmentWriter:
    """Writes one segment; nothing refers to it before ``close``."""

    def __init__(self, folder: Path, number: int, first: int, id_type: ColumnType) -> None:
        self._name = f"{IDS}/{number:04d}-{secrets.token_hex(4)}.arrow"
        self._path = folder / self._name
        self._path.parent.mkdir(parents=True, exist_ok=True)
        self._first = first
        self._schema = pa.schema([pa.field("id", arrow_id_type(id_type), nullable=False)])
        self._file = pa.OSFile(str(self._path), "wb")
        self._writer = pa.ipc.new_file(self._file, self._schema)
        self._pending: list[pa.Array[Any]] = []
        self._n_pending = 0
        self.count = 0

    def write(self, ids: pa.Array[Any]) -> None:
        """Add ids; the first one gets the number after the last."""
        self._pending.append(ids)
        self._n_pending += len(ids)
        self.count += len(ids)
        if self._n_pending >= BATCH:
            self._flush()

    def close(self) -> IdSegment:
        """Finish the file and make it survive a power cut."""
        self._flush(everything=True)
        self._writer.close()
        self._file.close()
        with self._path.open("rb") as file:
            os.fsync(file.fileno())
        sync_folder(self._path.parent)
        return IdSegment(self._name, self._first, self.count)

    def abort(self) -> None:
        """Remove what was written."""
        self._writer.close()
        self._file.close()
        self._path.unlink(missing_ok=True)

    def _flush(self, *, everything: bool = False) -> None:
        if not self._pending:
            return
        ids = pa.concat_arrays(self._pending)
        start = 0
        while len(ids) - start >= BATCH or (everything and start < len(ids)):
            batch = ids.slice(start, BATCH)
            self._writer.write_batch(pa.record_batch([batch], schema=self._schema))
            start += len(batch)
        rest = ids.slice(start)
        self._pending = [pa.concat_arrays([rest])] if len(rest) else []
        self._n_pending = len(rest)


class IdFile:
    """Reads ids by sample number; memory-mapped, safe to share between threads."""

    def __init__(self, folder: Path, id_type: ColumnType, segments: Sequence[IdSegment]) -> None:
        self._type = arrow_id_type(id_type)
        self._segments = sorted(segments, key=lambda segment: segment.first)
        self._firsts = [segment.first for segment in self._segments]
        self._files = [
            pa.ipc.open_file(pa.memory_map(str(folder / segment.file)))
            for segment in self._segments
        ]
        self._lock = threading.Lock()  # Arrow's readers are not made for several threads
        self.next_sample_no = (
            self._segments[-1].first + self._segments[-1].count if self._segments else 0
        )

    def ids(self, numbers: Numbers) -> pa.Array[Any]:
        """The ids of these numbers, in the order asked."""
        if len(numbers) == 0:
            return pa.array([], self._type)
        if bool(np.all(numbers[1:] > numbers[:-1])):
            return pa.concat_arrays(list(self._ascending(numbers)))
        ascending, positions = np.unique(numbers, return_inverse=True)
        return pa.concat_arrays(list(self._ascending(ascending))).take(positions)

    def batches(self, samples: BitMap) -> Iterator[pa.Array[Any]]:
        """The ids of a set of samples, ascending by number, in arrays of at most ``BATCH``."""
        for segment in self._segments:
            for start in range(segment.first, segment.first + segment.count, BATCH):
                end = min(start + BATCH, segment.first + segment.count)
                wanted = samples.range_cardinality(start, end)
                if wanted == end - start:
                    yield self._batch(segment.first, (start - segment.first) // BATCH)
                elif wanted:
                    inside = samples & BitMap(range(start, end))
                    yield from self._ascending(np.asarray(inside.to_array(), np.int64))

    def _of(self, number: int) -> pa.RecordBatchFileReader:
        return self._files[bisect_right(self._firsts, number) - 1]

    def _batch(self, first: int, index: int) -> pa.Array[Any]:
        with self._lock:
            return self._of(first).get_batch(index).column(0)

    def _ascending(self, numbers: Numbers) -> Iterator[pa.Array[Any]]:
        firsts = np.asarray(self._firsts, np.int64)
        if numbers[0] < 0 or numbers[-1] >= self.next_sample_no:
            msg = f"sample numbers run from 0 to {self.next_sample_no - 1}"
            raise IndexError(msg)
        segment = np.searchsorted(firsts, numbers, side="right") - 1
        within = numbers - firsts[segment]
        batch = within // BATCH
        cuts = np.flatnonzero((np.diff(segment) != 0) | (np.diff(batch) != 0)) + 1
        edges = [0, *cuts.tolist(), len(numbers)]
        for start, end in pairwise(edges):
            ids = self._batch(self._firsts[segment[start]], int(batch[start]))
            yield ids.take(within[start:end] - batch[start] * BATCH)
