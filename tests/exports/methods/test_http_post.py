"""HTTP POST against a real receiver."""

from __future__ import annotations

import socket
from datetime import UTC, datetime

import pytest
from tests.real.deliveries import delivery, document, method

from debiai_studio import __version__
from debiai_studio.egress import Egress
from debiai_studio.exports.errors import DeliveryFailed, DeliveryRejected, InvalidMethod
from debiai_studio.exports.methods.http_post import HttpPost
from debiai_studio.exports.methods.surroundings import Surroundings
from debiai_studio.exports.model import Origin
from debiai_studio.testing.export_method import ExportMethodContract, ignore

NOW = datetime(2026, 11, 22, 12, tzinfo=UTC)


@pytest.fixture
def sender():
    return HttpPost(Surroundings(clock=lambda: NOW))


@pytest.fixture
def good(receiver):
    return method("post", receiver.url("/ok?token=secret"))


@pytest.fixture
def arrived(receiver):
    return lambda: [(one.id, one.body) for one in receiver.received()]


@pytest.fixture
def down():
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        yield method("post", f"http://127.0.0.1:{taken.getsockname()[1]}/")


class TestHttpPost(ExportMethodContract):
    @pytest.fixture
    def wrong(self, receiver):
        return method("post", receiver.url("/redirect"))

    @pytest.fixture
    def slow(self, receiver):
        return method("post", receiver.url("/hang"), timeout="0.3")

    @pytest.fixture
    def breaking(self, receiver):
        return method("post", receiver.url("/close"))

    @pytest.fixture
    def invalid(self):
        return method("post", "gopher://127.0.0.1/")


async def test_the_request_carries_what_the_documentation_says(sender, receiver):
    await sender.send(
        method("post", receiver.url("/Case/Path?Token=AbC"), **{"header.X-Team": "a, b"}),
        delivery("msg_1"),
        document(b"{}"),
        ignore,
    )

    [got] = receiver.received()
    assert got.path == "/Case/Path?Token=AbC"
    assert {name: got.headers.get(name) for name in got.headers if name != "host"} == {
        "accept": "*/*",
        "accept-encoding": "identity",
        "connection": "keep-alive",
        "content-length": "2",
        "content-type": "application/json",
        "user-agent": f"DebiAI-Studio/{__version__}",
        "webhook-id": "msg_1",
        "webhook-timestamp": "1795348800",
        "x-team": "a, b",
    }


async def test_a_redirect_is_not_followed_and_names_the_address(sender, receiver):
    with pytest.raises(DeliveryRejected, match="redirect to /ok; set that address"):
        await sender.send(method("post", receiver.url("/redirect")), delivery(), document(), ignore)

    assert [one.path for one in receiver.received()] == ["/redirect"]


async def test_d1_a_receiver_that_never_answers_is_given_up_in_time(sender, receiver):
    with pytest.raises(DeliveryFailed, match=r"within 0\.2 seconds"):
        await sender.send(
            method("post", receiver.url("/hang"), timeout="0.2"), delivery(), document(), ignore
        )


@pytest.mark.parametrize("path", ["/reset", "/garbage"])
async def test_an_answer_that_is_none_is_worth_another_try(sender, receiver, path):
    with pytest.raises(DeliveryFailed, match="broke before it answered"):
        await sender.send(method("post", receiver.url(path)), delivery(), document(), ignore)


async def test_an_endless_answer_is_cut(sender, receiver):
    receipt = await sender.send(
        method("post", receiver.url("/endless")), delivery(), document(), ignore
    )

    assert receipt.answer == "x" * 20_000


async def test_localhost_is_reached_on_whichever_family_the_receiver_listens(sender, receiver):
    address = f"http://localhost:{receiver.port}/ok"

    await sender.send(method("post", address), delivery("msg_1"), document(), ignore)

    assert receiver.received()[0].headers["host"] == f"localhost:{receiver.port}"


async def test_proxy_variables_are_ignored(sender, receiver, monkeypatch):
    monkeypatch.setenv("HTTP_PROXY", "http://127.0.0.1:9")
    monkeypatch.setenv("ALL_PROXY", "http://127.0.0.1:9")

    await sender.send(method("post", receiver.url("/ok")), delivery("msg_1"), document(), ignore)

    assert len(receiver.received()) == 1


async def test_on_a_server_others_reach_the_page_may_not_send_to_private_addresses(receiver):
    sender = HttpPost(Surroundings(Egress.of(loopback_server=False)))
    made_in_page = method("post", receiver.url("/ok"), origin=Origin.PAGE)
    with pytest.raises(InvalidMethod, match="private addresses are not open"):
        sender.check(made_in_page)
    by_name = method("post", f"http://localhost:{receiver.port}/ok", origin=Origin.PAGE)
    sender.check(by_name)

    with pytest.raises(DeliveryRejected, match="private addresses are not open"):
        await sender.send(by_name, delivery(), document(), ignore)
    await sender.send(method("post", receiver.url("/ok")), delivery("msg_2"), document(), ignore)
    await sender.close()

    assert [one.id for one in receiver.received()] == ["msg_2"]


@pytest.mark.parametrize(
    ("url", "options"),
    [
        ("ftp://127.0.0.1/", {}),
        ("http://", {}),
        ("localhost:3012", {}),
        ("http://ann:secret@127.0.0.1/", {}),
        ("http://169.254.169.254/latest", {}),
        ("http://127.0.0.1/", {"timeout": "soon"}),
        ("http://127.0.0.1/", {"timeout": "nan"}),
        ("http://127.0.0.1/", {"timeout": "0"}),
        ("http://127.0.0.1/", {"basic": "ann"}),
        ("http://127.0.0.1/", {"header.Host": "x"}),
        ("http://127.0.0.1/", {"header.webhook-id": "x"}),
        ("http://127.0.0.1/", {"header.a b": "x"}),
        ("http://127.0.0.1/", {"header.A": "x\r\nB: y"}),
        ("http://127.0.0.1/", {"bearer": "a", "basic": "ann:b"}),
        ("http://127.0.0.1/", {"bearer": "a", "header.authorization": "b"}),
        ("http://127.0.0.1/", {"gzip": "yes"}),
        ("http://127.0.0.1/", {"timeout.connect": "0"}),
        ("http://127.0.0.1/", {"proxy": "proxy:3128"}),
        ("http://127.0.0.1/", {"proxy": "http://proxy:3128/path"}),
        ("http://127.0.0.1/", {"proxy": "http://169.254.169.254:80"}),
        ("http://127.0.0.1/", {"secret": "MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"}),
        ("http://127.0.0.1/", {"secret": "whsec_c2hvcnQ="}),
        ("http://127.0.0.1/", {"secret": "whsec_not base64"}),
        ("http://127.0.0.1/", {"secret.next": "whsec_" + 100 * "AAAA"}),
        ("http://127.0.0.1/", {"ssl.ca.pem": "-----BEGIN CERTIFICATE-----"}),
    ],
)
def test_what_cannot_work_is_refused_in_one_sentence(sender, url, options):
    with pytest.raises(InvalidMethod):
        sender.check(method("post", url, **options))


def test_the_destination_shows_no_query(sender):
    shown = sender.destination(method("post", "https://x.example:8443/Path?token=secret"))

    assert shown == "POST https://x.example:8443/Path"
