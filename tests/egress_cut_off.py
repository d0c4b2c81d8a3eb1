"""Runs in a network namespace with a loopback of its own: nothing here can leave the machine.

A listener counts every connection; a resolver of our own answers with addresses of 127.0.0.0/8
and of the documentation ranges only.
"""

from __future__ import annotations

import asyncio
import fcntl
import socket
import struct
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1] / "src"))

from debiai_studio.egress import EgressPolicy, EgressRefused, guarded_client

STRICT = EgressPolicy.of(private=False)
ANSWERS: dict[str, list[list[str]]] = {}
connections: list[str] = []


def resolve(host, port, *_args, **_settings):
    """Each question takes the next answer; the last one stays."""
    answers = ANSWERS.get(host)
    if answers is None:
        return real_resolve(host, port, type=socket.SOCK_STREAM)
    answer = answers.pop(0) if len(answers) > 1 else answers[0]
    return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (one, port)) for one in answer]


async def serve(reader, writer):
    connections.append(writer.get_extra_info("sockname")[0])
    head = await reader.readuntil(b"\r\n\r\n")
    moved = b" /moved " in head
    status = b"302 Found\r\nLocation: http://127.0.0.9/" if moved else b"200 OK"
    writer.write(b"HTTP/1.1 " + status + b"\r\nContent-Length: 0\r\nConnection: close\r\n\r\n")
    await writer.drain()
    writer.close()


async def refused(policy: EgressPolicy, url: str) -> bool:
    before = len(connections)
    async with guarded_client(policy) as client:
        try:
            await client.post(url, content=b"{}")
        except EgressRefused:
            return len(connections) == before
    return False


async def main() -> None:
    server = await asyncio.start_server(serve, "0.0.0.0", 0)  # noqa: S104 - cut off
    port = server.sockets[0].getsockname()[1]
    listed = EgressPolicy.of(private=False, allowed=["127.0.0.5/32"])

    assert await refused(STRICT, f"http://localhost:{port}/")
    say("loopback-refused-to-the-page")

    literals = [
        "2130706433",
        "0x7f000001",
        "017700000001",
        "127.1",
        "[::ffff:127.0.0.1]",
        "0.0.0.0",  # noqa: S104 - an address to refuse
    ]
    for literal in literals:
        assert await refused(STRICT, f"http://{literal}:{port}/"), literal
    say("literals-refused")

    ANSWERS["rebinding.example"] = [["127.0.0.5"], ["127.0.0.1"]]
    async with guarded_client(listed) as client:
        await client.post(f"http://rebinding.example:{port}/")
    assert connections == ["127.0.0.5"]
    assert await refused(listed, f"http://rebinding.example:{port}/")
    say("rebinding-refused")

    ANSWERS["mixed.example"] = [["127.0.0.5", "192.0.2.1"]]
    assert await refused(listed, f"http://mixed.example:{port}/")
    say("mixed-answers-refused")

    async with guarded_client(listed) as client:
        answer = await client.post(f"http://127.0.0.5:{port}/moved")
    assert answer.status_code == 302
    assert connections == ["127.0.0.5", "127.0.0.5"]
    say("redirect-not-followed")

    async with guarded_client(listed) as client:
        answer = await client.post(f"http://127.0.0.5:{port}/")
    assert answer.status_code == 200
    say("allow-listed-reached")
    server.close()
    await server.wait_closed()


def bring_loopback_up() -> None:
    """In a new namespace it is down; ``ip`` is not on every machine."""
    set_flags, up_and_running = 0x8914, 0x1 | 0x40
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as control:
        fcntl.ioctl(control, set_flags, struct.pack("16sH14x", b"lo", up_and_running))


def say(claim: str) -> None:
    sys.stdout.write(f"{claim}\n")


bring_loopback_up()
real_resolve, socket.getaddrinfo = socket.getaddrinfo, resolve
asyncio.run(main())
