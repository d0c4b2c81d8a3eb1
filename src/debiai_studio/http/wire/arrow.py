"""Writes an engine's answer as one Arrow IPC stream.

One record batch of one row: each array is a list column named ``<view>/<measure>/<array>``; the
small values, shapes included, are JSON in the schema's metadata under ``studio``. A reader takes
the child of each list without copying. Counts are as narrow as the largest of them allows: most
cells of a picture hold few rows.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt
import orjson
import pyarrow as pa

from debiai_studio.engine.model import Answer
from debiai_studio.errors import StudioError
from debiai_studio.http.errors import describe

MEDIA_TYPE = "application/vnd.apache.arrow.stream"


def encode(answer: Answer) -> bytes:
    """The answer as bytes of ``MEDIA_TYPE``."""
    names: list[str] = []
    columns: list[pa.Array] = []
    views: dict[str, Any] = {}
    for view, measures in answer.views.items():
        views[view] = {"measures": {}}
        for name, result in measures.items():
            shapes = {}
            for key, array in result.arrays.items():
                column = f"{view}/{name}/{key}"
                values = pa.array(_narrowed(np.ascontiguousarray(array).reshape(-1)))
                names.append(column)
                columns.append(
                    pa.LargeListArray.from_arrays(pa.array([0, len(values)], pa.int64()), values)
                )
                shapes[key] = {"column": column, "shape": list(array.shape)}
            views[view]["measures"][name] = {"meta": result.meta, "arrays": shapes}
    for view, error in answer.errors.items():
        known = error if isinstance(error, StudioError) else StudioError("It cannot be drawn.")
        views[view] = {"error": describe(known)}
    header = {
        "data_version": answer.data_version,
        "counts": answer.counts,
        "steps": answer.steps,
        "colour": answer.colour,
        "views": views,
        "sampling": answer.sampling,
    }
    metadata = {"studio": orjson.dumps(header, option=orjson.OPT_SERIALIZE_NUMPY)}
    schema = pa.schema(
        [pa.field(name, column.type) for name, column in zip(names, columns, strict=True)],
        metadata,
    )
    batch = (
        pa.RecordBatch.from_arrays(columns, schema=schema)
        if columns
        else pa.RecordBatch.from_pylist([], schema=schema)
    )
    sink = pa.BufferOutputStream()
    with pa.ipc.new_stream(sink, schema) as writer:
        writer.write_batch(batch)
    return bytes(sink.getvalue())


def _narrowed(values: npt.NDArray[Any]) -> npt.NDArray[Any]:
    if values.dtype != np.uint32 or len(values) == 0:
        return values
    return values.astype(np.min_scalar_type(values.max()), copy=False)
