"""Parquet."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from pathlib import Path

import pyarrow as pa
from pyarrow import parquet

from debiai_studio.sources.column_names import checked_names
from debiai_studio.sources.file_errors import CorruptFile, EmptyFile, HeaderOnly
from debiai_studio.sources.ports import Style, Table

_MAGIC = b"PAR1"
_ROWS_PER_BATCH = 32768
_VALUES_PER_BATCH = 2_000_000
_BYTES_PER_BATCH = 1 << 26
_BUFFER = 1 << 20


class Parquet:
    """Apache Parquet, read column chunk by column chunk."""

    name = "parquet"
    title = "Parquet"
    extensions: tuple[str, ...] = ("parquet", "pq")
    compressible = False

    def sniff(self, path: Path, head: bytes) -> bool:
        """Whether it begins as Parquet."""
        del path
        return head.startswith(_MAGIC)

    def open(self, path: Path) -> Table:
        """The table; the footer is read now."""
        return ParquetTable(path)


class ParquetTable:
    """The rows of a Parquet file."""

    style = Style.TYPED

    def __init__(self, path: Path) -> None:
        self._path = path
        self.n_bytes = path.stat().st_size
        self._n_read = 0
        if not self.n_bytes:
            raise EmptyFile(path.name)
        with self._open() as file:
            self._metadata = file.metadata
            schema = file.schema_arrow
        self.n_rows: int | None = self._metadata.num_rows
        self._row_bytes = _largest_rows(self._metadata)
        names = checked_names(path.name, schema.names)
        if not self.n_rows:
            raise HeaderOnly(path.name, len(names))
        self._stored = dict(zip(names, schema.names, strict=True))
        self._fields = {
            name: field.with_name(name) for field, name in zip(schema, names, strict=True)
        }
        self.schema: pa.Schema | None = pa.schema(list(self._fields.values()))
        leaves = self._metadata.schema
        self._places = {leaves.column(place).path: place for place in range(len(leaves))}

    @property
    def bytes_read(self) -> int:
        """The share of the rows read, as bytes of the file."""
        return int(self.n_bytes * self._n_read / self.n_rows) if self.n_rows else self.n_bytes

    def missing(self, column: str) -> int | None:
        """The NULLs of a column by the statistics of its chunks; None when one has none."""
        if pa.types.is_nested(self._fields[column].type):
            return None
        total = 0
        for group in range(self._metadata.num_row_groups):
            chunk = self._metadata.row_group(group).column(self._places[self._stored[column]])
            if chunk.statistics is None or not chunk.statistics.has_null_count:
                return None
            total += chunk.statistics.null_count
        return total

    def batches(self) -> Iterator[pa.RecordBatch]:
        """The rows. Raises CorruptFile."""
        return self._batches(pa.schema(list(self._fields.values())), None)

    def batches_of(self, columns: Collection[str]) -> Iterator[pa.RecordBatch]:
        """The rows with some of their columns only. Raises CorruptFile."""
        schema = pa.schema([self._fields[name] for name in columns])
        return self._batches(schema, [self._stored[name] for name in columns])

    def _batches(self, schema: pa.Schema, stored: list[str] | None) -> Iterator[pa.RecordBatch]:
        self._n_read = 0
        fitting = _BYTES_PER_BATCH // self._row_bytes
        size = max(min(_ROWS_PER_BATCH, _VALUES_PER_BATCH // len(self._fields), fitting), 1)
        with self._open() as file:
            batches = file.iter_batches(batch_size=size, columns=stored, use_threads=False)
            while True:
                try:
                    batch = next(batches, None)
                except MemoryError:
                    raise  # one of Arrow's exceptions, too
                except (pa.ArrowException, OSError) as error:
                    raise CorruptFile(self._path.name, "Parquet", str(error)) from error
                if batch is None:
                    return
                self._n_read += batch.num_rows
                # Asked for "a.b", Arrow gives the field b of a column a, too.
                found = batch.columns if stored is None else [batch.column(n) for n in stored]
                yield pa.RecordBatch.from_arrays(found, schema=schema)

    def _open(self) -> parquet.ParquetFile:
        try:
            return parquet.ParquetFile(self._path, buffer_size=_BUFFER, pre_buffer=False)
        except (pa.ArrowException, OSError) as error:
            raise CorruptFile(self._path.name, "Parquet", str(error)) from error


def _largest_rows(metadata: parquet.FileMetaData) -> int:
    """The bytes of a row in the row group that has the largest."""
    groups = map(metadata.row_group, range(metadata.num_row_groups))
    return max((group.total_byte_size // max(group.num_rows, 1) for group in groups), default=0) + 1
