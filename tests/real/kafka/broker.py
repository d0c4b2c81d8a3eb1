"""A real Apache Kafka in KRaft mode: one process, loopback only, gone at the end."""

from __future__ import annotations

import asyncio
import os
import shutil
import socket
import subprocess
import time
import xml.etree.ElementTree as ET
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

from aiokafka import AIOKafkaConsumer, TopicPartition
from confluent_kafka import KafkaException
from confluent_kafka.admin import (
    AclBinding,
    AclOperation,
    AclPermissionType,
    AdminClient,
    NewTopic,
    ResourcePatternType,
    ResourceType,
)
from tests.real.certificates import Authority

POM = Path(__file__).with_name("pom.xml")
VERSION = ET.parse(POM).getroot().findtext(".//{*}kafka.version")  # noqa: S314 - our own file
CLUSTER = "4L6g3nShT-eMCtK--X86sw"
# Whoever comes without a name, by the plain listener, may do everything. Alice may write to topics
# whose name begins with OPEN; the stranger is known and may do nothing.
USER, STRANGER, PASSWORD = "alice", "mallory", "secret"
OPEN = "topic-"
START_SECONDS = 90

PROPERTIES = r"""
process.roles=broker,controller
node.id=1
controller.quorum.voters=1@127.0.0.1:{controller}
listeners=PLAINTEXT://127.0.0.1:{plain},CONTROLLER://127.0.0.1:{controller},\
  SASL://127.0.0.1:{sasl},SECURE://127.0.0.1:{secure},MUTUAL://127.0.0.1:{mutual}
listener.security.protocol.map=PLAINTEXT:PLAINTEXT,CONTROLLER:PLAINTEXT,\
  SASL:SASL_PLAINTEXT,SECURE:SASL_SSL,MUTUAL:SSL
controller.listener.names=CONTROLLER
inter.broker.listener.name=PLAINTEXT
sasl.enabled.mechanisms=PLAIN,SCRAM-SHA-256,SCRAM-SHA-512
listener.name.sasl.plain.sasl.jaas.config={plain_users}
listener.name.sasl.scram-sha-256.sasl.jaas.config={scram}
listener.name.sasl.scram-sha-512.sasl.jaas.config={scram}
listener.name.secure.plain.sasl.jaas.config={plain_users}
listener.name.secure.scram-sha-256.sasl.jaas.config={scram}
listener.name.secure.scram-sha-512.sasl.jaas.config={scram}
ssl.keystore.type=PEM
ssl.keystore.location={folder}/broker.pem
ssl.truststore.type=PEM
ssl.truststore.location={folder}/ca.pem
listener.name.mutual.ssl.client.auth=required
ssl.principal.mapping.rules=RULE:^CN=(.*?)$/$1/
authorizer.class.name=org.apache.kafka.metadata.authorizer.StandardAuthorizer
allow.everyone.if.no.acl.found=false
super.users=User:ANONYMOUS
log.dirs={folder}/logs
auto.create.topics.enable=false
offsets.topic.replication.factor=1
transaction.state.log.replication.factor=1
transaction.state.log.min.isr=1
transaction.max.timeout.ms=700000
"""
PLAIN_USERS = (
    "org.apache.kafka.common.security.plain.PlainLoginModule required "
    f'user_{USER}="{PASSWORD}" user_{STRANGER}="{PASSWORD}";'
)
SCRAM = "org.apache.kafka.common.security.scram.ScramLoginModule required;"


class Missing(Exception):  # noqa: N818 - a reason to skip, not a fault
    """Java or Maven is not on this machine."""


@dataclass(frozen=True)
class Message:
    """One message as an independent client read it."""

    key: str
    value: bytes
    headers: dict[str, str]
    partition: int
    offset: int
    at: float  # when the producer made it, Unix time


