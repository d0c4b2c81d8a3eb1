"""One message of a topic, against a real Apache Kafka."""

from __future__ import annotations

import asyncio
import contextlib
import itertools
import os
import socket
import threading
from dataclasses import replace

import pytest
from cloudevents.core.bindings.kafka import KafkaMessage, from_binary
from cloudevents.core.formats.json import JSONFormat
from tests.real.deliveries import delivery, document, method

from debiai_studio.egress import Egress
from debiai_studio.exports.definitions import check
from debiai_studio.exports.errors import DeliveryRejected, InvalidMethod
from debiai_studio.exports.methods.kafka import KafkaTopic
from debiai_studio.exports.methods.kafka_options import OVERHEAD
from debiai_studio.exports.methods.kafka_producer import Producers
from debiai_studio.exports.methods.registry import build_senders
from debiai_studio.exports.methods.surroundings import Surroundings
from debiai_studio.exports.model import Origin
from debiai_studio.testing.export_method import ExportMethodContract, ignore

numbers = itertools.count(1)


@pytest.fixture
def sender(request):
    # An unknown topic is known to be one after 5 s; a broker that is down need not take so long.
    seconds = 10 if "refusal" in request.node.name else 4
    return KafkaTopic(producers=Producers(message_seconds=seconds))


@pytest.fixture
def topic(kafka_broker):
    return kafka_broker.create_topic(f"topic-{next(numbers)}")


@pytest.fixture
def listening():
    """Makes a port whose connections are handed to a function; for brokers that are none."""
    servers, threads = [], []

    def listen(treat):
        server = socket.create_server(("127.0.0.1", 0))
        servers.append(server)

        def accept():
            with contextlib.ExitStack() as held, contextlib.suppress(OSError):
                while True:
                    connection, _ = server.accept()
                    held.enter_context(connection)
                    treat(connection)

        threads.append(threading.Thread(target=accept))
        threads[-1].start()
        return f"127.0.0.1:{server.getsockname()[1]}"

    yield listen
    for server in servers:
        server.shutdown(socket.SHUT_RDWR)
        server.close()
    for thread in threads:
        thread.join()


def cloudevent_of(message):
    """The message as the package of CloudEvents reads it, which refuses what is none."""
    headers = {name: value.encode() for name, value in message.headers.items()}
    return from_binary(KafkaMessage(headers, message.key.encode(), message.value), JSONFormat())


@pytest.mark.kafka
class TestKafkaTopic(ExportMethodContract):
    large = 8 * 1024 * 1024

    def memory_for(self, size: int) -> int:
        # librdkafka takes a message whole: the document and the copy that it reads from.
        return 2 * size + 8 * 1024 * 1024

    @pytest.fixture
    def good(self, kafka_broker, limits):
        name = kafka_broker.create_topic(f"topic-{next(numbers)}", **limits)
        limit = {"message.max.bytes": limits.get("max.message.bytes", "1000000")}
        return method("kafka", kafka_broker.bootstrap, name, **limit)

    @pytest.fixture
    def limits(self, request):
        is_large = "large" in request.node.name
        return {"max.message.bytes": "9000000"} if is_large else {}

    @pytest.fixture
    def arrived(self, kafka_broker, good):
        def read():
            return [(one.key, one.value) for one in kafka_broker.messages(good.parameters[1])]

        return read

    @pytest.fixture
    def down(self):
        with socket.socket() as taken:
            taken.bind(("127.0.0.1", 0))
            yield method("kafka", f"127.0.0.1:{taken.getsockname()[1]}", "t")

    @pytest.fixture
    def wrong(self, kafka_broker):
        return method("kafka", kafka_broker.bootstrap, "nobody-made-this")

    @pytest.fixture
    def slow(self, listening):
        return method("kafka", listening(socket.socket.fileno), "t")

    @pytest.fixture
    def breaking(self, listening):
        return method("kafka", listening(socket.socket.close), "t")

    @pytest.fixture
    def invalid(self):
        return method("kafka", "no port", "t")


@pytest.mark.kafka
async def test_b12_the_receipt_names_where_the_broker_put_it(sender, kafka_broker, topic):
    place = method("kafka", kafka_broker.bootstrap, topic)

    first = await sender.send(place, delivery("msg_1"), document(b"{}"), ignore)
    second = await sender.send(place, delivery("msg_2"), document(b"{}"), ignore)

    assert (first.partition, first.offset, second.offset) == (0, 0, 1)


