"""The figures of every column, for the project page."""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from debiai_studio.datasets.model import Column, Model
from debiai_studio.engine.codes import (
    BLOCK,
    FIRST,
    MINUS_INF,
    NAN,
    NULL,
    PLUS_INF,
    Coded,
    Totals,
    ends_of,
)
from debiai_studio.engine.core import core_window
from debiai_studio.engine.measures.histogram import counts_per_bin
from debiai_studio.engine.rows import Rows

PROFILE_BINS = 24
_CHUNK = 65_536


def profile_of(rows: Rows, column: Column, name: str, model: Model | None) -> dict[str, Any]:
    """The figures of the column called ``name`` in rows whose model, if any, is ``model``."""
    described = {
        "name": column.name,
        "model": None if model is None else model.id,
        "type": column.type.value,
        "zoned": column.zoned,
        "category": column.category.value,
        "group": column.group,
    }
    if not column.type.is_plottable:
        missing = _missing(rows, column, model)
        nothing = dict.fromkeys(("distinct", "min", "max", "core", "mean"))
        return {**described, "missing": missing, "nan": 0, "inf": 0, **nothing, "histogram": []}
    coded, totals = rows.coded(name), rows.totals(name)
    ends, core = ends_of(totals), core_window(rows, name)
    mean = _mean(coded, totals, ends) if column.type.is_numeric and ends else None
    return {
        **described,
        "missing": int(totals[NULL]),
        "nan": int(totals[NAN]),
        "inf": int(totals[MINUS_INF]) + int(totals[PLUS_INF]),
        "distinct": int(np.count_nonzero(totals[FIRST:])),
        "min": coded.text(ends[0]) if ends else None,
        "max": coded.text(ends[1]) if ends else None,
        "core": None if core is None else list(core),
        "mean": mean,
        "histogram": counts_per_bin(rows, name, PROFILE_BINS) if ends else [],
    }


def _mean(coded: Coded, totals: Totals, ends: tuple[int, int]) -> float | None:
    """The mean of the finite values; None beyond float64."""
    origin = coded.number_at(ends[0])
    total, count = 0.0, 0
    with np.errstate(over="ignore", invalid="ignore"):
        for start in range(FIRST, coded.size, BLOCK):
            counts = totals[start : start + BLOCK]
            held = counts > 0
            away = coded.numbers(start, start + BLOCK)[held] - origin
            total += float((away * counts[held]).sum())
            count += int(counts.sum(dtype=np.int64))
    mean = origin + total / count
    return mean if math.isfinite(mean) else None


def _missing(rows: Rows, column: Column, model: Model | None) -> int:
    samples = np.flatnonzero(rows.mask[0])
    reader = rows.store.reader
    missing = 0
    for start in range(0, len(samples), _CHUNK):
        numbers = samples[start : start + _CHUNK]
        table = (
            reader.rows(numbers, [column])
            if model is None
            else reader.results(model.number, numbers, [column])
        )
        missing += table.column(0).null_count
    return missing
