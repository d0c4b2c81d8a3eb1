"""A client that is given up holds nothing up, and leaves nothing behind."""

from __future__ import annotations

import asyncio
import gc
import os
import subprocess
import sys
from pathlib import Path

import pytest
from confluent_kafka import KafkaError
from tests.real.deliveries import delivery, document, method

from debiai_studio.exports.errors import DeliveryUncertain
from debiai_studio.exports.methods.kafka import KafkaTopic
from debiai_studio.exports.methods.kafka_connection import Connection, Outgoing, Refused
from debiai_studio.exports.methods.kafka_trouble import error_of

NOBODY = {"bootstrap.servers": "127.0.0.1:9"}
MESSAGE = Outgoing("topic", b"key", b"value", [])
ROOT = Path(__file__).parents[3]

# A name server that never answers keeps each look-up waiting for seconds.
SILENT_NAMES = """
ip link set lo up
printf 'nameserver 127.0.0.1\\noptions timeout:4 attempts:1\\n' > "$1"
mount --bind "$1" /etc/resolv.conf
printf 'hosts: dns\\n' > "$2"
mount --bind "$2" /etc/nsswitch.conf
exec "$3" -c "$4"
"""
LONGEST_STANDSTILL = """
import asyncio, socket, threading, time
from debiai_studio.exports.methods.kafka_connection import Connection, Outgoing

names = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
names.bind(("127.0.0.1", 53))

async def main():
    connection = Connection({"bootstrap.servers": "broker.example:9092"}, 30)
    connection.produce(Outgoing("topic", b"key", b"value", []))
    await asyncio.sleep(0.5)  # by now it looks the name up
    moments, ended = [time.monotonic()], threading.Event()
    def live():
        while not ended.wait(0.01):
            moments.append(time.monotonic())
    threading.Thread(target=live).start()
    connection.purge()
    await asyncio.sleep(0.5)
    ended.set()
    print(max(later - one for one, later in zip(moments, moments[1:])), flush=True)

asyncio.run(main())
"""


def threads_of_clients() -> int:
    names = (path.read_text() for path in Path("/proc/self/task").glob("*/comm"))
    return sum(name.startswith("rdk:") for name in names)


@pytest.mark.skipif(not Path("/proc/self/task").is_dir(), reason="Threads are listed by Linux.")
async def test_a_closed_client_leaves_no_thread_until_garbage_is_collected():
    gc.collect()
    before = threads_of_clients()
    gc.disable()
    try:
        for _ in range(3):
            connection = Connection(NOBODY, 30)
            connection.produce(MESSAGE)
            await asyncio.to_thread(connection.close)
        assert threads_of_clients() == before
    finally:
        gc.enable()


async def test_whoever_waits_for_a_client_that_is_closed_is_told():
    connection = Connection(NOBODY, 30)
    waiting = [connection.produce(MESSAGE) for _ in range(3)]

    await asyncio.to_thread(connection.close)

    async with asyncio.timeout(30):
        ends = await asyncio.gather(*waiting, return_exceptions=True)
    assert [type(end) for end in ends] == 3 * [Refused]


def test_what_was_on_its_way_when_another_was_stopped_may_have_arrived():
    refused = Refused(KafkaError._PURGE_INFLIGHT, "Purged in flight")

    assert isinstance(error_of(refused, "topic"), DeliveryUncertain)


@pytest.mark.kafka
async def test_one_stopped_while_waiting_does_not_stop_the_others(kafka_broker):
    topic = kafka_broker.create_topic("closing")
    sender = KafkaTopic()
    place = method("kafka", kafka_broker.bootstrap, topic)

    sending = [
        asyncio.create_task(
            sender.send(place, delivery(f"msg_{n}"), document(), lambda _bytes: None)
        )
        for n in range(20)
    ]
    await asyncio.sleep(0)
    sending[0].cancel()
    ends = await asyncio.gather(*sending, return_exceptions=True)
    await sender.close()

    arrived = [one.key for one in kafka_broker.messages(topic)]
    assert len(arrived) == len(set(arrived))  # none twice within one attempt
    for number, end in enumerate(ends[1:], 1):
        assert f"msg_{number}" in arrived or isinstance(end, DeliveryUncertain)


@pytest.mark.skipif(os.geteuid() != 0, reason="A silent name server needs root and unshare.")
def test_taking_messages_back_never_stops_the_server_while_a_name_is_looked_up(tmp_path):
    files = [tmp_path / "resolv.conf", tmp_path / "nsswitch.conf"]

    ended = subprocess.run(
        ["unshare", "-n", "-m", "sh", "-ec", SILENT_NAMES, "sh", *files, sys.executable,
         LONGEST_STANDSTILL],
        env={**os.environ, "PYTHONPATH": str(ROOT / "src")},
        capture_output=True, text=True, timeout=120, check=False,
    )  # fmt: skip

    assert ended.returncode == 0, ended.stderr
    # A blocking call holds Python's lock for the four seconds of the look-up.
    assert float(ended.stdout) < 3
