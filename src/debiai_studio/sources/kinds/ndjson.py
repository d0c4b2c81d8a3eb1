"""NDJSON: one JSON object per line."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from pathlib import Path

import orjson
import pyarrow as pa

from debiai_studio.sources.bytestream import ByteStream, check_encoding, undecodable
from debiai_studio.sources.file_errors import BrokenRow, EmptyFile, NoColumns, RowTooLarge
from debiai_studio.sources.json_rows import Row, batches_of
from debiai_studio.sources.ports import Style, Table

_BLOCK = 1 << 20
_LARGEST_LINE = 1 << 28
_BOM = b"\xef\xbb\xbf"
# orjson reads integers beyond 64 bits as floats, losing digits.
_LONG_INTEGER = re.compile(rb"[0-9]{19}")


class NdJson:
    """One JSON object per line (JSON Lines)."""

    name = "ndjson"
    title = "NDJSON"
    extensions: tuple[str, ...] = ("ndjson", "jsonl")
    compressible = True

    def sniff(self, path: Path, head: bytes) -> bool:
        """Whether the first line begins as an object."""
        del path
        return head.removeprefix(_BOM).lstrip()[:1] == b"{"

    def open(self, path: Path) -> Table:
        """The table."""
        return NdJsonTable(path)


class NdJsonTable:
    """The lines of an NDJSON file."""

    style = Style.JSON
    schema: pa.Schema | None = None
    n_rows: int | None = None

    def __init__(self, path: Path) -> None:
        self._stream = ByteStream(path)
        self.n_bytes = self._stream.n_bytes
        check_encoding(self._stream)
        if not self._stream.head().removeprefix(_BOM).strip():
            raise EmptyFile(path.name)

    @property
    def bytes_read(self) -> int:
        """How many bytes of the file were read."""
        return self._stream.bytes_read

    def batches(self) -> Iterator[pa.RecordBatch]:
        """The rows. Raises BrokenRow, NotUtf8, RowTooLarge, NoColumns."""
        for batch in batches_of(self._rows()):
            if not batch.num_columns:
                raise NoColumns(self._stream.name)
            yield batch

    def _rows(self) -> Iterator[tuple[Row, int]]:
        for number, line in enumerate(self._lines(), start=1):
            if line.strip():
                yield self._row(line, number), len(line)

    def _lines(self) -> Iterator[bytes]:
        pieces: list[bytes] = []
        size = n_lines = 0
        for block in self._stream.blocks(_BLOCK):
            first, *others = block.split(b"\n")
            pieces.append(first)
            size += len(first)
            if size > _LARGEST_LINE:
                raise RowTooLarge(self._stream.name, n_lines + 1, _LARGEST_LINE)
            if others:
                line = b"".join(pieces)
                yield line if n_lines else line.removeprefix(_BOM)
                yield from others[:-1]
                n_lines += len(others)
                pieces, size = [others[-1]], len(others[-1])
        if size:
            line = b"".join(pieces)
            yield line if n_lines else line.removeprefix(_BOM)

    def _row(self, line: bytes, number: int) -> Row:
        try:
            row = json.loads(line) if _LONG_INTEGER.search(line) else orjson.loads(line)
        except ValueError:
            row = self._lenient_row(line, number)
        if not isinstance(row, dict):
            raise self._broken(line, number, "is not a JSON object")
        return row

    def _lenient_row(self, line: bytes, number: int) -> object:
        # orjson refuses NaN and Infinity, which Python and pandas write.
        try:
            row: object = json.loads(line)
        except UnicodeDecodeError as error:
            if place := undecodable(self._stream):
                raise place from error
            raise self._broken(line, number, "is not JSON") from error
        except (ValueError, RecursionError) as error:
            raise self._broken(line, number, "is not JSON") from error
        return row

    def _broken(self, line: bytes, number: int, problem: str) -> BrokenRow:
        text = line[:1000].decode("utf-8", "replace").rstrip("\r\n")
        return BrokenRow(self._stream.name, number, text, problem)
