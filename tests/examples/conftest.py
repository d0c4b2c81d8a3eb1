"""Real parts for the examples."""

from __future__ import annotations

from tests.real.fixtures import kafka_broker

__all__ = ["kafka_broker"]
