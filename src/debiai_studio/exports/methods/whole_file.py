"""Writes a whole file or none into a folder that cannot be swapped for another meanwhile."""

from __future__ import annotations

import contextlib
import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from debiai_studio.exports.ports import Document, Progress

CHUNK = 1024 * 1024
_FOLDER = os.O_RDONLY | os.O_DIRECTORY
_NEW = os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW


@contextmanager
def held(folder: Path, root: Path | None = None) -> Iterator[int]:
    """The folder as a descriptor, made where it is missing.

    Below ``root``, part of its path, no link is followed: the path was looked at before, and
    somebody may have put a link there since. Raises OSError.
    """
    first = folder if root is None else root
    first.mkdir(parents=True, exist_ok=True)
    number = os.open(first, _FOLDER)
    try:
        for part in folder.relative_to(first).parts:
            with contextlib.suppress(FileExistsError):
                os.mkdir(part, dir_fd=number)
            inner = os.open(part, _FOLDER | os.O_NOFOLLOW, dir_fd=number)
            os.close(number)
            number = inner
        yield number
    finally:
        os.close(number)


def write(
    folder: int,
    name: str,
    document: Document,
    progress: Progress,
    is_stopped: Callable[[], bool],
) -> None:
    """Write the document, flush it to disk and give it its name. Raises OSError."""
    # The same name on each attempt: what one that was cut short left is removed by the next.
    temporary = f".{name}.part"
    with contextlib.suppress(FileNotFoundError):
        os.unlink(temporary, dir_fd=folder)
    with (
        document.open() as body,
        os.fdopen(os.open(temporary, _NEW, 0o666, dir_fd=folder), "wb") as file,
    ):
        sent = 0
        while chunk := body.read(CHUNK):
            file.write(chunk)
            sent += len(chunk)
            progress(sent)
            if is_stopped():
                break
        file.flush()
        os.fsync(file.fileno())
    if is_stopped():
        os.unlink(temporary, dir_fd=folder)
        return
    os.replace(temporary, name, src_dir_fd=folder, dst_dir_fd=folder)
    os.fsync(folder)
