"""Makes the codes of a column from its stored values, with memory that does not grow with the rows.

The values are read once, some at a time. Each gets a *draft number*, which tells it from others,
in a working file; when all are known, the codes are written from that. Numbers are handled as
*keys*, 64-bit integers that ascend as the numbers do.
"""

from __future__ import annotations

import json
import math
import os
import shutil
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import Any, BinaryIO, TypeAlias

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from debiai_studio.datasets.model import Column, ColumnType
from debiai_studio.engine import kernels
from debiai_studio.engine.codes import FIRST, MINUS_INF, NAN, NULL, PLUS_INF

Numbers: TypeAlias = "npt.NDArray[np.int64]"
Keys: TypeAlias = "npt.NDArray[np.uint64]"
Batch: TypeAlias = "tuple[Numbers, pa.Array[Any]]"
"""Sample numbers, ascending, and the value of each."""

CODES, DICTIONARY, LAYOUT = "codes", "dictionary", "layout.json"

_SIGN = np.uint64(1 << 63)
# Rows at a time when draft numbers become codes; texts that wait at least to be joined.
_ROWS = 1 << 20
# Distinct numbers of a run: the most take 50 MB.
_LEAST_KEYS, _MOST_KEYS, _WIDER = 1 << 11, 1 << 21, 4


def write_codes(
    place: Path, column: Column, slabs: Sequence[Iterable[Batch]], n_samples: int
) -> None:
    """Write the codes of a column, its dictionary and their layout into an empty folder.

    ``slabs`` give the values of a sample column, or those of one model after another. A sample
    without a value is missing; one from ``n_samples`` on is left out. Raises OSError.
    """
    shape = (max(len(slabs), 1), n_samples)
    distinct = _Texts(place) if column.type is ColumnType.TEXT else _Numbers(place, column.type)
    drafts = _working(place / "drafts", np.uint32, shape)
    for slab, batches in enumerate(slabs):
        for numbers, values in _known(batches, n_samples):
            drafts[slab, places_in(numbers)] = distinct.add(values)
    dictionary, n_values, code_of = distinct.close()
    width = np.uint16 if n_values + FIRST <= np.iinfo(np.uint16).max else np.uint32
    codes = _working(place / CODES, width, shape)
    for slab in range(shape[0]):
        for start in range(0, n_samples, _ROWS):
            rows = slice(start, start + _ROWS)
            codes[slab, rows] = code_of[drafts[slab, rows]]
    del drafts, code_of
    for path in place.iterdir():
        if path.name not in (CODES, DICTIONARY):
            path.unlink()
    layout = {
        "codes": codes.dtype.name,
        "shape": codes.shape,
        "dictionary": dictionary,
        "size": n_values,
    }
    # A layout that can be read tells that the rest is whole, after a power cut too.
    _sync(place / CODES)
    _sync(place / DICTIONARY)
    (place / LAYOUT).write_text(json.dumps(layout))


