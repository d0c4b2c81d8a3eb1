"""HTTP as companies run it: credentials, compression, TLS, proxies and timeouts of a method."""

from __future__ import annotations

import contextlib
import gzip
import os
import socket

import pytest
from tests.real.certificates import Authority
from tests.real.deliveries import delivery, document, method
from tests.real.proxy import Proxy
from tests.real.receiver import Receiver

from debiai_studio.egress import Egress
from debiai_studio.exports.errors import DeliveryFailed, InvalidMethod
from debiai_studio.exports.methods.http_post import HttpPost
from debiai_studio.exports.methods.surroundings import Surroundings
from debiai_studio.exports.model import Origin
from debiai_studio.testing.export_method import ignore, written


@pytest.fixture
def sender():
    return HttpPost()


@pytest.fixture(scope="module")
def authority():
    return Authority()


@pytest.fixture
def make_receiver(tmp_path):
    with contextlib.ExitStack() as stack:

        def make(*tls) -> Receiver:
            receiver = Receiver(tmp_path / "tls.jsonl", "127.0.0.1", *tls)
            stack.callback(receiver.stop)
            return receiver

        yield make


@pytest.fixture
def secure(make_receiver, authority, tmp_path):
    """A receiver with a certificate of our authority."""
    return make_receiver(authority.issue("receiver").write(tmp_path / "receiver.pem"))


@pytest.fixture
def make_proxy():
    with contextlib.ExitStack() as stack:

        def make(credentials=None) -> Proxy:
            proxy = Proxy(credentials)
            stack.callback(proxy.stop)
            return proxy

        yield make


async def post(sender, url, sent=None, **options):
    return await sender.send(
        method("post", url, **options), delivery("msg_1"), sent or document(b"{}"), ignore
    )


@pytest.mark.parametrize(
    ("options", "value"),
    [
        ({"bearer": "t0k"}, "Bearer t0k"),
        ({"basic": "ann:pass:word"}, "Basic YW5uOnBhc3M6d29yZA=="),
        ({"header.Authorization": "Key k"}, "Key k"),
    ],
)
async def test_credentials_go_into_the_authorization_header(sender, receiver, options, value):
    await post(sender, receiver.url("/ok"), **options)

    assert receiver.received()[0].headers["authorization"] == value


class TestGzip:
    async def test_the_receiver_unpacks_exactly_the_document(self, sender, receiver):
        sent = document('{"name":"Späte"}'.encode() * 1000)

        await post(sender, receiver.url("/ok"), sent, gzip="true")

        [got] = receiver.received()
        assert gzip.decompress(got.body) == sent.data
        assert len(got.body) < sent.size / 10
        assert got.headers["content-encoding"] == "gzip"
        assert got.headers["content-length"] == str(len(got.body))

    async def test_each_attempt_has_the_same_bytes(self, sender, receiver):
        sent = document(b"{}")

        await post(sender, receiver.url("/ok"), sent, gzip="true")
        await post(sender, receiver.url("/ok"), sent, gzip="true")

        first, second = receiver.received()
        assert first.body == second.body

    async def test_progress_is_told_in_bytes_of_the_document(self, sender, receiver):
        told, sent = [], document(os.urandom(300_000))

        await sender.send(
            method("post", receiver.url("/ok"), gzip="true"), delivery(), sent, told.append
        )

        assert told == sorted(told)
        assert told[-1] == sent.size

    async def test_a_large_document_passes(self, sender, receiver, tmp_path):
        sent = written(tmp_path / "large.json", 8 * 1024 * 1024)

        await post(sender, receiver.url("/ok"), sent, gzip="true")

        with sent.open() as file:
            assert gzip.decompress(receiver.received()[0].body) == file.read()


