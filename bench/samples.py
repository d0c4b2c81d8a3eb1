"""The same samples for everybody: flights, drawn again with noise where more rows are asked."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd

from debiai_studio.demo.flights import write_flights

NUMBERS = ["dep_delay", "arr_delay", "air_time", "distance", "temp", "wind_speed"]
TEXT = ["carrier", "origin", "dest"]
COUNTS = ["month", "hour"]
RESULTS = ["prediction", "error"]
COLUMNS = [*TEXT, *COUNTS, *NUMBERS, "cancelled"]
SEED = 7


def flights(folder: Path) -> Path:
    path = folder / "flights.parquet"
    if not path.exists():
        write_flights(path, lambda step, _share: print(step))
    return path


def table(folder: Path, rows: int) -> Path:
    """A Parquet file of ``rows`` samples: an id, 13 columns, one model with two results."""
    path = folder / f"samples-{rows}.parquet"
    if path.exists():
        return path
    source = pd.read_parquet(flights(folder))
    chance = np.random.default_rng(SEED)
    drawn = source.iloc[chance.integers(0, len(source), rows)].reset_index(drop=True)
    made = pd.DataFrame({"id": [f"f{number:07d}" for number in range(rows)]})
    made["number"] = np.arange(rows)
    for name in [*TEXT, *COUNTS, "cancelled"]:
        made[name] = drawn[name]
    for name in NUMBERS:
        noise = chance.normal(0, 0.5, rows)
        made[name] = (drawn[name] + noise).round(2)
    made["ridge.prediction"] = drawn["ridge.prediction"]
    made["ridge.error"] = (made["ridge.prediction"] - made["arr_delay"]).round(2)
    made.to_parquet(path, index=False, compression="zstd")
    return path
