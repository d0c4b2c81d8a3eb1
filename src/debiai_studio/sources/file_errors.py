"""What is wrong with a file, where in it, and what to do.

UnreadableFile
├── EmptyFile
├── HeaderOnly
├── NoColumns
├── DuplicateColumns
├── WrongDelimiter
├── BrokenRow
├── UnclosedQuote
├── RowTooLarge
├── NotUtf8
├── CutShort         a compressed file without its end
├── CorruptFile
├── UnknownFormat
├── BadValue         a value is not of the chosen type
├── DuplicateIds
├── MissingId
└── NoFiles          a folder without any
"""

from __future__ import annotations

from collections.abc import Sequence

from debiai_studio.sources.errors import UnreadableFile, shortened


class EmptyFile(UnreadableFile):
    """The file has no contents."""

    code = "sources.empty_file"
    title = "File is empty"

    def __init__(self, file: str) -> None:
        super().__init__(file, f'"{file}" is empty; choose a file with data.')


class HeaderOnly(UnreadableFile):
    """The file has columns, but no rows."""

    code = "sources.header_only"
    title = "File has no rows"

    def __init__(self, file: str, n_columns: int) -> None:
        super().__init__(
            file,
            f'"{file}" {_named(n_columns)}has no rows; choose a file with at least one row.',
        )
        self.n_columns = n_columns


class NoColumns(UnreadableFile):
    """The file has no columns."""

    code = "sources.no_columns"
    title = "File has no columns"

    def __init__(self, file: str) -> None:
        super().__init__(file, f'"{file}" has no columns; choose a file with at least one.')


class DuplicateColumns(UnreadableFile):
    """Two columns have the same name."""

    code = "sources.duplicate_columns"
    title = "Columns have the same name"

    def __init__(self, file: str, column: str, positions: Sequence[int]) -> None:
        places = " and ".join(str(position) for position in positions)
        super().__init__(
            file,
            f'"{file}" has the column name "{shortened(column)}" more than once '
            f"(columns {places}); rename one of them.",
        )
        self.column = column
        self.positions = tuple(positions)


class WrongDelimiter(UnreadableFile):
    """One column, although another delimiter would split the rows."""

    code = "sources.wrong_delimiter"
    title = "Delimiter not recognised"

    def __init__(self, file: str, delimiter: str, n_columns: int) -> None:
        super().__init__(
            file,
            f'"{file}" has one column if split at commas, semicolons, tabs or bars, but '
            f"{n_columns} if split at {delimiter!r}; save it with commas.",
        )
        self.delimiter = delimiter


class BrokenRow(UnreadableFile):
    """A row cannot be read; ``line`` counts from 1."""

    code = "sources.broken_row"
    title = "A row cannot be read"

    def __init__(self, file: str, line: int, text: str, problem: str) -> None:
        super().__init__(
            file,
            f'Line {line:,} of "{file}" {problem}: {shortened(text)!r}. '
            "Correct that line, then choose the file again.",
        )
        self.line = line
        self.text = shortened(text)


class UnclosedQuote(UnreadableFile):
    """A quoted value never ends."""

    code = "sources.unclosed_quote"
    title = "A quote is never closed"

    def __init__(self, file: str, line: int, text: str) -> None:
        super().__init__(
            file,
            f'In line {line:,} of "{file}" a quote is opened and never closed: '
            f"{shortened(text)!r}. Close it, then choose the file again.",
        )
        self.line = line
        self.text = shortened(text)


class RowTooLarge(UnreadableFile):
    """One row is larger than can be read at once."""

    code = "sources.row_too_large"
    title = "A row is too large"

    def __init__(self, file: str, row: int, limit: int) -> None:
        super().__init__(
            file,
            f'Row {row:,} of "{file}" is larger than {limit >> 20} MB; shorten its values, or '
            "close a quote that was left open there.",
        )
        self.row = row
        self.limit = limit


