"""Signatures of Standard Webhooks, verified by its own package on what a receiver really got."""

from __future__ import annotations

import base64
import gzip
import os
from datetime import timedelta

import pytest
from standardwebhooks.webhooks import Webhook, WebhookVerificationError
from tests.real.deliveries import delivery, document, method

from debiai_studio.exports.delivery import utc_now
from debiai_studio.exports.errors import InvalidMethod
from debiai_studio.exports.methods.http_post import HttpPost
from debiai_studio.exports.methods.surroundings import Surroundings
from debiai_studio.testing.export_method import ignore

OLD, NEW = (f"whsec_{base64.b64encode(os.urandom(32)).decode()}" for _ in range(2))
BODY = '{"name":"Späte Flüge ✈"}'.encode()


class Clock:
    def __init__(self):
        self.now = utc_now()

    def __call__(self):
        return self.now


@pytest.fixture
def clock():
    return Clock()


@pytest.fixture
def sender(clock):
    return HttpPost(Surroundings(clock=clock))


@pytest.fixture
def send(sender, receiver):
    async def post(**options):
        there = method("post", receiver.url("/ok"), **options)
        await sender.send(there, delivery("msg_1"), document(BODY), ignore)
        return receiver.received()[-1]

    return post


async def test_the_signature_is_that_of_the_exact_bytes(sender, send):
    got = await send(secret=NEW)

    Webhook(NEW).verify(got.body, got.headers)
    with pytest.raises(WebhookVerificationError):
        Webhook(NEW).verify(got.body + b" ", got.headers)
    with pytest.raises(WebhookVerificationError):
        Webhook(OLD).verify(got.body, got.headers)


async def test_during_a_change_either_secret_verifies(sender, send):
    got = await send(secret=OLD, **{"secret.next": NEW})

    assert len(got.headers["webhook-signature"].split(" ")) == 2
    Webhook(OLD).verify(got.body, got.headers)
    Webhook(NEW).verify(got.body, got.headers)


async def test_each_attempt_has_a_fresh_timestamp_and_the_same_id(sender, send, clock):
    first = await send(secret=NEW)
    clock.now += timedelta(minutes=4)
    second = await send(secret=NEW)

    stamps = [int(one.headers["webhook-timestamp"]) for one in (first, second)]
    assert stamps[1] - stamps[0] == 240
    assert first.id == second.id == "msg_1"
    assert first.headers["webhook-signature"] != second.headers["webhook-signature"]
    Webhook(NEW).verify(second.body, second.headers)


async def test_a_compressed_body_is_signed_as_the_document_that_it_unpacks_to(sender, send):
    got = await send(secret=NEW, gzip="true")

    assert gzip.decompress(got.body) == BODY
    Webhook(NEW).verify(gzip.decompress(got.body), got.headers)


async def test_without_a_secret_there_is_no_signature(sender, send):
    got = await send()

    assert "webhook-signature" not in got.headers


def test_a_secret_that_is_none_is_refused_and_not_repeated(sender):
    no_base64 = {"secret": "whsec_!hidden!"}

    with pytest.raises(InvalidMethod, match="openssl rand -base64 32") as caught:
        sender.check(method("post", "http://127.0.0.1/", **no_base64))

    assert "hidden" not in str(caught.value)
