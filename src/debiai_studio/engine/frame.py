"""What one widget sees: the rows that pass every filter but its own, in their colours."""

from __future__ import annotations

import threading
from collections.abc import Hashable
from typing import Any, TypeVar, cast

import numpy as np
import numpy.typing as npt

from debiai_studio.datasets.predicate import Predicate
from debiai_studio.engine import kernels
from debiai_studio.engine.colour import Colour
from debiai_studio.engine.counting import (
    ALONE,
    LARGEST,
    LISTED_SHARE,
    Base,
    Change,
    Counted,
    Counts,
    Places,
    change_of,
    key_of,
    shape_of,
    taken_over,
)
from debiai_studio.engine.rows import Mask, Rows, Unit

A = TypeVar("A", bound=npt.NDArray[Any])
Listed = npt.NDArray[np.uint32]


class Frame:
    """The rows of a scope as one view sees them.

    ``slot`` is a row's colour group, or ``groups`` when it does not pass, [blocks, samples].
    ``unit`` says what was counted once: each row, or each sample (its first passing row).
    ``selected`` is how many rows pass, of the sample when ``rows`` is one; ``estimated`` is how
    many they stand for. Measures may ask it from several threads.
    """

    def __init__(
        self,
        rows: Rows,
        colour: str | None,
        groups: int,
        slot: Mask,
        unit: Unit,
        *,
        selected: int | None = None,
        base: Base | None = None,
        keeps: bool = False,
    ) -> None:
        self.rows = rows
        self.colour = colour
        self.groups = groups
        self.slot = slot
        self.unit = unit
        self.selected = int(np.count_nonzero(slot != groups)) if selected is None else selected
        self._base = base
        self._keeps = keeps
        self._change: Change | None = None
        self._is_compared = base is None
        self._listed: Listed | None = None
        self._seen_slot: Mask | None = None
        self._counted: dict[Hashable, Counted] = {}
        self._lock = threading.Lock()

    @property
    def estimated(self) -> int:
        """How many rows of the scope pass; exact unless ``rows`` is a sample of it."""
        return self.selected * self.rows.weight

    @property
    def listed(self) -> Listed | None:
        """The rows that pass, each as ``block * samples + sample``, in import order.

        None when they are too many.
        """
        if self.selected * LISTED_SHARE > self.slot.size or self.slot.size > LARGEST:
            return None
        with self._lock:
            if self._listed is None:
                places = np.empty(self.selected + 1, np.uint32)
                kernels.listed((self.slot != self.groups).view(np.uint8), places)
                self._listed = places[: self.selected]
            return self._listed

    @property
    def seen_slot(self) -> Mask:
        """The slot of each row that ``seen`` gives values of."""
        if self.listed is None:
            return self.slot
        if self._seen_slot is None:
            self._seen_slot = self.seen(self.slot)
        return self._seen_slot

    def seen(self, values: A) -> A:
        """What a count must read of values [1 or blocks, samples]: the listed rows', [1, rows]."""
        listed = self.listed
        if listed is None:
            return values
        out: Any = np.empty((1, len(listed)), values.dtype)
        kernels.pick(values, listed, self.slot.shape[1], out)
        picked: A = out
        return picked

    def only(self, kept: npt.NDArray[np.bool_]) -> Frame:
        """The frame of those of its rows that ``kept`` [blocks, samples] marks."""
        slot = np.where(kept, self.slot, np.uint8(self.groups))
        return Frame(self.rows, self.colour, self.groups, slot, self.unit)

    def uncoloured(self) -> Frame:
        """The same rows in one group."""
        slot = (self.slot == self.groups).astype(np.uint8)
        return Frame(self.rows, None, 1, slot, self.unit, selected=self.selected)

    def by_place(self, places: Places, n_places: int) -> Counts:
        """Selected rows by colour and place, [groups, places]."""
        return self.by_places(ALONE, places, (1, n_places))[:, 0]

    def by_places(self, first: Places, second: Places, size: tuple[int, int]) -> Counts:
        """Selected rows by colour and two places, [groups, first, second]: not to be changed.

        ``first`` and ``second`` are [1 or blocks, samples], and arrays that are kept with the rows.
        """
        shape = (self.groups + 1, *size)
        key = key_of(first, second, shape)
        known = self._counted.get(key)
        if known is None or not known.is_by(first, second):
            change = self._compared()
            counts = None if change is None else change.followed(first, second, shape)
            if counts is None:
                counts = self._all(first, second, shape)
            known = Counted.of(first, second, counts)
            if self._keeps:
                self._counted[key] = known
        counts = known.counts[: self.groups]
        return counts if self.rows.weight == 1 else counts * np.uint32(self.rows.weight)

    def become_base(self) -> Base:
        """What was counted, for questions that follow; the frame goes on from nothing now."""
        change = self._compared()
        counted = dict(self._counted)
        if change is not None and len(change.rows) == 0:
            counted = {**taken_over(change.base), **counted}
        self._base = self._change = None
        return Base(self.slot, counted)

    def _all(self, first: Places, second: Places, shape: tuple[int, int, int]) -> Counts:
        counts = np.zeros(shape, np.uint32)
        if first is ALONE:
            kernels.histogram(self.seen(second), self.seen_slot, counts[:, 0])
        else:
            kernels.raster(self.seen(second), self.seen(first), self.seen_slot, counts)
        return counts

    def _compared(self) -> Change | None:
        with self._lock:
            if not self._is_compared:
                self._change = change_of(self._base, self.slot, self.selected)
                self._is_compared = True
            return self._change


