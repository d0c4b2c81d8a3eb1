"""Attacks on the guard, in a network namespace with a loopback of its own: nothing leaves it.

Each is an export method as somebody who may use the page could make it. Prints the attacks that
were refused without any connection; anything else ends with an error.
"""

from __future__ import annotations

import asyncio
import sys
from typing import Any

from tests.cut_off_network import Listener, Resolver, bring_up
from tests.real.deliveries import delivery, document, method

from debiai_studio.egress import Egress
from debiai_studio.exports.errors import DeliveryFailed, DeliveryRejected
from debiai_studio.exports.methods.http_post import HttpPost
from debiai_studio.exports.methods.kafka import KafkaTopic
from debiai_studio.exports.methods.surroundings import Surroundings
from debiai_studio.exports.model import ExportMethod, Origin
from debiai_studio.exports.ports import Sender

# The server that others reach: nothing but public addresses, and what the operator listed.
LITERALS = {
    "loopback": "127.0.0.1",
    "another loopback": "127.255.255.254",
    "decimal": "2130706433",
    "hexadecimal": "0x7f000001",
    "octal": "017700000001",
    "octal parts": "0177.0.0.01",
    "hexadecimal parts": "0x7f.0x0.0x0.0x1",
    "two parts": "127.1",
    "three parts": "127.0.1",
    "mixed notations": "0x7f.1",
    "unspecified": "0.0.0.0",  # noqa: S104 - an address to refuse
    "unspecified, short": "0",
    "this network": "0.0.0.1",
    "private 10": "10.0.0.5",
    "private 172": "172.16.5.4",
    "private 192": "192.168.7.7",
    "private, decimal": "167772161",
    "shared address space": "100.64.9.9",
    "benchmark": "198.18.3.3",
    "documentation": "192.0.2.33",
    "protocol assignments": "192.0.0.8",
    "relay of 6to4": "192.88.99.1",
    "IPv6 loopback": "[::1]",
    "IPv6 loopback, long": "[0:0:0:0:0:0:0:1]",
    "IPv6 unspecified": "[::]",
    "IPv4-mapped": "[::ffff:127.0.0.1]",
    "IPv4-mapped in hexadecimal": "[::ffff:a00:5]",
    "IPv4-compatible": "[::127.0.0.1]",
    "NAT64": "[64:ff9b::7f00:1]",
    "6to4": "[2002:7f00:1::1]",
    "IPv6 documentation": "[2001:db8::1]",
    "new IPv6 documentation": "[3fff::1]",
    "site-local": "[fec0::1]",
    "full-width digits": "\uff11\uff12\uff17.0.0.1",
    "circled digits": "\u2460\u2461\u2466.0.0.1",
    "ideographic dots": "127\u30020\u30020\u30021",
    "percent-encoded": "%31%32%37.0.0.1",
    "trailing dot": "127.0.0.1.",
}
# Not even the operator's own methods, nor a server that only this machine reaches.
NEVER = {
    "metadata": "169.254.169.254",
    "metadata, decimal": "2852039166",
    "metadata, octal parts": "0251.0376.0251.0376",
    "metadata, two parts": "169.16689662",
    "metadata, IPv4-mapped": "[::ffff:169.254.169.254]",
    "metadata of Azure": "168.63.129.16",
    "metadata of Oracle": "192.0.0.192",
    "metadata of Alibaba": "100.100.100.200",
    "metadata over IPv6": "[fd00:ec2::254]",
    "credentials of pods over IPv6": "[fd00:ec2::23]",
    "metadata of Scaleway": "[fd00:42::42]",
    "metadata through ISATAP": "[2001:db8::5efe:a9fe:a9fe]",
    "metadata in the middle of NAT64": "[64:ff9b:1:a9fe:a9:fe00:808:808]",
    "link-local": "169.254.7.7",
    "link-local with a zone": "[fe80::1%25lo]",
}
NAMES = {
    "localhost": ("localhost", None),
    "a name of loopback": ("inside.example", [["127.0.0.1"]]),
    "a name of metadata": ("cloud.example", [["169.254.169.254"]]),
    "a name of an IPv6 loopback": ("inside6.example", [["::1"]]),
    "one allowed and one forbidden answer": ("mixed.example", [["127.0.0.5", "10.0.0.5"]]),
    "a name with a trailing dot": ("dotted.example.", [["10.0.0.5"]]),
    "an international name": ("b\u00fccher.example", [["10.0.0.5"]]),
}
# What the text of an address can hide; {port} is where the listener is.
URLS = {
    "userinfo": "http://ok.example@127.0.0.1:{port}/",
    "userinfo with a password": "http://ok.example:80@127.0.0.1:{port}/",
    "backslash": "http://ok.example\\@127.0.0.1:{port}/",
    "fragment": "http://127.0.0.1:{port}#@ok.example/",
    "tab in the host": "http://127.0.\t0.1:{port}/",
    "line break": "http://127.0.0.1:{port}/ HTTP/1.1\r\nHost: ok.example\r\n\r\n",
    "no host": "http://:{port}/",
    "no scheme": "127.0.0.1:{port}/",
    "port beyond the last": "http://127.0.0.5:65536/",
    "negative port": "http://127.0.0.5:-1/",
    "scheme file": "file:///etc/passwd",
    "scheme ftp": "ftp://127.0.0.1:{port}/",
    "scheme gopher": "gopher://127.0.0.1:{port}/_x",
    "scheme of socket files": "http+unix://%2Frun%2Fdocker.sock/",
    "scheme in disguise": " file:///etc/passwd",
}