@pytest.mark.kafka
def test_the_message_carries_cloudevents_headers_and_exactly_the_document(kafka_broker, topic):
    async def send():
        sender = KafkaTopic()
        place = method("kafka", f"{kafka_broker.bootstrap},127.0.0.1:9", topic)
        sent = delivery("msg_1", name="Späte", project="a/b ü")
        body = replace(document('{"é":1}'.encode()), set_digest="v1,0a")
        await sender.send(place, sent, body, ignore)
        await sender.close()

    asyncio.run(send())

    [message] = kafka_broker.messages(topic)
    assert (message.key, message.value) == ("msg_1", '{"é":1}'.encode())
    event = cloudevent_of(message)
    assert (event.get_id(), event.get_type()) == ("msg_1", "debiai.export.selection.v1")
    assert (event.get_subject(), event.get_data()) == ("Späte", {"é": 1})
    assert message.headers == {
        "content-type": "application/json",
        "ce_specversion": "1.0",
        "ce_id": "msg_1",
        "ce_type": "debiai.export.selection.v1",
        "ce_source": "/projects/local/a%2Fb%20%C3%BC",
        "ce_subject": "Späte",
        "ce_time": "2026-11-22T12:00:00.000Z",
        "ce_partitionkey": "msg_1",
        "debiai-set-digest": "v1,0a",
    }


@pytest.mark.kafka
def test_changes_of_a_stream_have_its_key_and_their_place_in_its_order(kafka_broker, topic):
    async def send():
        sender = KafkaTopic()
        place = method("kafka", kafka_broker.bootstrap, topic)
        for number in (1, 2):
            of_stream = {"kind": "changes", "stream_id": "stream_1", "sequence": number}
            await sender.send(place, delivery(f"msg_{number}", **of_stream), document(), ignore)
        await sender.close()

    asyncio.run(send())

    messages = kafka_broker.messages(topic)
    assert [(one.key, one.headers["debiai-sequence"]) for one in messages] == [
        ("stream_1", "1"),
        ("stream_1", "2"),
    ]
    assert {one.headers["debiai-stream"] for one in messages} == {"stream_1"}
    assert {one.headers["ce_partitionkey"] for one in messages} == {"stream_1"}
    assert [one.headers["ce_id"] for one in messages] == ["msg_1", "msg_2"]
    assert messages[0].headers["ce_type"] == "debiai.export.changes.v1"


@pytest.mark.kafka
async def test_larger_than_the_topic_takes_is_dead_with_the_remedy(sender, kafka_broker):
    small = kafka_broker.create_topic(f"topic-{next(numbers)}", **{"max.message.bytes": "1000"})

    with pytest.raises(DeliveryRejected, match=r"Raise max\.message\.bytes of the topic"):
        await sender.send(
            method("kafka", kafka_broker.bootstrap, small),
            delivery(),
            document(os.urandom(5000)),
            ignore,
        )


@pytest.mark.kafka
async def test_a_document_at_the_limit_passes_with_the_longest_name(sender, kafka_broker, topic):
    place = method("kafka", kafka_broker.bootstrap, topic)
    longest = delivery("msg_1", name="✈" * 400, project="✈" * 200)

    receipt = await sender.send(place, longest, document(os.urandom(sender.limit(place))), ignore)

    assert receipt.offset == 0


@pytest.mark.kafka
async def test_producers_are_shared_per_configuration_and_closed_when_idle(kafka_broker, topic):
    producers = Producers(idle_seconds=0.2)
    sender = KafkaTopic(producers=producers)
    place = method("kafka", kafka_broker.bootstrap, topic)

    await sender.send(place, delivery(), document(), ignore)
    await sender.send(place, delivery(), document(), ignore)
    assert len(producers) == 1
    async with asyncio.timeout(30):
        while len(producers):  # noqa: ASYNC110 - seen from outside only
            await asyncio.sleep(0.02)
    await sender.send(place, delivery(), document(), ignore)
    await sender.close()


