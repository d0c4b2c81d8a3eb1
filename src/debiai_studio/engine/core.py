"""Where nearly all rows of a column lie: pictures begin there when the rest takes most room."""

from __future__ import annotations

import numpy as np

from debiai_studio.datasets.model import ColumnType
from debiai_studio.engine.codes import BLOCK, FIRST, Coded, Totals, ends_of
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
    return _window(coded, rows.totals(name))


def _window(coded: Coded, totals: Totals) -> tuple[float, float] | None:
    ends = ends_of(totals)
    if ends is None:
        return None
    n_rows = int(totals[FIRST:].sum(dtype=np.int64))
    low, high = (
        coded.number_at(_code_at(totals, share * n_rows)) for share in (_BEYOND, 1 - _BEYOND)
    )
    first, last = (coded.number_at(code) for code in ends)
    # Halved, so that a domain over all of float64 does not overflow.
    if not 0 < high / 2 - low / 2 <= _WASTED * (last / 2 - first / 2):
        return None
    margin = (high - low) * _MARGIN
    return max(first, low - margin), min(last, high + margin)


def _code_at(totals: Totals, rank: float) -> int:
    """The lowest code at which no fewer rows than ``rank`` have it or a lower one."""
    before = 0
    for start in range(FIRST, len(totals), BLOCK):
        upto = np.cumsum(totals[start : start + BLOCK], dtype=np.int64) + before
        if upto[-1] >= rank:
            return start + int(np.searchsorted(upto, rank))
        before = int(upto[-1])
    return len(totals) - 1
