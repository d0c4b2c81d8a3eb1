"""Files as streams of bytes: unpacked where compressed, counted for progress, checked as UTF-8."""

from __future__ import annotations

import codecs
import io
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pyarrow as pa

from debiai_studio.sources.file_errors import CutShort, NotUtf8

HEAD = 1 << 16
BLOCK = 1 << 20
_FIRST_SIGNS = 64

_MAGIC = {b"\x1f\x8b": "gzip", b"\x28\xb5\x2f\xfd": "zstd"}
PACKED = (".gz", ".gzip", ".zst", ".zstd")
# UTF-32 before UTF-16: its little-endian mark begins with that of UTF-16.
_MARKS = (
    (codecs.BOM_UTF32_LE, "UTF-32"),
    (codecs.BOM_UTF32_BE, "UTF-32"),
    (codecs.BOM_UTF16_LE, "UTF-16"),
    (codecs.BOM_UTF16_BE, "UTF-16"),
)


def compression_of(path: Path) -> str | None:
    """``gzip``, ``zstd`` or None, by the first bytes."""
    with path.open("rb") as file:
        start = file.read(4)
    return next((name for magic, name in _MAGIC.items() if start.startswith(magic)), None)


def extension_of(name: str) -> str:
    """The extension that names the format: ``csv`` of ``a.CSV.gz``."""
    lowered = name.lower()
    for ending in PACKED:
        lowered = lowered.removesuffix(ending)
    return lowered.rpartition(".")[2] if "." in lowered else ""


class _CountedFile(io.RawIOBase):
    """A file that says how many of its bytes were read, and is at its end once it is let go.

    Arrow reads ahead in a thread of its own, which may still be at it when the reader has failed:
    a read that outlives the file would take bytes of the next one that the system gives its
    number to.
    """

    def __init__(self, file: io.FileIO) -> None:
        self._file: io.FileIO | None = file
        self._lock = threading.Lock()
        self.bytes_read = 0

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: memoryview) -> int:  # type: ignore[override]
        with self._lock:
            n_bytes = 0 if self._file is None else self._file.readinto(buffer) or 0
            self.bytes_read += n_bytes
        return n_bytes

    def let_go(self) -> None:
        """Wait for a read under way; there is none after it."""
        with self._lock:
            self._file = None


class ByteStream:
    """The unpacked bytes of one file, readable several times."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.n_bytes = path.stat().st_size
        self.compression = compression_of(path)
        self._counted: _CountedFile | None = None

    @property
    def name(self) -> str:
        """The file's name, for sentences."""
        return self.path.name

    @property
    def bytes_read(self) -> int:
        """How many bytes of the file itself the newest opening has read."""
        return self._counted.bytes_read if self._counted else 0

    @contextmanager
    def open(self) -> Iterator[pa.NativeFile]:
        """A stream of the unpacked bytes. Raises CutShort inside when they cannot be unpacked."""
        with self.path.open("rb", buffering=0) as file:
            counted = self._counted = _CountedFile(file)
            stream = pa.PythonFile(counted, mode="r")
            if self.compression:
                stream = pa.CompressedInputStream(stream, self.compression)
            try:
                with stream:
                    yield stream
            except OSError as error:
                if self.compression and error.errno is None:
                    raise CutShort(self.name, self.compression) from error
                raise
            finally:
                counted.let_go()

    def blocks(self, size: int = BLOCK) -> Iterator[bytes]:
        """The unpacked bytes in blocks."""
        with self.open() as stream:
            while block := stream.read(size):
                yield block

    def head(self, size: int = HEAD) -> bytes:
        """The first unpacked bytes."""
        with self.open() as stream:
            start: bytes = stream.read(size)
        return start

    def text_lines(self) -> Iterator[str]:
        """The lines with their ends, undecodable bytes replaced: for finding a place, not data."""
        decoder = codecs.getincrementaldecoder("utf-8-sig")("replace")
        rest = ""
        for block in self.blocks():
            *lines, rest = (rest + decoder.decode(block)).split("\n")
            for line in lines:
                yield line + "\n"
        if rest:
            yield rest


def check_encoding(stream: ByteStream) -> None:
    """Raise NotUtf8 when the file begins with the mark of another encoding, or as UTF-16 does."""
    start = stream.head(_FIRST_SIGNS)
    for mark, encoding in _MARKS:
        if start.startswith(mark):
            raise NotUtf8(stream.name, 0, 1, encoding)
    # Of Latin letters in UTF-16 every other byte is zero.
    if len(start) > 1 and not (any(start[::2]) and any(start[1::2])):
        raise NotUtf8(stream.name, 0, 1, "UTF-16")


def undecodable(stream: ByteStream) -> NotUtf8 | None:
    """Where the file stops being UTF-8; None when it never does."""
    decoder = codecs.getincrementaldecoder("utf-8")()
    offset, line = 0, 1
    for block in stream.blocks():
        pending = len(decoder.getstate()[0])
        try:
            decoder.decode(block)
        except UnicodeDecodeError as error:
            # error.start counts from the bytes that were kept back from the block before.
            place = offset - pending + error.start
            before = block[: max(error.start - pending, 0)]
            return NotUtf8(stream.name, place, line + before.count(b"\n"))
        offset += len(block)
        line += block.count(b"\n")
    if decoder.getstate()[0]:
        return NotUtf8(stream.name, offset - len(decoder.getstate()[0]), line)
    return None
