"""The loops over rows, compiled by numba: without the GIL, kept on disk between starts.

Arrays are [slabs, samples]: one slab for a sample column, one per block of rows for others; a
kernel reads slab 0 for every block when there is only one. Masks are uint8 of 0 and 1. A *slot*
is a row's colour group, or ``rejected`` (= number of groups) for a row that does not pass;
results have one extra place at the end of each dimension that takes what is not counted, so
that the loops need no branches.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt

from debiai_studio.engine.kernels.changes import changed, recount
from debiai_studio.engine.kernels.coding import number_keys
from debiai_studio.engine.kernels.combined import number_pairs, weigh
from debiai_studio.engine.kernels.ordered import (
    SCANNED,
    accepted_between,
    first_imported,
    first_rows,
    gather,
    radix_pass,
    rows_between,
    scan,
    scan_counts,
    tally_accepted,
)
from debiai_studio.engine.kernels.pairs import products, rank, spread
from debiai_studio.engine.kernels.rows import (
    MOMENTS,
    histogram,
    lasso,
    listed,
    moments,
    pick,
    raster,
    sizes,
    slots,
    take,
    tally,
    tally_cells,
    within,
)

__all__ = [
    "MOMENTS",
    "SCANNED",
    "accepted_between",
    "changed",
    "compile",
    "first_imported",
    "first_rows",
    "gather",
    "histogram",
    "lasso",
    "listed",
    "moments",
    "number_keys",
    "number_pairs",
    "pick",
    "products",
    "radix_pass",
    "rank",
    "raster",
    "recount",
    "rows_between",
    "scan",
    "scan_counts",
    "sizes",
    "slots",
    "spread",
    "take",
    "tally",
    "tally_accepted",
    "tally_cells",
    "weigh",
    "within",
]


def compile() -> None:  # noqa: A001  (bootstrap reads `engine.kernels.compile()`)
    """Compile every kernel for every type it is used with; seconds once, then from disk."""
    mask = np.ones((1, 2), np.uint8)
    bins = np.zeros((1, 2), np.uint16)
    order = np.zeros(2, np.uint32)
    numbers = np.zeros(6)
    pairs = np.zeros((4, 2), np.uint32)
    table = np.zeros((2, 2))
    wide = np.zeros(2, np.uint64)
    number_keys(mask[0], wide, 0, order, wide, wide.copy(), np.zeros(2, np.int64), order.copy())
    for width in (np.uint16, np.uint32):
        codes = np.full((1, 2), 4, width)
        take(np.zeros(6, np.uint8), codes, mask.copy())
        take(np.zeros(6, np.uint16), codes, bins.copy())
        within(codes, 4, 5, np.zeros(5, np.uint8), mask.copy())
        tally(codes, mask, np.zeros(6, np.uint32))
        pick(codes, order[:1], 2, codes[:, :1].copy())
        tally_cells(codes, pairs[0][:0], mask, pairs.copy())
        keys = np.zeros(6, np.uint32)
        places = keys.astype(np.uint16)
        tally_accepted(codes, places, mask, 1, np.zeros(3, np.int64))
        accepted_between(codes, places, mask, 1, 1, 1, order.copy())
        rows_between(codes, keys, mask, 1, np.zeros(4, np.int64), order.copy(), order.copy())
        spread(codes[0], numbers, mask[0], 2, table[0], table[1])
        for other in (np.uint16, np.uint32):
            points = np.zeros((3, 2))
            lasso(codes, np.full((1, 2), 4, other), numbers, numbers, points, mask.copy())
    products(table, table, table.copy())
    rank(keys, numbers)
    slots(mask, mask, 1, mask.copy())
    listed(mask, order.copy())
    pick(mask, order[:1], 2, mask[:, :1].copy())
    pick(bins, order[:1], 2, bins[:, :1].copy())
    changed(mask[0], mask[0], np.zeros(0, np.uint64), np.zeros(0, np.uint64), order.copy())
    sizes(mask, np.zeros(2, np.int64))
    radix_pass(pairs[0], pairs[1], 0, np.zeros(3, np.int64), pairs[2], pairs[3])
    ends = np.zeros(4, np.int64)
    scan(pairs[0], ends[:1], ends[:1], numbers, np.zeros((1, SCANNED)))
    scan_counts(np.ones((1, 6), np.uint32), numbers, np.zeros((1, SCANNED)))
    first_imported(mask, 1, 0, order.copy())
    first_rows(1, 1, mask, 1, np.zeros(1, np.uint8), np.zeros(1, np.uint32))
    _compile_for_places(mask)


def _compile_for_places(mask: npt.NDArray[np.uint8]) -> None:
    """Those that are given places of rows, which take one, two or four bytes each."""
    byte, short, word = (np.zeros((1, 2), width) for width in (np.uint8, np.uint16, np.uint32))
    none, numbers = short[:0, :0], np.zeros(6)
    narrow: tuple[npt.NDArray[Any], ...] = (byte, short)
    every: tuple[npt.NDArray[Any], ...] = (byte, short, word)
    for second in every:
        histogram(second, mask, np.zeros((2, 2), np.uint32))
        for first in narrow:
            raster(second, first, mask, np.zeros((2, 2, 2), np.uint32))
        for first in (none, *narrow):
            counts = np.zeros((2, 2, 2), np.uint32)
            recount(first, second, word[0], mask[0], mask[0], counts)
        for codes in (short, word):
            weigh(second, mask, codes, numbers, np.zeros((2, 1, 2)))
    for places in narrow:
        number_pairs(word, places, 1, mask, np.full(1, -1), word.copy())
        for codes in (short, word):
            moments(codes, word[0][:0], places, mask, numbers, np.zeros((2, 2, MOMENTS)))
        special, ends = np.zeros((1, 1, 4), np.int64), np.zeros(4, np.int64)
        kept, runs = np.zeros((2, 2), np.uint32)
        gather(word[0], word[0], mask[0], places[0], True, special, ends, kept, runs)
