"""JSON: one array of objects."""

from __future__ import annotations

import codecs
import json
from collections.abc import Iterator
from pathlib import Path

import pyarrow as pa

from debiai_studio.sources.bytestream import ByteStream, check_encoding, undecodable
from debiai_studio.sources.errors import UnreadableFile
from debiai_studio.sources.file_errors import (
    BrokenRow,
    EmptyFile,
    HeaderOnly,
    NoColumns,
    RowTooLarge,
)
from debiai_studio.sources.json_rows import Row, batches_of
from debiai_studio.sources.ports import Style, Table

_BLOCK = 1 << 20
_LARGEST_ROW = 1 << 28
_BLANKS = " \t\r\n"
_BOM = b"\xef\xbb\xbf"
# An error this far before the end of what was read is not one of missing text.
_FAR = 1 << 16


class Json:
    """An array of objects, as pandas writes it with ``orient="records"``."""

    name = "json"
    title = "JSON"
    extensions: tuple[str, ...] = ("json",)
    compressible = True

    def sniff(self, path: Path, head: bytes) -> bool:
        """Whether it begins as an array."""
        del path
        return head.removeprefix(_BOM).lstrip()[:1] == b"["

    def open(self, path: Path) -> Table:
        """The table."""
        return JsonTable(path)


class JsonTable:
    """The objects of a JSON array, read one after the other."""

    style = Style.JSON
    schema: pa.Schema | None = None
    n_rows: int | None = None

    def __init__(self, path: Path) -> None:
        self._stream = ByteStream(path)
        self.n_bytes = self._stream.n_bytes
        check_encoding(self._stream)
        start = self._stream.head().removeprefix(_BOM).strip()
        if not start:
            raise EmptyFile(path.name)

    @property
    def bytes_read(self) -> int:
        """How many bytes of the file were read."""
        return self._stream.bytes_read

    def batches(self) -> Iterator[pa.RecordBatch]:
        """The rows. Raises BrokenRow, NotUtf8, RowTooLarge, HeaderOnly, NoColumns."""
        n_rows = 0
        for batch in batches_of(_Objects(self._stream).rows()):
            if not batch.num_columns:
                raise NoColumns(self._stream.name)
            n_rows += batch.num_rows
            yield batch
        if not n_rows:
            raise HeaderOnly(self._stream.name, 0)


class _Objects:
    """One pass over the array: a window of text that moves along the file."""

    def __init__(self, stream: ByteStream) -> None:
        self._stream = stream
        self._blocks = stream.blocks(_BLOCK)
        self._decoder = codecs.getincrementaldecoder("utf-8-sig")()
        self._text = ""
        self._at = 0
        self._line = 1
        self._n_rows = 0
        self._ended = False
        self._parse = json.JSONDecoder().raw_decode

    def rows(self) -> Iterator[tuple[Row, int]]:
        """The objects with their sizes."""
        if self._next_sign() != "[":
            raise UnreadableFile(
                self._stream.name,
                f'"{self._stream.name}" is not a JSON array of objects; '
                'save it as one (pandas: orient="records").',
            )
        self._at += 1
        sign = self._next_sign()
        while sign != "]":
            start = self._at
            value = self._value()
            if not isinstance(value, dict):
                raise self._broken("is not a JSON object", start)
            self._n_rows += 1
            yield value, self._at - start
            sign = self._next_sign()
            if sign == ",":
                self._at += 1
                sign = self._next_sign()
                if sign == "]":
                    raise self._broken("has a comma without an object after it")
            elif sign != "]":
                raise self._broken("lacks a comma or the closing bracket")
        self._at += 1
        if self._next_sign():
            raise self._broken("follows the end of the array")

    def _value(self) -> object:
        size = _BLOCK
        while True:
            try:
                value, end = self._parse(self._text, self._at)
            except json.JSONDecodeError as error:
                is_far = error.pos < len(self._text) - _FAR and "Unterminated" not in error.msg
                if is_far or self._ended:
                    raise self._broken(f"is not JSON ({error.msg})", error.pos) from error
            except RecursionError as error:
                raise self._broken("is nested too deeply") from error
            else:
                self._at = end
                return value
            if len(self._text) - self._at > _LARGEST_ROW:
                raise RowTooLarge(self._stream.name, self._n_rows + 1, _LARGEST_ROW)
            # Doubling keeps the cost of parsing a huge object again and again linear.
            self._read(size)
            size *= 2

    def _next_sign(self) -> str:
        """The next character that is not blank; empty at the end."""
        while True:
            while self._at < len(self._text) and self._text[self._at] in _BLANKS:
                self._at += 1
            if self._at < len(self._text):
                return self._text[self._at]
            if self._ended:
                return ""
            self._read(_BLOCK)

    def _read(self, size: int) -> None:
        self._line += self._text.count("\n", 0, self._at)
        pieces = [self._text[self._at :]]
        self._at = 0
        n_read = 0
        while n_read < size and not self._ended:
            block = next(self._blocks, b"")
            self._ended = not block
            try:
                pieces.append(self._decoder.decode(block, final=self._ended))
            except UnicodeDecodeError as error:
                place = undecodable(self._stream)
                raise place or self._broken("is not UTF-8") from error
            n_read += len(block)
        self._text = "".join(pieces)

    def _broken(self, problem: str, at: int | None = None) -> BrokenRow:
        at = self._at if at is None else at
        line = self._line + self._text.count("\n", 0, at)
        begin = max(self._text.rfind("\n", 0, at) + 1, at - 100)
        end = self._text.find("\n", at)
        text = self._text[begin : min(end if end >= 0 else len(self._text), begin + 300)]
        return BrokenRow(self._stream.name, line, text, problem)
