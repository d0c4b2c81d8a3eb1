"""Kafka as companies run it: users, TLS and permissions, and a test that tells them apart."""

from __future__ import annotations

import itertools
import socket

import pytest
from tests.real.certificates import Authority
from tests.real.deliveries import UNKNOWN_NAME, delivery, document, method
from tests.real.kafka.broker import OPEN, PASSWORD, STRANGER, USER

from debiai_studio.exports.errors import DeliveryFailed, DeliveryRejected
from debiai_studio.exports.methods.kafka import KafkaTopic
from debiai_studio.exports.methods.kafka_producer import Producers
from debiai_studio.testing.export_method import ignore

pytestmark = pytest.mark.kafka
numbers = itertools.count(1)


@pytest.fixture
def sender():
    return KafkaTopic(producers=Producers(message_seconds=10))


@pytest.fixture
def topic(kafka_broker):
    """One that alice may write to."""
    return kafka_broker.create_topic(f"{OPEN}secure-{next(numbers)}")


@pytest.fixture
def secure(kafka_broker, topic):
    """A method as alice; options given replace hers, None leaves one out."""

    def make(to=None, broker=kafka_broker.secure_bootstrap, **changes):
        options = {
            "security.protocol": "SASL_SSL",
            "sasl.mechanism": "SCRAM-SHA-512",
            "sasl.username": USER,
            "sasl.password": PASSWORD,
            "ssl.ca.pem": kafka_broker.authority.pem,
        }
        given = {name: value for name, value in (options | changes).items() if value is not None}
        return method("kafka", broker, to or topic, **given)

    return make


@pytest.fixture
def mutual(kafka_broker, topic):
    """A method that shows a certificate, and no password."""

    def make(pair=None, password=None):
        options = {"security.protocol": "SSL", "ssl.ca.pem": kafka_broker.authority.pem}
        if pair is not None:
            options["ssl.certificate.pem"] = pair.certificate_pem
            options["ssl.key.pem"] = pair.key_pem(password)
        if password is not None:
            options["ssl.key.password"] = password
        return method("kafka", kafka_broker.mutual_bootstrap, topic, **options)

    return make


async def send(sender, there, kind="selection", body=b"{}"):
    return await sender.send(there, delivery("msg_1", kind=kind), document(body), ignore)


@pytest.mark.parametrize("mechanism", ["PLAIN", "SCRAM-SHA-256", "SCRAM-SHA-512"])
async def test_a_user_is_let_in_over_tls(sender, secure, kafka_broker, topic, mechanism):
    await send(sender, secure(**{"sasl.mechanism": mechanism}))

    assert [message.key for message in kafka_broker.messages(topic)] == ["msg_1"]


async def test_a_user_without_a_mechanism_logs_in_by_plain(sender, secure):
    assert (await send(sender, secure(**{"sasl.mechanism": None}))).offset == 0


async def test_sasl_without_tls_is_possible_where_a_broker_wants_it(sender, secure, kafka_broker):
    there = secure(
        broker=kafka_broker.sasl_bootstrap,
        **{"security.protocol": "SASL_PLAINTEXT", "ssl.ca.pem": None},
    )

    assert (await send(sender, there)).offset == 0


@pytest.mark.parametrize("password", [None, "pass phrase"])
async def test_a_client_certificate_is_a_user_too(sender, mutual, kafka_broker, password):
    there = mutual(kafka_broker.authority.issue(USER), password)

    assert (await send(sender, there)).offset == 0


async def test_one_of_several_brokers_is_enough(sender, secure, kafka_broker):
    brokers = f"127.0.0.1:9,{UNKNOWN_NAME}:9092,{kafka_broker.secure_bootstrap}"

    assert (await send(sender, secure(broker=brokers))).offset == 0


