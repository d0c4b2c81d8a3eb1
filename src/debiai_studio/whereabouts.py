"""Where the server of a data folder is: told to programs on the same machine by a file."""

from __future__ import annotations

import contextlib
import json
import os
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from pathlib import Path

_NAME = "server.json"


@dataclass(frozen=True, slots=True)
class Whereabouts:
    """Address and token of a running server."""

    url: str
    token: str | None


@contextlib.contextmanager
def told(studio_folder: Path, whereabouts: Whereabouts) -> Iterator[None]:
    """Tell it while the server runs; only the owner of the data folder can read it."""
    path = studio_folder / _NAME
    path.unlink(missing_ok=True)
    with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
        json.dump(asdict(whereabouts), file)
    try:
        yield
    finally:
        path.unlink(missing_ok=True)


def read(studio_folder: Path) -> Whereabouts | None:
    """What was told last; a server that was killed leaves it behind."""
    try:
        found = json.loads((studio_folder / _NAME).read_text(encoding="utf-8"))
        return Whereabouts(found["url"], found["token"])
    except (OSError, ValueError, KeyError, TypeError):
        return None
