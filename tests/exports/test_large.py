"""Documents above the limit of a method: refused beforehand, cut, or sent as an address."""

from __future__ import annotations

import io
import json
from datetime import UTC, datetime, timedelta
from urllib.parse import parse_qs, urlsplit

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from tests.exports.conftest import FLIGHTS, MOMENT, PUBLIC_URL
from tests.real.schemas import schema_of

from debiai_studio.datasets.model import ColumnType
from debiai_studio.datasets.predicate import OneOf
from debiai_studio.datasets.set_digest import set_digest
from debiai_studio.exports.definitions import stable_id
from debiai_studio.exports.errors import (
    AddressGone,
    AddressRefused,
    DeliveryRejected,
    DocumentTooLarge,
    InvalidMethod,
    UnknownDelivery,
)
from debiai_studio.exports.methods.registry import build_senders
from debiai_studio.exports.methods.surroundings import Surroundings
from debiai_studio.exports.request import ExportRequest, SelectedSamples
from debiai_studio.selections.rule import Rule
from debiai_studio.storage.catalogue.audit import AuditLog
from debiai_studio.testing.deliveries import method

IDS = pa.array([f'échantillon "{i:05d}' for i in range(2000)])
# Port 9 of this machine: nobody is asked how large the messages of the topic may be.
SMALL = "kafka, 127.0.0.1:9, t, message.max.bytes=20000"
REFERENCE = "http://localhost:3012/, large=reference, body.max.bytes=9000"
METHODS = {
    "refusing": SMALL,
    "chunking": f"{SMALL}, large=chunk",
    "referring": f"post, {REFERENCE}",
    "old": f"post, {REFERENCE}, payload=debiai-1.0",
    "capped": "post, http://localhost:3012/, body.max.bytes=9000",
}


@pytest.fixture
def exports(world):
    return world.exports(*(f"{name} = {text}" for name, text in METHODS.items()))


@pytest.fixture
def ref(world):
    return world.add_project(IDS)


def request(name: str, **values) -> ExportRequest:
    subject = values.pop("subject", SelectedSamples(rule=Rule()))
    return ExportRequest(subject=subject, method_id=stable_id(name), name="All", **values)


def address_of(world, delivery_id: str, kind: str = "ndjson"):
    """What the address in a document asks the server for."""
    document = json.loads(world.bytes_of(delivery_id))
    address = urlsplit(document["sample_ids_reference"][kind])
    assert f"{address.scheme}://{address.netloc}" == PUBLIC_URL
    assert address.path == f"/api/v2/deliveries/{delivery_id}/ids.{kind}"
    query = {name: value for name, [value] in parse_qs(address.query).items()}
    return {"expires": int(query["expires"]), "signature": query["signature"]}


def fetched(world, delivery_id: str, kind: str = "ndjson", **changes) -> bytes:
    query = address_of(world, delivery_id, kind) | changes
    return b"".join(world.fetching().ids(delivery_id, kind, **query))


@pytest.mark.parametrize(
    ("name", "choices"),
    [
        ("refusing", ["message.max.bytes", "large=chunk", "large=reference", "fewer samples"]),
        ("capped", ["body.max.bytes", "large=reference", "fewer samples"]),
    ],
)
def test_a_document_above_the_limit_is_refused_before_with_the_choices(
    exports, world, ref, name, choices
):
    shown = exports.preview(ref, request(name))
    with pytest.raises(DocumentTooLarge) as refused:
        exports.accept(ref, request(name))

    assert f"{shown.bytes:,} bytes" in str(refused.value)
    assert all(choice in str(refused.value) for choice in choices)
    assert shown.refusal == str(refused.value)
    assert exports.deliveries() == []


def test_forwarded_data_is_refused_without_choices_that_are_for_samples(exports):
    with pytest.raises(DocumentTooLarge) as refused:
        exports.accept_data(stable_id("refusing"), {"text": "x" * 20_000})
    assert "large=chunk" in str(refused.value)
    assert "large=reference" not in str(refused.value)

    with pytest.raises(DocumentTooLarge):
        exports.accept_data(stable_id("referring"), {"text": "x" * 20_000})
    assert exports.accept_data(stable_id("chunking"), {"text": "x" * 20_000}).chunk_bytes


