"""What an IP address leads to, seen through every way of writing IPv4 in IPv6."""

from __future__ import annotations

import ipaddress
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network

Address = IPv4Address | IPv6Address
Network = IPv4Network | IPv6Network

# Where clouds hand out credentials to whoever asks from inside (AWS, Azure, Oracle, Alibaba,
# Google, Scaleway); 169.254.169.254 is link-local.
METADATA: tuple[Network, ...] = tuple(
    ipaddress.ip_network(text)
    for text in (
        "168.63.129.16",
        "192.0.0.192",
        "100.100.100.200",
        "fd00:ec2::/32",
        "fd00:c1::a9fe:a9fe",
        "fd20:ce::254",
        "fd00:42::42",
    )
)
# IPv6 ranges whose last 32 bits are an IPv4 address that a gateway connects to: mapped,
# NAT64 (well-known, and of a network of its own), and "IPv4-compatible".
EMBEDDING = tuple(
    IPv6Network(text) for text in ("::ffff:0:0/96", "64:ff9b::/96", "64:ff9b:1::/96", "::/96")
)
# The middle of an ISATAP address, before the IPv4 address that it is tunnelled to.
ISATAP = (0x00005EFE, 0x02005EFE)

PUBLIC_IPV6 = IPv6Network("2000::/3")
# What Python 3.11 takes for public, though it is not: protocol assignments, relays of 6to4,
# documentation.
NOT_PUBLIC: tuple[Network, ...] = tuple(
    ipaddress.ip_network(text) for text in ("192.0.0.0/24", "192.88.99.0/24", "3fff::/20")
)
THIS_NETWORK = IPv4Network("0.0.0.0/8")


def readings(address: Address) -> tuple[Address, ...]:
    """Where a connection to it may end: the IPv4 addresses written in it, else itself."""
    if isinstance(address, IPv4Address):
        return (address,)
    last = IPv4Address(int(address) & 0xFFFFFFFF)
    # ::1 and :: are addresses of their own, though they lie in ::/96.
    if int(address) > 1 and any(address in network for network in EMBEDDING):
        return (last,)
    if address.sixtofour is not None:
        return (address.sixtofour,)
    if address.teredo is not None:
        return address.teredo
    if (int(address) >> 32) & 0xFFFFFFFF in ISATAP:
        return (address, last)
    return (address,)


def is_link_local_or_metadata(address: Address) -> bool:
    """Whether only the machine itself, or what runs it, answers there."""
    return address.is_link_local or is_in(address, METADATA)


def is_no_machine(address: Address) -> bool:
    """Whether it is not the address of one machine: unspecified, multicast, reserved."""
    reserved = address.is_reserved and not address.is_loopback
    return (
        address.is_unspecified or address.is_multicast or reserved or is_in(address, [THIS_NETWORK])
    )


def is_public(address: Address) -> bool:
    """Whether it is reached over the Internet."""
    if isinstance(address, IPv6Address) and address not in PUBLIC_IPV6:
        return False
    return address.is_global and not is_in(address, NOT_PUBLIC)


def is_in(address: Address, networks: tuple[Network, ...] | list[IPv4Network]) -> bool:
    """Whether one of the networks holds it."""
    return any(address in network for network in networks if network.version == address.version)
