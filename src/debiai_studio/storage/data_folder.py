"""The data folder: one server at a time works on it."""

from __future__ import annotations

import fcntl
from pathlib import Path
from typing import IO

from debiai_studio.errors import Unavailable


class DataFolderTaken(Unavailable):
    """Another server works on the data folder."""

    code = "server.data_folder_taken"
    title = "Data folder in use"

    def __init__(self, folder: Path) -> None:
        super().__init__(
            f"Another DebiAI Studio uses the data folder {folder}: "
            "end it, or give another folder with --data-folder."
        )
        self.folder = folder


class DataFolderUnusable(Unavailable):
    """The data folder cannot be made or written."""

    code = "server.data_folder_unusable"
    title = "Data folder not usable"

    def __init__(self, folder: Path, reason: str) -> None:
        super().__init__(
            f"The data folder {folder} cannot be used ({reason}): give another with --data-folder."
        )
        self.folder = folder


def take(studio_folder: Path) -> IO[str]:
    """The lock, held until it is closed: two servers on one folder would spoil it.

    Raises DataFolderTaken, DataFolderUnusable.
    """
    try:
        studio_folder.mkdir(parents=True, exist_ok=True)
        lock = (studio_folder / "lock").open("w")
    except OSError as error:
        raise DataFolderUnusable(studio_folder.parent, error.strerror or str(error)) from error
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError as error:
        lock.close()
        raise DataFolderTaken(studio_folder.parent) from error
    return lock
