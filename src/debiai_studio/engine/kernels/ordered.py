# ruff: noqa: PLR0917  (a compiled function takes its arguments by position)
"""Loops over rows in the order of a column, or of anything else."""

from __future__ import annotations

from typing import Any

from debiai_studio.engine.codes import FIRST
from debiai_studio.engine.kernels.compiled import kernel


@kernel
def first_rows(bits: int, step: int, slot: Any, rejected: int, blocks: Any, samples: Any) -> int:
    """The first accepted rows of an order of samples that is spread evenly over them.

    The samples are visited at multiples of ``step``, which is odd, modulo ``2 ** bits``, which is
    no less than their number: each one once. Returns how many rows were found.
    """
    found, i = 0, 0
    last = (1 << bits) - 1
    for _ in range(last + 1):
        i = (i + step) & last
        if i >= slot.shape[1]:
            continue
        for block in range(slot.shape[0]):
            if slot[block, i] != rejected:
                blocks[found] = block
                samples[found] = i
                found += 1
                if found == blocks.shape[0]:
                    return found
    return found


@kernel
def tally_accepted(codes: Any, table: Any, slot: Any, rejected: int, counts: Any) -> None:
    """How many accepted rows have each place that ``table`` gives their codes."""
    for block in range(slot.shape[0]):
        row, slots = codes[block if codes.shape[0] > 1 else 0], slot[block]
        for i in range(slots.shape[0]):
            counts[table[row[i]]] += slots[i] != rejected


@kernel
def accepted_between(
    codes: Any, table: Any, slot: Any, rejected: int, low: int, high: int, rows: Any
) -> None:
    """The accepted rows whose place is from ``low`` to ``high``; ``rows`` has room for all."""
    found = 0
    for block in range(slot.shape[0]):
        row, slots = codes[block if codes.shape[0] > 1 else 0], slot[block]
        for i in range(slots.shape[0]):
            place = table[row[i]]
            if (place >= low) & (place <= high) & (slots[i] != rejected):
                rows[found] = block * slot.shape[1] + i
                found += 1


@kernel
def first_imported(slot: Any, rejected: int, skipped: int, rows: Any) -> int:
    """The accepted rows in import order after the first ``skipped``; returns how many."""
    found, left = 0, skipped
    for i in range(slot.shape[1]):
        for block in range(slot.shape[0]):
            if slot[block, i] == rejected:
                continue
            if left > 0:
                left -= 1
                continue
            rows[found] = block * slot.shape[1] + i
            found += 1
            if found == rows.shape[0]:
                return found
    return found


@kernel
def rows_between(
    codes: Any, keys: Any, slot: Any, rejected: int, ends: Any, rows: Any, row_keys: Any
) -> None:
    """Accepted rows with keys from one to another, in import order: as many as ``rows`` holds.

    ``ends`` has the lowest key and how many rows of it come before the first that is wanted, the
    highest key and how many rows of it are wanted.
    """
    low, skipped, high, room = ends
    found = 0
    for i in range(slot.shape[1]):
        for block in range(slot.shape[0]):
            key = keys[codes[block if codes.shape[0] > 1 else 0, i]]
            if key < low or key > high or slot[block, i] == rejected:
                continue
            if key == low and skipped > 0:
                skipped -= 1
                continue
            if key == high:
                if room == 0:
                    continue
                room -= 1
            rows[found] = block * slot.shape[1] + i
            row_keys[found] = key
            found += 1
            if found == rows.shape[0]:
                return


@kernel
def gather(
    order: Any,
    keys: Any,
    slot: Any,
    bins: Any,
    binned: Any,
    special: Any,
    ends: Any,
    kept: Any,
    runs: Any,
) -> int:
    """Gather the keys of selected rows with a value, in order; returns how many.

    ``slot`` and ``bins`` are by row; one bin holds every row where they are not ``binned``.
    ``special`` is [groups, bins, 4] and counts the rows without a value, by key. ``kept`` takes the
    keys of all cells, ``runs`` those of each cell by itself: ``ends`` [(groups + 1) * (bins + 1)]
    has where each run starts, the rejected last, and is left with where it ends.
    """
    rejected, n_bins = special.shape[0], special.shape[1]
    first = 0
    while first < order.shape[0] and keys[first] < FIRST:
        row = order[first]
        place = bins[row] if binned else 0
        if slot[row] < rejected and place < n_bins:
            special[slot[row], place, keys[first]] += 1
        first += 1
    found = 0
    for k in range(first, order.shape[0]):
        row = order[k]
        group = slot[row]
        place = bins[row] if binned else 0
        cell = group * (n_bins + 1) + place
        # Always written, counted only when it belongs: no branch to predict.
        kept[found] = keys[k]
        runs[ends[cell]] = keys[k]
        ends[cell] += 1
        found += group < rejected and place < n_bins
    return found