class TestConnectionTest:
    """What the button shows; each sentence names the remedy."""

    async def told(self, sender, there, error=DeliveryFailed, body=b"{}"):
        with pytest.raises(error) as caught:
            await send(sender, there, "test", body)
        return str(caught.value)

    async def test_all_is_well(self, sender, secure, topic):
        receipt = await send(sender, secure(), "test")

        assert receipt.answer == f"Acknowledged: {topic}, partition 0, offset 0"

    async def test_dns(self, sender, secure):
        told = await self.told(sender, secure(broker=f"{UNKNOWN_NAME}:9092"))

        assert told.startswith(f"The broker {UNKNOWN_NAME}:9092 cannot be resolved")
        assert told.endswith("check its name and the server's DNS.")

    async def test_refused(self, sender, secure):
        with socket.socket() as taken:
            taken.bind(("127.0.0.1", 0))
            told = await self.told(sender, secure(broker=f"127.0.0.1:{taken.getsockname()[1]}"))

        assert "the connection was refused, so nothing listens there: check host and port." in told

    async def test_tls_that_is_not_trusted(self, sender, secure):
        told = await self.told(sender, secure(**{"ssl.ca.pem": Authority("Another").pem}))

        assert "its certificate is not trusted: give the certificate of its authority" in told

    async def test_tls_where_there_is_none(self, sender, secure, kafka_broker):
        told = await self.told(sender, secure(broker=kafka_broker.sasl_bootstrap))

        assert "it does not speak TLS at this port: correct the port or security.protocol." in told

    async def test_no_tls_where_it_is_expected(self, sender, kafka_broker, topic):
        told = await self.told(sender, method("kafka", kafka_broker.secure_bootstrap, topic))

        assert "it ended the connection: check the port and security.protocol" in told

    async def test_a_client_certificate_is_missing(self, sender, mutual):
        told = await self.told(sender, mutual())

        assert "it asks for a client certificate that it trusts: give ssl.certificate.pem" in told

    @pytest.mark.parametrize("mechanism", ["PLAIN", "SCRAM-SHA-256", "SCRAM-SHA-512"])
    async def test_authentication(self, sender, secure, mechanism):
        wrong = secure(**{"sasl.mechanism": mechanism, "sasl.password": "s3cret-but-wrong"})

        told = await self.told(sender, wrong)

        assert "it does not let the user in: check sasl.mechanism, sasl.username and" in told
        assert "s3cret-but-wrong" not in told

    async def test_an_unknown_topic(self, sender, secure):
        told = await self.told(sender, secure(f"{OPEN}nobody-made-this"), DeliveryRejected)

        assert f'The topic "{OPEN}nobody-made-this": there is no such topic. Create it' in told

    async def test_no_permission(self, sender, secure, kafka_broker):
        closed = kafka_broker.create_topic(f"closed-{next(numbers)}")

        of_topic = await self.told(sender, secure(closed), DeliveryRejected)
        of_user = await self.told(sender, secure(**{"sasl.username": STRANGER}), DeliveryRejected)

        assert f'The topic "{closed}": there is no permission to write to it. Grant it' in of_topic
        # Without any permission it may be the cluster that is asked first.
        assert "no permission" in of_user
        assert "Grant it, or correct the user." in of_user

    async def test_too_large(self, sender, secure, kafka_broker):
        small = kafka_broker.create_topic(
            f"{OPEN}small-{next(numbers)}", **{"max.message.bytes": "1000"}
        )

        told = await self.told(sender, secure(small), DeliveryRejected, document().data * 1000)

        assert "the document is larger than the topic takes. Raise max.message.bytes" in told

    async def test_what_would_be_too_large_is_told_to_who_may_know(self, sender, kafka_broker):
        small = kafka_broker.create_topic(
            f"{OPEN}small-{next(numbers)}", **{"max.message.bytes": "500000"}
        )

        receipt = await send(sender, method("kafka", kafka_broker.bootstrap, small), "test")

        assert "the topic takes messages of 500,000 bytes, the method makes them" in receipt.answer
        assert "set message.max.bytes=500000" in receipt.answer


async def test_an_export_is_told_the_same_once_its_time_is_over(secure):
    sender = KafkaTopic(producers=Producers(message_seconds=2))

    with pytest.raises(DeliveryFailed, match="does not let the user in: check sasl"):
        await send(sender, secure(**{"sasl.password": "wrong"}))
    await sender.close()


async def test_a_user_without_any_permission_is_refused_each_time_and_holds_up_nobody(
    sender, secure
):
    for _ in range(3):
        with pytest.raises(DeliveryRejected, match="Grant it, or correct the user"):
            await send(sender, secure(**{"sasl.username": STRANGER}))

    assert (await send(sender, secure())).offset == 0


async def test_a_timeout_of_the_method_s_own_holds(sender, secure):
    with socket.create_server(("127.0.0.1", 0)) as silent:
        broker = f"127.0.0.1:{silent.getsockname()[1]}"
        with pytest.raises(DeliveryFailed, match="Message timed out"):
            await send(sender, secure(broker=broker, **{"message.timeout.ms": "1000"}))
