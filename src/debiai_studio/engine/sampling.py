"""Sampled rows: one of so many, answered at once while the exact figures are awaited.

The rows are a stratified random sample: of every run of ``every`` sample numbers one, chosen once
for all, so that no rhythm of the data falls in with a rhythm of the sample (W. G. Cochran,
Sampling Techniques, 3rd ed., ch. 5 and 8). Axes, edges, categories and colours are those of all
rows: what is drawn stays where it is when the exact figures come.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Hashable
from dataclasses import replace
from typing import TypeVar

import numpy as np
import numpy.typing as npt
from pyroaring import BitMap

from debiai_studio.engine.codes import Coded
from debiai_studio.engine.model import Sampling
from debiai_studio.engine.rows import Mask, Place, Rows, Unit

# Of so many rows on, a move is answered from a sample of about this many.
SAMPLED_FROM = 4_000_000
SAMPLE_ROWS = 1_000_000

# Half the width of an interval that holds 95 of 100 estimates, in standard errors.
_CONFIDENCE = 1.959964

T = TypeVar("T")


class SampledRows(Rows):
    """One of every ``weight`` samples of a scope, each standing for so many."""

    def __init__(self, full: Rows, every: int) -> None:
        self._full = full
        n_all = full.dataset.next_sample_no
        starts = np.arange(0, n_all, every, dtype=np.int64)
        within = np.random.default_rng(every).random(len(starts))
        widths = np.minimum(starts + every, n_all) - starts
        self._numbers = starts + (within * widths).astype(np.int64)
        super().__init__(full.store, full.scope, full.cache)
        self.key = (*full.key[:2], (full.key[2], every))
        self.weight = every

    @property
    def nbytes(self) -> int:
        """What it keeps in memory."""
        return int(self.mask.nbytes + self._numbers.nbytes)

    def totals(self, name: str, unit: Unit = "rows") -> npt.NDArray[np.uint32]:
        """Those of all rows, exactly."""
        return self._full.totals(name, unit)

    def kept(self, key: Hashable, make: Callable[[], T], size: Callable[[T], int]) -> T:
        """Anything that depends on this scope alone; the axes are those of all rows."""
        if isinstance(key, tuple) and key[0] == "axis":
            return self._full.kept(key, make, size)
        return super().kept(key, make, size)

    def samples(self, members: BitMap) -> Mask:
        """The mask of a set of samples, [1, samples]."""
        return np.ascontiguousarray(self._full.samples(members)[:, self._numbers])

    def numbers_of(self, places: npt.NDArray[np.uint32]) -> npt.NDArray[np.uint32]:
        """The sample number at each place."""
        return self._numbers[places].astype(np.uint32)

    def _coded(self, place: Place) -> Coded:
        if place.family == "model":
            return super()._coded(place)
        coded = self._full.coded(place.column.name)
        return replace(coded, codes=np.ascontiguousarray(coded.codes[:, self._numbers]))

    def _mask(self) -> Mask:
        return np.ascontiguousarray(self._full.mask[:, self._numbers])


def every_of(rows: Rows, *, sampled_from: int, sample_rows: int) -> int:
    """Of how many rows one is looked at; 1 when the exact figures come as soon."""
    return 1 if rows.total_rows < sampled_from else max(rows.total_rows // sample_rows, 1)


def sampled_rows(rows: Rows, every: int) -> SampledRows:
    """The sampled rows of a scope, from the cache when they are there."""
    return rows.kept(("sampled", every), lambda: SampledRows(rows, every), lambda made: made.nbytes)


def sampling_of(rows: Rows, passed: Mask) -> Sampling:
    """How the sample was taken, and how far off its count of samples may be."""
    size, found = rows.total_samples, int(np.count_nonzero(rows.any_block(passed)))
    share = found / max(size, 1)
    # That of a simple random sample without replacement: strata can only make it smaller.
    variance = size * share * (1 - share) * (1 - 1 / rows.weight)
    return Sampling(rows.weight, math.ceil(_CONFIDENCE * rows.weight * math.sqrt(variance)))
