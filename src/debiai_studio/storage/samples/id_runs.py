"""Sorted runs of id hashes: the files that the id index searches.

A run covers the sample numbers ``first`` to ``end - 1`` and is named after them. Runs are made of
recorded ids alone, which never change, so a run is right for ever; one that is missing or has a
wrong size is made again from the id file.
Layout: n hashes (uint64, ascending), then for each its distance from ``first`` (uint32).
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa
from pyroaring import BitMap

from debiai_studio.datasets.id_hashing import Hashes
from debiai_studio.storage.samples.id_file import IDS, IdFile, Numbers

Hash = Callable[["pa.Array[Any]"], Hashes]

_ENTRY = 12  # bytes
_SLICE = 524_288  # entries handled at a time: memory stays small
_MORE = 4096  # hashes are spread evenly, about

# Ids of a run when it is made; segments hold a multiple of it.
RUN = _SLICE

# More runs than this are merged until each is at least twice as long as the next.
MANY_RUNS = 8


@dataclass(frozen=True, slots=True)
class Run:
    """A sorted run: ``distances`` from ``first`` are the sample numbers that go with ``hashes``."""

    path: Path
    first: int
    hashes: Hashes
    distances: npt.NDArray[np.uint32]

    @property
    def end(self) -> int:
        """The number after the last."""
        return self.first + len(self.hashes)

    def numbers(self, positions: npt.NDArray[np.int64]) -> Numbers:
        """The sample numbers at these positions of the run."""
        return self.distances[positions].astype(np.int64) + self.first

    def read(self, start: int, below: np.uint64 | None, expected: int) -> tuple[Hashes, Numbers]:
        """The entries from a position on, as far as hashes are ``below``; about ``expected``.

        They are read past the mapping, whose pages would count as memory in use.
        """
        pieces: list[Hashes] = []
        position = start
        while position < len(self.hashes):
            block = np.fromfile(
                self.path, np.uint64, self._left(position, expected), offset=position * 8
            )
            cut = len(block) if below is None else int(np.searchsorted(block, below))
            pieces.append(block[:cut])
            position += cut
            if cut < len(block):
                break
        hashes = np.concatenate(pieces) if pieces else np.empty(0, np.uint64)
        offset = len(self.hashes) * 8 + start * 4
        distances = np.fromfile(self.path, np.uint32, len(hashes), offset=offset)
        return hashes, distances.astype(np.int64) + self.first

    def _left(self, position: int, most: int) -> int:
        return min(most, len(self.hashes) - position)


def open_runs(folder: Path, ids: IdFile, hash_of: Hash) -> list[Run]:
    """Runs that together cover all ids; what is missing is made, too many are merged."""
    there = _on_disk(folder, ids.next_sample_no)
    runs: list[Run] = []
    position = 0
    while position < ids.next_sample_no:
        ends = there.get(position)
        if ends:
            runs.append(_open(folder, position, max(ends)))
        else:
            later = min((first for first in there if first > position), default=ids.next_sample_no)
            end = min(later, position + RUN)
            hashes = [hash_of(batch) for batch in ids.batches(BitMap(range(position, end)))]
            runs.append(build_run(folder, position, np.concatenate(hashes)))
        position = runs[-1].end
    return _merged(folder, runs) if len(runs) > MANY_RUNS else runs


def build_run(folder: Path, first: int, hashes: Hashes) -> Run:
    """Write the run of consecutive ids from their hashes in order."""
    order = _order_of(hashes)
    path = _path(folder, first, first + len(hashes))
    partial = path.with_suffix(".partial")
    with partial.open("wb") as file:
        for start in range(0, len(order), _SLICE):
            file.write(hashes[order[start : start + _SLICE]].tobytes())
        for start in range(0, len(order), _SLICE):
            file.write(order[start : start + _SLICE].astype(np.uint32).tobytes())
        os.fsync(file.fileno())
    partial.replace(path)
    return _open(folder, first, first + len(hashes))


def _order_of(hashes: Hashes) -> npt.NDArray[np.int64]:
    """The positions by ascending hash, equal ones in their order."""
    order = np.argsort(hashes)
    there = hashes[order]
    if bool(np.any(there[1:] == there[:-1])):
        return np.argsort(hashes, kind="stable")
    return order


def slices(runs: Sequence[Run]) -> Iterator[tuple[Hashes, Numbers]]:
    """All entries of several runs, ascending by hash, then number; equal hashes stay together.

    ``runs`` ascend by number.
    """
    parts = max(1, -(-sum(len(run.hashes) for run in runs) // _SLICE))
    positions = [0] * len(runs)
    for part in range(1, parts + 1):
        below = np.uint64(part * ((1 << 64) // parts)) if part < parts else None
        read = [
            run.read(position, below, len(run.hashes) // parts + _MORE)
            for run, position in zip(runs, positions, strict=True)
        ]
        hashes = np.concatenate([piece for piece, _ in read])
        numbers = np.concatenate([piece for _, piece in read])
        positions = [
            position + len(piece) for position, (piece, _) in zip(positions, read, strict=True)
        ]
        if len(runs) == 1:
            yield hashes, numbers
            continue
        # Of equal hashes the lower number comes first, as runs do.
        order = np.argsort(hashes, kind="stable")
        yield hashes[order], numbers[order]


def _path(folder: Path, first: int, end: int) -> Path:
    return folder / IDS / f"{first}-{end}.run"


def _on_disk(folder: Path, next_sample_no: int) -> dict[int, list[int]]:
    """The ends of the whole runs on disk by their first number."""
    there: dict[int, list[int]] = {}
    for path in (folder / IDS).glob("*-*.run"):
        first, end = (int(part) for part in path.stem.split("-"))
        if end <= next_sample_no and path.stat().st_size == (end - first) * _ENTRY:
            there.setdefault(first, []).append(end)
        else:
            path.unlink()
    return there


def _open(folder: Path, first: int, end: int) -> Run:
    path, count = _path(folder, first, end), end - first
    hashes = np.memmap(path, np.uint64, "r", shape=(count,))
    distances = np.memmap(path, np.uint32, "r", offset=count * 8, shape=(count,))
    return Run(path, first, hashes, distances)


def _merged(folder: Path, runs: list[Run]) -> list[Run]:
    groups: list[list[Run]] = []
    for run in runs:
        groups.append([run])
        while len(groups) > 1 and _size(groups[-2]) < 2 * _size(groups[-1]):
            last = groups.pop()
            groups[-1].extend(last)
    return [_merge(folder, group) if len(group) > 1 else group[0] for group in groups]


def _size(runs: list[Run]) -> int:
    return sum(len(run.hashes) for run in runs)


def _merge(folder: Path, runs: list[Run]) -> Run:
    """Write one run over these, a slice of the hashes at a time, and remove them."""
    first, end = runs[0].first, runs[-1].end
    path = _path(folder, first, end)
    partial = path.with_suffix(".partial")
    with partial.open("wb") as file, path.with_suffix(".distances").open("w+b") as beside:
        for hashes, numbers in slices(runs):
            file.write(hashes.tobytes())
            beside.write((numbers - first).astype(np.uint32).tobytes())
        beside.seek(0)
        while part := beside.read(1 << 20):
            file.write(part)
        file.flush()
        os.fsync(file.fileno())
    path.with_suffix(".distances").unlink()
    partial.replace(path)
    for run in runs:
        run.path.unlink()
    return _open(folder, first, end)
