"""The document beforehand, acceptance, and what is refused."""

from __future__ import annotations

import json
import math

import pyarrow as pa
import pytest

from debiai_studio.datasets.errors import UnknownSamples, UnsuitableValues
from debiai_studio.datasets.predicate import OneOf
from debiai_studio.exports.definitions import stable_id
from debiai_studio.exports.errors import (
    EmptySelection,
    InvalidText,
    OutOfUse,
    UnknownDelivery,
    UnknownMethod,
)
from debiai_studio.exports.model import DeliveryState
from debiai_studio.exports.request import (
    ExportRequest,
    ListedSamples,
    SavedSelection,
    SelectedSamples,
)
from debiai_studio.selections.errors import UnknownSelection
from debiai_studio.selections.rule import Rule

ALL = SelectedSamples(rule=Rule())
MOMENT_TEXT = "2026-11-22T16:40:00.123Z"


def request(subject=ALL, method="wire", **texts) -> ExportRequest:
    return ExportRequest(subject=subject, method_id=stable_id(method), **texts)


def test_the_preview_is_what_is_sent(world, flights):
    exports = world.exports()

    shown = exports.preview(flights, request(name="é", annotation="à"))
    delivery = exports.accept(flights, request(name="é", annotation="à"))

    assert shown.complete
    assert shown.text.encode() == world.bytes_of(delivery.id)
    assert shown.bytes == len(shown.text.encode())
    assert shown.n_samples == delivery.n_samples == 7
    assert shown.destination == "POST http://localhost:3012/export/"
    assert shown.warnings == []


def test_the_preview_of_a_large_document_shows_both_ends_and_the_exact_size(world):
    ref = world.add_project(pa.array([f"échantillon-{i:05d}" for i in range(8000)]))
    exports = world.exports()

    shown = exports.preview(ref, request(name="large"))
    sent = world.bytes_of(exports.accept(ref, request(name="large")).id).decode()

    assert not shown.complete
    assert shown.bytes == len(sent.encode())
    assert sent.startswith(shown.head)
    assert sent.endswith(shown.tail)
    assert 4090 <= len(shown.head.encode()) <= 4096
    assert 4090 <= len(shown.tail.encode()) <= 4096


def test_a_preview_leaves_no_trace(world, flights):
    exports = world.exports()

    exports.preview(flights, request())

    assert exports.deliveries() == []


def test_an_accepted_export_waits_in_the_history_with_what_made_it(world, flights):
    exports = world.exports()
    rule = Rule(filters=OneOf(id="f", column="carrier", values=("AA",)))

    accepted = exports.accept(flights, request(SelectedSamples(rule=rule), name="AA only"))

    (delivery,) = exports.deliveries()
    assert delivery == accepted == exports.delivery(accepted.id)[0]
    assert delivery.state is DeliveryState.PENDING
    assert delivery.accepted_at == MOMENT_TEXT
    assert delivery.rule == rule.model_dump(mode="json")
    assert (delivery.source, delivery.project, delivery.name) == ("local", "flights", "AA only")
    assert delivery.id.startswith("msg_")


def test_the_same_idempotency_key_is_the_same_delivery(world, flights):
    exports = world.exports()

    one = exports.accept(flights, request(idempotency_key="k"))
    two = exports.accept(flights, request(idempotency_key="k"))

    assert one.id == two.id
    assert len(exports.deliveries()) == 1


def test_ids_of_deliveries_sort_as_they_were_accepted(world, flights):
    exports = world.exports()

    ids = [exports.accept(flights, request()).id for _ in range(20)]

    assert ids == sorted(set(ids))
    assert {id_[16] for id_ in ids} == {"7"}


def test_the_first_bytes_of_a_delivery_are_also_those_of_the_history(world, flights):
    exports = world.exports()
    delivery = exports.accept(flights, request())

    assert b"".join(exports.document(delivery.id)) == world.bytes_of(delivery.id)
    with pytest.raises(UnknownDelivery):
        exports.document("msg_0")


def test_sending_as_new_has_another_id_and_the_same_bytes(world, flights):
    exports = world.exports()
    first = exports.accept(flights, request(idempotency_key="k"))

    second = exports.send_as_new(first.id)

    assert second.id != first.id
    assert second.replay_of == first.id
    assert world.bytes_of(second.id) == world.bytes_of(first.id)


