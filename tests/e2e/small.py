"""A small table for pages that do not need the demo: ids, numbers, texts, days, a model."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd

ROWS = 3000


def small_table() -> pd.DataFrame:
    """The same values on each call."""
    random = np.random.default_rng(7)
    x = random.normal(50, 12, ROWS).round(2)
    noise = random.normal(0, 6, ROWS)
    return pd.DataFrame(
        {
            "id": [f"s{number:05d}" for number in range(ROWS)],
            "speed": x,
            "error": (0.4 * x + noise).round(3),
            "count": random.integers(0, 90, ROWS),
            "weather": random.choice(["clear", "fog", "rain"], ROWS, p=[0.7, 0.1, 0.2]),
            "seen": pd.date_range("2026-01-01", periods=ROWS, freq="1h").strftime(
                "%Y-%m-%dT%H:%M:%S"
            ),
        }
    )


def write_small(folder: Path, name: str = "drives.csv") -> Path:
    """The table as CSV."""
    path = folder / name
    small_table().to_csv(path, index=False)
    return path
