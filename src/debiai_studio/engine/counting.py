"""Counts that go on from those of the question before: only the rows that changed are counted.

A brush that moves changes which rows pass, but few of them from one move to the next. What is
counted by adding up rows is therefore kept with the slots of the rows it was counted for; where
few slots differ, the rows that have others leave their old cell and enter their new one. Counts
are integers: they are the same, whichever way they were found.
"""

from __future__ import annotations

import weakref
from collections.abc import Hashable
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from debiai_studio.datasets.predicate import And, Not, Or, Predicate
from debiai_studio.engine import kernels

Slots = npt.NDArray[np.uint8]
Places = npt.NDArray[Any]  # uint8, uint16 or uint32, [slabs, samples]
Counts = npt.NDArray[np.uint32]

# Rows are listed when they are no more than one in so many: what counts them then reads only
# those, and reads no more than it would of all.
LISTED_SHARE = 8
# A row that changed takes as long as so many that are counted one after the other.
_SLOWER = 4

# Rows are listed by their number in 32 bits.
LARGEST = 1 << 32

# Second places of what is counted by one place only.
ALONE: Places = np.zeros((0, 0), np.uint16)


@dataclass(frozen=True, slots=True)
class Counted:
    """Rows by slot and place, [groups + 1, first, second], and the places they were counted by.

    Places are kept by the cache alone: what it gave up is not held here.
    """

    first: weakref.ref[Places]
    second: weakref.ref[Places]
    counts: Counts

    @classmethod
    def of(cls, first: Places, second: Places, counts: Counts) -> Counted:
        """Counts by these places."""
        return cls(weakref.ref(first), weakref.ref(second), counts)

    def is_by(self, first: Places, second: Places) -> bool:
        """Whether it was counted by these; others may have got their address since."""
        return self.first() is first and self.second() is second

    @property
    def is_of_use(self) -> bool:
        """Whether its places may still be asked for."""
        return self.first() is not None and self.second() is not None


@dataclass(frozen=True, slots=True)
class Base:
    """What was counted for the rows of an earlier question, each in its ``slot``."""

    slot: Slots
    counted: dict[Hashable, Counted]

    @property
    def nbytes(self) -> int:
        """What it keeps in memory, but for the places, which are kept anyway."""
        return self.slot.nbytes + sum(each.counts.nbytes for each in self.counted.values())


@dataclass(frozen=True, slots=True)
class Change:
    """The rows whose slot is another than that of the base, and their slots before and now."""

    base: Base
    rows: npt.NDArray[np.uint32]
    before: Slots
    after: Slots

    def followed(self, first: Places, second: Places, shape: tuple[int, int, int]) -> Counts | None:
        """The counts for the slots now, from those of the base; None where it has none."""
        # Taken, not copied: no other question counts on from them.
        known = self.base.counted.pop(key_of(first, second, shape), None)
        if known is None or not known.is_by(first, second):
            return None
        counts = known.counts
        kernels.recount(first, second, self.rows, self.before, self.after, counts)
        return counts


def taken_over(base: Base) -> dict[Hashable, Counted]:
    """What was counted for a base, taken from it: a count belongs to one base alone.

    Another question may take from it meanwhile, as it may still be the newest of its shape.
    """
    found: dict[Hashable, Counted] = {}
    for key in list(base.counted):
        known = base.counted.pop(key, None)
        if known is not None and known.is_of_use:
            found[key] = known
    return found


def key_of(first: Places, second: Places, shape: tuple[int, int, int]) -> Hashable:
    """Tells counts apart while their places are there."""
    return (id(first), id(second), shape)


def change_of(base: Base | None, slot: Slots, n_accepted: int) -> Change | None:
    """The rows that changed since the base; None when counting the accepted rows is quicker."""
    if base is None or slot.size > LARGEST:
        return None
    few = n_accepted * LISTED_SHARE <= slot.size
    most = n_accepted if few else slot.size // _SLOWER
    before, after = base.slot.reshape(-1), slot.reshape(-1)
    whole = slot.size // 8 * 8
    words = before[:whole].view(np.uint64), after[:whole].view(np.uint64)
    rows = np.empty(most + 8, np.uint32)
    found = kernels.changed(before, after, *words, rows)
    if found < 0:
        return None
    rows = rows[:found]
    return Change(base, rows, before[rows], after[rows])


def shape_of(node: Predicate | None) -> Hashable:
    """What stays of a tree while its brushes move: its groups, and which filters they hold."""
    if node is None:
        return None
    if isinstance(node, And | Or):
        return (node.op, *(shape_of(child) for child in node.children))
    if isinstance(node, Not):
        return (node.op, shape_of(node.child))
    return (node.op, node.id, node.origin)
