"""CSV and TSV: text split at commas, semicolons, tabs or bars."""

from __future__ import annotations

import codecs
import csv
import io
import sys
from collections.abc import Iterator
from pathlib import Path

import pyarrow as pa
from pyarrow import csv as arrow_csv

from debiai_studio.sources.bytestream import ByteStream, check_encoding, extension_of, undecodable
from debiai_studio.sources.column_names import checked_names
from debiai_studio.sources.errors import UnreadableFile
from debiai_studio.sources.file_errors import (
    BrokenRow,
    EmptyFile,
    HeaderOnly,
    RowTooLarge,
    UnclosedQuote,
    WrongDelimiter,
)
from debiai_studio.sources.ports import Style, Table

MISSING = ("", "NA", "NULL")

_DELIMITERS = (",", ";", "\t", "|")
# Not split at, since they stand in ordinary text as well; named when they would split.
_UNUSUAL = ("^", "~", "\x01", "\x1f", "¦")
_HEAD = 1 << 20
_ROWS_FOR_DELIMITER = 100
# The parser reads up to 32 blocks ahead.
_BLOCK = 1 << 20
_LARGEST_BLOCK = 1 << 28

csv.field_size_limit(min(sys.maxsize, 2**31 - 1))


class Csv:
    """Comma-, semicolon-, bar- or tab-separated values with a header line."""

    name = "csv"
    title = "CSV"
    extensions: tuple[str, ...] = ("csv", "txt", "tsv", "tab")
    compressible = True

    def sniff(self, path: Path, head: bytes) -> bool:
        """Whether the file is text: any text may be a table of one column."""
        del path
        return b"\0" not in head or head.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE))

    def open(self, path: Path) -> Table:
        """The table; the header is read now."""
        return CsvTable(path)