def test_cancelling_and_trying_again_keep_the_id(world, flights):
    exports = world.exports()
    delivery = exports.accept(flights, request())

    assert exports.cancel(delivery.id).state is DeliveryState.CANCELLED
    assert exports.retry(delivery.id).state is DeliveryState.PENDING
    assert [known.id for known in exports.deliveries()] == [delivery.id]


def test_samples_deleted_since_a_selection_was_saved_are_named(world, flights):
    saved = world.selections.save(flights, "All", Rule())
    world.datasets.delete_samples(flights, pa.array(["f1", "f2"]))

    shown = world.exports().preview(flights, request(SavedSelection(selection_id=saved.id)))

    assert shown.n_samples == 5
    assert shown.warnings == ["2 samples were deleted since the selection was saved."]


def test_an_empty_selection_is_refused_and_leaves_no_trace(world, flights):
    """The peer answered "data exported" and sent it."""
    nothing = SelectedSamples(rule=Rule(filters=OneOf(id="f", column="carrier")))
    exports = world.exports()

    with pytest.raises(EmptySelection):
        exports.accept(flights, request(nothing))

    assert exports.deliveries() == []


@pytest.mark.parametrize("ids", [["b", "a", "c"], [9007199254740993, 7, -1]])
def test_listed_samples_are_sent_once_each_in_first_import_order(world, ids):
    ref = world.add_project(pa.array(ids))
    listed = ListedSamples(ids=(str(ids[2]), str(ids[0]), str(ids[2])))
    exports = world.exports()

    document = json.loads(world.bytes_of(exports.accept(ref, request(listed)).id))

    assert document["sample_ids"] == [{"id": ids[0]}, {"id": ids[2]}]


@pytest.mark.parametrize("unknown", ["none", "٣"])
def test_unknown_listed_ids_are_named_and_nothing_is_accepted(world, flights, unknown):
    """The peer answered "data exported" and sent ids that it did not know."""
    numbered = world.add_project(pa.array([1, 2]), name="numbered")
    exports = world.exports()

    with pytest.raises(UnknownSamples, match=unknown):
        exports.accept(flights, request(ListedSamples(ids=(unknown,))))
    with pytest.raises(UnsuitableValues, match=unknown):
        exports.accept(numbered, request(ListedSamples(ids=(unknown,))))
    with pytest.raises(UnknownSamples, match="3"):
        exports.accept(numbered, request(ListedSamples(ids=("1", "3"))))

    assert exports.deliveries() == []


def test_an_unknown_method_or_selection_is_refused(world, flights):
    exports = world.exports()

    with pytest.raises(UnknownMethod):
        exports.accept(flights, request(method="none"))
    with pytest.raises(UnknownSelection):
        exports.accept(flights, request(SavedSelection(selection_id="none")))


def test_a_removed_method_takes_no_exports(world, flights):
    world.methods("wire = post, http://h/").delete(stable_id("wire"))

    with pytest.raises(OutOfUse):
        world.exports().accept(flights, request())


def test_data_is_forwarded_unchanged_and_exact(world):
    data = {"b": [1, 2.5, None, 9007199254740993123], "a": "é\u2028", "n": {"x": True}}

    delivery = world.exports().accept_data(stable_id("wire"), data)

    assert delivery.kind == "data"
    assert (
        world.bytes_of(delivery.id)
        == json.dumps(data, ensure_ascii=False, separators=(",", ":")).encode()
    )


@pytest.mark.parametrize("value", [math.nan, math.inf, "\ud800"])
def test_data_that_json_cannot_hold_is_refused(world, value):
    with pytest.raises(InvalidText, match="The data cannot be written as JSON"):
        world.exports().accept_data(stable_id("wire"), {"x": value})


def test_a_test_goes_the_way_of_every_export(world):
    delivery = world.exports().test(stable_id("wire"))

    document = json.loads(world.bytes_of(delivery.id))

    assert delivery.kind == "test"
    assert document == {
        "origin": "DebiAI",
        "type": "test",
        "export_method": "wire",
        "date": MOMENT_TEXT,
    }
