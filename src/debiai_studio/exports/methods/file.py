"""Deliver a document as a file in a folder or a bucket: there is a whole file or none."""

from __future__ import annotations

import asyncio
import errno
import os
import re
import threading
import unicodedata
from pathlib import Path
from typing import Any, ClassVar

from debiai_studio.exports.errors import DeliveryFailed, DeliveryRejected, InvalidMethod
from debiai_studio.exports.methods import object_store
from debiai_studio.exports.methods.object_store import ObjectStore
from debiai_studio.exports.methods.surroundings import Surroundings
from debiai_studio.exports.methods.whole_file import held, write
from debiai_studio.exports.model import FORMATS, Delivery, ExportMethod, Origin
from debiai_studio.exports.ports import Document, Progress, Receipt
from debiai_studio.exports.tables import MEDIA_TYPES

SLUG_CHARACTERS = 80
SHOWN_CHARACTERS = 200
LONGEST_NAME = 255  # of every usual file system
LONGEST_PATH = 3500  # leaves room for the file's name in the 4,096 bytes of Linux
# ``json`` is the document; the others are a table of the selected samples.
_FORMATS = ("json", *(known for known in FORMATS if known != "json"))
_EXTENSIONS = {media_type: known for known, media_type in MEDIA_TYPES.items()}


class FileExport:
    """One file ``<delivery id>-<name>.<format>`` per delivery; sent again, it replaces itself."""

    type: ClassVar[str] = "file"
    title: ClassVar[str] = "File in a folder"
    parameters: ClassVar[tuple[dict[str, Any], ...]] = (
        {"name": "folder", "title": "Folder or bucket", "example": "/data/exports"},
    )
    options: ClassVar[tuple[dict[str, Any], ...]] = (
        {"name": "format", "title": "Format", "choices": [*_FORMATS], "default": "json"},
        *object_store.OPTIONS,
    )

    def __init__(self, surroundings: Surroundings | None = None) -> None:
        known = surroundings or Surroundings()
        self._page_folders = tuple(folder.resolve() for folder in known.page_folders)
        self._objects = ObjectStore(known)

    def check(self, method: ExportMethod) -> None:
        """Raise InvalidMethod when the folder or the format cannot work. Nothing is written."""
        if len(method.parameters) != 1 or not method.parameters[0]:
            raise InvalidMethod(f'The export method "{method.name}"', "file takes one folder.")
        if (given := method.options.get("format", "json")) not in _FORMATS:
            known = ", ".join(_FORMATS)
            raise InvalidMethod(f'The format "{given}"', f"{known} are possible.")
        if _is_bucket(method):
            self._objects.check(method)
            return
        for name in object_store.NAMES.intersection(method.options):
            raise InvalidMethod(f"The option {name}", "it belongs to a bucket, as s3://….")
        self._place_of(method)

    def destination(self, method: ExportMethod) -> str:
        """The folder or the bucket."""
        if _is_bucket(method):
            return method.parameters[0]
        return f"Folder {method.parameters[0] if method.parameters else ''}"

    def limit(self, method: ExportMethod) -> int | None:  # noqa: ARG002 - the contract's own
        """None: only the disk limits a file."""
        return None

    async def send(
        self, method: ExportMethod, delivery: Delivery, document: Document, progress: Progress
    ) -> Receipt:
        """Write the file, flush it to disk and give it its name."""
        try:
            self.check(method)
            extension = _EXTENSIONS.get(document.content_type, "json")
            name = f"{delivery.id}-{slug_of(delivery.name)}.{extension}"
            if _is_bucket(method):
                return await self._objects.send(method, name, document, progress)
            return await self._write(method, name, document, progress)
        except InvalidMethod as error:
            raise DeliveryRejected(str(error)) from error

    async def _write(
        self, method: ExportMethod, name: str, document: Document, progress: Progress
    ) -> Receipt:
        folder, root = self._place_of(method)
        path = Path(method.parameters[0]) / name
        stopped = threading.Event()

        def write_it() -> None:
            with held(folder, root) as number:
                write(number, name, document, progress, stopped.is_set)

        writing = asyncio.ensure_future(asyncio.to_thread(write_it))
        try:
            await asyncio.shield(writing)
        except asyncio.CancelledError:
            # The file must not appear after the person was told that it was stopped.
            stopped.set()
            await asyncio.gather(writing, return_exceptions=True)
            raise
        except (PermissionError, NotADirectoryError, FileExistsError) as error:
            reason = f"The file cannot be written: {error.strerror} ({path.parent})."
            raise DeliveryRejected(f"{reason} Correct the folder or its permissions.") from error
        except OSError as error:
            if error.errno == errno.ELOOP:
                reason = f"A part of the folder {path.parent} has become a link; name the real one."
                raise DeliveryRejected(reason) from error
            reason = f"The file could not be written: {error.strerror} ({path.parent})."
            raise DeliveryFailed(reason) from error
        return Receipt(answer=f"Written to {path}", details={"path": str(path)})

    async def close(self) -> None:
        """Nothing is held."""

    def _place_of(self, method: ExportMethod) -> tuple[Path, Path | None]:
        """The folder, and the one open to the page that it is in. Raises InvalidMethod."""
        text = method.parameters[0]
        folder = Path(text)
        what = f'The folder "{text[:SHOWN_CHARACTERS]}"'
        if not text.isprintable():
            raise InvalidMethod(what, "use printable characters only.")
        if any(len(os.fsencode(part)) > LONGEST_NAME for part in folder.parts):
            raise InvalidMethod(what, f"no part of it may be longer than {LONGEST_NAME} bytes.")
        if len(os.fsencode(folder)) > LONGEST_PATH:
            raise InvalidMethod(what, f"it may not be longer than {LONGEST_PATH} bytes.")
        if not folder.is_absolute():
            raise InvalidMethod(what, "name it from the root, as /….")
        if method.origin is not Origin.PAGE:
            return folder, None
        real = folder.resolve()
        for place in self._page_folders:
            if real.is_relative_to(place):
                return real, place
        places = ", ".join(str(place) for place in self._page_folders) or "no folder"
        raise InvalidMethod(what, f"methods made in the page may write under {places}.")


def _is_bucket(method: ExportMethod) -> bool:
    return "://" in method.parameters[0]


def slug_of(name: str) -> str:
    """The name as part of a file name: ASCII letters, digits and hyphens."""
    plain = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode().lower()
    return re.sub(r"[^a-z0-9]+", "-", plain).strip("-")[:SLUG_CHARACTERS] or "export"
