# ruff: noqa: PLR0917  (a compiled function takes its arguments by position)
"""Loops over the rows whose slot is another than before, and the counts that follow them."""

from __future__ import annotations

from typing import Any

import numpy as np

from debiai_studio.engine.kernels.compiled import kernel

_WORD = 8


@kernel
def changed(before: Any, after: Any, before_words: Any, after_words: Any, out: Any) -> int:
    """The rows whose slot differs, in order; returns how many, or -1 when ``out`` is too short.

    Slots are uint8 [rows]; ``..._words`` are views of as many as fill words of eight bytes: most
    of them are equal, and skipped at once.
    """
    found, room = 0, out.shape[0] - _WORD
    for word in range(before_words.shape[0]):
        if before_words[word] == after_words[word]:
            continue
        if found > room:
            return -1
        for row in range(word * _WORD, (word + 1) * _WORD):
            # Always written, counted only when it differs: no branch to predict.
            out[found] = row
            found += before[row] != after[row]
    for row in range(before_words.shape[0] * _WORD, before.shape[0]):
        if before[row] != after[row]:
            if found > room:
                return -1
            out[found] = row
            found += 1
    return found


@kernel
def recount(first: Any, second: Any, rows: Any, before: Any, after: Any, counts: Any) -> None:
    """Move rows from the slot they were counted in to the one they have now.

    ``counts`` is [groups + 1, first, second]; ``first`` and ``second`` are places [slabs,
    samples], where the former is empty when there is one place. ``rows`` are ``block * samples +
    sample``, ``before`` and ``after`` their slots.
    """
    n_samples = second.shape[1]
    for k in range(rows.shape[0]):
        block, i = 0, np.int64(rows[k])
        if i >= n_samples:
            block = i // n_samples
            i -= block * n_samples
        a = first[block if first.shape[0] > 1 else 0, i] if first.shape[0] > 0 else 0
        b = second[block if second.shape[0] > 1 else 0, i]
        counts[before[k], a, b] -= 1
        counts[after[k], a, b] += 1
