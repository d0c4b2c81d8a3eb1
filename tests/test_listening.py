"""What the server does with the connections it takes."""

from __future__ import annotations

import asyncio
import socket

import httpx
import pytest

from debiai_studio.listening import listen, web_server
from debiai_studio.settings import load_settings

pytestmark = pytest.mark.anyio


@pytest.fixture
def anyio_backend():
    return "asyncio"


@pytest.mark.parametrize("host", ["127.0.0.1", "::1"])
async def test_a_short_answer_is_not_held_back_until_its_head_is_acknowledged(host, tmp_path):
    delays = []

    async def answer(_scope, _receive, send) -> None:
        delays.extend(
            connection.transport.get_extra_info("socket").getsockopt(
                socket.IPPROTO_TCP, socket.TCP_NODELAY
            )
            for connection in web.server_state.connections
        )
        await send({"type": "http.response.start", "status": 200, "headers": []})
        await send({"type": "http.response.body", "body": b"short"})

    bound, address = listen(load_settings({"port": "0", "host": host}, {}, tmp_path))
    web = web_server(answer)
    with bound:
        bound.listen()
        serving = asyncio.create_task(web.serve(sockets=[bound]))
        async with httpx.AsyncClient() as client:
            response = await client.get(address.url)
        web.should_exit = True
        await serving

    assert (response.text, len(delays)) == ("short", 1)
    assert all(delays)
