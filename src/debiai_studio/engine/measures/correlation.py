"""How closely columns go together, pair by pair."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import partial

import numpy as np
import numpy.typing as npt

from debiai_studio.datasets.model import ColumnType
from debiai_studio.engine import kernels
from debiai_studio.engine.codes import FIRST, Codes
from debiai_studio.engine.errors import Unsuitable
from debiai_studio.engine.frame import Frame
from debiai_studio.engine.measures.centred import Counts, Floats, around_middle, around_rank
from debiai_studio.engine.measures.significance import p_of
from debiai_studio.engine.model import MeasureResult
from debiai_studio.engine.plan import Correlation
from debiai_studio.engine.rows import Mask

# So many values are put side by side, to be multiplied: they fit in the second cache.
_BATCH = 32_768
# The least variance, as a share of the mean square, that sums around another middle tell well,
# and the least mean square whose digits float64 has.
_TOLD = 1e-3
_LEAST = 1e-200


@dataclass(frozen=True, slots=True)
class Sums:
    """Of pairs of columns [K, K] over the rows with a value in both; ``x[i, j]`` is of column i."""

    n: Floats
    x: Floats
    xx: Floats
    xy: Floats


def correlation(measure: Correlation, frame: Frame, _scope: Frame) -> MeasureResult:
    """The correlation of each pair, its p-value, and how many rows it is of."""
    k = len(measure.columns)
    r, p, n = np.full((k, k), np.nan), np.full((k, k), np.nan), np.zeros((k, k), np.uint32)
    for which, counted in _counted(measure, frame):
        at = np.ix_(which, which)
        names = [measure.columns[i] for i in which]
        r[at], n[at] = _Matrix(names, counted, is_ranked=measure.method == "spearman").found()
    for i in range(k):
        for j in range(i + 1):
            p[i, j] = p[j, i] = p_of(float(r[i, j]), int(n[i, j]))
    meta = {
        "columns": list(measure.columns),
        "method": measure.method,
        "of_samples": _repeated(measure, frame),
    }
    return MeasureResult(meta, {"r": r, "p": p, "n": n})


def _counted(measure: Correlation, frame: Frame) -> Iterator[tuple[list[int], Frame]]:
    """Columns, by place, and the rows that count for their pairs; later ones hold.

    What is known of a sample is no more certain for being told once per model.
    """
    of_samples = [k for k, one in enumerate(_repeated(measure, frame)) if one]
    if len(of_samples) < len(measure.columns):
        yield list(range(len(measure.columns))), frame
    if of_samples:
        passed = (frame.slot != frame.groups).view(np.uint8)
        yield of_samples, frame.only(frame.rows.counted(passed, "samples").view(np.bool_))


def _repeated(measure: Correlation, frame: Frame) -> list[bool]:
    """Of each column, whether several rows tell the same of a sample."""
    rows = frame.rows
    if rows.blocks == 1 or frame.unit != "rows":
        return [False] * len(measure.columns)
    return [rows.place(one).family == "sample" for one in measure.columns]


class _Matrix:
    """The columns of a matrix in the rows of a frame.

    Pearson's sums are taken around the median of the scope, or anew around that of the rows of a
    pair where those lie in a heap far off. Ranks differ with the rows they are of: columns that
    lack the same rows are ranked together.
    """

    def __init__(self, names: list[str], frame: Frame, *, is_ranked: bool) -> None:
        rows = frame.rows
        self._frame, self._is_ranked = frame, is_ranked
        self._coded = [_numbers(frame, name) for name in names]
        self._dictionaries = [rows.coded(name).dictionary for name in names]
        counts = [rows.totals(name) for name in names]
        if is_ranked and frame.selected < rows.total_rows:
            counts = [self._tally(k, frame.seen_slot) for k in range(len(names))]
        self._complete = not any(one[:FIRST].any() for one in counts)
        self._tables = [
            self._around(k, one)
            if is_ranked
            else rows.array(("around", names[k]), partial(self._around, k, one))
            for k, one in enumerate(counts)
        ]

    def found(self) -> tuple[Floats, Floats]:
        """The correlations [K, K], NaN where one is undefined, and the rows of each pair."""
        slot, groups = self._frame.seen_slot, self._frame.groups
        sums = _sums(self._coded, self._tables, slot, groups, complete=self._complete)
        r, own = _shares(sums), np.diag(sums.n)
        alike = (sums.n == own) & (sums.n == own[:, None])
        # The first of the columns that lack the same rows.
        pattern = alike.argmax(axis=1)
        told = alike if self._is_ranked else _told(sums)
        # Of no rows there is none, nor of a column that is constant everywhere.
        constant = np.array([not table.any() for table in self._tables])
        told |= (sums.n == 0) | constant | constant[:, None]
        for i in np.unique(pattern):
            for j in np.unique(pattern[pattern >= i]):
                these, those = np.flatnonzero(pattern == i), np.flatnonzero(pattern == j)
                if not told[np.ix_(these, those)].all():
                    r[np.ix_(these, those)] = self._anew(these, those)
                    r[np.ix_(those, these)] = r[np.ix_(these, those)].T
        np.fill_diagonal(r, np.where(np.isnan(np.diag(r)), np.nan, 1.0))
        return r, sums.n

    def _anew(self, these: npt.NDArray[np.intp], those: npt.NDArray[np.intp]) -> Floats:
        """The correlations of columns with others around the middles of their common rows."""
        groups, first, second = self._frame.groups, self._coded[these[0]], self._coded[those[0]]
        common = np.where((first >= FIRST) & (second >= FIRST), self._frame.seen_slot, groups)
        columns = list(dict.fromkeys([*these, *those]))
        tables = [self._around(k, self._tally(k, common)) for k in columns]
        coded = [self._coded[k] for k in columns]
        r = _shares(_sums(coded, tables, common.astype(np.uint8), groups, complete=True))
        place = {k: at for at, k in enumerate(columns)}
        part: Floats = r[np.ix_([place[k] for k in these], [place[k] for k in those])]
        return part

    def _around(self, k: int, counts: Counts) -> Floats:
        return (
            around_rank(counts) if self._is_ranked else around_middle(self._dictionaries[k], counts)
        )

    def _tally(self, k: int, slot: Mask) -> Counts:
        counts = np.zeros(len(self._dictionaries[k]) + FIRST, np.uint32)
        kernels.tally(self._coded[k], (slot != self._frame.groups).view(np.uint8), counts)
        return counts


def _numbers(frame: Frame, name: str) -> Codes:
    """The codes to look at of a column of numbers, times, or booleans as 0 and 1."""
    rows = frame.rows
    type_ = rows.place(name).column.type
    if not type_.is_numeric and type_ is not ColumnType.BOOLEAN:
        raise Unsuitable(name, f"it holds {type_} values; a correlation needs numbers or dates.")
    return frame.seen(rows.coded(name).codes)


def _sums(
    coded: list[Codes], tables: list[Floats], slot: Mask, rejected: int, *, complete: bool
) -> Sums:
    """All pairs in one pass; fewer sums of them where no accepted row lacks a value."""
    k = len(coded)
    n, x, xx, xy = np.zeros((4, k, k))
    batch = max(min(_BATCH // k, slot.shape[1]), 1)
    values, marks = np.zeros((2, k, batch))
    for block in range(slot.shape[0]):
        for start in range(0, slot.shape[1], batch):
            part = slot[block, start : start + batch]
            # What the last rows do not fill counts for nothing.
            values[:, len(part) :], marks[:, len(part) :] = 0, 0
            found = 0
            for column, (codes, table) in enumerate(zip(coded, tables, strict=True)):
                its = codes[block if len(codes) > 1 else 0, start : start + batch]
                at = (values[column, : len(part)], marks[column, : len(part)])
                found += kernels.spread(its, table, part, rejected, *at)
            if not found:
                continue
            kernels.products(values, values, xy)
            if complete:
                n += found // k
                x += values.sum(axis=1)[:, None]
            else:
                kernels.products(marks, marks, n)
                kernels.products(values, marks, x)
                kernels.products(values * values, marks, xx)
    return Sums(n, x, xx + np.diag(xy)[:, None] if complete else xx, xy)


def _shares(sums: Sums) -> Floats:
    """The correlations by the sums; not yet told where those say too little."""
    with np.errstate(divide="ignore", invalid="ignore"):
        spread = sums.xx - sums.x * sums.x / sums.n
        together = sums.xy - sums.x * sums.x.T / sums.n
        r: Floats = together / (np.sqrt(spread) * np.sqrt(spread.T))
    return r.clip(-1, 1)


def _told(sums: Sums) -> npt.NDArray[np.bool_]:
    """Whether the rows of each pair lie around the middle of all rows, or far off in a heap."""
    with np.errstate(divide="ignore", invalid="ignore"):
        spread = sums.xx - sums.x * sums.x / sums.n
        one: npt.NDArray[np.bool_] = (spread > _TOLD * sums.xx) & (sums.xx > _LEAST * sums.n)
    return one & one.T
