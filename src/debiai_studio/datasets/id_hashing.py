"""Hashes of sample ids: 64 bits, the same on every machine and in every version."""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa

Hashes = npt.NDArray[np.uint64]

_BASE = np.uint64(0x9E3779B97F4A7C15)
_MIX_1 = np.uint64(0xBF58476D1CE4E5B9)
_MIX_2 = np.uint64(0x94D049BB133111EB)

# Bytes hashed together: few enough for the processor's cache, and memory stays small.
_AT_ONCE = 1 << 18


def hash_ids(ids: pa.Array[Any]) -> Hashes:
    """One hash per id (text or int64, no nulls). Equal ids have equal hashes, never the reverse."""
    if pa.types.is_integer(ids.type):
        return _mixed(ids.to_numpy(zero_copy_only=False).view(np.uint64))
    parts = -(-ids.nbytes // _AT_ONCE)
    size = max(1, -(-len(ids) // max(parts, 1)))
    pieces = [ids.slice(start, size) for start in range(0, len(ids), size)]
    return np.concatenate(
        [_text_hashes(piece.cast(pa.large_binary())) for piece in pieces]
        or [np.empty(0, np.uint64)]
    )


def _text_hashes(ids: pa.Array[Any]) -> Hashes:
    """The sum of byte x power of its place, over each text at once by a running sum."""
    buffers: list[Any] = ids.buffers()
    offsets = np.frombuffer(buffers[1], np.int64)[ids.offset : ids.offset + len(ids) + 1]
    lengths = np.diff(offsets)
    content = (
        np.frombuffer(buffers[2], np.uint8)[offsets[0] : offsets[-1]]
        if buffers[2] is not None
        else np.empty(0, np.uint8)
    )
    starts = offsets[:-1] - offsets[0]
    place = np.arange(len(content), dtype=np.int64) - np.repeat(starts, lengths)
    terms = (content.astype(np.uint64) + np.uint64(1)) * _powers(int(lengths.max()))[place]
    sums = np.zeros(len(content) + 1, np.uint64)
    np.cumsum(terms, out=sums[1:])
    return _mixed(sums[starts + lengths] - sums[starts] + lengths.astype(np.uint64))


def _powers(count: int) -> Hashes:
    factors = np.full(max(count, 1), _BASE, np.uint64)
    return np.multiply.accumulate(factors)


def _mixed(values: Hashes) -> Hashes:
    """SplitMix64's last step: a bijection that spreads every bit over all of them."""
    values = (values ^ (values >> np.uint64(30))) * _MIX_1
    values = (values ^ (values >> np.uint64(27))) * _MIX_2
    return values ^ (values >> np.uint64(31))
