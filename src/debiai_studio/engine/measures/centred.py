"""What stands for each code of a column when products are summed: how far it is from the middle."""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt

from debiai_studio.engine import kernels
from debiai_studio.engine.codes import FIRST

Floats = npt.NDArray[np.float64]
Counts = npt.NDArray[np.uint32]

_HUGE = 1e307


def around_rank(counts: Counts) -> Floats:
    """The rank of each code, equal values sharing the mean of theirs, from -1 to 1."""
    table = np.zeros(len(counts))
    n = kernels.rank(counts, table)
    table[FIRST:] = (table[FIRST:] - n) / max(n, 1)
    return table


def around_middle(dictionary: Any, counts: Counts) -> Floats:
    """The distance of each code that occurs from the median of the rows, no larger than 1.

    With zero near the median no more than one binary digit is lost to the mean: the two are at
    most one standard deviation apart.
    """
    table = np.zeros(len(counts))
    present = np.flatnonzero(counts[FIRST:])
    if len(present) == 0:
        return table
    rank = np.cumsum(counts[FIRST:][present], dtype=np.int64)
    middle = int(np.searchsorted(rank, (rank[-1] + 1) // 2))
    away = _away(np.asarray(dictionary)[present], middle)
    _, power = np.frexp(np.abs(away).max())
    table[FIRST + present] = np.ldexp(away, -power)
    return table


def _away(values: npt.NDArray[Any], middle: int) -> Floats:
    """Ascending values as distances from one of them, exact for integers; halved where too wide."""
    if values.dtype == np.int64:
        # Modulo 2^64, which no distance of two int64s reaches.
        distance = values.astype(np.uint64) - values[middle : middle + 1].astype(np.uint64)
        distance[:middle] = -distance[:middle]
        away = distance.astype(np.float64)
        away[:middle] = -away[:middle]
        return away
    floats = values / 2 if max(abs(values[0]), abs(values[-1])) > _HUGE else values
    apart: Floats = floats - floats[middle]
    return apart
