"""Arrow IPC: files (Feather) and streams, also with compressed bodies."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pyarrow as pa

from debiai_studio.sources.column_names import checked_names
from debiai_studio.sources.file_errors import CorruptFile, EmptyFile, HeaderOnly, UnknownFormat
from debiai_studio.sources.ports import Style, Table

_FILE = b"ARROW1"
_STREAM = b"\xff\xff\xff\xff"
_FEATHER_1 = b"FEA1"
_ROWS_PER_BATCH = 65536


class Arrow:
    """An Arrow IPC file (Feather 2) or stream."""

    name = "arrow"
    title = "Arrow"
    extensions: tuple[str, ...] = ("arrow", "feather", "arrows", "ipc")
    compressible = False

    def sniff(self, path: Path, head: bytes) -> bool:
        """Whether it begins as an IPC file or stream, or as the old Feather."""
        del path
        return head.startswith((_FILE, _STREAM, _FEATHER_1))

    def open(self, path: Path) -> Table:
        """The table; the schema is read now."""
        return ArrowTable(path)


class ArrowTable:
    """The rows of an Arrow file, memory-mapped."""

    style = Style.TYPED
    n_rows: int | None = None

    def __init__(self, path: Path) -> None:
        self._path = path
        self.n_bytes = path.stat().st_size
        self._n_read = 0
        with path.open("rb") as file:
            start = file.read(len(_FILE))
        if not start:
            raise EmptyFile(path.name)
        if start.startswith(_FEATHER_1):
            problem = "is an old Feather file (version 1); write it again as Feather 2"
            raise UnknownFormat(path.name, problem, ("Feather 2", "Arrow"))
        self._is_stream = start.startswith(_STREAM)
        with self._reader() as (reader, _source):
            schema = reader.schema
        names = checked_names(path.name, schema.names)
        fields = [field.with_name(name) for field, name in zip(schema, names, strict=True)]
        self.schema: pa.Schema | None = pa.schema(fields)

    @property
    def bytes_read(self) -> int:
        """How many bytes of the file were read, about."""
        return self._n_read

    def batches(self) -> Iterator[pa.RecordBatch]:
        """The rows. Raises CorruptFile, HeaderOnly."""
        n_rows = 0
        with self._reader() as (reader, source):
            for number, batch in enumerate(self._stored(reader), start=1):
                if self._is_stream:
                    self._n_read = source.tell()
                else:
                    self._n_read = self.n_bytes * number // max(reader.num_record_batches, 1)
                n_rows += batch.num_rows
                renamed = pa.RecordBatch.from_arrays(batch.columns, schema=self.schema)
                for start in range(0, batch.num_rows, _ROWS_PER_BATCH):
                    yield renamed.slice(start, _ROWS_PER_BATCH)
        if not n_rows:
            raise HeaderOnly(self._path.name, len(self.schema.names if self.schema else ()))

    def _stored(self, reader: Any) -> Iterator[pa.RecordBatch]:
        # The two readers of pyarrow have no common type: one is read on, the other by number.
        try:
            if self._is_stream:
                yield from _checked(reader)
            else:
                numbers = range(reader.num_record_batches)
                yield from _checked(reader.get_batch(number) for number in numbers)
        except MemoryError:
            raise  # one of Arrow's exceptions, too
        except (pa.ArrowException, OSError) as error:
            raise CorruptFile(self._path.name, "Arrow", str(error)) from error

    @contextmanager
    def _reader(self) -> Iterator[tuple[Any, pa.NativeFile]]:
        with pa.memory_map(str(self._path)) as source:
            try:
                reader = pa.ipc.open_stream(source) if self._is_stream else pa.ipc.open_file(source)
            except (pa.ArrowException, OSError) as error:
                raise CorruptFile(self._path.name, "Arrow", str(error)) from error
            yield reader, source


def _checked(batches: Iterator[pa.RecordBatch]) -> Iterator[pa.RecordBatch]:
    for batch in batches:
        # Offsets of a damaged file could point outside of it.
        batch.validate(full=True)
        yield batch
