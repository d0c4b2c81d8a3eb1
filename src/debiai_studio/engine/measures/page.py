"""Rows for a table: sorted, cut out, as canonical text."""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from debiai_studio.engine import kernels
from debiai_studio.engine.codes import FIRST, MINUS_INF, NAN, NULL, PLUS_INF
from debiai_studio.engine.frame import Frame
from debiai_studio.engine.model import MeasureResult
from debiai_studio.engine.plan import Page
from debiai_studio.engine.rows import Place, Rows

Numbers = npt.NDArray[np.int64]
Keys = npt.NDArray[np.uint32]

# So many bits of a key are counted at a time: the counts stay in the processor's cache.
_COUNTED_BITS = 15
# So many rows are quicker put in order than counted once more.
_SORTED = 1 << 17
# So many rows at the beginning of an order are kept.
_LEADING = 1 << 16


def page(measure: Page, frame: Frame, scope: Frame) -> MeasureResult:
    """The rows from ``offset`` on, in the order asked. Raises UnknownColumn or Unsuitable."""
    rows = frame.rows
    places = [rows.place(name) for name in measure.columns]
    total = frame.selected
    row = _rows(measure, frame, scope)
    block, sample = np.divmod(row.astype(np.int64), rows.n_samples)
    names = [model.id for model in rows.models] if rows.per_model else None
    meta = {
        "total": total,
        "offset": measure.offset,
        "columns": [
            {
                "name": place.column.name,
                "type": place.column.type.value,
                "zoned": place.column.zoned,
                "values": _texts(rows, place, block, sample),
            }
            for place in places
        ],
        "sample": sample.tolist(),
        "ids": [str(value) for value in rows.store.reader.ids(sample).to_pylist()],
        "model": [names[k] if names else None for k in block],
    }
    return MeasureResult(meta)


def _rows(measure: Page, frame: Frame, scope: Frame) -> Keys:
    """The rows of the page, each as ``block * samples + sample``.

    Found by counting, not by sorting: which key is at the beginning of the page, which one at
    its end, and then the rows between them.
    """
    start, stop = measure.offset, min(measure.offset + measure.limit, frame.selected)
    row = np.empty(max(stop - start, 0), np.uint32)
    if start >= stop:
        return row
    if measure.sort is None:
        if frame.listed is not None:
            return frame.listed[start:stop]
        kernels.first_imported(frame.slot, frame.groups, start, row)
        return row
    leading = _leading(measure, frame, scope)
    if len(leading) >= stop:
        return leading[start:stop]
    found = _Ranked(frame, measure.sort, descending=measure.descending).between(start, stop)
    return found if frame.listed is None else frame.listed[found]


def _leading(measure: Page, frame: Frame, scope: Frame) -> Keys:
    """Rows that pass, in order, out of those that come first in the whole scope.

    A brush leaves some of them nearly always: then nothing else has to be looked at.
    """
    sort, descending = measure.sort or "", measure.descending
    if frame.unit != "rows":  # another row of a sample may be the first that passes
        return np.zeros(0, np.uint32)

    def make() -> Keys:
        most = min(_LEADING, scope.selected)
        found = _Ranked(scope, sort, descending=descending).between(0, most)
        return found if scope.listed is None else scope.listed[found]

    first = frame.rows.array(("leading", sort, descending), make)
    passed: Keys = first[frame.slot.reshape(-1)[first] != frame.groups]
    return passed


