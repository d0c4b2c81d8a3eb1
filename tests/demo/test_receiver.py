"""The demo's receiver shows what arrived, once for each id."""

from __future__ import annotations

from collections.abc import Iterator

import httpx
import pytest

from debiai_studio.demo.receiver import KEPT, Receiver

DOCUMENT = (
    b'{"origin":"DebiAI","type":"selection","project_id":"flights","selection_name":"Late",'
    b'"sample_ids":[{"id":"a"},{"id":9007199254740993}],"annotation":"<b>x</b>"}'
)


@pytest.fixture
def receiver() -> Iterator[Receiver]:
    receiver = Receiver(0)
    receiver.start()
    yield receiver
    receiver.shutdown()
    receiver.server_close()


def send(receiver: Receiver, body: bytes, key: str = "msg_1") -> httpx.Response:
    return httpx.post(f"{receiver.url}export/", content=body, headers={"webhook-id": key})


def received(receiver: Receiver) -> list[dict[str, object]]:
    found: list[dict[str, object]] = httpx.get(f"{receiver.url}received").json()
    return found


def test_a_selection_is_confirmed_and_shown_with_its_ids(receiver):
    answer = send(receiver, DOCUMENT)

    assert answer.status_code == 200
    (entry,) = received(receiver)
    assert (entry["type"], entry["title"], entry["samples"]) == ("selection", "Late", 2)
    assert entry["first"] == ["a", "9007199254740993"]
    assert entry["bytes"] == len(DOCUMENT)


def test_a_document_sent_twice_is_shown_once(receiver):
    send(receiver, DOCUMENT)
    send(receiver, DOCUMENT)

    (entry,) = received(receiver)
    assert entry["times"] == 2


@pytest.mark.parametrize("body", [b"", b"not json", b"[1]", b'{"type":"2Drange","x":[1,2]}'])
def test_any_body_is_taken(receiver, body):
    assert send(receiver, body).status_code == 200
    assert received(receiver)[0]["bytes"] == len(body)


def test_only_the_last_are_kept(receiver):
    for number in range(KEPT + 5):
        send(receiver, b"{}", f"msg_{number}")

    kept = received(receiver)
    assert (len(kept), kept[0]["id"]) == (KEPT, f"msg_{KEPT + 4}")


def test_its_page_writes_what_arrived_as_text(receiver):
    page = httpx.get(receiver.url).text

    assert "textContent" in page
    assert "innerHTML" not in page


def test_a_taken_port_is_an_error(receiver):
    with pytest.raises(OSError, match="in use"):
        Receiver(receiver.server_address[1])
