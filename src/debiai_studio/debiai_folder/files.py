"""Reads DebiAI's JSON files, of which a crash may have left anything."""

from __future__ import annotations

import json
import math
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from debiai_studio.debiai_folder.model import Damages

_MS = 1000
# DebiAI writes NaN where its client sent it; it means that there is no value.
_CONSTANTS = {"NaN": None, "Infinity": math.inf, "-Infinity": -math.inf}


def read(path: Path, damages: Damages, place: str, *, optional: bool = False) -> Any:
    """What a file holds; None when it cannot be read, which is told."""
    try:
        return json.loads(path.read_bytes(), parse_constant=_CONSTANTS.__getitem__)
    except FileNotFoundError:
        if not optional:
            damages.add(place, f"{path.name} is missing.")
    except OSError as error:
        damages.add(place, f"{path.name} cannot be read ({error.strerror}).")
    except (ValueError, RecursionError) as error:
        what = "is empty" if not path.stat().st_size else f"is not whole JSON ({error})"
        damages.add(place, f"{path.name} {what}.")
    return None


def folders(path: Path) -> list[Path]:
    """The folders in one, by name; links are not followed."""
    if not path.is_dir():
        return []
    return sorted(one for one in path.iterdir() if one.is_dir() and not one.is_symlink())


def moment(milliseconds: object) -> str | None:
    """A moment of DebiAI as the catalogue writes moments."""
    if isinstance(milliseconds, bool) or not isinstance(milliseconds, int | float):
        return None
    try:
        at = datetime.fromtimestamp(round(milliseconds) / _MS, UTC)
    except (OverflowError, ValueError, OSError):
        return None
    return at.isoformat(timespec="milliseconds").replace("+00:00", "Z")