def frame_of(rows: Rows, colour: Colour, passed: Mask, unit: Unit) -> Frame:
    """The frame of the rows that passed."""
    slot, selected = _slots(rows, colour, passed, unit)
    return Frame(rows, colour.name, colour.groups, slot, unit, selected=selected)


def scope_frame(rows: Rows, colour: Colour, unit: Unit) -> Frame:
    """The frame of every row of the scope, unfiltered."""
    return rows.kept(
        ("frame", colour.name, unit),
        lambda: frame_of(rows, colour, rows.mask, unit),
        lambda frame: frame.slot.nbytes,
    )


class Frames:
    """The frames of one question; they go on from those of the questions before."""

    def __init__(self, rows: Rows, colour: Colour) -> None:
        self.rows = rows
        self.colour = colour
        self._made: dict[tuple[str | None, Unit], tuple[tuple[Hashable, ...], Frame]] = {}

    def of(self, view: str | None, tree: Predicate | None, passed: Mask, unit: Unit) -> Frame:
        """The frame of the rows that passed a tree: that of one view, or of all others (None)."""
        if (view, unit) not in self._made:
            colour = self.colour
            key = ("base", colour.name, unit, shape_of(tree))
            newest = self.rows.recall(key[:3])
            base = cast("Base | None", self.rows.recall(key) or self.rows.recall(newest))
            slot, selected = _slots(self.rows, colour, passed, unit)
            self._made[view, unit] = key, Frame(
                self.rows, colour.name, colour.groups, slot, unit,
                selected=selected, base=base, keeps=True,
            )  # fmt: skip
        return self._made[view, unit][1]

    def keep(self) -> None:
        """Let the next question go on from these frames; called when all is counted."""
        for key, frame in self._made.values():
            base = frame.become_base()
            self.rows.keep(key, base, base.nbytes)
            # Where no question of its shape is kept, one goes on from the newest of any shape.
            self.rows.keep(key[:3], key, 0)


def _slots(rows: Rows, colour: Colour, passed: Mask, unit: Unit) -> tuple[Mask, int]:
    """The slot of each row, and how many rows pass."""
    counted = rows.counted(passed, unit)
    slot: Mask = np.empty(passed.shape, np.uint8)
    kernels.slots(counted, colour.group, colour.groups, slot)
    return slot, int(np.count_nonzero(counted.view(np.bool_)))
