"""What a document will be, without making all of it: its size and both of its ends."""

from __future__ import annotations

from dataclasses import dataclass

from pyroaring import BitMap

from debiai_studio.exports import payload
from debiai_studio.exports.changes import ChangesEnvelope, changes_size
from debiai_studio.exports.ports import NewDelivery, SampleReader
from debiai_studio.exports.rendering import SMALL, Renderer, format_of

# How much of each end of a document is shown that is larger than SMALL.
SHOWN = 4096
# An id takes 8 bytes or more, a row of a table 2 or more: so many fill an end.
_IDS, _ROWS = SHOWN // 8, SHOWN // 2
# Tables of more rows are not made for their size.
COUNTED_ROWS = 10_000


@dataclass(frozen=True, slots=True)
class Outline:
    """``head`` is all of it when ``complete``; ``size`` in bytes is about right or ``exact``."""

    size: int
    head: bytes
    tail: bytes
    complete: bool
    exact: bool = True


class Outlines:
    """Outlines of documents that are not rendered yet; memory is that of one batch."""

    def __init__(self, samples: SampleReader, renderer: Renderer) -> None:
        self._samples = samples
        self._renderer = renderer

    def size_of(self, row: NewDelivery) -> int | None:
        """The exact size of the document; None for a table, whose size nobody knows before.

        Raises UnknownData, DeliveryRejected.
        """
        if row.document is not None:
            return len(row.document)
        if format_of(row) != "json" or row.project_key is None or row.members is None:
            return None
        ids = self._samples.id_batches_of_key(row.project_key, BitMap.deserialize(row.members))
        if row.kind == "changes":
            removed = BitMap.deserialize(row.removed) if row.removed else BitMap()
            gone = self._samples.id_batches_of_key(row.project_key, removed)
            return changes_size(ChangesEnvelope.of_dict(row.request), ids, gone)
        return payload.selection_size(payload.Envelope.of_dict(row.request), ids)

    def of(self, row: NewDelivery) -> Outline:
        """The outline of a document. Raises what ``Renderer.chunks`` raises."""
        size = self.size_of(row)
        members = BitMap() if row.members is None else BitMap.deserialize(row.members)
        if size is None and len(members) > COUNTED_ROWS:
            return self._of_table(row, members)
        if row.document is not None or size is None or size <= SMALL:
            whole = b"".join(self._renderer.chunks(row))
            return _cut(whole)
        first = self._renderer.chunks_of(row, members[:_IDS])
        last = self._renderer.chunks_of(row, members[-_IDS:])
        return Outline(size, b"".join(first)[:SHOWN], b"".join(last)[-SHOWN:], complete=False)

    def _of_table(self, row: NewDelivery, members: BitMap) -> Outline:
        first = b"".join(self._renderer.chunks_of(row, members[:COUNTED_ROWS]))
        last = b"".join(self._renderer.chunks_of(row, members[-_ROWS:]))
        about = len(first) * len(members) // COUNTED_ROWS
        return Outline(about, first[:SHOWN], last[-SHOWN:], complete=False, exact=False)


def _cut(whole: bytes) -> Outline:
    if len(whole) <= SMALL:
        return Outline(len(whole), whole, b"", complete=True)
    return Outline(len(whole), whole[:SHOWN], whole[-SHOWN:], complete=False)
