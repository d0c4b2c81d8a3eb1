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
from debiai_studio.engine.order import import_order, order_of
from debiai_studio.engine.plan import Page
from debiai_studio.engine.rows import Place, Rows

Numbers = npt.NDArray[np.int64]


def page(measure: Page, frame: Frame) -> MeasureResult:
    """The rows from ``offset`` on, in the order asked. Raises UnknownColumn or Unsuitable."""
    rows = frame.rows
    places = [rows.place(name) for name in measure.columns]
    order = _order(measure, rows)
    row = np.empty(measure.limit, np.uint32)
    slot = frame.slot.reshape(-1)
    found = kernels.first_in_order(order, slot, frame.groups, measure.offset, row)
    block, sample = np.divmod(row[:found].astype(np.int64), rows.n_samples)
    names = [model.id for model in rows.models] if rows.per_model else None
    meta = {
        "total": frame.selected(),
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


def _order(measure: Page, rows: Rows) -> npt.NDArray[np.uint32]:
    if measure.sort is None:
        return import_order(rows)
    coded = rows.coded(measure.sort)
    name = ("page", measure.sort, measure.descending)
    return order_of(
        rows, name, coded.codes, lambda: _sort_keys(coded.size, descending=measure.descending)
    ).row


def _sort_keys(size: int, *, descending: bool) -> npt.NDArray[np.uint32]:
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
