"""Counts per cell of a plane, and the single points when few are seen."""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt

from debiai_studio.engine.axes import Axis, Bins, axis_of, bin_table, bins_of, grid, place_rows
from debiai_studio.engine.core import core_window
from debiai_studio.engine.errors import Unsuitable
from debiai_studio.engine.frame import Frame
from debiai_studio.engine.measures.steady import coordinates_at
from debiai_studio.engine.model import MeasureResult
from debiai_studio.engine.plan import Points, Raster
from debiai_studio.engine.rows import Rows

Window = tuple[float, float] | None

# Behind the cells of an axis: below the window, above it, without a place.
_AROUND = 3


def raster(measure: Raster, frame: Frame, scope: Frame) -> MeasureResult:
    """Rows per cell and colour, the unfiltered ground, and how many rows have no place."""
    rows, width, height = frame.rows, measure.width, measure.height
    x, y = axis_of(rows, measure.x), axis_of(rows, measure.y)
    x_window, y_window = measure.x_window, measure.y_window
    if measure.shown == "core":
        x_window = x_window or core_window(rows, measure.x)
        y_window = y_window or core_window(rows, measure.y)
    x_bins = _cells_and_beyond(rows, x, x_window, width)
    y_bins = _cells_and_beyond(rows, y, y_window, height)

    size = (height + _AROUND, width + _AROUND)

    def ground() -> npt.NDArray[np.uint32]:
        counts = scope.by_places(y_bins, x_bins, size)
        return np.ascontiguousarray(counts.sum(axis=0, dtype=np.uint32)[:height, :width])

    counts = frame.by_places(y_bins, x_bins, size)
    everything = rows.array(("ground", measure, frame.unit), ground)
    drawn = counts[:, :height, :width].copy()
    inside = int(drawn.sum(dtype=np.int64))
    meta = {
        "x": x.meta(),
        "y": y.meta(),
        "x_window": list(x_window or x.domain),
        "y_window": list(y_window or y.domain),
        "inside": inside,
        "outside": int(counts.sum(dtype=np.int64)) - inside,
        "beyond": _beyond(counts, width, height),
    }
    return MeasureResult(meta, {"counts": drawn, "all": everything})


def points(measure: Points, frame: Frame, _scope: Frame) -> MeasureResult:
    """The selected rows in the window one by one, when they are no more than the limit."""
    rows = frame.rows
    x, y = axis_of(rows, measure.x), axis_of(rows, measure.y)
    x_bins = _cells(rows, x, measure.x_window, 1)
    y_bins = _cells(rows, y, measure.y_window, 1)
    inside = int(frame.by_places(y_bins, x_bins, (2, 2))[:, 0, 0].sum())
    complete = inside <= measure.limit and rows.weight == 1
    block, sample = np.zeros((2, 0), np.int64)
    if complete:
        x_seen, y_seen = frame.seen(x_bins), frame.seen(y_bins)
        drawn = (frame.seen_slot != frame.groups) & (x_seen == 0) & (y_seen == 0)
        if frame.listed is None:
            sample, block = np.nonzero(drawn.T)
        else:
            block, sample = np.divmod(frame.listed[drawn[0]].astype(np.int64), rows.n_samples)
    arrays: dict[str, Any] = {
        "x": coordinates_at(rows, x, block, sample),
        "y": coordinates_at(rows, y, block, sample),
        "colour": frame.slot[block, sample],
        "sample": sample.astype(np.uint32),
        "model": block.astype(np.uint8),
    }
    meta = {"complete": complete, "inside": inside, "models": [model.id for model in rows.models]}
    return MeasureResult(meta, arrays)


def _cells(rows: Rows, axis: Axis, window: Window, n_cells: int) -> Bins:
    return bins_of(rows, axis, _edges(axis, window, n_cells))


def _edges(axis: Axis, window: Window, n_cells: int) -> npt.NDArray[np.float64]:
    low, high = window or axis.domain
    if not low < high:
        raise Unsuitable(axis.column.name, f"the window from {low} to {high} has no width.")
    return grid(low, high, n_cells)


def _cells_and_beyond(rows: Rows, axis: Axis, window: Window, n_cells: int) -> Bins:
    edges = _edges(axis, window, n_cells)

    def place() -> Bins:
        table = bin_table(axis, edges)
        table[table == n_cells] = n_cells + 2
        table[axis.coordinates < edges[0]] = n_cells
        table[axis.coordinates > edges[-1]] = n_cells + 1
        return place_rows(rows.coded(axis.column.name), table)

    return rows.array(("cells", axis.column.name, edges.tobytes()), place)


def _beyond(counts: npt.NDArray[np.uint32], width: int, height: int) -> dict[str, Any]:
    """Rows with a place on both axes, but not in the window; see ``Raster``."""
    placed = counts[:, : height + 2, : width + 2]

    def total(part: npt.NDArray[np.uint32]) -> int:
        return int(part.sum(dtype=np.int64))

    x = {"below": total(placed[:, :, width]), "above": total(placed[:, :, width + 1])}
    y = {"below": total(placed[:, height]), "above": total(placed[:, height + 1])}
    beside = total(placed[:, height:, :width])
    return {"rows": x["below"] + x["above"] + beside, "x": x, "y": y}
