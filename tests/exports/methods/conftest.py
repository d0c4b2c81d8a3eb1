"""Real receivers for the senders' tests, and a runner for coroutines."""

from __future__ import annotations

from tests.real.fixtures import kafka_broker, receiver

from debiai_studio.testing.coroutines import pytest_pyfunc_call

__all__ = ["kafka_broker", "pytest_pyfunc_call", "receiver"]
