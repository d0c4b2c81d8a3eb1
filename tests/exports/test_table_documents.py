"""Selections sent as tables: pinned once they were written, honest when they cannot be."""

from __future__ import annotations

import hashlib
import io
from dataclasses import replace

import pandas as pd
import pyarrow as pa
import pytest

from debiai_studio.datasets.errors import DataChanged
from debiai_studio.exports.definitions import stable_id
from debiai_studio.exports.errors import DeliveryFailed, DeliveryRejected, InvalidMethod
from debiai_studio.exports.request import (
    AxisRange,
    ExportRequest,
    ListedSamples,
    Range1D,
    SelectedSamples,
)
from debiai_studio.selections.rule import Rule

READERS = {
    "csv": lambda data: pd.read_csv(io.BytesIO(data)),
    "ndjson": lambda data: pd.read_json(io.BytesIO(data), lines=True),
    "parquet": lambda data: pd.read_parquet(io.BytesIO(data)),
}
TWO = ListedSamples(ids=("f4", "f1"))
DISTANCES = Range1D(x=AxisRange(column="distance", min="200", max="1400"))


def accepted(world, flights, kind: str, subject=TWO):
    exports = world.exports(f"folder = file, /data/exports, format={kind}")
    request = ExportRequest(subject=subject, method_id=stable_id("folder"), name="Two")
    return exports, world.outbox.accepted(exports.accept(flights, request).id)


@pytest.mark.parametrize("kind", READERS)
def test_the_frozen_samples_are_written_as_whole_rows(world, flights, kind):
    exports, row = accepted(world, flights, kind)
    world.datasets.append(flights, [pa.record_batch({"id": ["f7"], "distance": [1]})])

    data = world.bytes_of(row.id)

    frame = READERS[kind](data)
    assert list(frame["id"]) == ["f1", "f4"]
    assert list(frame["arr_delay"]) == [60.25, 3.0]
    assert frame["carrier"][0] == "DL"
    assert exports.format(row.id) == kind
    assert b"".join(exports.document(row.id)) == data
    assert data == world.bytes_of(row.id)


def test_json_is_the_document(world, flights):
    _, row = accepted(world, flights, "json")

    assert world.bytes_of(row.id).startswith(b'{"origin":"DebiAI","type":"selection"')


def test_a_range_stays_a_document_whatever_the_format(world, flights):
    exports, row = accepted(world, flights, "parquet", DISTANCES)

    assert world.renderer().document(row).content_type == "application/json"
    assert exports.format(row.id) == "json"


def test_a_table_that_was_written_is_never_sent_with_other_values(world, flights):
    _, row = accepted(world, flights, "csv")
    written = world.bytes_of(row.id)
    pinned = replace(row, sha256=hashlib.sha256(written).hexdigest())

    world.datasets.append(flights, [pa.record_batch({"id": ["f1"], "distance": [7]})])

    with pytest.raises(DeliveryRejected, match="no longer be made as it was"):
        world.renderer().document(pinned)


def test_a_table_in_the_spool_outlives_a_change_and_the_project(world):
    ids = pa.array([f"sample-{i:06d}" for i in range(10_000)])
    ref = world.add_project(ids)
    _, row = accepted(world, ref, "csv", SelectedSamples(rule=Rule()))
    written = world.renderer().document(row)

    world.projects.delete(ref)

    again = world.renderer().document(replace(row, sha256=written.sha256))
    assert again == written
    assert written.size > 64 * 1024


def test_a_project_deleted_before_its_table_was_written_is_named(world, flights):
    _, row = accepted(world, flights, "csv")
    world.projects.delete(flights)

    with pytest.raises(DeliveryRejected, match='"flights" was deleted before'):
        world.renderer().document(row)

    same_name = world.add_project(pa.array(["f1"]))
    assert same_name == flights
    with pytest.raises(DeliveryRejected, match='"flights" was deleted before'):
        world.renderer().document(row)


def test_data_that_changes_while_it_is_written_is_worth_another_try(world, flights, monkeypatch):
    _, row = accepted(world, flights, "csv")

    def changed(*_args):
        raise DataChanged

    monkeypatch.setattr(world.datasets, "row_batches", changed)
    with pytest.raises(DeliveryFailed, match="written anew"):
        world.renderer().document(row)


def test_the_preview_shows_the_table_but_for_parquet(world, flights):
    shown = {}
    for kind in READERS:
        exports = world.exports(f"folder = file, /data/exports, format={kind}")
        request = ExportRequest(subject=TWO, method_id=stable_id("folder"))
        shown[kind] = exports.preview(flights, request)

    assert shown["csv"].text.splitlines()[1].startswith('"f1",90.5,60.25,1400,"DL"')
    assert shown["csv"].bytes == len(shown["csv"].text.encode())
    assert "no text" in shown["parquet"].text
    assert shown["parquet"].n_samples == 2


def test_an_unknown_format_is_refused_at_the_start(world):
    with pytest.raises(InvalidMethod, match="xlsx"):
        world.exports("folder = file, /data/exports, format=xlsx")
