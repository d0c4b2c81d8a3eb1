"""One message of a topic, against a real mosquitto."""

from __future__ import annotations

import itertools
import os
import queue
import shutil
import socket
import subprocess
import threading
import time

import pytest
from debiai_mqtt import MqttTopic
from paho.mqtt.client import Client, MQTTv5
from paho.mqtt.enums import CallbackAPIVersion

from debiai_studio.exports.methods.registry import build_senders
from debiai_studio.exports.methods.surroundings import Surroundings
from debiai_studio.testing.deliveries import method
from debiai_studio.testing.export_method import ExportMethodContract

MOSQUITTO = shutil.which("mosquitto", path=f"{os.environ.get('PATH', '')}:/usr/sbin")
numbers = itertools.count(1)

if MOSQUITTO is None and os.environ.get("CI") != "true":
    pytest.skip("mosquitto is not installed.", allow_module_level=True)


def free_port() -> int:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        return taken.getsockname()[1]


@pytest.fixture(scope="module")
def broker(tmp_path_factory):
    """The port of a broker that lets everybody read and write under ``open/`` only."""
    folder = tmp_path_factory.mktemp("mosquitto")
    folder.chmod(0o755)
    (folder / "acl").write_text("topic readwrite open/#\n")
    port = free_port()
    (folder / "conf").write_text(
        f"listener {port} 127.0.0.1\nallow_anonymous true\nacl_file {folder}/acl\n"
        "log_dest none\npersistence false\nuser root\n"
    )
    process = subprocess.Popen([MOSQUITTO, "-c", str(folder / "conf")])
    while process.poll() is None:
        try:
            socket.create_connection(("127.0.0.1", port)).close()
            break
        except ConnectionRefusedError:
            time.sleep(0.02)
    yield port
    process.terminate()
    process.wait(20)


class Subscriber:
    """What the topic really carried."""

    def __init__(self, port: int, topic: str) -> None:
        self._end = f"{topic}/end"
        self._got: queue.Queue = queue.Queue()
        self._client = Client(CallbackAPIVersion.VERSION2, protocol=MQTTv5)
        self._client.on_message = lambda _c, _u, message: self._got.put(message)
        subscribed = threading.Event()
        self._client.on_subscribe = lambda *_: subscribed.set()
        self._client.connect("127.0.0.1", port)
        self._client.loop_start()
        self._client.subscribe([(topic, 1), (self._end, 1)])
        assert subscribed.wait(20)
        self._messages = []

    def messages(self):
        """All so far: what was published before the end mark arrives before it."""
        self._client.publish(self._end, b"", qos=1)
        while (message := self._got.get(timeout=20)).topic != self._end:
            properties = dict(message.properties.UserProperty)
            self._messages.append((properties["delivery-id"], message.payload))
        return self._messages

    def stop(self) -> None:
        self._client.disconnect()
        self._client.loop_stop()


@pytest.fixture
def listening():
    with socket.create_server(("127.0.0.1", 0)) as server:
        yield server


@pytest.fixture
def sender():
    return MqttTopic()


class TestMqttTopic(ExportMethodContract):
    large = 8 * 1024 * 1024

    def memory_for(self, size):
        # A message is sent whole; the test's subscriber takes its copies in this process too.
        return 8 * size

    @pytest.fixture
    def good(self, broker):
        return method("mqtt", f"127.0.0.1:{broker}", f"open/{next(numbers)}")

    @pytest.fixture(autouse=True)
    def subscriber(self, broker, good):
        subscriber = Subscriber(broker, good.parameters[1])
        yield subscriber
        subscriber.stop()

    @pytest.fixture
    def arrived(self, subscriber):
        return subscriber.messages

    @pytest.fixture
    def down(self):
        return method("mqtt", f"127.0.0.1:{free_port()}", "open/x")

    @pytest.fixture
    def wrong(self, broker):
        return method("mqtt", f"127.0.0.1:{broker}", "closed/x")

    @pytest.fixture
    def slow(self, listening):
        return method("mqtt", f"127.0.0.1:{listening.getsockname()[1]}", "open/x", timeout="1")

    @pytest.fixture
    def breaking(self, listening):
        def hang_up():
            listening.accept()[0].close()

        threading.Thread(target=hang_up, daemon=True).start()
        return method("mqtt", f"127.0.0.1:{listening.getsockname()[1]}", "open/x", timeout="5")

    @pytest.fixture
    def invalid(self):
        return method("mqtt", "no port", "open/x")


def test_the_installed_package_adds_the_type():
    assert isinstance(build_senders(Surroundings())["mqtt"], MqttTopic)
