"""Turns an accepted delivery into the bytes that are sent: small ones in memory, else a file."""

from __future__ import annotations

import contextlib
import hashlib
import os
import tempfile
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from typing import Any

from pyroaring import BitMap

from debiai_studio.datasets.errors import DataChanged, UnknownData
from debiai_studio.datasets.set_digest import SetDigest, set_digest
from debiai_studio.exports import payload, tables
from debiai_studio.exports.changes import ChangesEnvelope, changes_document
from debiai_studio.exports.errors import DeliveryFailed, DeliveryRejected
from debiai_studio.exports.model import Format
from debiai_studio.exports.ports import Document, NewDelivery, SampleReader

# Documents up to this size are kept in the catalogue's row and need no file.
SMALL = 64 * 1024
# The documents of so few samples are made when they are accepted, at no cost that is felt.
FEW = 1000
# How the names of files begin that are not whole yet.
_HALF = ".rendering-"


@dataclass(frozen=True, slots=True)
class Spooled:
    """A rendered document in the spool, with its size in bytes."""

    delivery_id: str
    size: int
    used_at: datetime


class Renderer:
    """Renders documents; thread-safe. The spool folder is a cache pinned by SHA-256.

    ``few``: the documents of fewer samples are rendered when they are accepted.
    """

    def __init__(self, samples: SampleReader, spool_folder: Path, *, few: int = FEW) -> None:
        self._few = few
        self._samples = samples
        self._spool = spool_folder

    def with_document(self, row: NewDelivery) -> NewDelivery:
        """The row as it is accepted: with its document where that is small and soon made.

        Raises UnknownData when the ids of the row are gone.
        """
        if (
            row.kind != "selection"
            or row.document is not None
            or row.n_samples is None
            or row.n_samples >= self._few
            or format_of(row) != "json"
        ):
            return row
        digest = SetDigest()
        pieces, size = [], 0
        for piece in self._pieces(row, digest):
            pieces.append(piece)
            size += len(piece)
            if size > SMALL:
                return row
        document = b"".join(pieces)
        sha256 = hashlib.sha256(document).hexdigest()
        return replace(row, document=document, sha256=sha256, set_digest=digest.text)

    def document(self, row: NewDelivery) -> Document:
        """The document of a delivery, the same bytes each time.

        Documents of at most ``SMALL`` bytes have ``data``, others a ``path`` in the spool; one
        that is missing or damaged there is rendered again. Raises DeliveryRejected when the
        bytes can no longer be made as they were, DeliveryFailed when the data changes meanwhile or
        the disk is full.
        """
        kept = self._kept(row)
        if kept is not None:
            return kept
        try:
            return self._render(row) if row.document is None else self._known(row, row.document)
        except UnknownData as error:
            raise DeliveryRejected(str(error)) from error
        except DataChanged as error:
            raise DeliveryFailed(f"{error} The table is written anew.") from error
        except OSError as error:
            raise DeliveryFailed(
                f"The document could not be kept in {self._spool} ({error.strerror}). Free some "
                "space there; it is tried again by the schedule."
            ) from error

    def chunks(self, row: NewDelivery) -> Iterator[bytes]:
        """The same bytes in pieces, without the spool. Raises UnknownData, DeliveryRejected."""
        return self._pieces(row, None)

    def chunks_of(self, row: NewDelivery, members: BitMap) -> Iterator[bytes]:
        """A document of these samples instead of those of the row. Raises as ``chunks`` does."""
        return self._pieces_of(row, members, None)

    def _pieces(self, row: NewDelivery, digest: SetDigest | None) -> Iterator[bytes]:
        if row.document is not None:
            return iter([row.document])
        if row.members is None:
            raise DeliveryRejected(f"The delivery {row.id} has neither a document nor samples.")
        return self._pieces_of(row, BitMap.deserialize(row.members), digest)

    def _pieces_of(
        self, row: NewDelivery, members: BitMap, digest: SetDigest | None
    ) -> Iterator[bytes]:
        """The bytes; a ``digest`` has counted the ids once all of them are made."""
        if row.project_key is None:
            raise DeliveryRejected(f"The delivery {row.id} has no samples.")
        if row.kind == "changes":
            ids_of = partial(self._samples.id_batches_of_key, row.project_key)
            removed = BitMap.deserialize(row.removed) if row.removed else BitMap()
            changes = ChangesEnvelope.of_dict(row.request)
            return changes_document(changes, ids_of(members), ids_of(removed))
        envelope = payload.Envelope.of_dict(row.request)
        if envelope.format == "json":
            ids = self._samples.id_batches_of_key(row.project_key, members)
            return payload.selection_document(envelope, digest.through(ids) if digest else ids)
        if digest is not None:
            for _ in digest.through(self._samples.id_batches_of_key(row.project_key, members)):
                pass
        try:
            dataset = self._samples.of_key(row.project_key)
        except UnknownData as error:
            raise _values_gone(row.project) from error
        columns = tables.json_columns(dataset)
        batches = self._samples.row_batches_of(dataset, members)
        return tables.render(envelope.format, batches, json_columns=columns)

    def spooled(self) -> list[Spooled]:
        """The whole files in the spool."""
        found = []
        for file in self._spool.iterdir() if self._spool.is_dir() else ():
            with contextlib.suppress(FileNotFoundError):  # removed meanwhile
                status = file.stat()
                used_at = datetime.fromtimestamp(status.st_mtime, UTC)
                if not file.name.startswith(_HALF):
                    found.append(Spooled(file.name, status.st_size, used_at))
        return found

    def remove_halves(self) -> None:
        """Remove what a crash left half; only while nothing is rendered."""
        for file in self._spool.glob(f"{_HALF}*"):
            file.unlink(missing_ok=True)

    def forget(self, delivery_id: str) -> None:
        """Remove the spool file, if there is one."""
        self._path(delivery_id).unlink(missing_ok=True)

    def _path(self, delivery_id: str) -> Path:
        return self._spool / delivery_id

    def _known(self, row: NewDelivery, document: bytes) -> Document:
        by_reference = row.ids_until is not None
        return Document(
            len(document),
            hashlib.sha256(document).hexdigest(),
            media_type(row.request),
            data=document,
            set_digest=row.set_digest or (self._set_digest(row) if by_reference else None),
        )

    def _kept(self, row: NewDelivery) -> Document | None:
        path = self._path(row.id)
        if row.document is not None or row.sha256 is None or not path.is_file():
            return None
        with path.open("rb") as file:
            digest = hashlib.file_digest(file, "sha256").hexdigest()
        if digest != row.sha256:
            return None
        os.utime(path)  # so that it is known when it was used last
        return Document(
            path.stat().st_size,
            digest,
            media_type(row.request),
            path=str(path),
            set_digest=row.set_digest,
        )

    def _render(self, row: NewDelivery) -> Document:
        if row.renderer != payload.RENDERER:
            raise DeliveryRejected(
                f"The document was accepted by renderer {row.renderer}; this version has "
                f"{payload.RENDERER}. Send the selection as a new export."
            )
        counted = SetDigest() if row.set_digest is None and row.members is not None else None
        digest = hashlib.sha256()
        held: list[bytes] = []
        size = 0
        spool: _SpoolFile | None = None
        try:
            for chunk in self._pieces(row, counted):
                digest.update(chunk)
                size += len(chunk)
                if spool is None and size > SMALL:
                    spool = _SpoolFile(self._path(row.id))
                    spool.write(b"".join(held))
                    held.clear()
                if spool is None:
                    held.append(chunk)
                else:
                    spool.write(chunk)
            sha256 = digest.hexdigest()
            if row.sha256 is not None and sha256 != row.sha256:
                raise DeliveryRejected(
                    "The samples of this export have changed so that its document can no longer "
                    "be made as it was. Send the selection as a new export."
                )
            return Document(
                size,
                sha256,
                media_type(row.request),
                path=spool.keep() if spool is not None else None,
                data=b"".join(held) if spool is None else None,
                set_digest=counted.text if counted else row.set_digest,
            )
        finally:
            if spool is not None:
                spool.close()

    def _set_digest(self, row: NewDelivery) -> str | None:
        if row.project_key is None or row.members is None:
            return None
        members = BitMap.deserialize(row.members)
        return set_digest(self._samples.id_batches_of_key(row.project_key, members))


