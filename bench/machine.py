"""What the machine is and can do: the limits that every figure is compared with."""

from __future__ import annotations

import os
import platform
import shutil
import statistics
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import psutil


def describe() -> dict[str, Any]:
    cpu = next(
        (line.split(":")[1].strip() for line in Path("/proc/cpuinfo").read_text().splitlines()
         if line.startswith("model name")),
        platform.processor(),
    )  # fmt: skip
    return {
        "cpu": cpu,
        "cores": os.cpu_count(),
        "memory_gb": round(psutil.virtual_memory().total / 1e9, 1),
        "python": platform.python_version(),
        "system": platform.platform(),
        "read_gb_per_s": round(read_bandwidth(), 1),
    }


def read_bandwidth() -> float:
    """Gigabytes a second that one thread reads from memory: the median of seven passes."""
    block = np.ones(64 << 20, np.uint64)
    seconds = repeat(block.sum, 7)
    return float(block.nbytes / seconds / 1e9)


def repeat(call: Callable[[], Any], times: int) -> float:
    """The median of the seconds that a call takes."""
    taken = []
    for _ in range(times):
        start = time.perf_counter()
        call()
        taken.append(time.perf_counter() - start)
    return statistics.median(taken)


def load() -> float:
    return round(os.getloadavg()[0], 1)


def require_space(folder: Path, gigabytes: float) -> None:
    free = free_space(folder)
    if free < gigabytes:
        message = f"The bench needs {gigabytes:.0f} GB in {folder}, {free:.0f} GB are free."
        raise SystemExit(message)


def free_space(folder: Path) -> float:
    """Gigabytes."""
    return shutil.disk_usage(folder).free / 1e9


def percentile(values: list[float], share: float) -> float:
    return float(np.percentile(values, share)) if values else float("nan")