class TestTls:
    async def test_a_ca_of_ones_own_is_trusted_when_it_is_given(self, sender, secure, authority):
        await post(sender, secure.url("/ok"), **{"ssl.ca.pem": authority.pem})

        assert [one.id for one in secure.received()] == ["msg_1"]

    async def test_an_untrusted_receiver_gets_nothing_and_the_remedy_is_named(self, sender, secure):
        with pytest.raises(DeliveryFailed, match=r"not trusted \(.+\)\. Give .+ as ssl\.ca\.pem"):
            await post(sender, secure.url("/ok"))

        assert secure.received() == []

    async def test_only_the_ca_that_is_given_is_trusted(self, sender, secure):
        with pytest.raises(DeliveryFailed, match="not trusted"):
            await post(sender, secure.url("/ok"), **{"ssl.ca.pem": Authority("Another").pem})

    @pytest.mark.parametrize("password", [None, "pass phrase"])
    async def test_a_client_certificate_is_shown_to_who_asks_for_it(
        self, sender, make_receiver, authority, tmp_path, password
    ):
        pair = authority.issue("studio")
        strict = make_receiver(
            authority.issue("receiver").write(tmp_path / "receiver.pem"),
            authority.write(tmp_path / "ca.pem"),
        )
        shown = {
            "ssl.ca.pem": authority.pem,
            "ssl.certificate.pem": pair.certificate_pem,
            "ssl.key.pem": pair.key_pem(password),
        }

        with pytest.raises(DeliveryFailed, match="asks for a client certificate"):
            await post(sender, strict.url("/ok"), **{"ssl.ca.pem": authority.pem})
        await post(
            sender,
            strict.url("/ok"),
            **shown,
            **({"ssl.key.password": password} if password else {}),
        )

        assert len(strict.received()) == 1

    def test_a_pair_that_cannot_work_is_refused_without_repeating_it(self, sender, authority):
        one, other = authority.issue("one"), authority.issue("other")
        certificate = {"ssl.certificate.pem": one.certificate_pem}
        for options, remedy in (
            (certificate, "given together"),
            ({"ssl.key.pem": one.key_pem()}, "given together"),
            (certificate | {"ssl.key.pem": other.key_pem()}, "not the key of"),
            (certificate | {"ssl.key.pem": one.key_pem("p")}, "give its password"),
            (certificate | {"ssl.key.pem": "secret text"}, "no private key in PEM"),
            (certificate | {"ssl.key.pem": one.key_pem(), "ssl.key.password": "p"}, "leave it out"),
        ):
            with pytest.raises(InvalidMethod, match=remedy) as caught:
                sender.check(method("post", "https://x.example/", **options))
            assert "secret text" not in str(caught.value)
            assert "PRIVATE" not in str(caught.value)


class TestProxy:
    async def test_http_goes_through_it(self, sender, receiver, make_proxy):
        proxy = make_proxy()

        await post(sender, receiver.url("/ok"), proxy=f"http://{proxy.address}")

        assert proxy.asked == [f"POST {receiver.url('/ok')}"]
        assert [one.body for one in receiver.received()] == [b"{}"]

    async def test_https_is_tunnelled_and_stays_between_the_two_ends(
        self, sender, secure, authority, make_proxy
    ):
        proxy = make_proxy()

        await post(
            sender,
            secure.url("/ok"),
            proxy=f"http://{proxy.address}",
            **{"ssl.ca.pem": authority.pem},
        )

        assert proxy.asked == [f"CONNECT 127.0.0.1:{secure.port}"]
        assert [one.body for one in secure.received()] == [b"{}"]

    async def test_its_credentials_are_given_to_the_proxy_alone(self, sender, receiver, make_proxy):
        proxy = make_proxy("Basic YW5uOnMzY3JldA==")

        await post(sender, receiver.url("/ok"), proxy=f"http://ann:s3cret@{proxy.address}")

        [got] = receiver.received()
        assert "proxy-authorization" not in got.headers
        assert "authorization" not in got.headers

    async def test_a_proxy_that_refuses_is_named_as_such(
        self, sender, secure, authority, make_proxy
    ):
        proxy = make_proxy("Basic YW5uOnMzY3JldA==")

        with pytest.raises(DeliveryFailed, match=r"The proxy answered 407 .*check the option") as e:
            await post(
                sender,
                secure.url("/ok"),
                proxy=f"http://ann:wr0ng@{proxy.address}",
                **{"ssl.ca.pem": authority.pem},
            )

        assert e.value.capped
        assert "wr0ng" not in str(e.value)

    def test_on_a_server_others_reach_the_page_names_only_listed_proxies(self):
        egress = Egress.of(loopback_server=False, allowed=["proxy.svc.local:3128"])
        sender = HttpPost(Surroundings(egress))

        def through(host, origin):
            url = "https://x.example/"
            sender.check(method("post", url, origin=origin, proxy=f"http://u:s3cret@{host}:3128"))

        through("proxy.svc.local", Origin.PAGE)
        through("other.svc.local", Origin.CONFIG)
        with pytest.raises(InvalidMethod, match="allow-list") as caught:
            through("other.svc.local", Origin.PAGE)
        assert "s3cret" not in str(caught.value)


async def test_the_time_to_connect_has_a_limit_of_its_own(sender):
    with socket.create_server(("127.0.0.1", 0), backlog=0) as full:
        port = full.getsockname()[1]
        with contextlib.ExitStack() as held:
            for _ in range(2):  # the queue of one who never accepts
                waiting = held.enter_context(socket.socket())
                waiting.setblocking(False)
                waiting.connect_ex(("127.0.0.1", port))
            with pytest.raises(DeliveryFailed, match=r"within 0\.3 seconds"):
                await post(sender, f"http://127.0.0.1:{port}/", **{"timeout.connect": "0.3"})