class NotUtf8(UnreadableFile):
    """The text is in another encoding."""

    code = "sources.not_utf8"
    title = "Text is not UTF-8"

    def __init__(self, file: str, offset: int, line: int, encoding: str | None = None) -> None:
        what = (
            f"is {encoding} text"
            if encoding
            else f"is not UTF-8 text at byte {offset:,}, line {line:,}"
        )
        super().__init__(file, f'"{file}" {what}; save it again as UTF-8.')
        self.offset = offset
        self.line = line
        self.encoding = encoding


class CutShort(UnreadableFile):
    """A compressed file ends before its data does, or is damaged."""

    code = "sources.cut_short"
    title = "Compressed file is incomplete"

    def __init__(self, file: str, compression: str) -> None:
        super().__init__(
            file,
            f'"{file}" is cut short or damaged: its {compression} data cannot be unpacked to '
            "the end; copy or download it again.",
        )
        self.compression = compression


class CorruptFile(UnreadableFile):
    """A binary file is truncated or damaged."""

    code = "sources.corrupt_file"
    title = "File is damaged"

    def __init__(self, file: str, kind: str, detail: str) -> None:
        super().__init__(
            file,
            f'"{file}" is not a whole {kind} file ({shortened(detail)}); '
            "copy, download or write it again.",
        )
        self.kind = kind


class UnknownFormat(UnreadableFile):
    """The format is not one that can be read."""

    code = "sources.unknown_format"
    title = "Unknown format"

    def __init__(self, file: str, problem: str, known: Sequence[str]) -> None:
        super().__init__(file, f'"{file}" {problem}; formats that can be read: {", ".join(known)}.')


class BadValue(UnreadableFile):
    """A value is not of the column's chosen type; ``row`` counts data rows from 1."""

    code = "sources.bad_value"
    title = "A value does not fit its column"

    def __init__(self, file: str, column: str, row: int, value: str, type_: str) -> None:
        super().__init__(
            file,
            f'Row {row:,} of "{file}" has {shortened(value)!r} in the column '
            f'"{shortened(column)}", which cannot be read as {type_}; '
            "choose the type text for it, or correct the value.",
        )
        self.column = column
        self.row = row
        self.value = shortened(value)


class DuplicateIds(UnreadableFile):
    """The chosen id column has values that stand in several rows."""

    code = "sources.duplicate_ids"
    title = "Sample ids are not unique"

    def __init__(
        self, file: str, column: str, examples: Sequence[tuple[object, Sequence[int]]]
    ) -> None:
        told = "; ".join(
            f"{shortened(str(value))!r} in rows {', '.join(f'{row:,}' for row in rows)}"
            for value, rows in examples[:3]
        )
        super().__init__(
            file,
            f'The id column "{shortened(column)}" of "{file}" has values more than once: {told}. '
            "Choose another id column, or number the samples by position.",
        )
        self.column = column
        self.examples = tuple((str(value), tuple(rows)) for value, rows in examples)


class MissingId(UnreadableFile):
    """A row has no id."""

    code = "sources.missing_id"
    title = "A sample has no id"

    def __init__(self, file: str, column: str, row: int) -> None:
        super().__init__(
            file,
            f'Row {row:,} of "{file}" has no value in the id column "{shortened(column)}"; '
            "choose another id column, or number the samples by position.",
        )
        self.column = column
        self.row = row


class NoFiles(UnreadableFile):
    """A folder holds no file that can be read."""

    code = "sources.no_files"
    title = "Folder has no data"

    def __init__(self, folder: str, known: Sequence[str]) -> None:
        super().__init__(
            folder,
            f'The folder "{folder}" has no file that can be read; '
            f"formats that can be read: {', '.join(known)}.",
        )


def _named(n_columns: int) -> str:
    if not n_columns:
        return ""
    return f"names {n_columns:,} column{'s' if n_columns != 1 else ''} but "
