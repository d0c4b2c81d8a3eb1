"""Rows by the combination of the classes of several columns, exact."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from debiai_studio.engine import kernels
from debiai_studio.engine.axes import narrowest
from debiai_studio.engine.classes import Classes, classes_of
from debiai_studio.engine.codes import FIRST, MINUS_INF
from debiai_studio.engine.counting import Places
from debiai_studio.engine.errors import Unsuitable
from debiai_studio.engine.frame import Frame
from debiai_studio.engine.model import MeasureResult
from debiai_studio.engine.plan import Combinations
from debiai_studio.engine.rows import Rows

# More combinations than this tell nothing, and would take memory beyond their use.
MOST = 100_000


@dataclass(frozen=True, slots=True)
class Numbered:
    """The combinations of a scope: their classes [n, columns], and the number of each row."""

    classes: npt.NDArray[np.uint8]
    number: Places


def combinations(measure: Combinations, frame: Frame, scope: Frame) -> MeasureResult:
    """The largest combinations, and the totals of every class. Raises Unsuitable."""
    rows = frame.rows
    columns = [classes_of(rows, name, measure.values) for name in measure.columns]
    made = rows.kept(
        ("combinations", measure.columns, measure.values),
        lambda: _number(rows, columns),
        lambda found: found.number.nbytes + found.classes.nbytes,
    )
    n = len(made.classes)
    counts = frame.by_place(made.number, max(n, 1))[:, :n]
    everything = scope.by_place(made.number, max(n, 1))[:, :n].sum(axis=0, dtype=np.uint32)
    sizes = [len(classes) for classes in columns]
    selected = counts.sum(axis=0, dtype=np.int64)
    weights, without = (None, 0)
    if measure.weight:
        weights, without = _weighed(rows, measure.weight, made.number, frame, n)
    drawn = _largest(selected, weights, made.classes, measure.limit)
    arrays: dict[str, Any] = {
        "classes": made.classes[drawn],
        "counts": np.ascontiguousarray(counts[:, drawn]),
        "all": everything[drawn],
        "class_counts": _by_class(counts, made.classes, sizes).astype(np.uint32),
        "class_all": _by_class(everything[None], made.classes, sizes)[0].astype(np.uint32),
    }
    if weights is not None:
        arrays["weights"] = np.ascontiguousarray(weights[:, drawn])
        arrays["class_weights"] = _by_class(weights, made.classes, sizes)
    meta = {
        "columns": [classes.meta() for classes in columns],
        "combinations": int(np.count_nonzero(selected)),
        "selected": int(selected.sum()),
        "drawn": int(selected[drawn].sum()),
        "weight": measure.weight,
        "without_weight": without,
    }
    return MeasureResult(meta, arrays)


def _number(rows: Rows, columns: list[Classes]) -> Numbered:
    number: npt.NDArray[np.uint32] = np.zeros((1, rows.n_samples), np.uint32)
    known: npt.NDArray[np.uint8] = np.zeros((1, 0), np.uint8)
    for classes in columns:
        size = max(len(classes), 1)
        seen = np.full(len(known) * size, -1, np.int64)
        out = np.empty(rows.mask.shape, np.uint32)
        found = kernels.number_pairs(number, classes.place, size, rows.mask, seen, out)
        if found > MOST:
            raise Unsuitable(
                classes.column.name,
                f"with the columns before it there are more than {MOST:,} combinations; "
                "choose fewer columns, or columns with fewer values.",
            )
        pairs = np.flatnonzero(seen >= 0)
        next_ = np.empty((found, known.shape[1] + 1), np.uint8)
        next_[seen[pairs], :-1] = known[pairs // size]
        next_[seen[pairs], -1] = pairs % size
        number, known = out, next_
    return Numbered(known, narrowest(number, len(known)))


def _weighed(
    rows: Rows, name: str, number: Places, frame: Frame, n: int
) -> tuple[npt.NDArray[np.float64], int]:
    coded = rows.coded(name)
    if not coded.column.type.is_numeric:
        raise Unsuitable(name, f"it holds {coded.column.type} values; choose numbers.")
    values, present = coded.numbers(), rows.totals(name) > 0
    if present[MINUS_INF] or (values[FIRST:][present[FIRST:]] < 0).any():
        raise Unsuitable(name, "it has values below zero, which no width can show.")
    sums = np.zeros((frame.groups + 1, max(n, 1), 2))
    without = int(kernels.weigh(number, frame.slot, coded.codes, values, sums)) * rows.weight
    sums *= rows.weight
    total, lost = sums[: frame.groups, :n, 0], sums[: frame.groups, :n, 1]
    return np.add(total, lost, out=total.copy(), where=np.isfinite(total)), without


def _largest(selected: Any, weights: Any, classes: Any, limit: int) -> npt.NDArray[np.int64]:
    """The combinations with most rows (or weight), in the order of their classes."""
    with np.errstate(over="ignore"):
        size = selected if weights is None else weights.sum(axis=0)
    order = np.lexsort((*classes.T[::-1], -size))
    kept = [k for k in order[:limit] if selected[k]]
    chosen = np.array(kept, np.int64)
    drawn: npt.NDArray[np.int64] = chosen[np.lexsort(classes[chosen].T[::-1])]
    return drawn


def _by_class(sums: Any, classes: Any, sizes: list[int]) -> npt.NDArray[np.float64]:
    """Sums by class, the columns one after the other, [groups, classes of all columns]."""
    parts = [
        np.stack([np.bincount(classes[:, k], group, size)[:size] for group in sums])
        for k, size in enumerate(sizes)
    ]
    joined: npt.NDArray[np.float64] = np.concatenate(parts, axis=1)
    return joined
