"""Documents from acceptance to bytes: the golden ones, and what people may write into them."""

from __future__ import annotations

import hashlib
import json
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from debiai_studio.datasets.predicate import OneOf
from debiai_studio.datasets.set_digest import set_digest
from debiai_studio.exports import payload
from debiai_studio.exports.definitions import stable_id
from debiai_studio.exports.errors import DeliveryFailed, DeliveryRejected
from debiai_studio.exports.rendering import SMALL
from debiai_studio.exports.request import (
    AxisRange,
    ExportRequest,
    Range1D,
    Range2D,
    SavedSelection,
    SelectedSamples,
)
from debiai_studio.selections.rule import Rule

GOLDEN = Path(__file__).parents[1] / "golden"
TEXT_IDS = ["UA1545-2013-01-01-EWR", "AA1141-2013-01-01-JFK"]
BOX = {
    "x": AxisRange(column="dep_delay", min="15", max="90.5"),
    "y": AxisRange(column="arr_delay", min="-4", max="60.25"),
}


def golden(name: str) -> bytes:
    return (GOLDEN / f"{name}.json").read_bytes()


def sent(world, ref, subject, method="wire", **texts) -> bytes:
    request = ExportRequest(subject=subject, method_id=stable_id(method), **texts)
    return world.bytes_of(world.exports().accept(ref, request).id)


def test_a_selection_has_the_documented_bytes(world):
    ref = world.add_project(pa.array(TEXT_IDS))

    document = sent(world, ref, SelectedSamples(rule=Rule()), name="Late at JFK")

    assert document == golden("selection")


def test_integer_ids_beyond_2_53_and_unescaped_text_are_exact(world):
    ref = world.add_project(pa.array([9007199254740993, 9007199254740995]))

    document = sent(
        world,
        ref,
        SelectedSamples(rule=Rule()),
        name='Grands départs "É"',
        annotation="à réétiqueter 🙂",
    )

    assert document == golden("selection-annotated-int-ids")


def test_the_debiai_1_0_profile_of_a_selection_has_its_bytes(world):
    ref = world.add_project(pa.array(TEXT_IDS[:1]))
    subject = SelectedSamples(rule=Rule())

    document = sent(world, ref, subject, "old", name="Late at JFK", annotation="relabel")

    assert document == golden("selection-debiai-1.0")


def test_a_box_has_the_documented_bytes(world, flights):
    world.selections.save(flights, "Late at JFK", Rule())

    document = sent(world, flights, Range2D(**BOX, rule=Rule(selections=("late-at-jfk",))))

    assert document == golden("range-2d")


def test_a_text_axis_names_its_first_and_last_value(world, flights):
    box = Range2D(
        x=AxisRange(column="carrier", min="AA", max="DL"),
        y=AxisRange(column="arr_delay", min="0", max="120"),
    )

    assert sent(world, flights, box) == golden("range-2d-text-axis")


def test_an_integer_axis_has_integers_and_a_number_axis_has_numbers(world, flights):
    drawn = Range1D(x=AxisRange(column="distance", min="200", max="1400"))

    document = sent(world, flights, drawn, annotation="check sensor")

    assert document == golden("range-1d-integer-axis")


def test_a_zoned_date_axis_ends_in_z(world, flights):
    drawn = Range1D(
        x=AxisRange(column="time_hour", min="2013-01-01T10:00:00Z", max="2013-01-05T23:00:00.000Z")
    )

    assert sent(world, flights, drawn) == golden("range-1d-date-axis")


def test_ranges_of_the_debiai_1_0_profile_have_their_bytes(world, flights):
    drawn = Range1D(x=AxisRange(column="distance", min="200", max="1400"))

    one = sent(world, flights, drawn, "old", annotation="relabel")
    two = sent(world, flights, Range2D(**BOX), "old", annotation="relabel")

    assert one == golden("range-1d-debiai-1.0")
    assert two == golden("range-2d-debiai-1.0")


def test_each_sample_is_named_once_in_first_import_order(world):
    """E4 of the peer's defects: unfolded rows and models doubled and shifted the ids."""
    ids = [f"z{9 - i}" for i in range(10)]
    ref = world.add_project(pa.array(ids))

    document = json.loads(sent(world, ref, SelectedSamples(rule=Rule()), name="all"))

    assert [sample["id"] for sample in document["sample_ids"]] == ids


