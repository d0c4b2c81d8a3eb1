"""What one widget sees: the rows that pass every filter but its own, in their colours."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, TypeVar

import numpy as np
import numpy.typing as npt

from debiai_studio.engine import kernels
from debiai_studio.engine.axes import Bins
from debiai_studio.engine.colour import Colour
from debiai_studio.engine.rows import Mask, Rows, Unit

# Rows are listed when they are no more than one in so many: what counts them then reads only
# those, and reads no more than it would of all.
_LISTED_SHARE = 8

A = TypeVar("A", bound=npt.NDArray[Any])
Listed = npt.NDArray[np.uint32]


@dataclass(frozen=True, slots=True)
class Frame:
    """The rows of a scope as one view sees them.

    ``slot`` is a row's colour group, or ``groups`` when it does not pass, [blocks, samples].
    ``unit`` says what was counted once: each row, or each sample (its first passing row).
    ``listed`` has the rows that pass, each as ``block * samples + sample``, in import order; None
    when they are too many. ``seen_slot`` is the slot of each row that ``seen`` gives values of.
    """

    rows: Rows
    colour: str | None
    groups: int
    slot: Mask
    unit: Unit
    listed: Listed | None
    seen_slot: Mask

    def seen(self, values: A) -> A:
        """What a count must read of values [1 or blocks, samples]: the listed rows', [1, rows]."""
        return values if self.listed is None else _picked(values, self.listed, self.slot.shape[1])

    def only(self, kept: npt.NDArray[np.bool_]) -> Frame:
        """The frame of those of its rows that ``kept`` [blocks, samples] marks."""
        slot = np.where(kept, self.slot, np.uint8(self.groups))
        return _framed(self.rows, self.colour, self.groups, slot, self.unit)

    def uncoloured(self) -> Frame:
        """The same rows in one group."""
        slot = (self.slot == self.groups).astype(np.uint8)
        return _framed(self.rows, None, 1, slot, self.unit)

    def histogram(
        self, bins: Bins | np.ndarray[Any, np.dtype[np.uint32]], n_bins: int
    ) -> np.ndarray[tuple[int, int], np.dtype[np.uint32]]:
        """Selected rows by colour and bin, [groups, n_bins + 1]: the last bin is nowhere."""
        counts = np.zeros((self.groups + 1, n_bins + 1), np.uint32)
        kernels.histogram(self.seen(bins), self.seen_slot, counts)
        return counts[: self.groups]

    def selected(self) -> int:
        """How many rows pass."""
        if self.listed is not None:
            return len(self.listed)
        return int(np.count_nonzero(self.slot != self.groups))


def frame_of(rows: Rows, colour: Colour, passed: Mask, unit: Unit) -> Frame:
    """The frame of the rows that passed."""
    slot: Mask = np.empty(passed.shape, np.uint8)
    kernels.slots(rows.counted(passed, unit), colour.group, colour.groups, slot)
    name = None if colour.column is None else colour.column.name
    return _framed(rows, name, colour.groups, slot, unit)


def _framed(rows: Rows, colour: str | None, groups: int, slot: Mask, unit: Unit) -> Frame:
    accepted = (slot != groups).view(np.uint8)
    n_accepted = int(np.count_nonzero(accepted))
    if n_accepted * _LISTED_SHARE > slot.size:
        return Frame(rows, colour, groups, slot, unit, None, slot)
    places = np.empty(n_accepted + 1, np.uint32)
    kernels.listed(accepted, places)
    listed = places[:n_accepted]
    return Frame(rows, colour, groups, slot, unit, listed, _picked(slot, listed, slot.shape[1]))


def _picked(values: A, listed: Listed, n_samples: int) -> A:
    out: Any = np.empty((1, len(listed)), values.dtype)
    kernels.pick(values, listed, n_samples, out)
    picked: A = out
    return picked


def scope_frame(rows: Rows, colour: Colour, unit: Unit) -> Frame:
    """The frame of every row of the scope, unfiltered."""
    name = None if colour.column is None else colour.column.name
    return rows.kept(
        ("frame", name, unit),
        lambda: frame_of(rows, colour, rows.mask, unit),
        lambda frame: frame.slot.nbytes,
    )
