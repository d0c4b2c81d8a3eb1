"""What sources need: kinds of files, a writer of samples, a place for new projects, downloads.

A kind of source is one file in ``sources/kinds/`` and one line in its ``__init__`` (or one entry
point of the group ``debiai_studio.sources``).
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import Protocol, runtime_checkable

import pyarrow as pa

from debiai_studio.datasets.model import Column, ColumnType, IdSegment
from debiai_studio.projects.model import Project, ProjectRef


class Style(StrEnum):
    """How the values of a table say what they are."""

    TEXT = "text"  # everything is text (CSV): types are found by reading all of it
    JSON = "json"  # values have JSON's types; a column's type is found by reading all of it
    TYPED = "typed"  # the file states the types


class Table(Protocol):
    """The rows of a file.

    ``batches`` may be called again and again, and starts at the first row each time. It holds
    only a bounded part of the file in memory, raises ``UnreadableFile`` and leaves no file open
    when its iterator is closed. Batches of a TEXT table have text columns, NULL where missing.
    Those of a JSON table may differ in their columns: a field's metadata ``json`` says whether
    a text column holds arrays, dicts or mixed values.
    """

    style: Style
    schema: pa.Schema | None  # None: columns are known only after reading
    n_rows: int | None  # None: known only after reading
    n_bytes: int

    @property
    def bytes_read(self) -> int:
        """How much of the file the newest ``batches`` has read."""
        ...

    def batches(self) -> Iterator[pa.RecordBatch]:
        """The rows in the order of the file."""
        ...


@runtime_checkable
class Described(Table, Protocol):
    """A TYPED table whose file tells of its columns, and gives some without reading the others."""

    def missing(self, column: str) -> int | None:
        """How many of the column's values are missing; None when the file does not say."""
        ...

    def batches_of(self, columns: Collection[str]) -> Iterator[pa.RecordBatch]:
        """Some columns of all rows, as ``batches`` would give them."""
        ...


class Kind(Protocol):
    """A format of files.

    ``extensions`` have no dot and are lower case. ``sniff`` gets the first 64 kB (unpacked when
    the file is compressed and the kind ``compressible``) and says whether they can be of this
    kind. ``open`` reads no more than it must to name the columns, and raises ``UnreadableFile``.
    """

    name: str
    title: str
    extensions: tuple[str, ...]
    compressible: bool

    def sniff(self, path: Path, head: bytes) -> bool:
        """Whether the file can be of this kind."""
        ...

    def open(self, path: Path) -> Table:
        """The file's table."""
        ...


class Written(Protocol):
    """What a writer wrote."""

    @property
    def segments(self) -> Sequence[IdSegment]:
        """The files of ids."""
        ...

    @property
    def next_sample_no(self) -> int:
        """One more than the last sample's number."""
        ...

    @property
    def n_results(self) -> dict[str, int]:
        """How many samples have a result, by model."""
        ...


@dataclass(frozen=True, slots=True)
class WrittenSamples:
    """What a writer wrote, as it comes from the import process."""

    segments: tuple[IdSegment, ...]
    next_sample_no: int
    n_results: dict[str, int]


class SampleWriter(Protocol):
    """Writes the samples of one new project into a folder of its own."""

    def write(
        self, ids: pa.Array, values: pa.RecordBatch, results: dict[str, pa.RecordBatch]
    ) -> int:
        """Add rows; returns how many there are now."""
        ...

    def check_duplicates(self) -> Sequence[tuple[object, Sequence[int]]]:
        """First examples of ids that stand in several rows, with their 0-based positions."""
        ...

    def finish(self) -> Written:
        """Close the files, safe on disk."""
        ...

    def abort(self) -> None:
        """Close the files, whatever is in them."""
        ...


class WriterFactory(Protocol):
    """Makes a writer; named by ``module:attribute``, since the import is another process."""

    def __call__(
        self,
        folder: Path,
        id_type: ColumnType,
        sample_columns: list[Column],
        result_columns: list[Column],
        models: list[str],
    ) -> SampleWriter:
        """A writer into ``folder``, which exists and is empty."""
        ...


class NewProjects(Protocol):
    """Where imports become projects: all of it in one transaction, or nothing."""

    def create(
        self,
        ref: ProjectRef,
        staging: Path,
        written: Written,
        *,
        origin: str,
        id_name: str,
        id_type: ColumnType,
        sample_columns: list[Column],
        result_columns: list[Column],
        models: list[str],
    ) -> Project:
        """Take over the staging folder; a name that is taken gets ``-2``."""
        ...


# Told after each piece: bytes so far, and all bytes when the server said so.
Progress = Callable[[int, int | None], None]


class Download(Protocol):
    """Fetches an http(s) address into a folder."""

    def __call__(self, url: str, folder: Path, progress: Progress) -> Path:
        """The file. Raises AddressRefused, DownloadFailed or DiskFull; nothing is left then."""
        ...
