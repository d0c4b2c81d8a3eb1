"""What follows each answer of a receiver: the table of the documentation, row by row."""

from __future__ import annotations

import socket

import pytest
from tests.real.deliveries import UNKNOWN_NAME, delivery, document, method

from debiai_studio.exports.delivery import Ending, Schedule, next_after, utc_now
from debiai_studio.exports.errors import DeliveryFailed, DeliveryRejected
from debiai_studio.exports.methods.http_post import HttpPost
from debiai_studio.testing.export_method import ignore


@pytest.fixture
def sender():
    return HttpPost()


async def answered(sender, url: str):
    return await sender.send(method("post", url, timeout="0.5"), delivery(), document(), ignore)


@pytest.mark.parametrize("status", [200, 201, 202, 204, 299])
async def test_2xx_is_delivered(sender, receiver, status):
    receipt = await answered(sender, receiver.url(f"/status/{status}"))

    assert receipt.status == status


@pytest.mark.parametrize("status", [408, 425, 429, 500, 502, 503, 504, 599])
async def test_408_425_429_and_5xx_are_tried_again_by_the_whole_schedule(sender, receiver, status):
    with pytest.raises(DeliveryFailed, match=f"answered {status}; it is tried again") as caught:
        await answered(sender, receiver.url(f"/status/{status}"))

    assert (caught.value.status, caught.value.answer) == (status, f"status {status}")
    assert not caught.value.capped


@pytest.mark.parametrize(
    ("path", "reason"),
    [
        ("/hang", r"did not answer within 0\.5 seconds"),
        ("/reset", "broke before it answered"),
        ("/close", "broke before it answered"),
        ("/garbage", "broke before it answered"),
    ],
)
async def test_timeout_reset_and_what_is_no_answer_are_tried_again(sender, receiver, path, reason):
    with pytest.raises(DeliveryFailed, match=reason) as caught:
        await answered(sender, receiver.url(path))

    assert not caught.value.capped


async def test_refused_is_tried_again(sender):
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        with pytest.raises(DeliveryFailed, match="the connection was refused") as caught:
            await answered(sender, f"http://127.0.0.1:{taken.getsockname()[1]}/")

    assert not caught.value.capped


async def test_a_name_that_nobody_knows_is_tried_again(sender):
    with pytest.raises(DeliveryFailed, match=f"{UNKNOWN_NAME} cannot be resolved"):
        await answered(sender, f"http://{UNKNOWN_NAME}/")


async def test_retry_after_is_honoured(sender, receiver):
    with pytest.raises(DeliveryFailed) as caught:
        await answered(sender, receiver.url("/busy/7"))

    ending = Ending("retryable", error="busy", retry_after=caught.value.retry_after)
    now = utc_now()
    after = next_after(ending, 1, Schedule(), now)
    assert (after.next_at - now).total_seconds() == 7


async def test_3xx_is_dead_at_once_names_the_address_and_is_not_followed(sender, receiver):
    with pytest.raises(DeliveryRejected, match="redirect to /ok; set that address"):
        await answered(sender, receiver.url("/redirect"))

    assert [one.path for one in receiver.received()] == ["/redirect"]


async def test_410_is_dead_at_once_and_disables_the_method(sender, receiver):
    with pytest.raises(DeliveryRejected, match="410 Gone") as caught:
        await answered(sender, receiver.url("/status/410"))

    assert caught.value.disable


@pytest.mark.parametrize("status", [400, 401, 403, 404, 413, 422])
async def test_other_4xx_are_dead_after_three_attempts_over_about_five_minutes(
    sender, receiver, status
):
    with pytest.raises(DeliveryFailed, match=f"answered {status}; check the address") as caught:
        await answered(sender, receiver.url(f"/status/{status}"))

    ending = Ending("retryable", error=str(caught.value), capped=caught.value.capped)
    now, waited = utc_now(), 0.0
    for tries in (1, 2):
        waited += (next_after(ending, tries, Schedule(jitter=0), now).next_at - now).total_seconds()
    assert waited == 305
    assert next_after(ending, 3, Schedule(), now).state.value == "dead"