def test_a_saved_selection_is_sent_as_it_was_frozen(world, flights):
    """A2 of the peer's defects: the export of a selection could not be requested at all."""
    chosen = OneOf(id="f", column="carrier", values=("AA", "É"))
    saved = world.selections.save(flights, "Chosen", Rule(filters=chosen))

    document = json.loads(sent(world, flights, SavedSelection(selection_id=saved.id)))

    assert document["selection_name"] == "Chosen"
    assert document["sample_ids"] == [{"id": "f0"}, {"id": "f5"}]


def test_frozen_members_are_sent_although_a_sample_is_deleted_before(world, flights):
    exports = world.exports()
    request = ExportRequest(subject=SelectedSamples(rule=Rule()), method_id=stable_id("wire"))
    delivery = exports.accept(flights, request)

    world.datasets.delete_samples(flights, pa.array(["f0"]))

    assert len(json.loads(world.bytes_of(delivery.id))["sample_ids"]) == 7


def test_a_waiting_export_survives_the_deletion_of_its_project(world, flights):
    exports = world.exports()
    request = ExportRequest(subject=SelectedSamples(rule=Rule()), method_id=stable_id("wire"))
    before = b"".join(exports.document(exports.accept(flights, request).id))
    delivery = exports.accept(flights, request)

    world.projects.delete(flights)

    assert world.bytes_of(delivery.id) == before


_TEXTS = st.text(st.characters(exclude_categories=["Cs"]), max_size=60)


@given(
    name=_TEXTS,
    annotation=_TEXTS,
    ids=st.lists(_TEXTS, min_size=1, max_size=5),
    profile=st.sampled_from(["documented", "debiai-1.0"]),
)
def test_any_text_is_read_back_equal_and_nothing_is_escaped_in_vain(name, annotation, ids, profile):
    envelope = payload.Envelope(
        profile=profile,
        source="web é",
        project="p\u2028",
        project_name='"',
        date="2026-11-22T16:40:00.007Z",
        name=name,
        annotation=annotation,
    )

    document = b"".join(payload.selection_document(envelope, [pa.array(ids)]))

    read = json.loads(document)
    assert read["selection_name"] == name
    assert [sample["id"] for sample in read["sample_ids"]] == ids
    assert read.get("annotation" if profile == "documented" else "value", "") == annotation
    if profile == "documented":
        oracle = json.dumps(read, ensure_ascii=False, separators=(",", ":")).encode()
        assert document == oracle


_ESCAPES = st.text(st.sampled_from('a"\\\b\t\n\f\r\x00\x1f\x7fé\u2028🙂'), max_size=8)
_INTEGERS = st.integers(-(2**63), 2**63 - 1) | st.sampled_from([0, 9, 10, 99, 100, -9, -10])


@given(
    ids=st.lists(_TEXTS | _ESCAPES, max_size=9) | st.lists(_INTEGERS, max_size=20),
    size=st.integers(1, 7),
    profile=st.sampled_from(["documented", "debiai-1.0"]),
)
def test_the_size_of_a_selection_is_known_exactly_before_it_is_made(ids, size, profile):
    envelope = payload.Envelope(
        profile, "local", "p", "p", "2026-11-22T16:40:00.007Z", "n", annotation='"'
    )
    whole = pa.array(ids, pa.int64() if ids and isinstance(ids[0], int) else pa.string())
    batches = [whole.slice(i, size) for i in range(0, len(ids), size)]

    document = b"".join(payload.selection_document(envelope, batches))

    assert payload.selection_size(envelope, batches) == len(document)


@given(st.lists(st.integers(-(2**63), 2**63 - 1), min_size=1, max_size=20), st.integers(1, 7))
def test_integer_ids_in_any_batches_are_exact(ids, size):
    envelope = payload.Envelope("documented", "local", "p", "p", "2026-11-22T16:40:00.007Z")
    batches = [pa.array(ids[i : i + size]) for i in range(0, len(ids), size)]

    document = b"".join(payload.selection_document(envelope, batches))

    assert [sample["id"] for sample in json.loads(document)["sample_ids"]] == ids


