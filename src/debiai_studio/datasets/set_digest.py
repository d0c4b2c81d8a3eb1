"""The digest of a set of sample ids: the same in any order, and cheap to compare with another's.

Version 1: the SHA-256 of each id, with ``s`` before the UTF-8 of a text and ``i`` before the
decimal digits of an integer, as a big-endian number; their sum modulo 2**256. It tells a set that
differs by mistake. It does not stand up to somebody who chooses the ids to deceive.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

VERSION = "v1"
_BITS, _WORD_BITS = 256, 32
EMPTY = f"{VERSION},{0:0{_BITS // 4}x}"
# Ids that are Python objects at the same time.
_AT_ONCE = 8192


class SetDigest:
    """Grows with the ids that pass; memory is that of one batch of them."""

    def __init__(self) -> None:
        self.total = 0

    def through(self, ids: Iterable[pa.Array[Any]]) -> Iterator[pa.Array[Any]]:
        """The same ids, each batch counted before it is given on."""
        for batch in ids:
            for start in range(0, len(batch), _AT_ONCE):
                self.total += _sum_of(batch.slice(start, _AT_ONCE))
            yield batch

    @property
    def text(self) -> str:
        """Of what has passed so far: ``v1,`` and 64 hexadecimal digits."""
        return _text_of(self.total)


def set_digest(ids: Iterable[pa.Array[Any]]) -> str:
    """``v1,`` and 64 hexadecimal digits; memory is that of one batch of ids."""
    return _passed(ids).text


def changed_digest(
    base: str, added: Iterable[pa.Array[Any]], removed: Iterable[pa.Array[Any]]
) -> str:
    """The digest of a set with the digest ``base`` after these ids came and those went."""
    before = int(base.removeprefix(f"{VERSION},"), 16)
    return _text_of(before + _passed(added).total - _passed(removed).total)


def _text_of(total: int) -> str:
    return f"{VERSION},{total % 2**_BITS:0{_BITS // 4}x}"


def _passed(ids: Iterable[pa.Array[Any]]) -> SetDigest:
    digest = SetDigest()
    for _ in digest.through(ids):
        pass
    return digest


def _sum_of(batch: pa.Array[Any]) -> int:
    functions: Any = pc  # its stubs do not know joining with scalars
    letter = "i" if pa.types.is_integer(batch.type) else "s"
    tag, nothing = (pa.scalar(text, pa.large_string()) for text in (letter, ""))
    texts = batch.cast(pa.large_string())
    tagged = functions.binary_join_element_wise(tag, texts, nothing)
    hashes = map(hashlib.sha256, tagged.cast(pa.large_binary()).to_pylist())
    digests = b"".join([one.digest() for one in hashes])
    # Eight columns of 32 bits, added in 64: exact for up to 2**32 ids.
    words = np.frombuffer(digests, ">u4").reshape(-1, _BITS // _WORD_BITS)
    total = 0
    for column in words.sum(axis=0, dtype=np.uint64):
        total = (total << _WORD_BITS) + int(column)
    return total
