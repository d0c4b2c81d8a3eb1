"""Where nearly all rows of a column lie: pictures begin there when the rest takes most room."""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt

from debiai_studio.datasets.model import ColumnType
from debiai_studio.engine.codes import FIRST
from debiai_studio.engine.rows import Rows

# The share of the rows beyond either end of the core.
_BEYOND = 0.005
# A picture of everything is kept when the core takes more than this share of its axis.
_WASTED = 0.5
# What a picture shows on either side of the core, as a share of it.
_MARGIN = 0.05


def core_window(rows: Rows, name: str) -> tuple[float, float] | None:
    """Where a picture of the column begins, in axis coordinates; None: with everything.

    It covers all but the outermost hundredth of the rows of the scope that have a finite value,
    whatever the filters. Only numbers have one: a time axis without its ends says another period.
    """
    coded = rows.coded(name)
    if coded.column.type not in (ColumnType.NUMBER, ColumnType.INTEGER):
        return None
    totals = rows.totals(name)[FIRST:]
    present = np.flatnonzero(totals)
    return _window(coded.numbers()[FIRST:][present], totals[present])


def _window(values: npt.NDArray[Any], counts: npt.NDArray[np.uint32]) -> tuple[float, float] | None:
    if len(values) == 0:
        return None
    rank = np.cumsum(counts, dtype=np.float64)
    ends = np.searchsorted(rank, np.array([_BEYOND, 1 - _BEYOND]) * rank[-1])
    low, high = (float(value) for value in values[ends])
    first, last = float(values[0]), float(values[-1])
    # Halved, so that a domain over all of float64 does not overflow.
    if not 0 < high / 2 - low / 2 <= _WASTED * (last / 2 - first / 2):
        return None
    margin = (high - low) * _MARGIN
    return max(first, low - margin), min(last, high + margin)
