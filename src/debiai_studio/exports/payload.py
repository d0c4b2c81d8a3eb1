"""The documents that are exported, byte for byte; the formats are in docs/reference.

A document is the same each time it is rendered from the same envelope and members. Whatever
changes a byte of an existing document raises ``RENDERER``.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import asdict, dataclass, replace
from datetime import UTC, datetime, timedelta
from typing import Any, Literal

import orjson
import pyarrow as pa
import pyarrow.compute as pc

from debiai_studio.exports.model import Format
from debiai_studio.projects.model import LOCAL

RENDERER = 1

Profile = Literal["documented", "debiai-1.0"]

# How DebiAI 1.0.1 names the provider that keeps its data itself.
_DEBIAI_LOCAL = "Python module Data Provider"
# What JSON must escape, and nothing else is.
_ESCAPED = r'["\\\x00-\x1f]'
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Envelope:
    """What a document says besides its samples. ``date`` is UTC, milliseconds, ``Z``.

    ``format`` is ``json`` for the document; others are a table of the samples in its place.
    """

    profile: Profile
    source: str
    project: str
    project_name: str
    date: str
    name: str = ""
    annotation: str = ""
    selections: tuple[str, ...] = ()
    format: Format = "json"

    def to_dict(self) -> dict[str, Any]:
        """As JSON keeps it; ``of_dict`` reads it back."""
        return asdict(self)

    def named(self, name: str) -> Envelope:
        """The same with another selection name."""
        return replace(self, name=name)

    def opened_with(self, selections: tuple[str, ...]) -> Envelope:
        """The same with the saved selections that the analysis was opened with."""
        return replace(self, selections=selections)

    def written_as(self, kind: Format) -> Envelope:
        """The same in another format."""
        return replace(self, format=kind)

    @classmethod
    def of_dict(cls, kept: dict[str, Any]) -> Envelope:
        """The envelope that ``to_dict`` wrote."""
        return cls(**{**kept, "selections": tuple(kept["selections"])})


def moment(at: datetime) -> str:
    """A zoned moment as documents and the catalogue write it: UTC, milliseconds, ``Z``."""
    zoned = at.astimezone(UTC)
    return f"{zoned:%Y-%m-%dT%H:%M:%S}.{zoned.microsecond // 1000:03d}Z"


def selection_document(envelope: Envelope, ids: Iterable[pa.Array[Any]]) -> Iterator[bytes]:
    """A selection document in pieces; memory is that of one batch of ids."""
    head, tail = _selection_ends(envelope)
    yield head
    joint = b""
    for batch in ids:
        if len(batch) == 0:
            continue
        yield joint + _id_objects(batch)
        joint = b","
    yield tail


def range_document(envelope: Envelope, axes: list[tuple[str, str, str]]) -> bytes:
    """A range document. ``axes``: column, and both bounds as JSON literals; x, then y."""
    fields = [("origin", _text("DebiAI"))]
    selections = orjson.dumps(list(envelope.selections))
    if envelope.profile == "documented":
        fields += [
            ("projectId", _text(envelope.project)),
            ("dataProviderId", _text(envelope.source)),
            ("selectionIds", selections),
        ]
    else:
        fields += [
            ("project_id", _text(envelope.project)),
            ("data_provider_id", _text(_debiai_source(envelope.source))),
            ("selection_ids", selections),
        ]
    fields.append(("type", _text(f"{len(axes)}Drange")))
    names = ("x", "y")[: len(axes)]
    fields += [
        (f"col{name.upper()}", _text(column))
        for name, (column, _, _) in zip(names, axes, strict=True)
    ]
    fields += [
        (name, f"[{low},{high}]".encode()) for name, (_, low, high) in zip(names, axes, strict=True)
    ]
    return b"{" + _members([*fields, *_annotation(envelope)]) + b"}"


def test_document(date: str, method_name: str) -> bytes:
    """The document of a test of an export method."""
    fields = [
        ("origin", _text("DebiAI")),
        ("type", _text("test")),
        ("export_method", _text(method_name)),
        ("date", _text(date)),
    ]
    return b"{" + _members(fields) + b"}"


def _selection_ends(envelope: Envelope) -> tuple[bytes, bytes]:
    fields = [("origin", _text("DebiAI")), ("type", _text("selection"))]
    if envelope.profile == "documented":
        fields += [
            ("project_id", _text(envelope.project)),
            ("data_provider_id", _text(envelope.source)),
            ("selection_name", _text(envelope.name)),
            ("date", _text(envelope.date)),
        ]
        last = _annotation(envelope)
    else:
        fields += [
            ("projectId", _text(envelope.project)),
            ("data_provider_id", _text(_debiai_source(envelope.source))),
            ("selection_name", _text(envelope.name)),
            ("date", _seconds(envelope.date)),
        ]
        last = [("project_name", _text(envelope.project_name)), *_annotation(envelope)]
    tail = b"]" + (b"," + _members(last) if last else b"") + b"}"
    return b"{" + _members(fields) + b',"sample_ids":[', tail


def _annotation(envelope: Envelope) -> list[tuple[str, bytes]]:
    if not envelope.annotation:
        return []
    key = "annotation" if envelope.profile == "documented" else "value"
    return [(key, _text(envelope.annotation))]


def _members(fields: list[tuple[str, bytes]]) -> bytes:
    return b",".join(b'"' + key.encode() + b'":' + value for key, value in fields)


def _id_objects(batch: pa.Array[Any]) -> bytes:
    """``{"id":…},{"id":…}``, assembled by Arrow without an object per id."""
    functions: Any = pc  # its stubs do not know joining with scalars
    if pa.types.is_integer(batch.type):
        literals, quote = batch.cast(pa.large_string()), ""
    elif functions.any(functions.match_substring_regex(batch, _ESCAPED)).as_py():
        return b'{"id":' + b'},{"id":'.join(map(orjson.dumps, batch.to_pylist())) + b"}"
    else:
        literals, quote = batch.cast(pa.large_string()), '"'
    before, after, nothing = (
        pa.scalar(text, pa.large_string()) for text in (f'{{"id":{quote}', f"{quote}}},", "")
    )
    joined = functions.binary_join_element_wise(before, literals, after, nothing)
    # The values of an Arrow array lie one behind the other: they are the text.
    _, ends, values = joined.buffers()
    size = memoryview(ends).cast("q")[len(joined)]
    return memoryview(values)[: size - 1].tobytes()


def _text(value: str) -> bytes:
    return orjson.dumps(value)


def _debiai_source(source: str) -> str:
    return _DEBIAI_LOCAL if source == LOCAL else source


def _seconds(date: str) -> bytes:
    since = datetime.fromisoformat(date) - _EPOCH
    milliseconds = since // timedelta(milliseconds=1)
    return f"{milliseconds // 1000}.{milliseconds % 1000:03d}".encode()
