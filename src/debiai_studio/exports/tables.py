"""Samples as a table to download: CSV, NDJSON, JSON or Parquet, streamed batch by batch.

NULL, NaN and the infinities stay apart in every format: CSV writes nothing, ``nan``, ``inf`` and
``-inf`` (and an empty text as ``""``); JSON writes ``null``, ``"NaN"``, ``"Infinity"`` and
``"-Infinity"``; Parquet has them all.
"""

from __future__ import annotations

import io
import re
from collections.abc import Iterable, Iterator
from typing import Any
from urllib.parse import quote

import numpy as np
import orjson
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.csv as pa_csv
import pyarrow.parquet as pq

from debiai_studio.datasets.model import DataSet
from debiai_studio.exports.model import Format

MEDIA_TYPES: dict[Format, str] = {
    "csv": "text/csv; charset=utf-8",
    "ndjson": "application/x-ndjson",
    "json": "application/json",
    "parquet": "application/vnd.apache.parquet",
}

# A JSON reader needs no more than this many rows at once in memory to be written.
_ROWS = 8192


def file_name(name: str, kind: Format) -> str:
    """A percent-encoded file name (RFC 8187) made from a name of any characters."""
    safe = re.sub(r'[\x00-\x1f\x7f/\\:*?"<>|]+', "-", name).strip(" .-")[:120]
    return quote(f"{safe or 'samples'}.{kind}", safe="")


def json_columns(dataset: DataSet) -> frozenset[str]:
    """The names, as whole rows have them, of the columns that hold arrays and dicts."""
    samples = [c.name for c in dataset.sample_columns if not c.type.is_plottable]
    results = [c.name for c in dataset.result_columns if not c.type.is_plottable]
    named = [f"{model.name}.{result}" for model in dataset.models for result in results]
    return frozenset([*samples, *named])


def render(
    kind: Format,
    batches: Iterable[pa.RecordBatch],
    *,
    json_columns: frozenset[str] = frozenset(),
) -> Iterator[bytes]:
    """The table in pieces; memory is that of one batch.

    ``json_columns`` name text columns that hold JSON (arrays and dicts): the JSON formats write
    their value instead of a text.
    """
    match kind:
        case "csv":
            return _csv(batches)
        case "ndjson":
            return (
                b"".join(line + b"\n" for line in lines) for lines in _lines(batches, json_columns)
            )
        case "json":
            return _json(batches, json_columns)
        case "parquet":
            return _parquet(batches)


class Drain(io.RawIOBase):
    """A file whose written bytes are taken out as they come."""

    def __init__(self) -> None:
        self._written: list[bytes] = []

    def writable(self) -> bool:
        """Whether it takes bytes: always."""
        return True

    def write(self, data: Any) -> int:
        """Keep the bytes until they are taken."""
        written = bytes(data)
        self._written.append(written)
        return len(written)

    def take(self) -> bytes:
        """What was written since it was called last."""
        taken = b"".join(self._written)
        self._written.clear()
        return taken


def _csv(batches: Iterable[pa.RecordBatch]) -> Iterator[bytes]:
    sink: Any = Drain()
    writer: pa_csv.CSVWriter | None = None
    for batch in batches:
        plain = _with_text_times(batch)
        if writer is None:
            writer = pa_csv.CSVWriter(sink, plain.schema)
        writer.write_batch(plain)
        yield sink.take()
    if writer is not None:
        writer.close()
        yield sink.take()


def _parquet(batches: Iterable[pa.RecordBatch]) -> Iterator[bytes]:
    sink: Any = Drain()
    writer: pq.ParquetWriter | None = None
    for batch in batches:
        if writer is None:
            writer = pq.ParquetWriter(sink, batch.schema, compression="zstd")
        writer.write_batch(batch)
        yield sink.take()
    if writer is None:
        writer = pq.ParquetWriter(sink, pa.schema([]))
    writer.close()
    yield sink.take()


def _json(batches: Iterable[pa.RecordBatch], json_columns: frozenset[str]) -> Iterator[bytes]:
    joint = b"[\n"
    for lines in _lines(batches, json_columns):
        if lines:
            yield joint + b",\n".join(lines)
            joint = b",\n"
    yield b"\n]\n" if joint != b"[\n" else b"[]\n"


def _lines(
    batches: Iterable[pa.RecordBatch], json_columns: frozenset[str]
) -> Iterator[list[bytes]]:
    for batch in batches:
        for start in range(0, batch.num_rows, _ROWS):
            part = _with_text_times(batch.slice(start, _ROWS))
            names = part.schema.names
            columns = [
                _json_values(part.column(i), as_json=name in json_columns)
                for i, name in enumerate(names)
            ]
            yield [
                orjson.dumps(dict(zip(names, row, strict=True)))
                for row in zip(*columns, strict=True)
            ]


def _json_values(column: pa.Array[Any], *, as_json: bool) -> list[Any]:
    values: list[Any] = column.to_pylist()
    if as_json:
        return [None if value is None else orjson.Fragment(value) for value in values]
    if pa.types.is_floating(column.type):
        numbers = column.to_numpy(zero_copy_only=False)
        for i in np.flatnonzero(~np.isfinite(numbers)):
            if values[i] is not None:
                values[i] = _WORDS[str(values[i])]
    return values


_WORDS = {"nan": "NaN", "inf": "Infinity", "-inf": "-Infinity"}


def _with_text_times(batch: pa.RecordBatch) -> pa.RecordBatch:
    """Times as ISO 8601: ``Z`` when zoned, no offset when naive, no fraction when it is zero."""
    columns = [
        _text_times(column) if pa.types.is_timestamp(column.type) else column
        for column in batch.columns
    ]
    return pa.RecordBatch.from_arrays(columns, names=batch.schema.names)


def _text_times(column: pa.Array[Any]) -> pa.Array[Any]:
    functions: Any = pc  # its stubs know neither zones nor joining with a scalar
    text = functions.strftime(column.cast(pa.timestamp("us")), format="%Y-%m-%dT%H:%M:%S")
    whole = functions.replace_substring_regex(text, r"\.000000$", "")
    zone = "Z" if column.type.tz is not None else ""
    texts: pa.Array[Any] = functions.binary_join_element_wise(whole, zone, "")
    return texts
