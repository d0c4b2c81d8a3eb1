"""Which addresses the server may connect to on a person's behalf: one guard for all that goes out.

A name is resolved once, every answer must be allowed, and the connection goes to these very
addresses, so that a name cannot change its mind between the check and the use.
"""

from __future__ import annotations

import asyncio
import contextlib
import ipaddress
import re
import socket
import ssl
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

import httpcore
import httpx

from debiai_studio.addresses import (
    Address,
    Network,
    is_in,
    is_link_local_or_metadata,
    is_no_machine,
    is_public,
    readings,
)
from debiai_studio.errors import Forbidden

_ENDPOINT = re.compile(r"(?P<host>\[[0-9A-Fa-f:.]+\]|[^\s/:@\[\]]+):(?P<port>[0-9]{1,5})")
_LARGEST_PORT = 65535
# Idle ones, for the next request to the same place.
KEPT_CONNECTIONS = 20


class EgressRefused(Forbidden):
    """The server does not connect to this address."""

    code = "egress.refused"
    title = "Address not allowed"

    def __init__(self, host: str, address: str, reason: str) -> None:
        where = host if host == address else f"{host} ({address})"
        super().__init__(f"The server does not connect to {where}: {reason}")
        self.host = host
        self.address = address


def endpoint_of(host: str, port: int) -> str:
    """How the allow-list names a host with a port, whatever way it was written."""
    name = host.strip("[]").rstrip(".").lower()
    with contextlib.suppress(UnicodeError):  # an IPv6 address, or a name that nobody finds
        name = name.encode("idna").decode()
    return f"{name}:{port}"


def target_of(entry: str) -> Network | str | None:
    """What an entry of the allow-list opens: a network or an endpoint. None: it is neither."""
    try:
        return ipaddress.ip_network(entry, strict=False)
    except ValueError:
        pass
    found = _ENDPOINT.fullmatch(entry)
    if found is None or not 0 < int(found["port"]) <= _LARGEST_PORT:
        return None
    return endpoint_of(found["host"], int(found["port"]))


@dataclass(frozen=True, slots=True)
class EgressPolicy:
    """What is allowed beside public addresses.

    ``private``: loopback and private addresses too. ``allowed``: networks, and ``host:port``
    pairs, that the operator listed. Link-local and metadata addresses are never allowed.
    """

    private: bool = False
    networks: tuple[Network, ...] = ()
    endpoints: frozenset[str] = field(default_factory=frozenset)

    @classmethod
    def of(cls, *, private: bool, allowed: Iterable[str] = ()) -> EgressPolicy:
        """The policy with an allow-list of networks (``10.1.0.0/16``) and ``host:port`` pairs."""
        targets = [target_of(entry) for entry in allowed]
        return cls(
            private,
            networks=tuple(one for one in targets if one is not None and not isinstance(one, str)),
            endpoints=frozenset(one for one in targets if isinstance(one, str)),
        )

    def require(self, host: str, port: int, addresses: Iterable[str]) -> list[str]:
        """The addresses to connect to. Raises EgressRefused unless every one is allowed."""
        found = [text.split("%")[0] for text in addresses]
        for text in found:
            reason = self._refusal(ipaddress.ip_address(text), endpoint_of(host, port))
            if reason is not None:
                raise EgressRefused(host, text, reason)
        return found

    def _refusal(self, given: Address, endpoint: str) -> str | None:
        found = readings(given)
        if any(is_link_local_or_metadata(one) for one in (given, *found)):
            return "link-local and metadata addresses are never allowed."
        if any(is_no_machine(one) for one in found):
            return "it is not the address of one machine; for this machine use 127.0.0.1."
        if self.private or endpoint in self.endpoints:
            return None
        if all(is_in(one, self.networks) or is_public(one) for one in found):
            return None
        return (
            "private addresses are not open to what was made in the page; the operator can "
            "define it in config.ini or the environment, or add the address to the allow-list."
        )

    def require_literal(self, host: str, port: int) -> None:
        """Refuse a host that is itself an address in any notation. No network."""
        _require_port(host, port)
        try:
            infos = socket.getaddrinfo(
                host, port, type=socket.SOCK_STREAM, flags=socket.AI_NUMERICHOST
            )
        except (OSError, UnicodeError):
            return
        self.require(host, port, (str(info[4][0]) for info in infos))

    async def resolve(self, host: str, port: int) -> list[str]:
        """The addresses that ``host`` may be reached at. Raises EgressRefused, OSError."""
        _require_port(host, port)
        loop = asyncio.get_running_loop()
        infos = await loop.getaddrinfo(host, port, type=socket.SOCK_STREAM)
        if not infos:
            raise OSError(f"{host} has no address")
        return self.require(host, port, (str(info[4][0]) for info in infos))


