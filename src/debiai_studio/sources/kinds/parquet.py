"""Parquet."""

from __future__ import annotations

from collections.abc import Iterator
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
            self.n_rows: int | None = file.metadata.num_rows
            schema = file.schema_arrow
            self._row_bytes = _largest_rows(file.metadata)
        names = checked_names(path.name, schema.names)
        if not self.n_rows:
            raise HeaderOnly(path.name, len(names))
        fields = [field.with_name(name) for field, name in zip(schema, names, strict=True)]
        self.schema: pa.Schema | None = pa.schema(fields)

    @property
    def bytes_read(self) -> int:
        """The share of the rows read, as bytes of the file."""
        return int(self.n_bytes * self._n_read / self.n_rows) if self.n_rows else self.n_bytes

    def batches(self) -> Iterator[pa.RecordBatch]:
        """The rows. Raises CorruptFile."""
        self._n_read = 0
        n_columns = len(self.schema.names) if self.schema else 1
        fitting = _BYTES_PER_BATCH // self._row_bytes
        size = max(min(_ROWS_PER_BATCH, _VALUES_PER_BATCH // n_columns, fitting), 1)
        with self._open() as file:
            batches = file.iter_batches(batch_size=size, use_threads=False)
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
                yield pa.RecordBatch.from_arrays(batch.columns, schema=self.schema)

    def _open(self) -> parquet.ParquetFile:
        try:
            return parquet.ParquetFile(self._path, buffer_size=_BUFFER, pre_buffer=False)
        except (pa.ArrowException, OSError) as error:
            raise CorruptFile(self._path.name, "Parquet", str(error)) from error


def _largest_rows(metadata: parquet.FileMetaData) -> int:
    """The bytes of a row in the row group that has the largest."""
    groups = map(metadata.row_group, range(metadata.num_row_groups))
    return max((group.total_byte_size // max(group.num_rows, 1) for group in groups), default=0) + 1
