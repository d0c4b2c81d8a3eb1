"""A broker that is down, silent or unknown never delays the start of the server."""

from __future__ import annotations

import socket

import pytest
from tests.real.deliveries import UNKNOWN_NAME


def test_the_start_asks_no_broker_and_no_name(serve):
    with socket.create_server(("127.0.0.1", 0)) as silent:
        port = silent.getsockname()[1]
        served = serve(
            DEBIAI_EXPORT_METHOD_silent=f"kafka, 127.0.0.1:{port}, t",
            DEBIAI_EXPORT_METHOD_unknown=f"kafka, {UNKNOWN_NAME}:9092, t",
            DEBIAI_EXPORT_METHOD_down="kafka, 127.0.0.1:9, t",
        )

        assert served.client.get("/health").status_code == 200
        assert len(served.client.get("/api/v2/export-methods").json()["methods"]) == 3
        silent.setblocking(False)
        with pytest.raises(BlockingIOError):
            silent.accept()