# Brokers; a network on the allow-list opens none, since a broker names others to connect to.
BROKERS = {
    "broker on loopback": "127.0.0.1:{port}",
    "broker in a network on the allow-list": "127.0.0.5:{port}",
    "broker with a public name": "broker.example:{port}",
    "broker on another port than listed": "listed.example:{port}",
    "a listed broker and another": "listed.example:1,127.0.0.1:{port}",
    "broker in decimal": "2130706433:{port}",
    "broker on IPv6": "[::1]:{port}",
    "broker with userinfo": "listed.example:1@127.0.0.1:{port}",
    "listed name of a metadata address": "listed.example:1",
}

STRICT = Egress.of(loopback_server=False, allowed=["127.0.0.5/32", "listed.example:1"])
LOCAL = Egress.of(loopback_server=True, allowed=["0.0.0.0/0", "::/0"])


async def refused(egress: Egress, url: str, origin: Origin = Origin.PAGE, **options: str) -> bool:
    """Whether a method with this address sends nothing anywhere, and is not tried again."""
    made = method("post", url, origin=origin, timeout="5", **options)
    return await is_refused(HttpPost(Surroundings(egress=egress)), made)


async def is_refused(sender: Sender, made: ExportMethod) -> bool:
    try:
        await sender.send(made, delivery(), document(), lambda _sent: None)
    except DeliveryRejected:
        return True
    except DeliveryFailed as error:
        # No address at all: what cannot be resolved is not connected to either.
        return "cannot be resolved" in str(error)
    finally:
        await sender.close()
    return False


async def reached(egress: Egress, url: str) -> None:
    sender = HttpPost(Surroundings(egress=egress))
    try:
        sender.check(method("post", url, origin=Origin.PAGE))
        await sender.send(
            method("post", url, origin=Origin.PAGE), delivery(), document(), lambda _sent: None
        )
    finally:
        await sender.close()


async def attack(listener: Listener, resolver: Resolver) -> None:
    async def must_be_refused(name: str, egress: Egress, url: str, **how: Any) -> None:
        before = len(listener.connections)
        assert await refused(egress, url, **how), (name, url)
        assert len(listener.connections) == before, (name, listener.connections[before:])
        say(name)

    port = listener.port
    for name, host in (LITERALS | NEVER).items():
        await must_be_refused(name, STRICT, f"http://{host}:{port}/")
    for name, host in NEVER.items():
        await must_be_refused(f"{name}, on a local server", LOCAL, f"http://{host}:{port}/")
        how = {"origin": Origin.CONFIG}
        await must_be_refused(f"{name}, of the operator", LOCAL, f"http://{host}:{port}/", **how)
    for name, (host, answers) in NAMES.items():
        if answers is not None:
            resolver.answers[host.rstrip(".").encode("idna").decode()] = answers
        await must_be_refused(name, STRICT, f"http://{host}:{port}/")
    for name, url in URLS.items():
        await must_be_refused(name, STRICT, url.format(port=port))
    for scheme in ("http", "https"):
        # Documentation's own address: only the proxy could lead there.
        through = {"proxy": f"http://localhost:{port}"}
        await must_be_refused(f"proxy, {scheme}", STRICT, f"{scheme}://192.0.2.1/", **through)
    resolver.answers["listed.example"] = [["169.254.169.254"]]
    for name, brokers in BROKERS.items():
        before = len(listener.connections)
        made = method("kafka", brokers.format(port=port), "t", origin=Origin.PAGE)
        assert await is_refused(KafkaTopic(Surroundings(egress=STRICT)), made), name
        assert len(listener.connections) == before, name
        say(name)
    await must_be_refused("endpoint of another port", STRICT, f"http://listed.example:{port}/")


async def rebind(listener: Listener, resolver: Resolver) -> None:
    """The name changes its answer after it was checked."""
    url = f"http://rebinding.example:{listener.port}/"
    resolver.answers["rebinding.example"] = [["127.0.0.5"], ["10.0.0.5"]]
    listener.connections.clear()
    await reached(STRICT, url)
    assert listener.connections == ["127.0.0.5"]
    assert await refused(STRICT, url)
    assert listener.connections == ["127.0.0.5"]
    say("rebinding between check and connection")


async def redirect(listener: Listener) -> None:
    listener.connections.clear()
    assert await refused(STRICT, f"http://127.0.0.5:{listener.port}/moved")
    assert listener.connections == ["127.0.0.5"]
    say("redirect")


async def reach_what_is_listed(listener: Listener, resolver: Resolver) -> None:
    """The other side: the guard refuses nothing that the operator allowed."""
    port = listener.port
    resolver.answers |= {"b\u00fccher.example".encode("idna").decode(): [["10.0.0.5"]]}
    listed = Egress.of(
        loopback_server=False,
        allowed=["10.1.0.0/16", f"B\u00dccher.example:{port}", f"[fd00:ec2:1::1]:{port}"],
    )
    for host in ("10.1.2.3", "b\u00fccher.example", "b\u00fccher.example."):
        await reached(listed, f"http://{host}:{port}/")
    await reached(LOCAL, f"http://127.0.0.1:{port}/")
    await reached(LOCAL, f"http://[::1]:{port}/")


async def main() -> None:
    bring_up()
    resolver = Resolver()
    async with Listener() as listener:
        await attack(listener, resolver)
        await rebind(listener, resolver)
        await redirect(listener)
        await reach_what_is_listed(listener, resolver)


def say(attack_refused: str) -> None:
    sys.stdout.write(f"{attack_refused}\n")


asyncio.run(main())
