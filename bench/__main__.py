"""`make bench`: measures everything in one run and writes docs/benchmarks.md."""

from __future__ import annotations

import argparse
import json
import os
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from bench import (
    delivering,
    exporting,
    large,
    machine,
    peer_page,
    plain,
    report,
    samples,
    scale,
    studio_page,
    widgets,
)
from bench.servers import fresh, peer, studio

SIZES = [10_000, 100_000, 1_000_000, 10_000_000]
EXPORTED = [1_000, 100_000, 1_000_000]
GIGABYTES = 25.0
# The columns' codes and raw values that one move reads, in bytes a row: six widgets with colour.
BYTES_A_ROW = 40


def main() -> None:
    """Measure, and write the report beside the raw figures."""
    options = _options()
    folder = Path(os.environ.get("XDG_CACHE_HOME", Path.home() / ".cache")) / "debiai-studio-bench"
    folder.mkdir(parents=True, exist_ok=True)
    machine.require_space(folder, GIGABYTES)
    found: dict[str, Any] = {
        "date": datetime.now(UTC).strftime("%Y-%m-%d %H:%M UTC"),
        "machine": machine.describe(),
        "sizes": {},
    }
    raw, target = folder / "results.json", Path("docs") / "benchmarks.md"

    def keep() -> None:
        raw.write_text(json.dumps(found, indent=1))
        target.write_text(report.written(found))

    for rows in options.rows:
        found["sizes"][rows] = _size(folder, rows)
        keep()
    found["deliveries"] = _deliveries(folder)
    keep()
    found["large"] = _large(folder)
    keep()
    for rows in scale.ROWS if options.many_rows else ():
        if measured := _many(folder, rows):
            found.setdefault("scale", {})[rows] = measured
            keep()
    for rows in () if options.no_peer else options.rows:
        found["sizes"][rows]["peer"] = _peer(folder, samples.table(folder, rows), rows)
        print(f"  DebiAI, {rows:,} rows", _short(found["sizes"][rows]["peer"]), flush=True)
        keep()
        if found["sizes"][rows]["peer"]["insert"]["stopped"]:
            break
    print(f"Wrote {target}; the raw figures are in {raw}.")


def _size(folder: Path, rows: int) -> dict[str, Any]:
    print(f"{rows:,} rows (load {machine.load()}) …", flush=True)
    parquet = samples.table(folder, rows)
    found: dict[str, Any] = {"load": machine.load()}
    with studio(fresh(folder / "studio-data")) as server:
        found["studio"] = studio_page.measure(server, parquet, rows)
        print("  DebiAI Studio", _short(found["studio"]), flush=True)
        found["widgets"] = widgets.measure(server, f"rows{rows}")
        print("  widgets", _short(found["widgets"]), flush=True)
        counts = [*dict.fromkeys([*EXPORTED, rows])]
        found["exports"] = exporting.measure(server, f"rows{rows}", rows, counts)
        print("  exports", [_short(one) for one in found["exports"]], flush=True)
    found["plain"] = plain.measure(parquet)
    print("  DuckDB", _short(found["plain"]), flush=True)
    found["limit_ms"] = rows * BYTES_A_ROW / (machine.read_bandwidth() * 1e9) * 1000
    return found


def _deliveries(folder: Path) -> dict[str, Any]:
    rows = SIZES[0]
    print(f"Many small exports (load {machine.load()}) …", flush=True)
    with studio(fresh(folder / "studio-data")) as server:
        studio_page.load(server, samples.table(folder, rows), f"rows{rows}")
        found = delivering.measure(server, fresh(folder / "kafka"), f"rows{rows}")
    for name in found.keys() & {"http", "kafka"}:
        print(f"  {name}", _short(found[name]), flush=True)
    return found


def _large(folder: Path) -> list[dict[str, Any]]:
    print(f"Large exports (load {machine.load()}) …", flush=True)
    with studio(fresh(folder / "studio-data")) as server:
        found = large.measure(server, fresh(folder / "large"))
    for one in found:
        print(f"  {_short(one)}", flush=True)
    return found


def _many(folder: Path, rows: int) -> dict[str, Any] | None:
    needed = rows / 1e6 * scale.GIGABYTES_A_MILLION
    if machine.free_space(folder) < needed:
        print(f"{rows:,} rows are left out: they need {needed:.0f} GB of disk.", flush=True)
        return None
    print(f"{rows:,} rows (load {machine.load()}) …", flush=True)
    parquet = samples.table(folder, rows)
    with studio(fresh(folder / "studio-data")) as server:
        found = scale.measure(server, parquet, rows)
    fresh(folder / "studio-data")
    parquet.unlink()
    return found


def _peer(folder: Path, parquet: Path, rows: int) -> dict[str, Any]:
    fresh(folder / "peer-data")
    with peer(folder) as server:
        inserted = peer_page.insert(server, folder, parquet, rows)
        found: dict[str, Any] = {"insert": inserted}
        if not inserted["stopped"]:
            found.update(peer_page.measure(server, rows))
    return found


def _short(figures: dict[str, Any]) -> dict[str, Any]:
    return {
        name: round(value, 3) if isinstance(value, float) else value
        for name, value in figures.items()
        if not isinstance(value, dict)
    }


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rows", type=int, nargs="+", default=SIZES)
    parser.add_argument("--no-peer", action="store_true", help="leave DebiAI out")
    parser.add_argument(
        "--many-rows",
        action="store_true",
        help="50 and 100 million rows, too, if the disk suffices",
    )
    return parser.parse_args()


if __name__ == "__main__":
    main()
