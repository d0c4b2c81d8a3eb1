"""Selections of ten million samples: saved, and compared to the sample."""

from __future__ import annotations

import time

import numpy as np
import pyarrow as pa
import pytest
from pyroaring import BitMap

from debiai_studio.datasets.model import ColumnType
from debiai_studio.projects.model import LOCAL, ProjectRef
from debiai_studio.storage.samples.writer import SampleWriter

pytestmark = pytest.mark.slow

SAMPLES, MEMBERS, AT_ONCE = 20_000_000, 10_000_000, 1_000_000
CHANGED = 50_000


@pytest.fixture
def ref(studio):
    """A project of ids alone."""
    staging = studio.catalogue.staging_folder / "many"
    writer = SampleWriter(staging, ColumnType.INTEGER, [], [], [])
    for start in range(0, SAMPLES, AT_ONCE):
        ids = pa.array(np.arange(start, start + AT_ONCE) + 10**12)
        writer.write(ids, pa.RecordBatch.from_struct_array(pa.array([{}] * AT_ONCE)), {})
    return studio.catalogue.create(
        ProjectRef(LOCAL, "many"),
        staging,
        writer.finish(),
        origin="test",
        id_name="id",
        id_type=ColumnType.INTEGER,
        sample_columns=[],
        result_columns=[],
        models=[],
    ).ref


def test_ten_million_members_scattered_over_twenty_are_compared_exactly(
    studio, ref, record_property
):
    chance = np.random.default_rng(5)
    shuffled = chance.permutation(SAMPLES).astype(np.uint32)
    before, after = shuffled[:MEMBERS], shuffled[CHANGED : MEMBERS + CHANGED]
    for members in (before, after):
        studio.selections.save_members(ref, "Many", BitMap(members.tolist()), {"listed": MEMBERS})

    began = time.perf_counter()
    found = studio.versions.compare(ref, "many@1", "many@2")
    seconds = time.perf_counter() - began

    record_property("seconds", seconds)
    assert (found.n_added, found.n_removed) == (CHANGED, CHANGED)
    assert found.n_same == MEMBERS - CHANGED
    first = np.sort(shuffled[MEMBERS : MEMBERS + CHANGED])[:10].astype(np.int64) + 10**12
    assert found.first_added == tuple(map(str, first))
