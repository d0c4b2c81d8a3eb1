"""Where the server listens: a port of its own, found before anything else is touched."""

from __future__ import annotations

import secrets
import socket
from dataclasses import dataclass

import uvicorn
from fastapi import FastAPI

from debiai_studio.errors import Unavailable
from debiai_studio.settings import Settings

PORTS_TRIED = 50
# Requests under way get this long to end when the server stops.
GRACE_SECONDS = 3


class PortTaken(Unavailable):
    """Something else listens there."""

    code = "server.port_taken"
    title = "Port taken"

    def __init__(self, host: str, port: int, reason: str) -> None:
        super().__init__(
            f"Port {port} of {host} cannot be used ({reason}): "
            "give another with --port, or end the program that holds it."
        )
        self.port = port


@dataclass(frozen=True, slots=True)
class Address:
    """Where the server listens, and the token that it asks for."""

    host: str
    port: int
    token: str | None

    @property
    def url(self) -> str:
        """What a person opens."""
        name = "localhost" if self.host in ("0.0.0.0", "::") else self.host  # noqa: S104
        name = f"[{name}]" if ":" in name else name
        return f"http://{name}:{self.port}/"


def listen(settings: Settings) -> tuple[socket.socket, Address]:
    """A bound socket, and its address with the real port. Raises PortTaken."""
    listening = _bound(settings)
    return listening, Address(settings.host, listening.getsockname()[1], _token(settings))


def web_server(asgi: FastAPI) -> uvicorn.Server:
    """What answers requests; its ``run`` takes the bound sockets."""
    return uvicorn.Server(
        uvicorn.Config(
            asgi,
            log_config=None,
            access_log=False,
            server_header=False,
            timeout_graceful_shutdown=GRACE_SECONDS,
        )
    )


def _bound(settings: Settings) -> socket.socket:
    if settings.is_given("port"):
        return _bind(settings.host, settings.port)
    for port in range(settings.port, settings.port + PORTS_TRIED):
        try:
            return _bind(settings.host, port)
        except PortTaken:
            continue
    raise PortTaken(settings.host, settings.port, f"nor any of the {PORTS_TRIED} after it")


def _bind(host: str, port: int) -> socket.socket:
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    # Only of a socket that names TCP does asyncio switch Nagle's algorithm off, which would hold
    # back the body of a short answer until the browser acknowledged its head, 40 ms later.
    listening = socket.socket(family, socket.SOCK_STREAM, socket.IPPROTO_TCP)
    listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listening.bind((host, port))
    except OSError as error:
        listening.close()
        raise PortTaken(host, port, error.strerror or str(error)) from error
    return listening


def _token(settings: Settings) -> str | None:
    if settings.token is not None:
        return settings.token.get_secret_value()
    if settings.insecure or settings.is_local:
        return None
    return secrets.token_hex(16)