def _require_port(host: str, port: int) -> None:
    if not 0 < port <= _LARGEST_PORT:
        raise EgressRefused(f"{host}:{port}", f"{host}:{port}", f"ports are 1 to {_LARGEST_PORT}.")


class GuardedBackend(httpcore.AsyncNetworkBackend):
    """Connects only to addresses that the policy allows; the name stays in TLS and in Host."""

    def __init__(self, policy: EgressPolicy) -> None:
        self._policy = policy
        self._inner = httpcore.AnyIOBackend()

    async def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,  # noqa: ASYNC109 - httpcore's own signature
        local_address: str | None = None,
        socket_options: Iterable[Any] | None = None,
    ) -> httpcore.AsyncNetworkStream:
        """A connection to the checked address. Raises EgressRefused before anything is sent."""
        try:
            async with asyncio.timeout(timeout):
                addresses = await self._policy.resolve(host, port)
        except TimeoutError as error:
            raise httpcore.ConnectTimeout(f"{host} was not resolved in time") from error
        except (OSError, UnicodeError) as error:
            raise httpcore.ConnectError(f"{host} cannot be resolved: {error}") from error
        for address in addresses[:-1]:
            try:
                return await self._inner.connect_tcp(
                    address, port, timeout, local_address, socket_options
                )
            except (httpcore.ConnectError, httpcore.ConnectTimeout):
                continue
        return await self._inner.connect_tcp(
            addresses[-1], port, timeout, local_address, socket_options
        )

    async def connect_unix_socket(
        self,
        path: str,
        timeout: float | None = None,  # noqa: ARG002, ASYNC109 - httpcore's own signature
        socket_options: Iterable[Any] | None = None,  # noqa: ARG002
    ) -> httpcore.AsyncNetworkStream:
        """Never: a socket file is not an address."""
        raise EgressRefused(path, path, "socket files are not addresses of receivers.")

    async def sleep(self, seconds: float) -> None:
        """Wait."""
        await asyncio.sleep(seconds)


def guarded_client(
    policy: EgressPolicy,
    *,
    proxy: httpx.URL | None = None,
    tls: ssl.SSLContext | None = None,
    **settings: Any,
) -> httpx.AsyncClient:
    """An HTTP client that obeys the policy, follows no redirects and ignores proxy variables.

    With a ``proxy`` it is the proxy's address that must be allowed: that of the receiver is looked
    up by the proxy.
    """
    transport = httpx.AsyncHTTPTransport(
        trust_env=False,
        retries=0,
        # Who asks bounds what is under way; receivers that hang must not hold up the others.
        limits=httpx.Limits(max_connections=None, max_keepalive_connections=KEPT_CONNECTIONS),
        proxy=None if proxy is None else httpx.Proxy(proxy),
        verify=True if tls is None else tls,
    )
    # httpx 0.28 has no public way to set the network backend of its pool.
    transport._pool._network_backend = GuardedBackend(policy)  # noqa: SLF001
    return httpx.AsyncClient(
        transport=transport, follow_redirects=False, trust_env=False, **settings
    )


@dataclass(frozen=True, slots=True)
class Egress:
    """The two policies of a server: for what the operator configured and for what others made."""

    trusted: EgressPolicy
    others: EgressPolicy

    @classmethod
    def of(cls, *, loopback_server: bool, allowed: Iterable[str] = ()) -> Egress:
        """On a server that only this machine reaches, the page may use private addresses too."""
        entries = tuple(allowed)
        return cls(
            trusted=EgressPolicy.of(private=True, allowed=entries),
            others=EgressPolicy.of(private=loopback_server, allowed=entries),
        )


def is_loopback(host: str) -> bool:
    """Whether only this machine can reach an address."""
    if host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False
