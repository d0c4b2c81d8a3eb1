"""The files that wait to be imported: kept copies, and files that stay where they are."""

from __future__ import annotations

import asyncio
import contextlib
import errno
import re
import secrets
import shutil
import time
from collections.abc import AsyncIterator, Collection, Sequence
from pathlib import Path

from pydantic import BaseModel

from debiai_studio.sources.errors import DiskFull, UnknownFile
from debiai_studio.sources.model import Inspection

_FULL = (errno.ENOSPC, errno.EDQUOT, errno.EFBIG)
_ID = re.compile(r"^[0-9a-f]{16}$")
_LONGEST_NAME = 150
_DAY = 24 * 3600


class WaitingFile(BaseModel):
    """One file, or several of one folder that become one project."""

    name: str
    origin: str
    paths: list[Path]
    is_copy: bool  # ours to remove


def is_disk_full(error: OSError) -> bool:
    """Whether there was no room, as opposed to any other trouble."""
    return error.errno in _FULL


class Uploads:
    """The folder of uploads: ``<file_id>/<name>``, beside it what is known of the file."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    async def keep(self, name: str, chunks: AsyncIterator[bytes]) -> str:
        """Keep a copy of a stream of bytes. Raises DiskFull; nothing is left when it fails."""
        file_id, path = self.place(name)
        try:
            with path.open("xb") as file:
                async for chunk in chunks:
                    await asyncio.to_thread(file.write, chunk)
            self._note(
                file_id, WaitingFile(name=path.name, origin=path.name, paths=[path], is_copy=True)
            )
        except OSError as error:
            self.remove(file_id)
            if is_disk_full(error):
                raise DiskFull(f'"{path.name}"') from error
            raise
        except BaseException:
            self.remove(file_id)
            raise
        return file_id

    def place(self, name: str) -> tuple[str, Path]:
        """A new ``file_id``, and the path for a file of that name in an empty folder."""
        file_id = secrets.token_hex(8)
        folder = self._folder / file_id
        folder.mkdir(parents=True)
        return file_id, folder / safe_name(name)

    def refer(
        self, name: str, paths: Sequence[Path], origin: str, *, file_id: str | None = None
    ) -> str:
        """The ``file_id`` of files; they are ours when they lie in the place of ``file_id``."""
        known = file_id or secrets.token_hex(8)
        self._folder.mkdir(parents=True, exist_ok=True)
        waiting = WaitingFile(
            name=name, origin=origin, paths=list(paths), is_copy=file_id is not None
        )
        self._note(known, waiting)
        return known

    def get(self, file_id: str) -> WaitingFile:
        """The file. Raises UnknownFile."""
        note = self._folder / f"{file_id}.json"
        if not _ID.fullmatch(file_id) or not note.is_file():
            raise UnknownFile(file_id)
        waiting = WaitingFile.model_validate_json(note.read_bytes())
        if not all(path.exists() for path in waiting.paths):
            raise UnknownFile(file_id)
        return waiting

    def keep_inspection(self, inspection: Inspection) -> None:
        """Remember what a file holds, unless it was removed while it was looked at."""
        if not (self._folder / f"{inspection.file_id}.json").is_file():
            return
        path = self._folder / f"{inspection.file_id}.inspection.json"
        path.write_text(inspection.model_dump_json(), encoding="utf-8")

    def inspection(self, file_id: str) -> Inspection | None:
        """What a file holds; None when it was not looked at. Raises UnknownFile."""
        self.get(file_id)
        path = self._folder / f"{file_id}.inspection.json"
        return Inspection.model_validate_json(path.read_bytes()) if path.is_file() else None

    def remove(self, file_id: str) -> None:
        """Forget the file, and remove our copy of it. Raises UnknownFile for no id of a file."""
        if not _ID.fullmatch(file_id):
            raise UnknownFile(file_id)
        shutil.rmtree(self._folder / file_id, ignore_errors=True)
        for ending in (".json", ".inspection.json"):
            (self._folder / f"{file_id}{ending}").unlink(missing_ok=True)

    def remove_old(self, *, but: Collection[str] = (), halves: bool = False) -> None:
        """Remove what nobody has touched for more than a day, ``but`` files still in use.

        ``halves``: also what was never kept whole; only while nothing comes in.
        """
        if not self._folder.is_dir():
            return
        oldest = time.time() - _DAY
        there = {path.name.partition(".")[0] for path in self._folder.iterdir()}
        for file_id in filter(_ID.fullmatch, there - set(but)):
            is_half = not (self._folder / f"{file_id}.json").is_file()
            if (halves and is_half) or self._touched(file_id) < oldest:
                self.remove(file_id)

    def _touched(self, file_id: str) -> float:
        paths = [*self._folder.glob(f"{file_id}*"), *self._folder.glob(f"{file_id}/*")]
        times = []
        for path in paths:
            with contextlib.suppress(FileNotFoundError):  # just imported or forgotten
                times.append(path.stat().st_mtime)
        return max(times, default=time.time())

    def _note(self, file_id: str, waiting: WaitingFile) -> None:
        note = self._folder / f"{file_id}.json"
        note.write_text(waiting.model_dump_json(), encoding="utf-8")


def safe_name(name: str) -> str:
    """The last part of a path, fit to be the name of a file."""
    last = re.split(r"[/\\]", name)[-1]
    printable = "".join(sign for sign in last if sign.isprintable()).strip().lstrip(".")
    while len(printable.encode()) > _LONGEST_NAME:
        # The end says the format.
        printable = printable[1:]
    return printable or "file"
