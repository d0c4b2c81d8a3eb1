"""The demo's flights, made once per version of their maker."""

from __future__ import annotations

import fcntl
import hashlib
import os
from pathlib import Path

import debiai_studio.demo.flights as maker


def demo_table() -> Path:
    """The Parquet file that ``debiai demo`` makes; about 20 s the first time."""
    cache = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache")
    folder = cache / "debiai-studio-tests"
    folder.mkdir(parents=True, exist_ok=True)
    version = hashlib.sha256(Path(maker.__file__).read_bytes()).hexdigest()[:12]
    path = folder / f"flights-{version}.parquet"
    with (folder / "flights.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not path.exists():
            maker.write_flights(path, lambda _step, _share: None)
    return path