class _Ranked:
    """The selected rows by their place in an order, of which only a part is put in order.

    The keys of the order are cut into runs: the rows of each run are counted, and only those of
    the runs that hold the page are looked at one by one.
    """

    def __init__(self, frame: Frame, name: str, *, descending: bool) -> None:
        rows = frame.rows
        coded = rows.coded(name)
        self._keys = rows.array(
            ("keys", name, descending), lambda: _sort_keys(coded.size, descending=descending)
        )
        self._shift = max(coded.size.bit_length() - _COUNTED_BITS, 0)
        self._runs = rows.array(
            ("runs", name, descending), lambda: (self._keys >> self._shift).astype(np.uint16)
        )
        self._frame, self._name, self._order = frame, name, (name, descending)
        self._codes = frame.seen(coded.codes)
        self._slot, self._rejected = frame.seen_slot, frame.groups
        n_runs = (coded.size >> self._shift) + 1
        if frame.listed is None and (frame.groups + 1) * coded.size <= rows.total_rows:
            by_code = frame.by_place(coded.codes, coded.size).sum(axis=0, dtype=np.int64)
            self._ranks = np.cumsum(np.bincount(self._runs, by_code, n_runs).astype(np.int64))
        else:
            self._ranks = self._ranks_of(self._runs, n_runs)

    def between(self, start: int, stop: int) -> Keys:
        """The rows from one place to before another, as places among those seen."""
        first, before = _at(self._ranks, start)
        last, _ = _at(self._ranks, stop - 1)
        around = int(self._ranks[last]) - before
        if around <= _SORTED:
            row = self._of_scope(first, last)
            if row is None:
                row = np.empty(around, np.uint32)
                kernels.accepted_between(
                    self._codes, self._runs, self._slot, self._rejected, first, last, row
                )
            return self._in_order(row)[start - before : stop - before]
        return self._among_equals(start, stop)

    def _of_scope(self, first: int, last: int) -> Keys | None:
        """The rows of some runs out of all of the scope, which are kept; None when too many.

        A brush that moves leaves the page in the same runs for a while.
        """
        rows = self._frame.rows
        if self._frame.listed is not None or self._frame.unit != "rows":
            return None
        inside = (self._runs >= first) & (self._runs <= last)
        total = int(rows.totals(self._name)[inside].sum(dtype=np.int64))
        if total > _SORTED:
            return None

        def make() -> Keys:
            found = np.empty(total, np.uint32)
            kernels.accepted_between(self._codes, self._runs, rows.mask, 0, first, last, found)
            return found

        among = rows.array(("among", self._order, first, last), make)
        passed: Keys = among[self._slot.reshape(-1)[among] != self._rejected]
        return passed

    def _in_order(self, row: Keys) -> Keys:
        block, sample = np.divmod(row, np.uint32(self._slot.shape[1]))
        key = self._keys[self._codes[block if len(self._codes) > 1 else 0, sample]]
        return row[np.lexsort((block, sample, key))]

    def _among_equals(self, start: int, stop: int) -> Keys:
        """The same where a run has many rows: some key of it has."""
        (low, before), (high, below) = self._key_at(start), self._key_at(stop - 1)
        ends = np.array([low, start - before, high, stop - max(below, start)])
        row, key = np.empty((2, stop - start), np.uint32)
        kernels.rows_between(self._codes, self._keys, self._slot, self._rejected, ends, row, key)
        return row[np.argsort(key, kind="stable")]

    def _key_at(self, place: int) -> tuple[int, int]:
        """The key of the row at a place, and how many rows have a lower one."""
        run, before = _at(self._ranks, place)
        first, n_keys = run << self._shift, 1 << self._shift
        # The last place takes the rows of other runs.
        inside = np.minimum(self._keys - np.uint32(first), n_keys).astype(np.uint16)
        offset, within = _at(self._ranks_of(inside, n_keys), place - before)
        return first + offset, before + within

    def _ranks_of(self, table: npt.NDArray[np.uint16], n_places: int) -> Numbers:
        """How many rows have each place of a table of codes, or a lower one."""
        counts = np.zeros(n_places + 1, np.int64)
        kernels.tally_accepted(self._codes, table, self._slot, self._rejected, counts)
        return np.cumsum(counts[:n_places])


def _at(ranks: Numbers, place: int) -> tuple[int, int]:
    key = int(np.searchsorted(ranks, place, side="right"))
    return key, int(ranks[key - 1]) if key else 0


def _sort_keys(size: int, *, descending: bool) -> Keys:
    """The place of each code in the order: NaN behind the numbers, missing values last."""
    keys = np.empty(size, np.uint32)
    values = np.arange(1, size - FIRST + 1)
    keys[FIRST:] = values[::-1] if descending else values
    ends = (0, len(values) + 1)
    keys[MINUS_INF], keys[PLUS_INF] = reversed(ends) if descending else ends
    keys[NAN], keys[NULL] = len(values) + 2, len(values) + 3
    return keys


def _texts(rows: Rows, place: Place, block: Numbers, sample: Numbers) -> list[str | None]:
    if not place.column.type.is_plottable:
        return _stored_texts(rows, place, block, sample)
    coded = rows.coded(place.column.name)
    codes = coded.codes[block if len(coded.codes) > 1 else 0, sample]
    return [coded.text(int(code)) for code in codes]


def _stored_texts(rows: Rows, place: Place, block: Numbers, sample: Numbers) -> list[str | None]:
    """Values that have no codes: arrays and dicts, kept as JSON text."""
    reader = rows.store.reader

    def read(table: pa.Table) -> list[Any]:
        values: list[Any] = table.column(0).to_pylist()
        return values

    if place.family == "sample":
        return read(reader.rows(sample, [place.stored]))
    texts: list[str | None] = [None] * len(sample)
    models = rows.models if place.model is None else [rows.dataset.models[place.model]]
    for k, model in enumerate(models):
        where = np.flatnonzero(block == k)
        found = read(reader.results(model.number, sample[where], [place.stored]))
        for index, text in zip(where, found, strict=True):
            texts[index] = text
    return texts
