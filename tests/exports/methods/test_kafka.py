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
from tests.contracts.export_method import ExportMethodContract, ignore
from tests.real.deliveries import delivery, document, method
from tests.real.kafka.broker import PASSWORD, USER

from debiai_studio.egress import Egress
from debiai_studio.exports.errors import DeliveryFailed, DeliveryRejected, InvalidMethod
from debiai_studio.exports.methods.kafka import OVERHEAD, KafkaTopic
from debiai_studio.exports.methods.kafka_producer import Producers
from debiai_studio.exports.methods.surroundings import Surroundings
from debiai_studio.exports.model import Origin

numbers = itertools.count(1)
SASL = {
    "security.protocol": "SASL_PLAINTEXT",
    "sasl.mechanism": "PLAIN",
    "sasl.username": USER,
}


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
async def test_no_permission_is_dead_with_the_remedy(sender, kafka_broker, topic):
    kafka_broker.forbid_writing(topic)

    with pytest.raises(DeliveryRejected, match="no permission to write to it"):
        await sender.send(
            method("kafka", kafka_broker.bootstrap, topic), delivery(), document(), ignore
        )


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
async def test_a_user_with_the_right_password_is_let_in_and_the_wrong_one_is_named(
    sender, kafka_broker, topic
):
    right = method(
        "kafka", kafka_broker.sasl_bootstrap, topic, **SASL, **{"sasl.password": PASSWORD}
    )
    wrong = method("kafka", kafka_broker.sasl_bootstrap, topic, **SASL, **{"sasl.password": "no"})

    receipt = await sender.send(right, delivery(), document(), ignore)
    with pytest.raises(DeliveryFailed, match="Invalid username or password"):
        await sender.send(wrong, delivery(), document(), ignore)

    assert receipt.offset == 0


@pytest.mark.kafka
async def test_producers_are_shared_per_configuration_and_closed_when_idle(kafka_broker, topic):
    producers = Producers(idle_seconds=0)
    sender = KafkaTopic(producers=producers)
    place = method("kafka", kafka_broker.bootstrap, topic)

    await sender.send(place, delivery(), document(), ignore)
    assert len(producers) == 1
    await asyncio.sleep(0)
    await asyncio.sleep(0)
    assert len(producers) == 0
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
    ],
)
def test_what_cannot_work_is_refused_in_one_sentence(sender, parameters, options):
    with pytest.raises(InvalidMethod):
        sender.check(method("kafka", *parameters, **options))


def test_several_brokers_and_mixed_case_topics_are_taken(sender):
    place = method("kafka", "h1.example:9092, [::1]:9092", "My_Kafka.Topic-1")

    sender.check(place)

    assert sender.destination(place) == "Kafka h1.example:9092, [::1]:9092, topic My_Kafka.Topic-1"


def test_files_of_the_server_can_be_named_by_its_operator_only(sender):
    sender.check(method("kafka", "127.0.0.1:9092", "t", **{"ssl.ca.location": "/etc/ca.pem"}))

    with pytest.raises(InvalidMethod, match=r"config\.ini"):
        sender.check(
            method(
                "kafka",
                "127.0.0.1:9092",
                "t",
                origin=Origin.PAGE,
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


def test_the_limit_leaves_room_for_key_and_headers(sender):
    place = method("kafka", "127.0.0.1:9092", "t", **{"message.max.bytes": "5000000"})

    assert sender.limit(place) == 5_000_000 - OVERHEAD
    assert sender.limit(method("kafka", "127.0.0.1:9092", "t")) == 1_000_000 - OVERHEAD
