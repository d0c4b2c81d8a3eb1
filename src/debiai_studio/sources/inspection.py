"""One pass over all of a file: its columns, their types, the likely id, the first rows."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from debiai_studio.datasets.model import ColumnType
from debiai_studio.sources.arrow_types import plain, text_of
from debiai_studio.sources.errors import shortened
from debiai_studio.sources.guesses import category_of, id_candidates, results_of
from debiai_studio.sources.importing import CHECKING, Report, share_done
from debiai_studio.sources.inference import ColumnProfile
from debiai_studio.sources.model import ColumnDraft
from debiai_studio.sources.ports import Table

LOOKING = "Looking at rows"
PREVIEW_ROWS = 20
# 8 bytes are remembered for each row of a likely id column; the import checks the rest.
MOST_IDS_CHECKED = 20_000_000

_ID_TYPES = (ColumnType.TEXT, ColumnType.INTEGER)


@dataclass(frozen=True, slots=True)
class Findings:
    """What a file holds."""

    rows: int
    columns: list[ColumnDraft]
    preview: list[list[str | None]]
    id_column: str | None
    id_note: str | None


@dataclass(slots=True)
class _Candidate:
    """A column that may be the id: refused at the first value that is missing or there twice."""

    name: str
    hashes: list[np.ndarray] = field(default_factory=list)
    n_rows: int = 0
    refusal: str | None = None

    def add(self, array: pa.Array) -> None:
        """Take in a batch's values."""
        if self.refusal is None and array.null_count:
            position = self.n_rows + pc.index(pc.is_null(array), pa.scalar(value=True)).as_py()
            self.refusal = f"row {position + 1:,} has no value"
        if self.refusal is None and self.n_rows < MOST_IDS_CHECKED:
            hashes = _hashes(array)
            if len(np.unique(hashes)) < len(hashes):
                self.refusal = _told_twice(hashes, array, self.n_rows)
            self.hashes.append(hashes)
        self.n_rows += len(array)
        if self.refusal is not None:
            self.hashes.clear()

    def hash_there_twice(self) -> int | None:
        """The hash of a value that stands in two batches; None when there is none."""
        if self.refusal is not None or not self.hashes:
            return None
        values = np.sort(np.concatenate(self.hashes))
        twice = values[1:][values[1:] == values[:-1]]
        return int(twice[0]) if len(twice) else None


def inspected(table: Table, report: Report) -> Findings:
    """Everything that the person is shown before the import. Raises UnreadableFile."""
    profiles: dict[str, ColumnProfile] = {}
    candidates: dict[str, _Candidate] | None = None
    first_rows: list[pa.RecordBatch] = []
    n_rows = 0
    for batch in table.batches():
        if candidates is None:
            names = id_candidates(batch.schema.names)
            candidates = {name: _Candidate(name) for name in names}
        for column_field, array in zip(batch.schema, batch.columns, strict=True):
            profile = profiles.setdefault(
                column_field.name, ColumnProfile(column_field.name, table.style)
            )
            meta = (column_field.metadata or {}).get(b"json", b"").decode()
            profile.add(array, meta, n_rows)
            if column_field.name in candidates:
                candidates[column_field.name].add(array)
        if n_rows < PREVIEW_ROWS:
            first_rows.append(batch.slice(0, PREVIEW_ROWS - n_rows))
        n_rows += batch.num_rows
        report(LOOKING, share_done(table, n_rows, table.n_rows), n_rows)
    report(CHECKING, None, n_rows)
    names = list(profiles)
    fitting = [
        candidate
        for candidate in (candidates or {}).values()
        if profiles[candidate.name].type in _ID_TYPES
    ]
    id_column, id_note = _chosen_id(fitting, table)
    return Findings(
        rows=n_rows,
        columns=_drafts(list(profiles.values()), n_rows, id_column),
        preview=_preview(first_rows, names),
        id_column=id_column,
        id_note=id_note,
    )


def _drafts(profiles: list[ColumnProfile], n_rows: int, id_column: str | None) -> list[ColumnDraft]:
    results = results_of([profile.name for profile in profiles if profile.name != id_column])
    drafts = []
    for profile in profiles:
        found = results.get(profile.name)
        drafts.append(
            ColumnDraft(
                name=profile.name,
                type=profile.type,
                category=category_of(profile.name),
                zoned=profile.type is ColumnType.TIME and profile.is_zoned,
                model=found.model if found else None,
                result=found.result if found else None,
                skip=profile.skip,
                examples=profile.examples,
                missing=n_rows - profile.present,
                note=profile.told,
            )
        )
    return drafts


def _chosen_id(candidates: list[_Candidate], table: Table) -> tuple[str | None, str | None]:
    for candidate in candidates:
        twice = candidate.hash_there_twice()
        if twice is not None:
            candidate.refusal = _told_across_batches(table, candidate.name, twice)
        if candidate.refusal is None:
            note = None
            if candidate.n_rows > MOST_IDS_CHECKED:
                note = f"The first {MOST_IDS_CHECKED:,} values are unique; the import checks all."
            return candidate.name, note
    if not candidates:
        return None, None
    first = candidates[0]
    return None, (
        f'"{shortened(first.name)}" looks like an id, but {first.refusal}: '
        "samples are numbered by their position instead."
    )


def _hashes(array: pa.Array) -> np.ndarray:
    values = array.dictionary_decode() if pa.types.is_dictionary(array.type) else array
    if pa.types.is_integer(values.type):
        return np.asarray(values.to_numpy(zero_copy_only=False)).astype(np.int64)
    return np.fromiter(map(hash, map(str, values.to_pylist())), np.int64, len(values))


def _told_twice(hashes: np.ndarray, array: pa.Array, first_row: int) -> str:
    order = np.argsort(hashes, kind="stable")
    again = np.flatnonzero(hashes[order][1:] == hashes[order][:-1])
    # Of all values there twice, the one whose second appearance comes first.
    second = int(order[again + 1].min())
    first = int(np.flatnonzero(hashes == hashes[second])[0])
    return _there_twice(array[second].as_py(), first_row + first, first_row + second)


def _told_across_batches(table: Table, name: str, wanted: int) -> str:
    rows: list[int] = []
    value: object = None
    n_rows = 0
    for batch in table.batches():
        array = batch.column(name)
        for position in np.flatnonzero(_hashes(array) == wanted):
            rows.append(n_rows + int(position))
            value = array[int(position)].as_py()
        if len(rows) > 1:
            break
        n_rows += batch.num_rows
    return _there_twice(value, rows[0], rows[1])


def _there_twice(value: object, first: int, second: int) -> str:
    return f"{shortened(str(value))!r} stands in rows {first + 1:,} and {second + 1:,}"


def _preview(batches: list[pa.RecordBatch], names: list[str]) -> list[list[str | None]]:
    rows: list[list[str | None]] = []
    for batch in batches:
        columns = []
        for name in names:
            if name in batch.schema.names:
                texts = text_of(plain(batch.column(name)))
                columns.append([None if text is None else shortened(text) for text in texts])
            else:
                columns.append([None] * batch.num_rows)
        rows.extend(list(row) for row in zip(*columns, strict=True))
    return rows
