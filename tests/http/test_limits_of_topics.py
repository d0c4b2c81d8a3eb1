"""A real Apache Kafka says what a topic takes; what is larger is refused before it is accepted."""

from __future__ import annotations

import pytest
from tests.real.fixtures import kafka_broker

__all__ = ["kafka_broker"]

LIMIT = 70_000

pytestmark = pytest.mark.kafka


def test_the_first_export_to_a_topic_is_refused_when_its_broker_would_refuse_it(
    served, kafka_broker
):
    topic = kafka_broker.create_topic("narrow", **{"max.message.bytes": str(LIMIT)})
    many = served.import_ids("many", [f"sample {number:06}" for number in range(4_000)])
    method = served.client.post(
        "/api/v2/export-methods",
        json={"name": "Narrow", "type": "kafka", "parameters": [kafka_broker.bootstrap, topic]},
    ).json()

    asked = {"subject": {"kind": "selected", "rule": {}}, "method_id": method["id"]}
    refused = served.client.post(f"{many}/exports", json=asked)

    assert refused.status_code == 422
    assert "large=chunk" in refused.json()["detail"]
    assert served.client.get("/api/v2/deliveries").json() == []