class CsvTable:
    """The rows of a CSV file as text."""

    style = Style.TEXT
    n_rows: int | None = None

    def __init__(self, path: Path) -> None:
        self._stream = ByteStream(path)
        self.n_bytes = self._stream.n_bytes
        check_encoding(self._stream)
        text, is_whole = self._head()
        if not text.strip():
            raise EmptyFile(path.name)
        self._delimiter = _delimiter_of(text, is_whole=is_whole, extension=extension_of(path.name))
        header, self._header_lines = _header_of(text, self._delimiter)
        if len(header) == 1:
            self._check_unusual_delimiters(text, is_whole=is_whole)
        names = checked_names(path.name, header)
        if is_whole and len(_first_rows(text, self._delimiter, is_whole=True)) == 1:
            raise HeaderOnly(path.name, len(names))
        self.schema: pa.Schema | None = pa.schema([(name, pa.string()) for name in names])
        self._fields = [f"f{position}" for position in range(len(names))]

    @property
    def bytes_read(self) -> int:
        """How many bytes of the file were read."""
        return self._stream.bytes_read

    def batches(self) -> Iterator[pa.RecordBatch]:
        """The rows. Raises BrokenRow, NotUtf8, UnclosedQuote, RowTooLarge, HeaderOnly."""
        n_rows, block_size = 0, _BLOCK
        last_cell: str | None = None
        while True:
            to_skip = n_rows
            try:
                for batch in self._parsed(block_size):
                    fresh = batch.slice(min(to_skip, batch.num_rows))
                    to_skip -= batch.num_rows - fresh.num_rows
                    if fresh.num_rows:
                        n_rows += fresh.num_rows
                        last_cell = fresh.column(-1)[-1].as_py()
                        yield fresh
            except pa.ArrowInvalid as error:
                if "straddl" not in str(error):
                    raise self._explained(error) from error
                if block_size >= _LARGEST_BLOCK:
                    raise RowTooLarge(self._stream.name, n_rows + 1, _LARGEST_BLOCK) from error
                block_size *= 8
            else:
                break
        if last_cell is not None and "\n" in last_cell:
            self._check_last_quote()

    def _parsed(self, block_size: int) -> Iterator[pa.RecordBatch]:
        with self._stream.open() as stream:
            reader = arrow_csv.open_csv(
                stream,
                read_options=arrow_csv.ReadOptions(
                    use_threads=False,
                    block_size=block_size,
                    skip_rows=self._header_lines,
                    column_names=self._fields,
                ),
                parse_options=arrow_csv.ParseOptions(
                    delimiter=self._delimiter, newlines_in_values=True
                ),
                convert_options=arrow_csv.ConvertOptions(
                    column_types=dict.fromkeys(self._fields, pa.string()),
                    null_values=list(MISSING),
                    strings_can_be_null=True,
                ),
            )
            with reader:
                for batch in reader:
                    yield pa.RecordBatch.from_arrays(batch.columns, schema=self.schema)

    def _head(self) -> tuple[str, bool]:
        start = self._stream.head(_HEAD)
        decoder = codecs.getincrementaldecoder("utf-8-sig")()
        try:
            text = decoder.decode(start)
        except UnicodeDecodeError as error:
            raise undecodable(self._stream) or self._explained(error) from error
        return text, len(start) < _HEAD

    def _check_unusual_delimiters(self, text: str, *, is_whole: bool) -> None:
        for delimiter in _UNUSUAL:
            widths = {len(row) for row in _first_rows(text, delimiter, is_whole=is_whole)}
            if len(widths) == 1 and (width := widths.pop()) > 1:
                raise WrongDelimiter(self._stream.name, delimiter, width)

    def _explained(self, error: Exception) -> UnreadableFile:
        """The error of the parser with its place in the file, found by reading again."""
        if place := undecodable(self._stream):
            return place
        expected, line, start = len(self._fields), 0, 1
        texts: list[str] = []
        reader = csv.reader(
            _remembered(self._stream.text_lines(), texts), delimiter=self._delimiter
        )
        for row in reader:
            start, line = line + 1, reader.line_num
            if row and len(row) != expected and line > self._header_lines:
                problem = f"has {len(row)} values, but there are {expected} columns"
                return BrokenRow(self._stream.name, start, "".join(texts).rstrip("\r\n"), problem)
            texts.clear()
        return UnreadableFile(self._stream.name, f'"{self._stream.name}" cannot be read: {error}')

    def _check_last_quote(self) -> None:
        # The parser takes the end of the file for the end of an open quote, and so might
        # swallow every row after it.
        line = 0
        texts: list[str] = []
        reader = csv.reader(
            _remembered(self._stream.text_lines(), texts), delimiter=self._delimiter, strict=True
        )
        try:
            for _ in reader:
                line = reader.line_num
                texts.clear()
        except csv.Error as error:
            if "unexpected end of data" in str(error):
                text = texts[0].rstrip("\r\n")
                raise UnclosedQuote(self._stream.name, line + 1, text) from error


def _remembered(lines: Iterator[str], texts: list[str]) -> Iterator[str]:
    for line in lines:
        texts.append(line)
        yield line


def _first_rows(text: str, delimiter: str, *, is_whole: bool) -> list[list[str]]:
    rows = []
    for row in csv.reader(io.StringIO(text, newline=""), delimiter=delimiter):
        if row:
            rows.append(row)
        if len(rows) > _ROWS_FOR_DELIMITER:
            return rows
    return rows if is_whole or len(rows) == 1 else rows[:-1]


def _delimiter_of(text: str, *, is_whole: bool, extension: str) -> str:
    """The delimiter that splits the header, and most of the first rows into as many."""
    first = "\t" if extension in ("tsv", "tab") else ","
    best, best_score = first, (0.0, 1)
    for delimiter in (first, *(each for each in _DELIMITERS if each != first)):
        rows = _first_rows(text, delimiter, is_whole=is_whole)
        width = len(rows[0])
        score = (sum(len(row) == width for row in rows) / len(rows), width)
        if width > 1 and score > best_score:
            best, best_score = delimiter, score
    return best


def _header_of(text: str, delimiter: str) -> tuple[list[str], int]:
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter)
    header = next(row for row in reader if row)
    return header, reader.line_num
