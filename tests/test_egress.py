"""Where the server connects: rules as a table, and the guard itself cut off from any network."""

from __future__ import annotations

import ipaddress
import os
import subprocess
import sys
from pathlib import Path

import httpx
import pytest

from debiai_studio.addresses import readings
from debiai_studio.egress import Egress, EgressPolicy, EgressRefused, guarded_client, target_of

PRIVATE = EgressPolicy.of(private=True)
STRICT = EgressPolicy.of(private=False)

NEVER = [
    "169.254.169.254",
    "169.254.0.1",
    "fe80::1",
    "fe80::1%eth0",
    "fd00:ec2::254",
    "fd00:ec2::23",
    "fd00:42::42",
    "fd00:c1::a9fe:a9fe",
    "192.0.0.192",
    "168.63.129.16",
    "100.100.100.200",
    "::ffff:169.254.169.254",
    "::ffff:a9fe:a9fe",
    "64:ff9b::a9fe:a9fe",
    "64:ff9b:1::a9fe:a9fe",
    "2002:a9fe:a9fe::1",
    "64:ff9b:1:a9fe:a9:fe00:808:808",
    "64:ff9b:1:7f00:0:100:808:808",
    "::169.254.169.254",
    "2001:0:4136:e378:8000:63bf:5601:5601",
    "2001:0:a9fe:a9fe::f7f7:f7f7",
    "2001:db8::5efe:a9fe:a9fe",
    "2001:db8::200:5efe:a9fe:a9fe",
    "0.0.0.0",  # noqa: S104 - an address to refuse
    "0.1.2.3",
    "5f00::1",
    "::",
    "::ffff:0.0.0.0",
    "224.0.0.1",
    "ff02::1",
    "255.255.255.255",
    "240.0.0.1",
]
NOT_PUBLIC = [
    "127.0.0.1",
    "127.255.255.254",
    "::1",
    "10.0.0.1",
    "172.16.0.1",
    "192.168.1.1",
    "100.64.0.1",
    "192.0.0.8",
    "192.88.99.1",
    "198.18.0.1",
    "192.0.2.1",
    "198.51.100.7",
    "2001:db8::1",
    "3fff::1",
    "fec0::1",
    "fd12:3456::1",
    "::ffff:127.0.0.1",
    "::ffff:10.0.0.1",
    "64:ff9b::7f00:1",
    "64:ff9b::a00:1",
    "64:ff9b:1::a00:1",
    "2002:7f00:1::",
    "2002:a00:1::1",
    "2001:0:4136:e378:8000:63bf:80ff:fffe",
    "::10.0.0.1",
]


def allows(policy: EgressPolicy, *addresses: str) -> bool:
    try:
        policy.require("host.example", 443, addresses)
    except EgressRefused:
        return False
    return True


@pytest.mark.parametrize("address", NEVER)
def test_link_local_metadata_and_addresses_of_no_machine_are_never_allowed(address):
    listed = EgressPolicy.of(private=True, allowed=["0.0.0.0/0", "::/0", "host.example:443"])

    assert not allows(STRICT, address)
    assert not allows(PRIVATE, address)
    assert not allows(listed, address)


@pytest.mark.parametrize("address", NOT_PUBLIC)
def test_what_is_not_public_is_allowed_to_the_operator_only(address):
    assert allows(PRIVATE, address)
    assert not allows(STRICT, address)


@pytest.mark.parametrize("address", NOT_PUBLIC)
def test_the_allow_list_opens_networks_and_endpoints(address):
    network = str(readings(ipaddress.ip_address(address))[-1])

    assert allows(EgressPolicy.of(private=False, allowed=[network]), address)
    assert allows(EgressPolicy.of(private=False, allowed=["HOST.example:443"]), address)
    assert not allows(EgressPolicy.of(private=False, allowed=["host.example:444"]), address)


def test_every_answer_of_a_name_must_be_allowed():
    allowed = EgressPolicy.of(private=False, allowed=["127.0.0.0/8"])

    assert allows(allowed, "127.0.0.1", "127.0.0.2")
    assert not allows(allowed, "127.0.0.1", "10.0.0.1")


def test_on_a_loopback_server_the_page_reaches_localhost_elsewhere_it_does_not():
    assert allows(Egress.of(loopback_server=True).others, "127.0.0.1")
    assert not allows(Egress.of(loopback_server=False).others, "127.0.0.1")
    assert allows(Egress.of(loopback_server=False).trusted, "10.1.2.3")


@pytest.mark.parametrize(
    "notation", ["2852039166", "0xa9fea9fe", "0251.0376.0251.0376", "169.254.43518"]
)
def test_other_notations_of_an_address_are_seen_through(notation):
    with pytest.raises(EgressRefused, match=r"169\.254\.169\.254"):
        PRIVATE.require_literal(notation, 80)


def test_the_refusal_names_the_address_and_the_remedy():
    with pytest.raises(EgressRefused) as caught:
        STRICT.require("intranet.example", 80, ["10.0.0.1"])

    assert str(caught.value) == (
        "The server does not connect to intranet.example (10.0.0.1): private addresses are not "
        "open to what was made in the page; the operator can define it in config.ini or the "
        "environment, or add the address to the allow-list."
    )


def test_an_entry_of_the_allow_list_is_a_network_or_a_host_with_its_port():
    assert target_of("10.1.2.3/16") == ipaddress.ip_network("10.1.0.0/16")
    assert target_of("fd12::1") == ipaddress.ip_network("fd12::1/128")
    assert target_of("Kafka.svc.local.:9092") == "kafka.svc.local:9092"
    assert target_of("b\u00fccher.example:443") == "xn--bcher-kva.example:443"
    assert target_of("[FD12::1]:9092") == "fd12::1:9092"
    for neither in ("intranet.example", "host:0", "host:65536", "http://host:80", "a b:80", ":80"):
        assert target_of(neither) is None


@pytest.mark.parametrize("proxy", [None, httpx.URL("http://127.0.0.1:3128")])
def test_httpx_still_lets_us_set_the_backend_of_its_pool(proxy):
    """Guards the one private name that the guard stands on."""
    client = guarded_client(STRICT, proxy=proxy)

    assert type(client._transport._pool._network_backend).__name__ == "GuardedBackend"


CUT_OFF = Path(__file__).with_name("egress_cut_off.py")


@pytest.mark.skipif(os.geteuid() != 0, reason="A network namespace of its own needs root.")
def test_cut_off_from_any_network_no_forbidden_listener_is_ever_connected_to():
    done = subprocess.run(
        ["unshare", "-n", sys.executable, "-W", "error", CUT_OFF],
        capture_output=True,
        text=True,
        env={**os.environ, "PYTHONPATH": str(CUT_OFF.parents[1])},
        timeout=60,
        check=False,
    )

    assert done.returncode == 0, done.stderr
    refused = done.stdout.splitlines()
    assert len(refused) == len(set(refused)) >= 100
    assert refused[-2:] == ["rebinding between check and connection", "redirect"]
