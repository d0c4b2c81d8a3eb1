"""The document of a stream: what came and what went since the set that the receiver confirmed.

It is the same each time it is rendered from the same envelope and members. Whatever changes a byte
of an existing document raises ``payload.RENDERER``.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import asdict, dataclass
from typing import Any

import orjson
import pyarrow as pa

from debiai_studio.exports.payload import id_list, id_list_size


@dataclass(frozen=True, slots=True)
class ChangesEnvelope:
    """What a document of changes says besides its samples.

    ``full``: ``added`` is all of the set, whatever the receiver has. ``base_digest`` is that of
    the set before, of the empty one when full; ``digest`` and ``n_samples`` are of the set after.
    ``date`` is UTC, milliseconds, ``Z``.
    """

    source: str
    project: str
    stream_id: str
    stream_name: str
    sequence: int
    full: bool
    date: str
    base_digest: str
    digest: str
    n_samples: int
    annotation: str = ""

    def to_dict(self) -> dict[str, Any]:
        """As JSON keeps it; ``of_dict`` reads it back."""
        return asdict(self)

    @classmethod
    def of_dict(cls, kept: dict[str, Any]) -> ChangesEnvelope:
        """The envelope that ``to_dict`` wrote."""
        return cls(**kept)


def changes_document(
    envelope: ChangesEnvelope, added: Iterable[pa.Array[Any]], removed: Iterable[pa.Array[Any]]
) -> Iterator[bytes]:
    """The document in pieces; memory is that of one batch of ids."""
    yield _head(envelope)
    yield from id_list(added)
    yield _BETWEEN
    yield from id_list(removed)
    yield _tail(envelope)


def changes_size(
    envelope: ChangesEnvelope, added: Iterable[pa.Array[Any]], removed: Iterable[pa.Array[Any]]
) -> int:
    """The bytes of ``changes_document``, exactly, without making it."""
    ends = len(_head(envelope)) + len(_BETWEEN) + len(_tail(envelope))
    return ends + id_list_size(added) + id_list_size(removed)


_BETWEEN = b'],"removed":['


def _head(envelope: ChangesEnvelope) -> bytes:
    fields = {
        "origin": "DebiAI",
        "type": "changes",
        "project_id": envelope.project,
        "data_provider_id": envelope.source,
        "stream_id": envelope.stream_id,
        "stream_name": envelope.stream_name,
        "sequence": envelope.sequence,
        "full": envelope.full,
        "date": envelope.date,
        "base_digest": envelope.base_digest,
        "digest": envelope.digest,
        "n_samples": envelope.n_samples,
    }
    return orjson.dumps(fields).removesuffix(b"}") + b',"added":['


def _tail(envelope: ChangesEnvelope) -> bytes:
    if not envelope.annotation:
        return b"]}"
    return b'],"annotation":' + orjson.dumps(envelope.annotation) + b"}"
