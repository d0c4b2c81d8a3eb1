# ruff: noqa: PLR0917  (a compiled function takes its arguments by position)
"""Numbering distinct keys in the order in which they are seen."""

from __future__ import annotations

from typing import Any

import numpy as np

from debiai_studio.engine.codes import FIRST
from debiai_studio.engine.kernels.compiled import kernel

# 2^64 / golden ratio: keys that are alike lie far apart.
_SPREAD = np.uint64(0x9E3779B97F4A7C15)
_ONE = np.uint64(1)


@kernel
def number_keys(
    kinds: Any, keys: Any, start: int, slots: Any, slot_keys: Any, seen: Any, ends: Any, out: Any
) -> int:
    """Number the keys from ``start`` on; returns how many are done when ``seen`` has no room left.

    A value gets its kind when that is below ``FIRST``, else the number of its key: ``ends[1]`` and
    the place of the key in ``seen``. ``slots`` is a hash table of places plus one, 0 where it is
    free, with the keys beside it in ``slot_keys``; it has a power of two of places, more than
    ``seen``. ``ends[0]`` is the number of keys seen.
    """
    mask = np.uint64(slots.shape[0] - 1)
    shift = np.uint64(64)
    size = slots.shape[0]
    while size > 1:
        size //= 2
        shift -= _ONE
    n_seen, first = ends[0], ends[1]
    for i in range(start, keys.shape[0]):
        if kinds[i] < FIRST:
            out[i] = kinds[i]
            continue
        key = keys[i]
        slot = (key * _SPREAD) >> shift
        while slots[slot] and slot_keys[slot] != key:
            slot = (slot + _ONE) & mask
        if not slots[slot]:
            if n_seen == seen.shape[0]:
                ends[0] = n_seen
                return i
            seen[n_seen] = key
            n_seen += 1
            slots[slot] = n_seen
            slot_keys[slot] = key
        out[i] = first + slots[slot] - 1
    ends[0] = n_seen
    return len(keys)
