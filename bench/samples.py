"""The same samples for everybody: flights, drawn again with noise where more rows are asked."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from pyarrow import parquet

from debiai_studio.demo.flights import write_flights

NUMBERS = ["dep_delay", "arr_delay", "air_time", "distance", "temp", "wind_speed"]
TEXT = ["carrier", "origin", "dest"]
COUNTS = ["month", "hour"]
RESULTS = ["prediction", "error"]
COLUMNS = [*TEXT, *COUNTS, *NUMBERS, "cancelled"]
SEED = 7
AT_ONCE = 1_000_000


def flights(folder: Path) -> Path:
    path = folder / "flights.parquet"
    if not path.exists():
        write_flights(path, lambda step, _share: print(step))
    return path


def table(folder: Path, rows: int) -> Path:
    """A Parquet file of ``rows`` samples: an id, 13 columns, one model with two results.

    It is written a million rows at a time, so that memory does not grow with them.
    """
    path = folder / f"samples-{rows}.parquet"
    if path.exists():
        return path
    columns = [*TEXT, *COUNTS, "cancelled", *NUMBERS, "ridge.prediction"]
    source = parquet.read_table(flights(folder), columns=columns).combine_chunks()
    chance = np.random.default_rng(SEED)
    draft = path.with_suffix(".draft")
    writer: parquet.ParquetWriter | None = None
    for start in range(0, rows, AT_ONCE):
        group = _drawn(source, chance, start, min(AT_ONCE, rows - start))
        writer = writer or parquet.ParquetWriter(draft, group.schema, compression="zstd")
        writer.write_table(group, row_group_size=AT_ONCE)
    if writer is not None:
        writer.close()
    return draft.rename(path)


def _drawn(source: pa.Table, chance: np.random.Generator, start: int, rows: int) -> pa.Table:
    """Rows with the numbers from ``start`` on, each a flight with noise."""
    drawn = source.take(pa.array(chance.integers(0, len(source), rows)))
    number = pa.array(np.arange(start, start + rows))
    made = {"id": _ids(number), "number": number}
    for name in [*TEXT, *COUNTS, "cancelled"]:
        made[name] = drawn[name]
    for name in NUMBERS:
        made[name] = _noisy(drawn[name], chance)
    made["ridge.prediction"] = drawn["ridge.prediction"]
    made["ridge.error"] = pc.round(pc.subtract(drawn["ridge.prediction"], made["arr_delay"]), 2)
    return pa.table(made).combine_chunks()


def _ids(number: pa.Array) -> pa.Array:
    digits = pc.utf8_lpad(number.cast(pa.string()), 7, "0")
    return pc.binary_join_element_wise("f", digits, "")


def _noisy(values: pa.ChunkedArray, chance: np.random.Generator) -> pa.ChunkedArray:
    noise = pa.array(chance.normal(0, 0.5, len(values)))
    return pc.round(pc.add(values.cast(pa.float64()), noise), 2)
