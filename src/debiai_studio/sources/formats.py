"""Which kind reads a file, and several files of one folder read as one table."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from importlib.metadata import entry_points
from pathlib import Path

import pyarrow as pa

from debiai_studio.errors import Conflict
from debiai_studio.sources.bytestream import PACKED, ByteStream, extension_of
from debiai_studio.sources.file_errors import EmptyFile, NoFiles, UnknownFormat
from debiai_studio.sources.kinds import KINDS
from debiai_studio.sources.ports import Kind, Style, Table

ENTRY_POINTS = "debiai_studio.sources"

_KNOWN_STRANGERS = {
    b"PK\x03\x04": "is a zip archive or an Excel workbook; save the table as CSV",
    b"\xd0\xcf\x11\xe0": "is an old Excel workbook; save the table as CSV",
    b"%PDF": "is a PDF",
    b"SQLite format 3": "is an SQLite database; save the table as CSV or Parquet",
    b"\x89HDF": "is an HDF5 file; save the table as Parquet",
    b"\x93NUMPY": "is a NumPy array; save it as Parquet",
    b"\x80\x04": "is a Python pickle; save the table as Parquet",
    b"\x80\x05": "is a Python pickle; save the table as Parquet",
    b"BZh": "is packed with bzip2; unpack it, or pack it with gzip or zstd",
    b"\xfd7zXZ": "is packed with xz; unpack it, or pack it with gzip or zstd",
}


class DuplicateKind(Conflict):
    """Two kinds of source have the same name."""

    code = "sources.duplicate_kind"
    title = "Kind of source is there twice"

    def __init__(self, name: str) -> None:
        super().__init__(
            f'Two kinds of source are named "{name}"; uninstall the package that brings one.'
        )
        self.name = name


class Formats:
    """The kinds in use."""

    def __init__(self, kinds: Sequence[Kind]) -> None:
        self._kinds = tuple(kinds)
        names = [kind.name for kind in kinds]
        for name in names:
            if names.count(name) > 1:
                raise DuplicateKind(name)

    @classmethod
    def installed(cls) -> Formats:
        """Those of installed packages, then those that come with DebiAI Studio."""
        found = entry_points(group=ENTRY_POINTS)
        kinds: list[Kind] = [*(entry.load()() for entry in found), *KINDS]
        return cls(kinds)

    @property
    def titles(self) -> list[str]:
        """What can be read, for sentences."""
        return [kind.title for kind in self._kinds]

    @property
    def endings(self) -> list[str]:
        """How the names of files end that can be read; packed files end like the packer's."""
        extensions = {extension for kind in self._kinds for extension in kind.extensions}
        return [*(f".{extension}" for extension in sorted(extensions)), *PACKED]

    def knows(self, name: str) -> bool:
        """Whether a file's name says a known format."""
        return any(extension_of(name) in kind.extensions for kind in self._kinds)

    def kind_of(self, path: Path) -> Kind:
        """The kind that reads the file. Raises EmptyFile, UnknownFormat."""
        stream = ByteStream(path)
        if not stream.n_bytes:
            raise EmptyFile(path.name)
        head = stream.head()
        extension = extension_of(path.name)
        by_name = [kind for kind in self._kinds if extension in kind.extensions]
        others = [kind for kind in self._kinds if extension not in kind.extensions]
        if not head.strip():
            raise EmptyFile(path.name)
        stranger = next(
            (what for magic, what in _KNOWN_STRANGERS.items() if head.startswith(magic)), None
        )
        if stranger:
            raise UnknownFormat(path.name, stranger, self.titles)
        for kind in (*by_name, *others):
            # The last kind takes any text: not that of a file whose name says otherwise.
            if by_name and kind not in by_name and kind is self._kinds[-1]:
                break
            if kind.sniff(path, head):
                if stream.compression and not kind.compressible:
                    problem = f"is {kind.title} packed with {stream.compression}; unpack it first"
                    raise UnknownFormat(path.name, problem, self.titles)
                return kind
        if by_name:
            # Damaged at its first bytes: the kind itself says how.
            return by_name[0]
        raise UnknownFormat(path.name, "has a format that is not known", self.titles)

    def open(self, paths: Sequence[Path]) -> tuple[Kind, Table]:
        """The kind of the first file, and one table of all. Raises UnreadableFile."""
        kinds = [self.kind_of(path) for path in paths]
        tables = [kind.open(path) for kind, path in zip(kinds, paths, strict=True)]
        return kinds[0], tables[0] if len(tables) == 1 else JoinedTable(tables)

    def grouped(self, folder: Path) -> list[list[Path]]:
        """The files of a folder: one group when their columns agree, else one per file.

        Raises NoFiles, or what is wrong with a file.
        """
        paths = sorted(
            path
            for path in folder.rglob("*")
            if path.is_file() and self.knows(path.name) and not _is_hidden(path, folder)
        )
        if not paths:
            raise NoFiles(folder.name, self.titles)
        shapes = {self._shape(path) for path in paths}
        return [paths] if len(shapes) == 1 else [[path] for path in paths]

    def _shape(self, path: Path) -> tuple[Style, frozenset[str]]:
        table = self.kind_of(path).open(path)
        if table.schema is not None:
            return table.style, frozenset(table.schema.names)
        batches = table.batches()
        first = next(batches, None)
        names = frozenset(first.schema.names) if first is not None else frozenset[str]()
        return table.style, names


class JoinedTable:
    """The rows of several files of one shape, one file after the other."""

    def __init__(self, tables: Sequence[Table]) -> None:
        self._tables = tuple(tables)
        self._n_done = 0
        self._current: Table | None = None
        self.style = tables[0].style
        self.schema = tables[0].schema
        self.n_bytes = sum(table.n_bytes for table in tables)
        counts = [table.n_rows for table in tables]
        self.n_rows = None if None in counts else sum(count or 0 for count in counts)

    @property
    def bytes_read(self) -> int:
        """How many bytes of all the files were read."""
        return self._n_done + (self._current.bytes_read if self._current else 0)

    def batches(self) -> Iterator[pa.RecordBatch]:
        """The rows of each file."""
        self._n_done = 0
        for table in self._tables:
            self._current = table
            for batch in table.batches():
                yield batch if self.schema is None else batch.select(self.schema.names)
            self._current = None
            self._n_done += table.n_bytes


def _is_hidden(path: Path, folder: Path) -> bool:
    return any(part.startswith((".", "_")) for part in path.relative_to(folder).parts)
