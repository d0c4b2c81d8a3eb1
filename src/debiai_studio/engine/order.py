"""Rows in the order of a column, kept from one question to the next.

Sorting once pays for every brush: what is selected is then read off in order, without sorting.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from debiai_studio.engine import kernels
from debiai_studio.engine.codes import Codes
from debiai_studio.engine.rows import Rows

Keys = npt.NDArray[np.uint32]

# Bits sorted by in one pass: two thousand runs are written to at once.
_RADIX_BITS = 11


@dataclass(frozen=True, slots=True)
class Order:
    """The rows of a scope by ascending key, ties in import order.

    ``row`` is ``block * samples + sample``, uint32 [rows]; ``key`` uint32 [rows] ascends.
    """

    row: Keys
    key: Keys


def order_of(rows: Rows, name: Hashable, codes: Codes, keys: Callable[[], Keys]) -> Order:
    """The rows by the key of their code, from the cache when ``name`` was ordered before.

    ``codes`` is [1 or blocks, samples]; ``keys`` gives the key of each code.
    """
    return rows.kept(
        ("order", name),
        lambda: _sorted(rows, codes, keys()),
        lambda made: made.row.nbytes + made.key.nbytes,
    )


def import_order(rows: Rows) -> Keys:
    """The rows sample by sample, the models of each one together."""

    def make() -> Keys:
        flat = np.arange(rows.mask.size, dtype=np.uint32).reshape(rows.mask.shape)
        ordered: Keys = flat.T[rows.mask.T != 0]
        return ordered

    return rows.array(("order", None), make)


def _sorted(rows: Rows, codes: Codes, keys: Keys) -> Order:
    row = import_order(rows).copy()
    place = row if len(codes) > 1 else row % np.uint32(rows.n_samples)
    pairs, aside = (keys[codes.reshape(-1)[place]], row), (np.empty_like(row), np.empty_like(row))
    bits = int(keys.max(initial=0)).bit_length()
    for shift in range(0, bits, _RADIX_BITS):
        digits = 2 ** min(_RADIX_BITS, bits - shift)
        kernels.radix_pass(*pairs, shift, np.zeros(digits + 1, np.int64), *aside)
        pairs, aside = aside, pairs
    return Order(row=pairs[1], key=pairs[0])
