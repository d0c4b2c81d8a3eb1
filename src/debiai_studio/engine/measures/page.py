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


def page(measure: Page, frame: Frame) -> MeasureResult:
    """The rows from ``offset`` on, in the order asked. Raises UnknownColumn or Unsuitable."""
    rows = frame.rows
    places = [rows.place(name) for name in measure.columns]
    total = frame.selected()
    row = _rows(measure, frame, total)
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


def _rows(measure: Page, frame: Frame, total: int) -> Keys:
    """The rows of the page, each as ``block * samples + sample``.

    Found by counting, not by sorting: which key is at the beginning of the page, which one at
    its end, and then the rows between them.
    """
    start, stop = measure.offset, min(measure.offset + measure.limit, total)
    row = np.empty(max(stop - start, 0), np.uint32)
    if not len(row):
        return row
    if measure.sort is None:
        kernels.first_imported(frame.slot, frame.groups, start, row)
        return row
    ranked = _Ranked(frame, measure.sort, descending=measure.descending)
    (low, before), (high, below) = ranked.key_at(start), ranked.key_at(stop - 1)
    ends = np.array([low, start - before, high, stop - max(below, start)])
    row_keys = np.empty_like(row)
    kernels.rows_between(ranked.codes, ranked.keys, frame.slot, frame.groups, ends, row, row_keys)
    return row[np.argsort(row_keys, kind="stable")]


class _Ranked:
    """How many selected rows there are up to each key of an order."""

    def __init__(self, frame: Frame, name: str, *, descending: bool) -> None:
        rows = frame.rows
        coded = rows.coded(name)
        self.codes = coded.codes
        self.keys = rows.array(
            ("keys", name, descending), lambda: _sort_keys(coded.size, descending=descending)
        )
        self._frame = frame
        self._shift = max(coded.size.bit_length() - _COUNTED_BITS, 0)
        self._coarse = self._ranks(0, (coded.size >> self._shift) + 1, self._shift)

    def key_at(self, position: int) -> tuple[int, int]:
        """The key of the row at a position, and how many rows have a lower one."""
        first, before = _at(self._coarse, position)
        if not self._shift:
            return first, before
        first <<= self._shift
        offset, within = _at(self._ranks(first, 1 << self._shift, 0), position - before)
        return first + offset, before + within

    def _ranks(self, first: int, n_keys: int, shift: int) -> Numbers:
        counts = np.zeros(n_keys + 2, np.int64)
        frame = self._frame
        kernels.tally_keys(self.codes, self.keys, shift, first, frame.slot, frame.groups, counts)
        return np.cumsum(counts[:n_keys])


def _at(ranks: Numbers, position: int) -> tuple[int, int]:
    place = int(np.searchsorted(ranks, position, side="right"))
    return place, int(ranks[place - 1]) if place else 0


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
