"""Consumes exports from Kafka: puts chunks together, follows references, keeps each one once.

Run it as ``python consumer.py BROKER TOPIC FOLDER``.
"""

import hashlib
import io
import json
import os
import shutil
import sys
import urllib.request
from dataclasses import dataclass, field
from pathlib import Path
from typing import BinaryIO

from confluent_kafka import Consumer, Message

SETTINGS = {
    "group.id": "debiai-example",
    "auto.offset.reset": "earliest",
    # Chunks of a transaction that is not committed are never seen.
    "isolation.level": "read_committed",
    # An offset is stored once everything before it is on the disk.
    "enable.auto.commit": False,
}


@dataclass
class Chunks:
    """The chunks of one delivery, until its end arrives."""

    by_sequence: dict[int, bytes] = field(default_factory=dict)

    def document(self, end: dict) -> bytes:
        """The whole. Raises ValueError when it is not what was sent."""
        if len(self.by_sequence) != end["count"]:
            raise ValueError(f"{len(self.by_sequence)} of {end['count']} chunks are there")
        whole = b"".join(self.by_sequence[number] for number in range(1, end["count"] + 1))
        if hashlib.sha256(whole).hexdigest() != end["sha256"]:
            raise ValueError("the chunks do not make what was sent")
        return whole


def write(path: Path, body: BinaryIO) -> None:
    """A whole file or none; one that is there is replaced by the same."""
    half = path.with_name(f".{path.name}")
    with half.open("wb") as file:
        shutil.copyfileobj(body, file)
        file.flush()
        os.fsync(file.fileno())
    half.replace(path)


def keep(folder: Path, delivery_id: str, document: bytes) -> None:
    """Keep a document under the id of its delivery, and the ids that it refers to beside it."""
    reference = json.loads(document).get("sample_ids_reference")
    if reference is not None:
        with urllib.request.urlopen(reference["parquet"], timeout=60) as ids:
            write(folder / f"{delivery_id}.parquet", ids)
    write(folder / f"{delivery_id}.json", io.BytesIO(document))
    print(delivery_id, f"{len(document):,} bytes", flush=True)


class Assembly:
    """What is on its way, by partition and delivery."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._waiting: dict[tuple[int, str], Chunks] = {}

    def take(self, message: Message) -> None:
        """One message: a whole document, a chunk, or the end of chunks."""
        headers = {name: value.decode() for name, value in message.headers() or []}
        delivery_id = message.key().decode()
        place = (message.partition(), delivery_id)
        if "sequence" in headers:
            chunks = self._waiting.setdefault(place, Chunks())
            chunks.by_sequence[int(headers["sequence"])] = message.value()
        elif headers["ce_type"].endswith(".completed.v1"):
            chunks = self._waiting.get(place, Chunks())
            try:
                keep(self._folder, delivery_id, chunks.document(json.loads(message.value())))
            except ValueError as error:  # the topic has dropped the first ones, say
                print(f"{delivery_id}: {error}; send it again.", file=sys.stderr, flush=True)
            self._waiting.pop(place, None)
        else:
            keep(self._folder, delivery_id, message.value())

    def is_complete(self, partition: int) -> bool:
        """Whether nothing of a partition would be missing after a restart behind it."""
        return not any(of == partition for of, _ in self._waiting)


def main(broker: str, topic: str, folder: Path) -> None:
    """Consume until Ctrl+C."""
    folder.mkdir(parents=True, exist_ok=True)
    consumer = Consumer({**SETTINGS, "bootstrap.servers": broker})
    consumer.subscribe([topic])
    assembly = Assembly(folder)
    try:
        while True:
            message = consumer.poll(1.0)
            if message is None:
                continue
            if message.error():
                print(message.error(), file=sys.stderr)
                continue
            assembly.take(message)
            if assembly.is_complete(message.partition()):
                consumer.commit(message, asynchronous=False)
    except KeyboardInterrupt:
        print("Ended.")
    finally:
        consumer.close()  # leaves the group, so that another takes over at once


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2], Path(sys.argv[3]))
