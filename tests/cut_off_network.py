"""A network that exists in this process's namespace only, where every attacked address answers.

Without a listener behind the forbidden addresses, a test could not tell a refusal from a machine
that is not there.
"""

from __future__ import annotations

import asyncio
import fcntl
import ipaddress
import itertools
import socket
import struct
from typing import Self

SET_FLAGS, SET_ADDRESS, SET_MASK, INDEX = 0x8914, 0x8916, 0x891C, 0x8933
UP_AND_RUNNING = 0x1 | 0x40

# On the loopback device a whole network is local, as 127.0.0.0/8 is.
NETWORKS = (
    "10.0.0.0/8",
    "100.64.0.0/10",
    "168.63.129.16/32",
    "169.254.0.0/16",
    "172.16.0.0/12",
    "192.0.0.0/24",
    "192.0.2.0/24",
    "192.88.99.0/24",
    "192.168.0.0/16",
    "198.18.0.0/15",
)
ADDRESSES_6 = (
    "64:ff9b::7f00:1",
    "64:ff9b:1:a9fe:a9:fe00:808:808",
    "2001:db8::1",
    "2001:db8::5efe:a9fe:a9fe",
    "2002:7f00:1::1",
    "3fff::1",
    "fd00:ec2::23",
    "fd00:ec2::254",
    "fd00:42::42",
    "fec0::1",
)


def bring_up() -> None:
    """Give the loopback device its addresses; the program ``ip`` is not on every machine."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as control:
        fcntl.ioctl(control, SET_FLAGS, struct.pack("16sH14x", b"lo", UP_AND_RUNNING))
        for number, text in zip(itertools.count(1), NETWORKS, strict=False):
            network = ipaddress.IPv4Network(text)
            name = f"lo:{number}".encode()
            first = network[1] if network.prefixlen < 32 else network[0]
            for request, value in ((SET_ADDRESS, first), (SET_MASK, network.netmask)):
                where = struct.pack("HH4s8x", socket.AF_INET, 0, value.packed)
                fcntl.ioctl(control, request, struct.pack("16s16s8x", name, where))
    with socket.socket(socket.AF_INET6, socket.SOCK_DGRAM) as control:
        found = fcntl.ioctl(control, INDEX, struct.pack("16si20x", b"lo", 0))
        index = struct.unpack("16si20x", found)[1]
        for text in ADDRESSES_6:
            packed = ipaddress.IPv6Address(text).packed
            fcntl.ioctl(control, SET_ADDRESS, struct.pack("16sIi", packed, 128, index))


class Resolver:
    """Stands in for ``socket.getaddrinfo``: names under ``.example`` have the answers given here.

    Each question takes the next answer; the last one stays. Nothing else is looked up.
    """

    def __init__(self) -> None:
        self.answers: dict[str, list[list[str]]] = {}
        self._real, socket.getaddrinfo = socket.getaddrinfo, self

    def __call__(self, host, port, *args, **settings):
        name = host.decode() if isinstance(host, bytes) else host
        answers = self.answers.get(name.rstrip(".").lower())
        if answers is None or settings.get("flags", 0) & socket.AI_NUMERICHOST:
            return self._real(host, port, *args, **settings)
        answer = answers.pop(0) if len(answers) > 1 else answers[0]
        return [
            (
                socket.AF_INET6 if ":" in one else socket.AF_INET,
                socket.SOCK_STREAM,
                6,
                "",
                (one, port),
            )
            for one in answer
        ]


class Listener:
    """Answers HTTP on every address and counts who came; ``/moved`` redirects."""

    def __init__(self) -> None:
        self.connections: list[str] = []
        self.port = 0

    async def __aenter__(self) -> Self:
        self._server = await asyncio.start_server(self._serve, "::", 0)
        sockets = self._server.sockets
        self.port = sockets[0].getsockname()[1]
        self._server_4 = await asyncio.start_server(self._serve, "0.0.0.0", self.port)  # noqa: S104
        return self

    async def __aexit__(self, *_: object) -> None:
        for server in (self._server, self._server_4):
            server.close()
            await server.wait_closed()

    async def _serve(self, reader, writer):
        self.connections.append(writer.get_extra_info("sockname")[0])
        head = await reader.readuntil(b"\r\n\r\n")
        moved = b" /moved " in head
        status = b"302 Found\r\nLocation: http://10.0.0.9/" if moved else b"200 OK"
        writer.write(b"HTTP/1.1 " + status + b"\r\nContent-Length: 0\r\nConnection: close\r\n\r\n")
        await writer.drain()
        writer.close()