def format_of(row: NewDelivery) -> Format:
    """What its bytes are."""
    kind: Format = row.request.get("format", "json")
    return kind


def media_type(request: Mapping[str, Any]) -> str:
    """The media type of the bytes that such a request is answered with."""
    return tables.MEDIA_TYPES[request.get("format", "json")]


def _values_gone(project: str) -> DeliveryRejected:
    return DeliveryRejected(
        f'The project "{project}" was deleted, and its values when no table waited for them any '
        "more; only documents (format=json) can still be made of its samples."
    )


class _SpoolFile:
    """A file under a temporary name until it is whole and on the disk."""

    def __init__(self, path: Path) -> None:
        path.parent.mkdir(parents=True, exist_ok=True)
        self._path = path
        number, name = tempfile.mkstemp(prefix=_HALF, dir=path.parent)
        self._temporary = Path(name)
        self._file = os.fdopen(number, "wb")

    def write(self, chunk: bytes) -> None:
        self._file.write(chunk)

    def keep(self) -> str:
        self._file.flush()
        os.fsync(self._file.fileno())
        self._file.close()
        self._temporary.replace(self._path)
        _sync_folder(self._path.parent)
        return str(self._path)

    def close(self) -> None:
        """Remove what was not kept."""
        self._file.close()
        self._temporary.unlink(missing_ok=True)


def _sync_folder(folder: Path) -> None:
    if os.name == "nt":  # has no such thing; NTFS journals renames itself
        return
    number = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(number)
    finally:
        os.close(number)
