"""How closely columns go together, pair by pair."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any, Literal

import numpy as np
import numpy.typing as npt

from debiai_studio.datasets.model import ColumnType
from debiai_studio.engine import kernels
from debiai_studio.engine.codes import FIRST, Coded
from debiai_studio.engine.errors import Unsuitable
from debiai_studio.engine.frame import Frame
from debiai_studio.engine.measures.significance import p_of
from debiai_studio.engine.model import MeasureResult
from debiai_studio.engine.plan import Correlation

Floats = npt.NDArray[np.float64]
Counts = npt.NDArray[np.int64]
Method = Literal["pearson", "spearman"]

# Rows looked at together: their values fit in the caches of a core.
_BATCH = 2048
# The least variance, as a share of the mean square, that sums around another middle tell well.
_TOLD = 1e-3
_UNMARKED = np.zeros((0, 0))
_HUGE = 1e307


@dataclass(frozen=True, slots=True)
class Sums:
    """Of pairs of columns [K, K] over the rows with a value in both; ``x[i, j]`` is of column i."""

    n: Floats
    x: Floats
    xx: Floats
    xy: Floats


def correlation(measure: Correlation, frame: Frame) -> MeasureResult:
    """The correlation of each pair, its p-value, and how many rows it is of."""
    coded = [_numbers(frame, name) for name in measure.columns]
    accepted = (frame.seen_slot != frame.groups).astype(np.uint8)
    counts = [_tally(one, accepted) for one in coded]
    sizes = np.array([one.sum() for one in counts])
    tables = [_table(one, its, measure.method) for one, its in zip(coded, counts, strict=True)]
    sums = _sums(coded, tables, frame, complete=bool((sizes == accepted.sum(dtype=np.int64)).all()))
    r = _shares(sums)
    whole = (sums.n == sizes) & (sums.n == sizes[:, None])
    for i in range(len(coded)):
        r[i, i] = 1.0 if np.count_nonzero(counts[i]) > 1 else np.nan
        for j in range(i):
            if np.count_nonzero(counts[i]) <= 1 or np.count_nonzero(counts[j]) <= 1:
                r[i, j] = np.nan
            elif not whole[i, j] and (measure.method == "spearman" or not _told(sums, i, j)):
                r[i, j] = _pair(coded[i], coded[j], frame, measure.method)
            r[j, i] = r[i, j]
    n = sums.n.astype(np.uint32)
    p = np.array([p_of(float(one), int(of)) for one, of in zip(r.flat, n.flat, strict=True)])
    meta = {"columns": list(measure.columns), "method": measure.method}
    return MeasureResult(meta, {"r": r, "p": p.reshape(r.shape), "n": n})


def _numbers(frame: Frame, name: str) -> Coded:
    """The codes to look at of a column of numbers, times, or booleans as 0 and 1."""
    rows = frame.rows
    type_ = rows.place(name).column.type
    if not type_.is_numeric and type_ is not ColumnType.BOOLEAN:
        raise Unsuitable(name, f"it holds {type_} values; a correlation needs numbers or dates.")
    coded = rows.coded(name)
    return replace(coded, codes=frame.seen(coded.codes))


def _tally(coded: Coded, accepted: npt.NDArray[np.uint8]) -> Counts:
    counts = np.zeros(coded.size, np.uint32)
    kernels.tally(coded.codes, accepted, counts)
    counts[:FIRST] = 0
    return counts.astype(np.int64)


def _table(coded: Coded, counts: Counts, method: Method) -> Floats:
    """What stands for each code, around the middle of the rows and no larger than 1.

    With zero near the median no more than one binary digit is lost to the mean: the two are at
    most one standard deviation apart.
    """
    table = np.zeros(coded.size)
    present = np.flatnonzero(counts)
    if len(present) == 0:
        return table
    rank = np.cumsum(counts[present])
    n = int(rank[-1])
    if method == "spearman":
        # Twice the mean of the ranks that equal values share, around that of all.
        table[present] = (2 * rank - counts[present] - n) / n
        return table
    middle = int(np.searchsorted(rank, (n + 1) // 2))
    away = _away(np.asarray(coded.dictionary)[present - FIRST], middle)
    _, power = np.frexp(np.abs(away).max())
    table[present] = np.ldexp(away, -power)
    return table


def _away(values: npt.NDArray[Any], middle: int) -> Floats:
    """Ascending values as distances from one of them, exact for integers; halved where too wide."""
    if values.dtype == np.int64 and int(values[-1]) - int(values[0]) < 2**63:
        whole: Floats = (values - values[middle]).astype(np.float64)
        return whole
    floats = values.astype(np.float64)
    if np.abs(floats).max() > _HUGE:
        floats = floats / 2
    away: Floats = floats - floats[middle]
    return away


def _sums(coded: list[Coded], tables: list[Floats], frame: Frame, *, complete: bool) -> Sums:
    """All pairs in one pass; fewer sums of them where nothing is missing."""
    slot, k = frame.seen_slot, len(coded)
    total = np.zeros((4, k, k))
    values, marks = np.zeros((2, _BATCH, k))
    rows, own = 0, np.zeros(k)
    for block in range(slot.shape[0]):
        for start in range(0, slot.shape[1], _BATCH):
            part = slot[block, start : start + _BATCH]
            some, mark = values[: len(part)], marks[: len(part)]
            found = 0
            for column, (one, table) in enumerate(zip(coded, tables, strict=True)):
                codes = one.codes[block if len(one.codes) > 1 else 0, start : start + _BATCH]
                at = (some[:, column], mark[:, column])
                found += kernels.spread(codes, table, part, frame.groups, *at)
            if found:
                # Sums of sums: the error does not grow with the rows.
                batch = np.zeros((4, k, k))
                kernels.products(some, _UNMARKED if complete else mark, *batch)
                total += batch
                rows += found // k
                own += some.sum(axis=0)
    n, x, xx, xy = total
    if complete:
        n = np.full((k, k), float(rows))
        x = np.broadcast_to(own[:, None], (k, k))
        xx = np.broadcast_to(np.diag(xy)[:, None], (k, k))
    return Sums(n, x, xx, xy)


def _shares(sums: Sums) -> Floats:
    """The correlations by the sums; not yet told where those say too little."""
    with np.errstate(divide="ignore", invalid="ignore"):
        spread = sums.xx - sums.x * sums.x / sums.n
        together = sums.xy - sums.x * sums.x.T / sums.n
        r: Floats = together / (np.sqrt(spread) * np.sqrt(spread.T))
    return r.clip(-1, 1)


def _told(sums: Sums, i: int, j: int) -> bool:
    """Whether the rows of a pair lie around the middle of all rows, or far off in a heap."""
    for k, other in ((i, j), (j, i)):
        n, x, xx = sums.n[k, other], sums.x[k, other], sums.xx[k, other]
        if n == 0 or not xx - x * x / n > _TOLD * xx:
            return False
    return True


def _pair(x: Coded, y: Coded, frame: Frame, method: Method) -> float:
    """The correlation of two columns around the middle of their own common rows."""
    slot, groups = frame.seen_slot, frame.groups
    counts = (np.zeros(x.size, np.int64), np.zeros(y.size, np.int64))
    kernels.pair_tally(x.codes, y.codes, slot, groups, counts[0], counts[1])
    if any(np.count_nonzero(one) <= 1 for one in counts):
        return float("nan")
    tables = (_table(x, counts[0], method), _table(y, counts[1], method))
    found = np.zeros(5)
    kernels.pair_sums(x.codes, y.codes, tables[0], tables[1], slot, groups, found)
    n = int(counts[0].sum())
    spread = [found[2 + k] - found[k] * found[k] / n for k in (0, 1)]
    together = found[4] - found[0] * found[1] / n
    return float(np.clip(together / (np.sqrt(spread[0]) * np.sqrt(spread[1])), -1, 1))
