"""The documents that are exported, byte for byte; the formats are in docs/reference.

A document is the same each time it is rendered from the same envelope and members. Whatever
changes a byte of an existing document raises ``RENDERER``.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import asdict, dataclass, replace
from datetime import UTC, datetime, timedelta
from typing import Any, Literal

import numpy as np
import numpy.typing as npt
import orjson
import pyarrow as pa
import pyarrow.compute as pc

from debiai_studio.exports.model import Format
from debiai_studio.projects.model import LOCAL

RENDERER = 1

Profile = Literal["documented", "debiai-1.0"]

# How DebiAI 1.0.1 names the provider that keeps its data itself.
_DEBIAI_LOCAL = "Python module Data Provider"
# How many bytes more than one each byte takes in a JSON text: nothing else is escaped.
_EXTRA = np.zeros(256, np.int64)
_EXTRA[:0x20] = len(r"\u0000") - 1
_EXTRA[[*b'"\\\b\t\n\f\r']] = 1
_TENS = np.array([10**digits for digits in range(1, 20)], np.uint64)
_AROUND = len('{"id":}')
# Ids that are written at once; their text is held several times meanwhile.
_AT_ONCE = 8192
_IDS_BEGIN = b',"sample_ids":['
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
    yield from id_list(ids)
    yield tail


def id_list(ids: Iterable[pa.Array[Any]]) -> Iterator[bytes]:
    """Ids as a document has them, with commas between."""
    joint = b""
    for batch in _in_slices(ids):
        yield joint + _id_objects(batch, b",")
        joint = b","


def id_lines(ids: pa.Array[Any]) -> bytes:
    """Ids as a document has them, one on each line."""
    return _id_objects(ids, b"\n") + b"\n"


def selection_size(envelope: Envelope, ids: Iterable[pa.Array[Any]]) -> int:
    """The bytes of ``selection_document``, exactly, without making it."""
    head, tail = _selection_ends(envelope)
    return len(head) + id_list_size(ids) + len(tail)


def id_list_size(ids: Iterable[pa.Array[Any]]) -> int:
    """The bytes of ``id_list``, exactly, without making it."""
    size = count = 0
    for batch in _in_slices(ids):
        size += _literals_size(batch) + _AROUND * len(batch)
        count += len(batch)
    return size + max(count - 1, 0)  # the commas between


def _in_slices(ids: Iterable[pa.Array[Any]]) -> Iterator[pa.Array[Any]]:
    for batch in ids:
        for start in range(0, len(batch), _AT_ONCE):
            yield batch.slice(start, _AT_ONCE)


def reference_document(envelope: Envelope, reference: dict[str, Any]) -> bytes:
    """A selection document with ``reference`` (what JSON can write) in place of the ids."""
    head, tail = _selection_ends(envelope)
    start, end = head.removesuffix(_IDS_BEGIN), tail.removeprefix(b"]")
    return start + b',"sample_ids_reference":' + orjson.dumps(reference) + end


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
    return b"{" + _members(fields) + _IDS_BEGIN, tail


def _annotation(envelope: Envelope) -> list[tuple[str, bytes]]:
    if not envelope.annotation:
        return []
    key = "annotation" if envelope.profile == "documented" else "value"
    return [(key, _text(envelope.annotation))]


def _members(fields: list[tuple[str, bytes]]) -> bytes:
    return b",".join(b'"' + key.encode() + b'":' + value for key, value in fields)


def _id_objects(batch: pa.Array[Any], joint: bytes) -> bytes:
    """``{"id":…},{"id":…}``, assembled by Arrow without an object per id."""
    functions: Any = pc  # its stubs do not know joining with scalars
    if pa.types.is_integer(batch.type):
        literals, quote = batch.cast(pa.large_string()), ""
    elif _is_escaped(_utf8(batch)):
        between = b"}" + joint + b'{"id":'
        return b'{"id":' + between.join(map(orjson.dumps, batch.to_pylist())) + b"}"
    else:
        literals, quote = batch.cast(pa.large_string()), '"'
    around = (f'{{"id":{quote}', f"{quote}}}{joint.decode()}", "")
    before, after, nothing = (pa.scalar(text, pa.large_string()) for text in around)
    joined = functions.binary_join_element_wise(before, literals, after, nothing)
    # The values of an Arrow array lie one behind the other: they are the text.
    _, ends, values = joined.buffers()
    size = memoryview(ends).cast("q")[len(joined)]
    return memoryview(values)[: size - 1].tobytes()


def _literals_size(batch: pa.Array[Any]) -> int:
    """The bytes of the ids as JSON writes them."""
    if not pa.types.is_integer(batch.type):
        text = _utf8(batch)
        size = len(text) + 2 * len(batch)
        return size + int(_EXTRA[text].sum()) if _is_escaped(text) else size
    numbers = batch.cast(pa.int64()).to_numpy()
    negative = numbers < 0
    bits = numbers.view(np.uint64)
    magnitudes = np.where(negative, ~bits + np.uint64(1), bits)
    digits = np.searchsorted(_TENS, magnitudes, side="right") + 1
    return int(digits.sum()) + int(np.count_nonzero(negative))


def _utf8(batch: pa.Array[Any]) -> npt.NDArray[np.uint8]:
    """The texts of a batch, one behind the other."""
    large = batch.cast(pa.large_string())
    _, ends, values = large.buffers()
    if ends is None or values is None or len(large) == 0:
        return np.empty(0, np.uint8)
    places = np.frombuffer(ends, np.int64)
    start, end = places[large.offset], places[large.offset + len(large)]
    return np.frombuffer(values, np.uint8)[start:end]


def _is_escaped(text: npt.NDArray[np.uint8]) -> bool:
    return bool((text < ord(" ")).any() or (text == ord('"')).any() or (text == ord("\\")).any())


def _text(value: str) -> bytes:
    return orjson.dumps(value)


def _debiai_source(source: str) -> str:
    return _DEBIAI_LOCAL if source == LOCAL else source


def _seconds(date: str) -> bytes:
    since = datetime.fromisoformat(date) - _EPOCH
    milliseconds = since // timedelta(milliseconds=1)
    return f"{milliseconds // 1000}.{milliseconds % 1000:03d}".encode()