class _Numbers:
    """The distinct numbers of a column, times and booleans too; each is numbered as it is seen.

    Runs of values are numbered by themselves, so that what is held of each is limited.
    """

    def __init__(self, place: Path, type_: ColumnType) -> None:
        self._place = place
        self._is_float = type_ is ColumnType.NUMBER
        self._runs: list[int] = []
        for name in ("sorted", "orders"):
            (place / name).touch()
        # How many keys of the run were seen, and the draft number of its first one.
        self._ends = np.array([0, FIRST])
        self._make_table(_LEAST_KEYS)

    def add(self, values: pa.Array[Any]) -> npt.NDArray[np.uint32]:
        """The draft number of each value; below ``FIRST`` it is the code."""
        kinds, keys = _kinds_and_keys(values, is_float=self._is_float)
        drafts = np.empty(len(values), np.uint32)
        done = self._number(kinds, keys, 0, drafts)
        while done < len(values):
            if len(self._seen) < _MOST_KEYS:
                self._widen()
            else:
                self._end_run()
            done = self._number(kinds, keys, done, drafts)
        return drafts

    def close(self) -> tuple[str, int, npt.NDArray[np.uint32]]:
        """The type and the number of the distinct values, and the code of each draft number."""
        self._end_run()
        total = sum(self._runs)
        keys = self._distinct(total)
        codes = _working(self._place / "codes of drafts", np.uint32, (total + FIRST,))
        codes[:FIRST] = np.arange(FIRST)
        start = 0
        for count in self._runs:
            run = _mapped(self._place / "sorted", np.uint64, count, start)
            order = _mapped(self._place / "orders", np.uint32, count, start)
            places = np.searchsorted(keys, run) if len(self._runs) > 1 else np.arange(count)
            codes[FIRST + start : FIRST + start + count][order] = places + FIRST
            start += count
        dtype = np.dtype(np.float64 if self._is_float else np.int64)
        _values_in_place(keys, is_float=self._is_float)
        return dtype.name, len(keys), codes

    def _number(
        self,
        kinds: npt.NDArray[np.uint8],
        keys: Keys,
        done: int,
        drafts: npt.NDArray[np.uint32],
    ) -> int:
        table = self._slots, self._slot_keys, self._seen, self._ends
        return int(kernels.number_keys(kinds, keys, done, *table, drafts))

    def _make_table(self, room: int) -> None:
        self._slots = np.zeros(2 * room, np.uint32)
        self._slot_keys = np.empty(2 * room, np.uint64)
        self._seen = np.empty(room, np.uint64)

    def _widen(self) -> None:
        seen = self._seen[: self._ends[0]]
        self._make_table(_WIDER * len(self._seen))
        self._ends[0] = 0
        kinds, again = np.full(len(seen), FIRST, np.uint8), np.empty(len(seen), np.uint32)
        self._number(kinds, seen, 0, again)

    def _end_run(self) -> None:
        count = int(self._ends[0])
        if not count:
            return
        keys = self._seen[:count]
        order = np.arange(count) if bool(np.all(keys[1:] > keys[:-1])) else np.argsort(keys)
        for name, part in (("sorted", keys[order]), ("orders", order.astype(np.uint32))):
            with (self._place / name).open("ab") as file:
                file.write(part.data)  # unlike `tofile`, names the trouble when there is no room
        self._runs.append(count)
        self._ends += [-count, count]
        self._slots[:] = 0

    def _distinct(self, total: int) -> Keys:
        """The distinct keys of all runs, ascending, in the file of the dictionary."""
        path = self._place / DICTIONARY
        shutil.copyfile(self._place / "sorted", path)
        keys = _mapped(path, np.uint64, total)
        if len(self._runs) < 2:  # noqa: PLR2004  (one run has each key once)
            return keys
        keys.sort(kind="stable")  # ascending runs, which NumPy merges
        count = _without_repeats(keys)
        os.truncate(path, count * keys.itemsize)
        return _mapped(path, np.uint64, count)


class _Texts:
    """The distinct texts of a column; each value is a number of its own until all are known."""

    def __init__(self, place: Path) -> None:
        self._place = place
        self._known: pa.Array[Any] = pa.array([], pa.large_string())
        self._waiting: list[pa.Array[Any]] = []
        self._n_waiting = self._n_drafts = 0
        # The place among the known ones of each draft number.
        self._places: list[npt.NDArray[np.int32]] = []

    def add(self, values: pa.Array[Any]) -> npt.NDArray[np.uint32]:
        """The draft number of each value; 0 is a missing one."""
        coded: Any = values.cast(pa.large_string()).dictionary_encode()
        first = self._n_drafts + 1
        self._waiting.append(coded.dictionary)
        self._n_drafts += len(coded.dictionary)
        self._n_waiting += len(coded.dictionary)
        if self._n_waiting > max(len(self._known), _ROWS):
            self._join()
        missing: Any = -first
        indices = coded.indices.cast(pa.int64()).fill_null(missing).to_numpy()
        drafts: npt.NDArray[np.uint32] = (indices + first).astype(np.uint32)
        return drafts

    def close(self) -> tuple[str, int, npt.NDArray[np.uint32]]:
        """The type and the number of the distinct texts, and the code of each draft number."""
        self._join()
        order = pc.sort_indices(self._known).to_numpy(zero_copy_only=False)
        rank = np.empty(len(order), np.uint32)
        rank[order] = np.arange(FIRST, len(order) + FIRST)
        places = np.concatenate([np.zeros(0, np.int32), *self._places])
        table = pa.table({"text": self._known.take(pa.array(order))})
        with pa.ipc.new_file(str(self._place / DICTIONARY), table.schema) as writer:
            writer.write_table(table)
        return "text", len(order), np.append(np.uint32(NULL), rank[places])

    def _join(self) -> None:
        """Put those that wait behind the known ones, unless they are known."""
        encoded = [
            pa.DictionaryArray.from_arrays(np.arange(len(texts), dtype=np.int32), texts)
            for texts in (self._known, *self._waiting)
        ]
        # The places of the first one stay as they are.
        joined = pa.chunked_array(encoded).unify_dictionaries()
        self._places.extend(chunk.indices.to_numpy() for chunk in joined.chunks[1:])
        self._known = joined.chunk(0).dictionary
        self._waiting, self._n_waiting = [], 0


