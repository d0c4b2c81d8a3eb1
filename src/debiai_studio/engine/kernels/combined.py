# ruff: noqa: PLR0917  (a compiled function takes its arguments by position)
"""Loops over rows by the combination of several columns."""

from __future__ import annotations

from typing import Any

from debiai_studio.engine.codes import FIRST
from debiai_studio.engine.kernels.compiled import kernel


@kernel
def number_pairs(first: Any, second: Any, size: int, mask: Any, seen: Any, out: Any) -> int:
    """Number the pairs that occur among the marked rows; returns how many there are.

    ``second`` is below ``size``. ``seen`` [firsts * size] is -1, and is left with the number of
    each pair; ``out`` takes the number of each row, 0 for a row that is not marked.
    """
    found = 0
    for block in range(mask.shape[0]):
        first_slab = block if first.shape[0] > 1 else 0
        second_slab = block if second.shape[0] > 1 else 0
        for i in range(mask.shape[1]):
            if mask[block, i] == 0:
                out[block, i] = 0
                continue
            pair = first[first_slab, i] * size + second[second_slab, i]
            if seen[pair] < 0:
                seen[pair] = found
                found += 1
            out[block, i] = seen[pair]
    return found


@kernel
def weigh(cells: Any, slot: Any, codes: Any, values: Any, sums: Any) -> int:
    """Add up the value of each row by colour group and cell; returns how many rows have none.

    ``sums`` is [groups + 1, cells, 2]: the sum, and what rounding took from it (Neumaier's
    compensated sum); only codes of finite values add to it.
    """
    rejected, without = sums.shape[0] - 1, 0
    for block in range(slot.shape[0]):
        cell_slab = block if cells.shape[0] > 1 else 0
        slab = block if codes.shape[0] > 1 else 0
        for i in range(slot.shape[1]):
            code = codes[slab, i]
            if code < FIRST:
                without += slot[block, i] != rejected
                continue
            cell = sums[slot[block, i], cells[cell_slab, i]]
            value = values[code]
            total = cell[0] + value
            if abs(cell[0]) >= abs(value):
                cell[1] += (cell[0] - total) + value
            else:
                cell[1] += (value - total) + cell[0]
            cell[0] = total
    return without
