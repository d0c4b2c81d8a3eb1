"""What one widget sees: the rows that pass every filter but its own, in their colours."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from debiai_studio.engine import kernels
from debiai_studio.engine.axes import Bins
from debiai_studio.engine.colour import Colour
from debiai_studio.engine.rows import Mask, Rows, Unit


@dataclass(frozen=True, slots=True)
class Frame:
    """The rows of a scope as one view sees them.

    ``slot`` is a row's colour group, or ``groups`` when it does not pass, [blocks, samples].
    ``unit`` says what was counted once: each row, or each sample (its first passing row).
    """

    rows: Rows
    colour: str | None
    groups: int
    slot: Mask
    unit: Unit

    def histogram(
        self, bins: Bins, n_bins: int
    ) -> np.ndarray[tuple[int, int], np.dtype[np.uint32]]:
        """Selected rows by colour and bin, [groups, n_bins + 1]: the last bin is nowhere."""
        counts = np.zeros((self.groups + 1, n_bins + 1), np.uint32)
        kernels.histogram(bins, self.slot, counts)
        return counts[: self.groups]

    def selected(self) -> int:
        """How many rows pass."""
        return int(np.count_nonzero(self.slot != self.groups))


def frame_of(rows: Rows, colour: Colour, passed: Mask, unit: Unit) -> Frame:
    """The frame of the rows that passed."""
    slot = np.empty(passed.shape, np.uint8)
    kernels.slots(rows.counted(passed, unit), colour.group, colour.groups, slot)
    name = None if colour.column is None else colour.column.name
    return Frame(rows, name, colour.groups, slot, unit)


def scope_frame(rows: Rows, colour: Colour, unit: Unit) -> Frame:
    """The frame of every row of the scope, unfiltered."""
    name = None if colour.column is None else colour.column.name
    return rows.kept(
        ("frame", name, unit),
        lambda: frame_of(rows, colour, rows.mask, unit),
        lambda frame: frame.slot.nbytes,
    )