class KafkaBroker:
    """Start, stop and kill the broker; its data and its ports stay the same."""

    def __init__(self, folder: Path) -> None:
        for program in ("java", "mvn"):
            if shutil.which(program) is None:
                raise Missing(f"A real Apache Kafka needs {program}: install Java 17 and Maven.")
        self.folder = folder
        folder.mkdir(parents=True, exist_ok=True)
        self._classpath = f"{_fetch_jars()}/*"
        self._properties = folder / "server.properties"
        self.authority = Authority()
        self.authority.write(folder / "ca.pem")
        self.authority.issue("broker").write(folder / "broker.pem")
        listeners = ("plain", "controller", "sasl", "secure", "mutual")
        ports = dict(zip(listeners, _free_ports(len(listeners)), strict=True))
        self.bootstrap = f"127.0.0.1:{ports['plain']}"
        self.sasl_bootstrap = f"127.0.0.1:{ports['sasl']}"
        self.secure_bootstrap = f"127.0.0.1:{ports['secure']}"
        self.mutual_bootstrap = f"127.0.0.1:{ports['mutual']}"
        self._properties.write_text(
            PROPERTIES.format(**ports, folder=folder, plain_users=PLAIN_USERS, scram=SCRAM)
        )
        scram = [
            f"--add-scram=SCRAM-SHA-{bits}=[name={name},password={PASSWORD}]"
            for bits in (256, 512)
            for name in (USER, STRANGER)
        ]
        tool = "kafka.tools.StorageTool"
        self._java(tool, "format", "-t", CLUSTER, "-c", self._properties, *scram)
        self._process: subprocess.Popen[bytes] | None = None
        self.start()
        self.let_alice("topic", OPEN, "write")

    def start(self) -> None:
        with (self.folder / "broker.log").open("ab") as log:
            self._process = subprocess.Popen(
                self._command("kafka.Kafka", self._properties), stdout=log, stderr=log
            )
        admin, deadline = self._admin(), time.monotonic() + START_SECONDS
        while True:
            try:
                admin.list_topics(timeout=1)
            except KafkaException:
                if time.monotonic() > deadline or self._process.poll() is not None:
                    log_text = (self.folder / "broker.log").read_text()[-2000:]
                    raise RuntimeError(f"Kafka did not start: {log_text}") from None
            else:
                return

    @property
    def pid(self) -> int:
        """The system's number of its process."""
        assert self._process is not None
        return self._process.pid

    def stop(self) -> None:
        """End it by its process id."""
        if self._process is not None:
            self._process.kill()
            self._process.wait(30)
            self._process = None

    def create_topic(self, name: str, **settings: str) -> str:
        """A topic of one partition; kept uncompressed, as aiokafka alone reads no zstd."""
        admin, config = self._admin(), {"compression.type": "uncompressed", **settings}
        for future in admin.create_topics([NewTopic(name, 1, 1, config=config)]).values():
            future.result(30)
        return name

    def delete_topic(self, name: str) -> None:
        admin = self._admin()
        for future in admin.delete_topics([name]).values():
            future.result(30)

    def let_alice(self, kind: str, prefix: str, *operations: str) -> None:
        """Allow operations on what begins with a prefix: a topic, or a transactional_id."""
        bindings = [
            AclBinding(
                ResourceType[kind.upper()],
                prefix,
                ResourcePatternType.PREFIXED,
                f"User:{USER}",
                "*",
                AclOperation[operation.upper()],
                AclPermissionType.ALLOW,
            )
            for operation in operations
        ]
        admin = self._admin()
        for future in admin.create_acls(bindings).values():
            future.result(30)

    def messages(self, topic: str, isolation: str = "read_committed") -> list[Message]:
        """All messages of the topic, read by another client library without a group.

        Those of a transaction that is not committed are there with ``read_uncommitted`` alone.
        """
        with ThreadPoolExecutor(1) as pool:
            return pool.submit(asyncio.run, _read(self.bootstrap, topic, isolation)).result()

    def _admin(self) -> AdminClient:
        return AdminClient({"bootstrap.servers": self.bootstrap, "log_level": 0})

    def _command(self, *arguments: object) -> list[str]:
        java = ["java", "-Xmx512m", "-XX:TieredStopAtLevel=1", "-cp", self._classpath]
        return [*java, *(str(argument) for argument in arguments)]

    def _java(self, *arguments: object) -> None:
        subprocess.run(self._command(*arguments), check=True, capture_output=True)


async def _read(bootstrap: str, topic: str, isolation: str) -> list[Message]:
    consumer = AIOKafkaConsumer(
        bootstrap_servers=bootstrap,
        enable_auto_commit=False,
        max_partition_fetch_bytes=2**25,
        isolation_level=isolation,
    )
    await consumer.start()
    try:
        place = TopicPartition(topic, 0)
        consumer.assign([place])
        await consumer.seek_to_beginning(place)
        end = (await consumer.end_offsets([place]))[place]
        found: list[Message] = []
        while await consumer.position(place) < end:
            batch = await consumer.getmany(place, timeout_ms=500)
            if not batch and consumer.last_stable_offset(place) < end:
                break  # nothing behind a transaction that is open
            found.extend(_message_of(record) for record in batch.get(place, ()))
        return found
    finally:
        await consumer.stop()


def _message_of(record) -> Message:
    headers = {name: value.decode() for name, value in record.headers}
    return Message(
        record.key.decode(),
        record.value,
        headers,
        record.partition,
        record.offset,
        record.timestamp / 1000,
    )


def _fetch_jars() -> Path:
    """The broker's jars, fetched once by Maven into the user's cache."""
    cache = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache")
    jars = cache / "debiai-studio-tests" / f"kafka-{VERSION}"
    if not (jars / ".complete").exists():
        command = ["mvn", "-q", "-B", "-f", POM, "dependency:copy-dependencies"]
        settings = ["-DincludeScope=runtime", f"-DoutputDirectory={jars}"]
        subprocess.run([*command, *settings], check=True, capture_output=True)
        (jars / ".complete").touch()
    return jars


def _free_ports(count: int) -> list[int]:
    sockets = [socket.socket() for _ in range(count)]
    for one in sockets:
        one.bind(("127.0.0.1", 0))
    ports = [one.getsockname()[1] for one in sockets]
    for one in sockets:
        one.close()
    return ports