def _kinds_and_keys(values: pa.Array[Any], *, is_float: bool) -> tuple[npt.NDArray[np.uint8], Keys]:
    """The code of each value without a rank, ``FIRST`` for others, and the key of each."""
    zero: Any = 0
    kinds = np.full(len(values), FIRST, np.uint8)
    whole = values.cast(pa.float64() if is_float else pa.int64())
    numbers = whole.fill_null(zero).to_numpy(zero_copy_only=False)
    if is_float and not np.isfinite(numbers).all():
        kinds[np.isnan(numbers)] = NAN
        kinds[np.isneginf(numbers)] = MINUS_INF
        kinds[np.isposinf(numbers)] = PLUS_INF
    if values.null_count:
        kinds[values.is_null().to_numpy(zero_copy_only=False)] = NULL
    if not is_float:
        return kinds, numbers.view(np.uint64) ^ _SIGN
    bits = (numbers + 0.0).view(np.int64)  # -0.0 is 0.0
    return kinds, (bits ^ ((bits >> 63) | np.int64(-(1 << 63)))).view(np.uint64)


def _without_repeats(keys: Keys) -> int:
    """Move the first of each run of equal keys to the front; returns how many there are."""
    count = 0
    for start in range(0, len(keys), _ROWS):
        part = keys[start : start + _ROWS]
        first = np.r_[count == 0 or keys[count - 1] != part[0], part[1:] != part[:-1]]
        kept = part[first]
        keys[count : count + len(kept)] = kept
        count += len(kept)
    return count


def _values_in_place(keys: Keys, *, is_float: bool) -> None:
    """Write over keys the numbers that they stand for."""
    for start in range(0, len(keys), _ROWS):
        part = keys[start : start + _ROWS]
        part ^= np.where(part < _SIGN, ~np.uint64(0), _SIGN) if is_float else _SIGN


def _known(batches: Iterable[Batch], n_samples: int) -> Iterator[Batch]:
    """The batches without what lies beyond the samples."""
    for numbers, values in batches:
        known = int(np.searchsorted(numbers, n_samples))
        if known:
            yield numbers[:known], values.slice(0, known)


def places_in(numbers: Numbers) -> slice | Numbers:
    """Where some sample numbers, ascending, lie: quicker to write to when none is left out."""
    first, last = int(numbers[0]), int(numbers[-1])
    return slice(first, last + 1) if last - first + 1 == len(numbers) else numbers


def _working(path: Path, dtype: Any, shape: tuple[int, ...]) -> npt.NDArray[Any]:
    """An array of zeros in a new file, whose pages the system may write out.

    Raises OSError when there is no room: a mapped page without any would end the process.
    """
    with path.open("wb") as file:
        if 0 in shape:
            return np.zeros(shape, dtype)
        _reserve(file, math.prod(shape) * np.dtype(dtype).itemsize)
    return np.asarray(np.memmap(path, dtype, "r+", shape=shape))


def _reserve(file: BinaryIO, size: int) -> None:
    if hasattr(os, "posix_fallocate"):
        os.posix_fallocate(file.fileno(), 0, size)
        return
    file.writelines(bytes(min(_ROWS, size - start)) for start in range(0, size, _ROWS))


def _sync(path: Path) -> None:
    """Have a file on disk, pages that were written by a map too."""
    with path.open("r+b") as file:
        os.fsync(file.fileno())


def _mapped(path: Path, dtype: Any, count: int, start: int = 0) -> npt.NDArray[Any]:
    """Part of a file, to be read and written."""
    if not count:
        return np.zeros(0, dtype)
    offset = start * np.dtype(dtype).itemsize
    return np.asarray(np.memmap(path, dtype, "r+", offset, shape=(count,)))
