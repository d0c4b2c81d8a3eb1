"""The demo's receiver shows what arrived, once for each id."""

from __future__ import annotations

import gzip
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

import httpx
import pyarrow as pa
import pytest

import debiai_studio.demo.receiver as receiver_module
from debiai_studio.datasets.set_digest import set_digest
from debiai_studio.demo.receiver import HEAD, KEPT, TAIL, Receiver

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


def received(receiver: Receiver) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = httpx.get(f"{receiver.url}received").json()
    return found


def test_a_selection_is_confirmed_and_shown_with_its_ids(receiver):
    answer = send(receiver, DOCUMENT)

    assert answer.status_code == 200
    (entry,) = received(receiver)
    assert (entry["type"], entry["title"], entry["samples"]) == ("selection", "Late", 2)
    assert entry["head"] == DOCUMENT.decode()
    assert entry["bytes"] == len(DOCUMENT)
    assert ["webhook-id", "msg_1"] in entry["headers"]
    assert datetime.fromisoformat(entry["at"]).date() == datetime.now(UTC).date()


def test_a_selection_is_answered_with_the_digest_of_the_set_that_is_held_now(receiver):
    ids = [pa.array(["a"]), pa.array([9007199254740993])]

    assert send(receiver, DOCUMENT).headers["debiai-set-digest"] == set_digest(ids)
    assert "debiai-set-digest" not in send(receiver, b'{"type":"range"}').headers


def test_the_bytes_that_came_can_be_downloaded(receiver):
    send(receiver, DOCUMENT, "msg 1/?")

    (entry,) = received(receiver)
    answer = httpx.get(httpx.URL(receiver.url).join(entry["document"]))
    assert answer.content == DOCUMENT
    assert answer.headers["content-disposition"] == 'attachment; filename="msg-1--.json"'
    assert httpx.get(f"{receiver.url}document/another").status_code == 404


def test_of_a_long_document_its_beginning_and_its_end_are_shown(receiver):
    body = b'{"sample_ids":[' + b",".join(b'{"id":%d}' % n for n in range(2000)) + b'],"z":"end"}'
    send(receiver, body)

    (entry,) = received(receiver)
    assert entry["head"] == body[:HEAD].decode()
    assert entry["tail"] == body[-TAIL:].decode()
    assert entry["samples"] == 2000


def test_a_packed_document_is_shown_unpacked_and_kept_as_it_came(receiver):
    packed = gzip.compress(DOCUMENT)
    httpx.post(receiver.url, content=packed, headers={"content-encoding": "gzip"})

    (entry,) = received(receiver)
    assert (entry["head"], entry["bytes"]) == (DOCUMENT.decode(), len(packed))
    assert receiver.document(str(entry["id"])) == packed


def test_documents_beyond_the_memory_for_them_are_shown_but_kept_no_more(receiver, monkeypatch):
    monkeypatch.setattr(receiver_module, "KEPT_BYTES", 2 * len(DOCUMENT))
    for number in range(3):
        send(receiver, DOCUMENT, f"msg_{number}")

    kept = {str(entry["id"]): "document" in entry for entry in received(receiver)}
    assert kept == {"msg_2": True, "msg_1": True, "msg_0": False}


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
