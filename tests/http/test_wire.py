"""An answer on the wire, read as another reader of Arrow would read it."""

from __future__ import annotations

import json

import numpy as np
import pyarrow as pa
import pytest

from debiai_studio.engine.model import Answer, Counts, MeasureResult
from debiai_studio.http.wire.arrow import encode


def sent(array: np.ndarray) -> tuple[pa.Array, list[int]]:
    """What arrives of an array of one measure, and the shape told with it."""
    views = {"view": {"measure": MeasureResult({"told": 1}, {"array": array})}}
    counts = Counts(rows=1, samples=1, total_rows=1, total_samples=1)
    answer = Answer(data_version=1, counts=counts, steps=[], colour=None, views=views, errors={})
    table = pa.ipc.open_stream(encode(answer)).read_all()
    described = json.loads(table.schema.metadata[b"studio"])
    measure = described["views"]["view"]["measures"]["measure"]
    assert measure["meta"] == {"told": 1}
    told = measure["arrays"]["array"]
    return table.column(told["column"]).chunk(0).values, told["shape"]


@pytest.mark.parametrize(
    ("largest", "kind"),
    [(255, pa.uint8()), (256, pa.uint16()), (65_536, pa.uint32()), (2**32 - 1, pa.uint32())],
)
def test_counts_arrive_whole_and_as_narrow_as_they_can(largest, kind):
    counts = np.array([[0, 1, 2], [3, 4, largest]], np.uint32)

    values, shape = sent(counts)

    assert (values.to_pylist(), shape, values.type) == (counts.ravel().tolist(), [2, 3], kind)


@pytest.mark.parametrize("array", [np.zeros((0, 3), np.uint32), np.array([0.5, np.nan, np.inf])])
def test_other_arrays_arrive_as_they_are(array):
    values, shape = sent(array)

    assert values.type == pa.from_numpy_dtype(array.dtype)
    assert np.array_equal(values.to_numpy(), array.ravel(), equal_nan=array.dtype.kind == "f")
    assert shape == list(array.shape)
