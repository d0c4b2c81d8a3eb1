"""What goes over the wire: the document as it is, or compressed. The length is always known."""

from __future__ import annotations

import asyncio
import gzip
import shutil
import tempfile
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import IO

from debiai_studio.exports.ports import Document, Progress

CHUNK = 64 * 1024
# Compressed bodies up to this size stay in memory, others go to a temporary file.
HELD = 1024 * 1024


@dataclass(frozen=True, slots=True)
class Body:
    """``size`` bytes, to be read once."""

    size: int
    encoding: str | None
    _file: IO[bytes]
    _document: Document

    async def chunks(self, progress: Progress) -> AsyncIterator[bytes]:
        """The bytes; ``progress`` is told in bytes of the document."""
        if self.encoding is None and self._document.data is not None:
            yield self._document.data
            progress(self._document.size)
            return
        sent = 0
        while chunk := await asyncio.to_thread(self._file.read, CHUNK):
            yield chunk
            sent += len(chunk)
            progress(sent * self._document.size // self.size)


@asynccontextmanager
async def body_of(document: Document, *, compressed: bool) -> AsyncIterator[Body]:
    """The body of one attempt."""
    if not compressed:
        with document.open() as file:
            yield Body(document.size, None, file, document)
        return
    with tempfile.SpooledTemporaryFile(max_size=HELD) as file:
        size = await asyncio.to_thread(_compress, document, file)
        yield Body(size, "gzip", file, document)


def _compress(document: Document, target: IO[bytes]) -> int:
    # Without a moment in its head the body is the same on each attempt.
    with (
        document.open() as source,
        gzip.GzipFile(fileobj=target, mode="wb", compresslevel=6, mtime=0) as squeezed,
    ):
        shutil.copyfileobj(source, squeezed, CHUNK)
    size = target.tell()
    target.seek(0)
    return size