@kernel
def radix_pass(
    keys: Any, others: Any, shift: int, starts: Any, sorted_keys: Any, sorted_others: Any
) -> None:
    """Sort pairs, stably, by some bits of the key.

    ``starts`` has one place more than there are digits (a power of two), and is left with the
    end of each digit's run.
    """
    digits = starts.shape[0] - 1
    starts[:] = 0
    for k in range(keys.shape[0]):
        starts[((keys[k] >> shift) & (digits - 1)) + 1] += 1
    for digit in range(digits):
        starts[digit + 1] += starts[digit]
    for k in range(keys.shape[0]):
        digit = (keys[k] >> shift) & (digits - 1)
        place = starts[digit]
        starts[digit] = place + 1
        sorted_keys[place] = keys[k]
        sorted_others[place] = others[k]


# What `scan` finds per cell: 0 mean, 1 sum of squared deviations; 2, 3 the lowest and highest
# code; 4 to 9 for each quartile the codes at the positions below and above it; 10 distinct
# codes; 11, 12 the code of the longest run of equal codes, and its length.
SCANNED = 13
QUARTILES = 3


@kernel
def scan(codes: Any, starts: Any, ends: Any, values: Any, out: Any) -> None:
    """Statistics of runs of ascending codes, from ``starts[c]`` to before ``ends[c]``."""
    for c in range(out.shape[0]):
        n = ends[c] - starts[c]
        if n <= 0:
            continue
        run = codes[starts[c] : ends[c]]
        # Around the middle value, so that large values far from zero lose nothing.
        origin = values[run[n // 2]]
        total = 0.0
        for k in range(n):
            total += values[run[k]] - origin
        mean = total / n
        squares = 0.0
        distinct, length, longest, top = 0, 0, 0, 0
        for k in range(n):
            deviation = values[run[k]] - origin - mean
            squares += deviation * deviation
            length = length + 1 if k > 0 and run[k] == run[k - 1] else 1
            distinct += length == 1
            if length > longest:
                longest, top = length, run[k]
        out[c, 0], out[c, 1] = origin + mean, squares
        out[c, 2], out[c, 3] = run[0], run[n - 1]
        for quarter in range(1, 4):
            below = ((n - 1) * quarter) // 4
            out[c, 2 + 2 * quarter] = run[below]
            out[c, 3 + 2 * quarter] = run[min(below + 1, n - 1)]
        out[c, 10], out[c, 11], out[c, 12] = distinct, top, longest


@kernel
def _positions(row: Any, n: int, found: Any) -> None:
    """The codes at the ends and around each quartile of ``n`` values, as ``scan`` has them."""
    passed, below, above = 0, 1, 1
    for code in range(FIRST, row.shape[0]):
        if row[code] == 0:
            continue
        if passed == 0:
            found[0] = code
        found[1] = code
        passed += row[code]
        while below <= QUARTILES and ((n - 1) * below) // 4 < passed:
            found[2 * below] = code
            below += 1
        while above <= QUARTILES and min(((n - 1) * above) // 4 + 1, n - 1) < passed:
            found[2 * above + 1] = code
            above += 1


@kernel
def _spread(row: Any, n: int, values: Any, origin: float) -> tuple[float, float]:
    """The mean, from ``origin``, and the sum of squared deviations."""
    total = 0.0
    for code in range(FIRST, row.shape[0]):
        # Not for absent codes: their distance may be beyond float64.
        if row[code]:
            total += row[code] * (values[code] - origin)
    mean = total / n
    squares = 0.0
    for code in range(FIRST, row.shape[0]):
        if row[code]:
            deviation = values[code] - origin - mean
            squares += row[code] * (deviation * deviation)
    return mean, squares


@kernel
def scan_counts(counts: Any, values: Any, out: Any) -> None:
    """The same statistics from how often each code occurs in a cell, ``counts`` [cells, codes]."""
    for c in range(out.shape[0]):
        row = counts[c]
        n, distinct, top, most = 0, 0, 0, 0
        for code in range(FIRST, row.shape[0]):
            n += row[code]
            distinct += row[code] > 0
            if row[code] > most:
                top, most = code, row[code]
        if n == 0:
            continue
        _positions(row, n, out[c, 2:10])
        origin = values[int(out[c, 6])]
        mean, squares = _spread(row, n, values, origin)
        out[c, 0], out[c, 1] = origin + mean, squares
        out[c, 10], out[c, 11], out[c, 12] = distinct, top, most