def test_the_document_of_few_samples_is_made_when_it_is_accepted_and_needs_no_project(world):
    ref = world.add_project(pa.array(TEXT_IDS))
    exports = world.exports(few=3)
    subject = SelectedSamples(rule=Rule())
    request = ExportRequest(subject=subject, method_id=stable_id("wire"), name="Late at JFK")

    delivery = exports.accept(ref, request)

    world.projects.delete(ref)
    assert world.store.remove_folders() != set()
    row = world.outbox.accepted(delivery.id)
    assert row.document == world.bytes_of(delivery.id) == golden("selection")
    assert row.sha256 == hashlib.sha256(row.document).hexdigest()
    assert row.set_digest == set_digest([pa.array(TEXT_IDS)])


@pytest.mark.parametrize("ids", [["a", "b", "c"], ["a", "b" * SMALL]])
def test_one_of_more_samples_or_more_bytes_is_made_later(world, ids):
    ref = world.add_project(pa.array(ids))
    request = ExportRequest(
        subject=SelectedSamples(rule=Rule()), method_id=stable_id("wire"), name="later"
    )

    delivery = world.exports(few=3).accept(ref, request)

    assert world.outbox.accepted(delivery.id).document is None
    assert json.loads(world.bytes_of(delivery.id))["sample_ids"] == [{"id": one} for one in ids]


def test_a_large_document_is_spooled_and_rendered_again_when_its_file_is_lost(world):
    ref = world.add_project(pa.array([f"sample-{i:06d}" for i in range(10_000)]))
    request = ExportRequest(subject=SelectedSamples(rule=Rule()), method_id=stable_id("wire"))
    row = world.outbox.accepted(world.exports().accept(ref, request).id)

    first = world.renderer().document(row)
    rendered = Path(first.path).read_bytes()
    Path(first.path).write_bytes(b"damaged")
    again = world.renderer().document(replace(row, sha256=first.sha256))

    assert first.size == len(rendered) > 64 * 1024
    assert hashlib.sha256(rendered).hexdigest() == first.sha256
    assert Path(again.path).read_bytes() == rendered
    assert [path.name for path in Path(first.path).parent.iterdir()] == [row.id]


def test_a_document_that_cannot_be_kept_is_worth_another_try(world):
    ref = world.add_project(pa.array([f"sample-{i:06d}" for i in range(10_000)]))
    request = ExportRequest(subject=SelectedSamples(rule=Rule()), method_id=stable_id("wire"))
    row = world.outbox.accepted(world.exports().accept(ref, request).id)
    spool = world.folder / "studio" / "spool"
    spool.write_text("in the way")

    with pytest.raises(DeliveryFailed, match="tried again"):
        world.renderer().document(row)
    spool.unlink()

    assert world.renderer().document(row).size > 64 * 1024


def test_a_document_that_would_differ_from_what_was_sent_is_never_sent(world, flights):
    request = ExportRequest(subject=SelectedSamples(rule=Rule()), method_id=stable_id("wire"))
    row = world.outbox.accepted(world.exports().accept(flights, request).id)

    with pytest.raises(DeliveryRejected, match="no longer be made as it was"):
        world.renderer().document(replace(row, sha256="0" * 64))


_MEASURE = """
import resource, sys, numpy as np, pyarrow as pa
from debiai_studio.exports import payload
size = 65536
def batches():
    for start in range(0, 1_000_000, size):
        numbers = range(start, min(start + size, 1_000_000))
        yield pa.array([f"UA1545-2013-01-01-EWR-{n}" for n in numbers])
envelope = payload.Envelope("documented", "local", "p", "p", "2026-11-22T16:40:00.007Z")
list(payload.selection_document(envelope, [pa.array(["warm"])]))
before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
total = sum(len(chunk) for chunk in payload.selection_document(envelope, batches()))
print(total, (resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before) // 1024)
"""


@pytest.mark.slow
def test_a_million_ids_are_rendered_with_less_than_100_mb_extra():
    done = subprocess.run(
        [sys.executable, "-c", _MEASURE], capture_output=True, text=True, check=True
    )

    size, megabytes = map(int, done.stdout.split())

    assert size > 30_000_000
    assert megabytes < 100
