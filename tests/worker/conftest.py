"""A delivery server in this process, with real parts."""

from __future__ import annotations

import pytest
from tests.real.delivery_server import DeliveryServer
from tests.real.fixtures import kafka_broker, receiver

from debiai_studio.exports.delivery import Schedule

__all__ = ["kafka_broker", "receiver"]


@pytest.fixture
def make_server(tmp_path):
    """Builds servers on one folder, one after the other; the last is closed at the end."""
    servers = []

    def make(**settings):
        for server in servers:
            server.close()
        settings.setdefault("schedule", Schedule((0.02, 0.02, 0.02, 0.02, 0.02, 0.02, 0.02)))
        servers.append(DeliveryServer(tmp_path, **settings))
        return servers[-1]

    yield make
    for server in servers:
        server.close()


@pytest.fixture
def server(make_server):
    return make_server()