@pytest.mark.parametrize(
    ("parameters", "options"),
    [
        (("127.0.0.1:9092",), {}),
        (("127.0.0.1", "t"), {}),
        (("127.0.0.1:0", "t"), {}),
        (("127.0.0.1:99999", "t"), {}),
        (("127.0.0.1:9092,", "t"), {}),
        (("127.0.0.1:9092", ""), {}),
        (("127.0.0.1:9092", "a b"), {}),
        (("127.0.0.1:9092", ".."), {}),
        (("169.254.169.254:9092", "t"), {}),
        (("127.0.0.1:9092", "t"), {"security.protocol": "ssl"}),
        (("127.0.0.1:9092", "t"), {"sasl.mechanism": "OAUTHBEARER"}),
        (("127.0.0.1:9092", "t"), {"message.max.bytes": "lots"}),
        (("127.0.0.1:9092", "t"), {"message.max.bytes": "99"}),
        (("127.0.0.1:9092", "t"), {"message.timeout.ms": "1"}),
        (("127.0.0.1:9092", "t"), {"socket.connection.setup.timeout.ms": "soon"}),
        (("127.0.0.1:9092", "t"), {"compression.type": "zip"}),
        (("127.0.0.1:9092", "t"), {"client.id": "a b"}),
        (("127.0.0.1:9092", "t"), {"sasl.username": "ann"}),
        (("127.0.0.1:9092", "t"), {"sasl.password": "secret"}),
        (("127.0.0.1:9092", "t"), {"security.protocol": "SASL_SSL"}),
        (("127.0.0.1:9092", "t"), {"security.protocol": "SASL_SSL", "sasl.username": "ann"}),
        (("127.0.0.1:9092", "t"), {"ssl.ca.location": "/etc/ca.pem"}),
        (("127.0.0.1:9092", "t"), {"security.protocol": "SSL", "ssl.ca.pem": "no certificate"}),
    ],
)
def test_what_cannot_work_is_refused_in_one_sentence(sender, parameters, options):
    with pytest.raises(InvalidMethod):
        sender.check(method("kafka", *parameters, **options))


def test_choices_set_to_what_holds_anyway_are_taken(sender):
    """A form whose lists were opened and left as they were sends them."""
    chosen = {option["name"]: option["default"] for option in sender.options if "choices" in option}

    sender.check(method("kafka", "127.0.0.1:9092", "t", **chosen))


def test_several_brokers_and_mixed_case_topics_are_taken(sender):
    place = method("kafka", "h1.example:9092, [::1]:9092", "My_Kafka.Topic-1")

    sender.check(place)

    assert sender.destination(place) == "Kafka h1.example:9092, [::1]:9092, topic My_Kafka.Topic-1"


def test_files_of_the_server_can_be_named_by_its_operator_only(sender):
    tls = {"security.protocol": "SSL"}
    sender.check(method("kafka", "127.0.0.1:9092", "t", **tls, **{"ssl.ca.location": "/etc/ca"}))

    with pytest.raises(InvalidMethod, match=r"config\.ini"):
        sender.check(
            method(
                "kafka",
                "127.0.0.1:9092",
                "t",
                origin=Origin.PAGE,
                **tls,
                **{"ssl.ca.location": "/etc/shadow"},
            )
        )


def test_on_a_server_others_reach_the_page_names_only_listed_brokers():
    egress = Egress.of(loopback_server=False, allowed=["kafka.svc.local:9092", "10.0.0.0/8"])
    sender = KafkaTopic(Surroundings(egress))

    sender.check(method("kafka", "kafka.svc.local:9092", "t", origin=Origin.PAGE))
    with pytest.raises(InvalidMethod, match="allow-list"):
        sender.check(method("kafka", "other.svc.local:9092", "t", origin=Origin.PAGE))
    sender.check(method("kafka", "other.svc.local:9092", "t"))


@pytest.mark.kafka
async def test_every_option_of_the_list_is_one_of_the_client_s(sender, kafka_broker, topic):
    further = {
        "message.timeout.ms": "9000",
        "socket.connection.setup.timeout.ms": "4000",
        "compression.type": "lz4",
        "client.id": "studio-1",
        "socket.keepalive.enable": "true",
        "broker.address.family": "v4",
        "sasl.mechanism": "PLAIN",
        "ssl.endpoint.identification.algorithm": "https",
    }

    receipt = await sender.send(
        method("kafka", kafka_broker.bootstrap, topic, **further), delivery(), document(), ignore
    )

    assert receipt.offset == 0


@pytest.mark.parametrize("name", ["plugin.library.paths", "ssl.keystore.location", "debug"])
def test_an_option_that_is_not_of_the_list_is_none(name):
    senders = build_senders(Surroundings())
    there = method("kafka", "127.0.0.1:9092", "t", **{name: "x"})

    with pytest.raises(InvalidMethod, match="is no option"):
        check(there, senders["kafka"], "Here")


def test_the_limit_leaves_room_for_key_and_headers(sender):
    place = method("kafka", "127.0.0.1:9092", "t", **{"message.max.bytes": "5000000"})

    assert sender.limit(place) == 5_000_000 - OVERHEAD
    assert sender.limit(method("kafka", "127.0.0.1:9092", "t")) == 1_000_000 - OVERHEAD
