"""Runs the server: finds a port, says where it is, opens the browser, ends in order."""

from __future__ import annotations

import secrets
import socket
import threading
import webbrowser
from collections.abc import Callable
from dataclasses import dataclass

import uvicorn

from debiai_studio import __version__
from debiai_studio.bootstrap import Application, build
from debiai_studio.egress import is_loopback
from debiai_studio.errors import Unavailable
from debiai_studio.settings import Settings

PORTS_TRIED = 50


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


def serve(settings: Settings, when_ready: Callable[[Application, Address], str | None]) -> None:
    """Serve until interrupted.

    ``when_ready`` is called in a thread of its own once the server answers; the path that it
    returns is what the browser opens.
    """
    listening = _listen(settings)
    address = Address(settings.host, listening.getsockname()[1], _token(settings))
    application = build(settings, token=address.token)
    server = uvicorn.Server(
        uvicorn.Config(
            application.asgi,
            log_config=None,
            access_log=False,
            server_header=False,
            timeout_graceful_shutdown=3,
        )
    )
    print(f"DebiAI Studio {__version__}")
    print(f"  data   {settings.data_folder}")
    print(f"  open   {address.url}")
    if address.token is not None:
        print(f"  token  {address.token}")
    print("  end with Ctrl+C", flush=True)
    threading.Thread(
        target=_open, args=(settings, application, address, when_ready), daemon=True
    ).start()
    try:
        server.run(sockets=[listening])
    except KeyboardInterrupt:
        print("\nEnded.")
    finally:
        application.close()


def _open(
    settings: Settings,
    application: Application,
    address: Address,
    when_ready: Callable[[Application, Address], str | None],
) -> None:
    application.ready.wait()
    path = when_ready(application, address)
    if settings.browser and path is not None:
        webbrowser.open(address.url + path.lstrip("/"))


def _listen(settings: Settings) -> socket.socket:
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
    listening = socket.socket(family, socket.SOCK_STREAM)
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
    if settings.insecure or is_loopback(settings.host):
        return None
    return secrets.token_hex(16)
