"""The ids of a selection alone, as receivers fetch them: one column, streamed batch by batch."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any, Literal, get_args

import pyarrow as pa

from debiai_studio.exports import payload, tables
from debiai_studio.exports.tables import Drain

IdFormat = Literal["ndjson", "parquet", "arrow"]
ID_FORMATS: tuple[IdFormat, ...] = get_args(IdFormat)
MEDIA_TYPES: dict[IdFormat, str] = {
    "ndjson": tables.MEDIA_TYPES["ndjson"],
    "parquet": tables.MEDIA_TYPES["parquet"],
    "arrow": "application/vnd.apache.arrow.stream",
}


def render(kind: IdFormat, ids: Iterable[pa.Array[Any]]) -> Iterator[bytes]:
    """The ids in pieces; memory is that of one batch.

    ``ndjson`` has one ``{"id":…}`` in each line, as the document has them; ``parquet`` and
    ``arrow`` (its stream format) the column ``id``.
    """
    if kind == "ndjson":
        return (payload.id_lines(batch) for batch in ids if len(batch))
    batches = (pa.record_batch([batch], names=["id"]) for batch in ids)
    return tables.render("parquet", batches) if kind == "parquet" else _arrow(batches)


def _arrow(batches: Iterable[pa.RecordBatch]) -> Iterator[bytes]:
    sink: Any = Drain()
    writer: pa.RecordBatchStreamWriter | None = None
    for batch in batches:
        writer = writer or pa.ipc.new_stream(sink, batch.schema)
        writer.write_batch(batch)
        yield sink.take()
    if writer is not None:
        writer.close()
        yield sink.take()
