"""One pass over all of a file: its columns, their types, the likely id, the first rows."""

from __future__ import annotations

from dataclasses import dataclass

import pyarrow as pa

from debiai_studio.datasets.model import ColumnType
from debiai_studio.sources.arrow_types import plain, text_of
from debiai_studio.sources.errors import shortened
from debiai_studio.sources.guesses import category_of, id_candidates, results_of
from debiai_studio.sources.id_candidates import Candidate, chosen_id
from debiai_studio.sources.importing import CHECKING, Report, share_done
from debiai_studio.sources.inference import ColumnProfile
from debiai_studio.sources.model import ColumnDraft
from debiai_studio.sources.ports import Table
from debiai_studio.sources.reading_ahead import read_ahead

LOOKING = "Looking at rows"
PREVIEW_ROWS = 20

_ID_TYPES = (ColumnType.TEXT, ColumnType.INTEGER)


@dataclass(frozen=True, slots=True)
class Findings:
    """What a file holds."""

    rows: int
    columns: list[ColumnDraft]
    preview: list[list[str | None]]
    id_column: str | None
    id_note: str | None


def inspected(table: Table, report: Report) -> Findings:
    """Everything that the person is shown before the import. Raises UnreadableFile."""
    profiles: dict[str, ColumnProfile] = {}
    candidates: dict[str, Candidate] | None = None
    first_rows: list[pa.RecordBatch] = []
    n_rows = 0
    for batch in read_ahead(table.batches()):
        if candidates is None:
            names = id_candidates(batch.schema.names)
            candidates = {name: Candidate(name) for name in names}
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
    id_column, id_note = chosen_id(fitting, table)
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