def test_a_limit_below_the_address_itself_is_refused(world, ref):
    exports = world.exports("tiny = post, http://localhost/, large=reference, body.max.bytes=300")

    with pytest.raises(DocumentTooLarge, match=r"body\.max\.bytes"):
        exports.accept(ref, request("tiny"))


def test_what_fits_is_sent_whole_whatever_the_method_says_of_large_ones(exports, world, flights):
    for name in METHODS:
        shown = exports.preview(flights, request(name))
        delivery = exports.accept(flights, request(name))

        assert (shown.form, shown.refusal) == ("whole", None)
        assert (delivery.chunk_bytes, delivery.ids_until) == (None, None)


def test_the_chunks_are_fixed_when_it_is_accepted(exports, world, ref):
    shown = exports.preview(ref, request("chunking"))
    first = exports.accept(ref, request("chunking"))
    larger = world.exports("chunking = kafka, 127.0.0.1:9, t, message.max.bytes=30000, large=chunk")

    assert (shown.form, shown.refusal, first.chunk_bytes) == ("chunks", None, 20_000 - 8192)
    assert shown.n_chunks == -(-len(world.bytes_of(first.id)) // first.chunk_bytes)
    assert larger.retry(first.id).chunk_bytes == first.chunk_bytes
    assert larger.send_as_new(first.id).chunk_bytes == 30_000 - 8192
    assert world.exports(f"chunking = {SMALL}").retry(first.id).chunk_bytes == first.chunk_bytes
    with pytest.raises(DocumentTooLarge):
        world.exports(f"chunking = {SMALL}").send_as_new(first.id)


@pytest.mark.parametrize(
    ("name", "schema"),
    [("referring", "selection-reference"), ("old", "selection-reference-debiai-1.0")],
)
def test_a_reference_says_all_but_the_ids_and_where_they_are(exports, world, ref, name, schema):
    shown = exports.preview(ref, request(name, annotation='a "b"'))
    delivery = exports.accept(ref, request(name, annotation='a "b"'))

    body = world.bytes_of(delivery.id)
    document = json.loads(body)
    reference = document["sample_ids_reference"]
    assert schema_of(body) == schema
    assert document["selection_name"] == "All"
    assert document["annotation" if name == "referring" else "value"] == 'a "b"'
    assert (reference["count"], reference["expires"]) == (2000, "2026-11-22T17:40:00.123Z")
    assert delivery.ids_until == reference["expires"]
    assert (shown.form, shown.complete, shown.bytes) == ("reference", True, len(body))
    assert world.renderer().document(world.outbox.accepted(delivery.id)).set_digest == set_digest(
        [IDS]
    )


@pytest.mark.parametrize("kind", ["ndjson", "parquet", "arrow"])
@pytest.mark.parametrize("ids", [IDS, pa.array([2**53 + n for n in range(2000)])])
def test_the_address_serves_the_ids_in_every_format(exports, world, kind, ids):
    ref = world.add_project(ids)
    chosen = exports.accept(ref, request("referring"))
    world.datasets.delete_samples(ref, ids.slice(0, 1))

    body = fetched(world, chosen.id, kind)

    readers = {
        "ndjson": lambda: [json.loads(line)["id"] for line in body.splitlines()],
        "parquet": lambda: pq.read_table(io.BytesIO(body)).column("id").to_pylist(),
        "arrow": lambda: pa.ipc.open_stream(body).read_all().column("id").to_pylist(),
    }
    assert readers[kind]() == ids.to_pylist()


def test_an_address_that_was_changed_is_refused(exports, world, ref):
    one, two = (exports.accept(ref, request("referring")).id for _ in range(2))
    good = address_of(world, one)

    for change in (
        {"expires": good["expires"] + 1},
        {"signature": good["signature"][:-1]},
        {"signature": ""},
        {"signature": "é"},
        {"signature": address_of(world, two)["signature"]},
    ):
        with pytest.raises(AddressRefused):
            fetched(world, one, **change)
    with pytest.raises(AddressRefused):
        world.fetching().ids("msg_none", "ndjson", **good)


def test_an_address_is_good_for_its_time_only(exports, world, ref):
    delivery = exports.accept(ref, request("referring"))
    late = world.fetching(lambda: MOMENT + timedelta(hours=1))

    with pytest.raises(AddressGone, match="expired"):
        late.ids(delivery.id, "ndjson", **address_of(world, delivery.id))
    with pytest.raises(DeliveryRejected, match="Send as new"):
        world.references(lambda: MOMENT + timedelta(hours=1)).require_sendable(
            world.outbox.accepted(delivery.id)
        )


def test_sent_as_new_it_has_an_address_of_its_own(exports, world, ref):
    first = exports.accept(ref, request("referring"))

    second = exports.send_as_new(first.id)

    assert address_of(world, second.id) != address_of(world, first.id)
    assert fetched(world, second.id) == fetched(world, first.id)


def test_the_address_of_a_cancelled_export_is_good_no_more(exports, world, ref):
    delivery = exports.accept(ref, request("referring"))
    exports.cancel(delivery.id)

    with pytest.raises(AddressGone, match="cancelled"):
        fetched(world, delivery.id)


def test_deleting_the_project_ends_the_addresses_that_were_delivered(world, ref):
    # The catalogue goes by the clock of the machine.
    exports = world.exports(f"referring = post, {REFERENCE}", lifetime=timedelta(days=36_500))
    done, waiting = (exports.accept(ref, request("referring")).id for _ in range(2))
    world.deliver(done)

    world.projects.delete(ref)
    world.store.remove_folders()

    query = address_of(world, done)
    with pytest.raises(AddressGone, match="project was deleted"):
        world.fetching(lambda: datetime.now(UTC)).ids(done, "ndjson", **query)
    assert len(fetched(world, waiting).splitlines()) == 2000
    world.deliver(waiting)
    world.store.remove_folders()
    assert len(fetched(world, waiting).splitlines()) == 2000


def test_a_delivery_with_its_ids_in_the_document_has_no_address(exports, world, flights):
    delivery = exports.accept(flights, request("referring"))
    references = world.references()
    expires = int(MOMENT.timestamp()) + 60

    with pytest.raises(UnknownDelivery):
        world.fetching().ids(
            delivery.id,
            "ndjson",
            expires=expires,
            signature=references._signature(delivery.id, expires),
        )


@pytest.mark.parametrize("type_", ["post", "kafka"])
def test_references_need_to_know_how_the_server_is_reached(type_):
    place = {"post": ("http://localhost/",), "kafka": ("localhost:9092", "t")}[type_]

    with pytest.raises(InvalidMethod, match="public_url"):
        build_senders(Surroundings())[type_].check(method(type_, *place, large="reference"))


def test_post_cannot_be_told_to_chunk():
    with pytest.raises(InvalidMethod, match="refuse, reference"):
        build_senders(Surroundings())["post"].check(
            method("post", "http://localhost/", large="chunk")
        )


def test_who_fetched_ids_stands_in_the_audit_log(exports, world, ref):
    delivery = exports.accept(ref, request("referring"))

    fetched(world, delivery.id, "arrow")

    newest = AuditLog(world.catalogue).entries()[0]
    assert (newest.action, newest.subject) == ("ids.fetched", delivery.id)
    assert newest.details == {"format": "arrow"}


def test_a_small_part_of_the_samples_is_fetched_as_it_was_frozen(exports, world):
    ids = pa.array([f"s{i:05d}" for i in range(9000)])
    text = [("a", "b")[number % 2] for number in range(9000)]
    ref = world.add_project(ids, {"letter": (ColumnType.TEXT, text)})
    assert ref == FLIGHTS
    rule = Rule(filters=OneOf(id="f", column="letter", values=("b",)))

    delivery = exports.accept(ref, request("referring", subject=SelectedSamples(rule=rule)))

    lines = fetched(world, delivery.id).splitlines()
    assert [json.loads(line)["id"] for line in lines] == ids.to_pylist()[1::2]
