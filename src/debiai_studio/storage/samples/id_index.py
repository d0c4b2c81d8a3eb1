"""Finds the sample number of an id: sorted hash runs, every hit verified against the id file."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from debiai_studio.datasets.id_hashing import Hashes, hash_ids
from debiai_studio.storage.samples.id_file import IdFile, Numbers
from debiai_studio.storage.samples.id_runs import Hash, Run, open_runs, slices

UNKNOWN = -1


class IdIndex:
    """The index over the ids of one project; opening it makes the runs that are missing."""

    def __init__(self, folder: Path, ids: IdFile, hash_of: Hash = hash_ids) -> None:
        self._ids = ids
        self._hash_of = hash_of
        self._runs = open_runs(folder, ids, hash_of)

    def find(self, ids: pa.Array[Any]) -> Numbers:
        """The sample number of each id; ``UNKNOWN`` where there is none."""
        found = np.full(len(ids), UNKNOWN, np.int64)
        if len(ids) == 0:
            return found
        hashes = self._hash_of(ids)
        order = np.argsort(hashes, kind="stable")
        for run in self._runs:
            self._find_in(run, ids, hashes, order[found[order] == UNKNOWN], found)
        return found

    def duplicates(self, limit: int) -> list[tuple[str | int, list[int]]]:
        """The first ids that occur more than once, with their first numbers."""
        found: list[tuple[str | int, list[int]]] = []
        for hashes, numbers in slices(self._runs) if self._runs else ():
            found.extend(self._duplicates_in(hashes, numbers, limit))
            found = sorted(found, key=lambda entry: entry[1][1])[:limit]
        return found

    def _find_in(
        self,
        run: Run,
        ids: pa.Array[Any],
        hashes: Hashes,
        wanted: npt.NDArray[np.int64],
        found: Numbers,
    ) -> None:
        places = np.searchsorted(run.hashes, hashes[wanted])
        while len(wanted):
            inside = places < len(run.hashes)
            wanted, places = wanted[inside], places[inside]
            same_hash = run.hashes[places] == hashes[wanted]
            wanted, places = wanted[same_hash], places[same_hash]
            if len(wanted) == 0:
                return
            numbers = run.numbers(places)
            equal = pc.equal(self._ids.ids(numbers), ids.take(wanted))
            same_id = equal.to_numpy(zero_copy_only=False)
            found[wanted[same_id]] = numbers[same_id]
            wanted, places = wanted[~same_id], places[~same_id] + 1

    def _duplicates_in(
        self, hashes: Hashes, numbers: Numbers, limit: int
    ) -> list[tuple[str | int, list[int]]]:
        starts = np.flatnonzero(np.r_[True, hashes[1:] != hashes[:-1]])
        ends = np.r_[starts[1:], len(hashes)]
        several = ends - starts > 1
        starts, ends = starts[several], ends[several]
        found: list[tuple[str | int, list[int]]] = []
        for index in np.argsort(numbers[starts + 1] if len(starts) else starts, kind="stable"):
            group = numbers[starts[index] : ends[index]][:1000]
            by_id: dict[str | int, list[int]] = {}
            ids: list[Any] = self._ids.ids(group).to_pylist()
            for number, id_ in zip(group.tolist(), ids, strict=True):
                by_id.setdefault(id_, []).append(number)
            found.extend((id_, at[:limit]) for id_, at in by_id.items() if len(at) > 1)
            if len(found) >= limit:
                break
        return found
