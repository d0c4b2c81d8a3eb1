"""Selections sent as tables: pinned once they were written, honest when they cannot be."""

from __future__ import annotations

import hashlib
import io
from dataclasses import replace

import pandas as pd
import pyarrow as pa
import pytest

from debiai_studio.datasets.errors import DataChanged, UnknownData
from debiai_studio.datasets.model import ColumnType
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
from debiai_studio.storage.catalogue import deleted_projects

READERS = {
    "csv": lambda data: pd.read_csv(io.BytesIO(data)),
    "ndjson": lambda data: pd.read_json(io.BytesIO(data), lines=True),
    "parquet": lambda data: pd.read_parquet(io.BytesIO(data)),
}
TWO = ListedSamples(ids=("f4", "f1"))
ALL = SelectedSamples(rule=Rule())
METHODS = ["wire = post, http://localhost:3012/export/"]
DISTANCES = Range1D(x=AxisRange(column="distance", min="200", max="1400"))


def accepted(world, flights, kind: str, subject=TWO):
    exports = world.exports(*METHODS, f"folder = file, /data/exports, format={kind}")
    return exports, world.outbox.accepted(exports.accept(flights, request_to("folder", subject)).id)


def request_to(method: str, subject=ALL) -> ExportRequest:
    return ExportRequest(subject=subject, method_id=stable_id(method), name="Two")


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
    _, row = accepted(world, ref, "csv", ALL)
    written = world.renderer().document(row)

    world.projects.delete(ref)

    recorded = replace(row, sha256=written.sha256, set_digest=written.set_digest)
    assert world.renderer().document(recorded) == written
    assert written.size > 64 * 1024


def deleted_folder(world, ref):
    """Where the values of a project are, looked up before it is deleted."""
    return world.samples.folder_of(world.datasets.of(ref))


@pytest.mark.parametrize("kind", READERS)
def test_a_waiting_table_outlives_its_project(world, flights, kind):
    _, row = accepted(world, flights, kind)
    before = world.bytes_of(row.id)

    world.projects.delete(flights)

    assert world.store.remove_folders() == set()
    assert world.bytes_of(row.id) == before
    # Another project that takes the name lends it nothing.
    assert world.add_project(pa.array(["f1"])) == flights
    assert world.bytes_of(row.id) == before


def test_the_values_of_a_deleted_project_go_when_no_table_waits_for_them(world, flights):
    exports, row = accepted(world, flights, "csv")
    key, folder = world.projects.get(flights).key, deleted_folder(world, flights)
    document = exports.accept(flights, request_to("wire"))
    world.projects.delete(flights)
    values = {path.name for path in folder.iterdir()} - {"ids"}
    assert values

    exports.cancel(row.id)

    assert world.store.remove_folders() == {key}
    assert {path.name for path in folder.iterdir()} == {"ids"}
    with pytest.raises(DeliveryRejected, match='"flights" was deleted'):
        world.renderer().document(row)
    assert b'"id":"f6"' in world.bytes_of(document.id)
    assert world.store.remove_folders() == set()

    exports.cancel(document.id)

    assert world.store.remove_folders() == {key}
    assert not folder.exists()


def test_without_a_waiting_table_the_values_go_with_the_project(world, flights):
    exports = world.exports(*METHODS)
    exports.accept(flights, request_to("wire"))
    folder = deleted_folder(world, flights)

    world.projects.delete(flights)

    assert {path.name for path in folder.iterdir()} == {"ids"}


def test_a_crash_right_after_the_deletion_loses_no_waiting_table(world, flights):
    """The row is gone, the files were not looked at yet; then the next start cleans up."""
    exports, row = accepted(world, flights, "csv")
    before = world.bytes_of(row.id)
    folder = deleted_folder(world, flights)
    world.store.delete(flights)

    world.store.clean_up()
    world.store.remove_folders()

    assert world.bytes_of(row.id) == before
    exports.cancel(row.id)
    world.store.remove_folders()
    assert not folder.exists()


def test_a_crash_before_the_files_were_removed_is_made_good_by_the_next_cleaning(
    world, flights, monkeypatch
):
    exports, row = accepted(world, flights, "csv")
    exports.accept(flights, request_to("wire"))
    folder = deleted_folder(world, flights)
    world.projects.delete(flights)
    exports.cancel(row.id)
    with monkeypatch.context() as crashing:
        crashing.setattr(deleted_projects, "keep_only", lambda *_: None)
        world.store.remove_folders()

    world.store.remove_folders()

    assert {path.name for path in folder.iterdir()} == {"ids"}


def test_a_table_is_sent_as_new_as_long_as_its_values_are_there(world, flights):
    exports, row = accepted(world, flights, "csv")
    world.projects.delete(flights)

    second = exports.send_as_new(row.id)
    assert world.bytes_of(second.id) == world.bytes_of(row.id)

    for delivery_id in (row.id, second.id):
        exports.cancel(delivery_id)
    world.store.remove_folders()
    with pytest.raises(UnknownData):
        exports.send_as_new(row.id)


def test_data_that_changes_while_it_is_written_is_worth_another_try(world, flights, monkeypatch):
    _, row = accepted(world, flights, "csv")

    def changed(*_args):
        raise DataChanged

    monkeypatch.setattr(world.datasets, "row_batches_of", changed)
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


@pytest.mark.parametrize("kind", ["csv", "ndjson"])
def test_the_preview_of_a_large_table_shows_both_ends_and_about_its_size(world, kind):
    numbers = (ColumnType.INTEGER, [*range(25_000)])
    ref = world.add_project(pa.array([f"s{i:05d}" for i in range(25_000)]), {"n": numbers})
    exports, row = accepted(world, ref, kind, ALL)

    shown = exports.preview(ref, request_to("folder"))
    written = world.bytes_of(row.id).decode()

    assert not shown.bytes_exact
    assert shown.bytes == pytest.approx(len(written), rel=0.1)
    assert shown.n_samples == 25_000
    assert (len(shown.head), len(shown.tail)) == (4096, 4096)
    assert written.startswith(shown.head)
    assert written.endswith(shown.tail)


def test_the_preview_of_a_table_of_few_rows_has_its_exact_size(world, flights):
    exports, row = accepted(world, flights, "parquet", ALL)

    shown = exports.preview(flights, request_to("folder"))

    assert (shown.bytes_exact, shown.bytes) == (True, len(world.bytes_of(row.id)))
