"""Values come back by a reply topic of a real Apache Kafka; none is lost between both."""

from __future__ import annotations

import itertools
import json
import threading
import time

import pytest
from confluent_kafka import Producer
from tests.http.answering import answers, ended, values
from tests.real.fixtures import kafka_broker

from debiai_studio.exports.methods.kafka_replies import follow

__all__ = ["kafka_broker"]

IDS = ["s1", "s2", "s3"]
numbers = itertools.count(1)

pytestmark = pytest.mark.kafka


@pytest.fixture
def topic(kafka_broker):
    return kafka_broker.create_topic(f"replies-{next(numbers)}")


@pytest.fixture
def say(kafka_broker, topic):
    """Puts a message on the reply topic."""
    producer = Producer({"bootstrap.servers": kafka_broker.bootstrap})

    def say(body: object, **headers: str) -> None:
        data = body if isinstance(body, bytes) else json.dumps(body).encode()
        named = [(name.replace("_", "-"), value) for name, value in headers.items()]
        producer.produce(topic, data, headers=named)
        producer.flush(30)

    return say


def send(served, method: str) -> str:
    methods = served.client.get("/api/v2/export-methods").json()["methods"]
    method_id = next(one["id"] for one in methods if one["name"] == method)
    asked = {"subject": {"kind": "selected", "rule": {}}, "method_id": method_id}
    accepted = served.client.post("/api/v2/projects/local/few/exports", json=asked).json()
    return ended(served, accepted["id"])["delivery"]["id"]


def until(reached) -> None:
    deadline = time.monotonic() + 60
    while not reached():
        assert time.monotonic() < deadline, "it did not get there"
        time.sleep(0.05)


def test_values_come_back_by_the_reply_topic_of_their_method(serve, kafka_broker, topic, say):
    documents = kafka_broker.create_topic(f"documents-{next(numbers)}")
    kafka = f"kafka, {kafka_broker.bootstrap}, {documents}, answers=results"
    served = serve(
        DEBIAI_EXPORT_METHOD_one=f"{kafka}, reply.topic={topic}",
        DEBIAI_EXPORT_METHOD_two=kafka,
        DEBIAI_PUBLIC_URL="https://studio.example",
    )
    project = served.import_ids("few", IDS)
    one, two = send(served, "one"), send(served, "two")
    headers = dict(kafka_broker.messages(documents)[0].headers)
    assert headers["debiai-callback"].startswith("https://studio.example/callbacks/")

    say([{"id": "s1", "label": "cat"}], debiai_delivery=one)
    say({"delivery_id": one, "samples": [{"id": "s2", "label": "dog"}]})
    say([{"id": "s1", "label": "of nobody"}])
    say([{"id": "s1", "label": "of another method"}], debiai_delivery=two)
    say(b"not JSON", debiai_delivery=one)
    say([{"id": "s1", "label": "cat"}], debiai_delivery=one)
    say([{"id": "s3", "label": "fox"}], debiai_delivery=one)

    until(lambda: len(answers(served, one)) == 4)
    found = answers(served, one)
    assert [answer["state"] for answer in found] == ["applied", "applied", "refused", "applied"]
    assert {answer["via"] for answer in found} == {"topic"}
    assert found[0]["repeats"] == 1
    assert answers(served, two) == []
    labels = values(served, "Answers of one", "label", project)
    assert labels == {"s1": "cat", "s2": "dog", "s3": "fox"}


def test_what_was_not_kept_comes_again(kafka_broker, topic, say):
    settings = {"bootstrap.servers": kafka_broker.bootstrap}
    for number in range(3):
        say([{"id": str(number)}], debiai_delivery=f"msg_{number}")
    kept, stopping = [], threading.Event()

    def fail_at_the_second(delivery_id, _body):
        if len(kept) == 1:
            raise OSError("the disk is full")
        kept.append(delivery_id)

    with pytest.raises(OSError, match="the disk is full"):
        follow(settings, topic, "a-group", fail_at_the_second, stopping)

    again = []

    def keep(delivery_id, _body):
        again.append(delivery_id)
        if len(again) == 3:
            stopping.set()

    follow(settings, topic, "a-group", keep, stopping)
    assert kept == ["msg_0"]
    assert again == ["msg_0", "msg_1", "msg_2"]


def test_a_broker_that_is_down_delays_neither_start_nor_end(serve):
    served = serve(
        DEBIAI_EXPORT_METHOD_down="kafka, 127.0.0.1:9, t, answers=results, reply.topic=replies"
    )
    assert served.client.get("/api/v2/about").status_code == 200
    served.application.services.events.publish("method", {"id": "x"})
    assert served.client.get("/health").status_code == 200


def reply_troubles(served) -> list[str | None]:
    health = served.client.get("/api/v2/export-methods/health").json()
    return [one["reply_trouble"] for one in health if one["reply_trouble"] is not None]


def test_a_reply_topic_that_is_not_followed_says_so_at_its_method(serve):
    served = serve(
        DEBIAI_EXPORT_METHOD_down="kafka, 127.0.0.1:9, t, answers=results, reply.topic=replies"
    )

    until(lambda: reply_troubles(served))

    [reason] = reply_troubles(served)
    assert "no broker can be reached" in reason


def test_a_reply_topic_that_is_followed_at_last_is_no_trouble_any_more(serve, kafka_broker, topic):
    late = f"{topic}-late"
    kafka = f"kafka, {kafka_broker.bootstrap}, t, answers=results, reply.topic={late}"
    served = serve(DEBIAI_EXPORT_METHOD_late=kafka)
    until(lambda: reply_troubles(served))

    kafka_broker.create_topic(late)

    until(lambda: not reply_troubles(served))


@pytest.mark.parametrize(
    ("options", "reason"),
    [
        ({"reply.topic": "r"}, "it needs answers=results"),
        ({"reply.topic": "t", "answers": "results"}, "other than that of the documents"),
        ({"reply.topic": "no topic", "answers": "results"}, 'reply.topic, "no topic"'),
    ],
)
def test_a_reply_topic_that_cannot_work_is_refused(serve, options, reason):
    served = serve(DEBIAI_ALLOWED_TARGETS="127.0.0.1:9092")
    draft = {"name": "k", "type": "kafka", "parameters": ["127.0.0.1:9092", "t"]}

    answer = served.client.post("/api/v2/export-methods", json={**draft, "options": options})

    assert answer.status_code == 422
    assert reason in answer.json()["detail"]
