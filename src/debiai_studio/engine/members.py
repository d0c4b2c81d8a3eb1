"""Sets of samples and masks of them, each made of the other a block at a time.

As one array of numbers a set of ten million samples would take 80 MB on the way.
"""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import numpy.typing as npt
from pyroaring import BitMap

from debiai_studio.datasets.number_sets import set_of

Marks = npt.NDArray[np.uint8]

# Samples at a time: whole containers of a roaring bitmap.
_BLOCK = 1 << 18


def members_of(marks: Marks) -> BitMap:
    """The samples that are marked, of marks [samples]."""
    members = BitMap()
    for start in range(0, len(marks), _BLOCK):
        numbers = np.flatnonzero(marks[start : start + _BLOCK]) + start
        members |= set_of(numbers)
    return members


def marks_of(members: BitMap, n_samples: int) -> Marks:
    """Marks [samples] of a set; samples from ``n_samples`` on have none."""
    marks = np.zeros(n_samples, np.uint8)
    for numbers in _blocks(members, n_samples):
        marks[numbers] = 1
    return marks


def _blocks(members: BitMap, n_samples: int) -> Iterator[npt.NDArray[np.int64]]:
    for start in range(0, n_samples, _BLOCK):
        inside = members & BitMap(range(start, min(start + _BLOCK, n_samples)))
        yield np.asarray(inside.to_array(), np.int64)
