"""One pass over all of a file: its columns, their types, the likely id, the first rows."""

from __future__ import annotations

from collections.abc import Callable, Mapping
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
from debiai_studio.sources.ports import Described, Style, Table
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
    look = _Look(table.style)

    def add(batch: pa.RecordBatch) -> None:
        look.add(batch)
        report(LOOKING, share_done(table, look.n_rows, table.n_rows), look.n_rows)

    if isinstance(table, Described):
        add(next(table.batches()))
        _add_rest(table, look, add)
    else:
        for batch in read_ahead(table.batches()):
            add(batch)
    report(CHECKING, None, look.n_rows)
    id_column, id_note = chosen_id(look.fitting_ids(), table)
    return Findings(
        rows=look.n_rows,
        columns=_drafts(list(look.profiles.values()), look.n_rows, id_column),
        preview=_preview(look.first_rows, list(look.profiles)),
        id_column=id_column,
        id_note=id_note,
    )


def _add_rest(table: Described, look: _Look, add: Callable[[pa.RecordBatch], None]) -> None:
    """Read what the file does not tell by itself of the rows after the first batch."""
    missing = {name: table.missing(name) for name in look.profiles}
    seen = look.n_rows
    if columns := look.undecided(missing):
        skipped = 0
        for batch in read_ahead(table.batches_of(columns)):
            again = min(seen - skipped, batch.num_rows)
            skipped += again
            if again < batch.num_rows:
                add(batch.slice(again))
    look.n_rows = table.n_rows or look.n_rows
    for name, count in missing.items():
        if count is not None:
            look.profiles[name].present = look.n_rows - count


class _Look:
    """What is known of a table after the batches so far."""

    def __init__(self, style: Style) -> None:
        self._style = style
        self._candidates: dict[str, Candidate] | None = None
        self.profiles: dict[str, ColumnProfile] = {}
        self.first_rows: list[pa.RecordBatch] = []
        self.n_rows = 0

    def add(self, batch: pa.RecordBatch) -> None:
        """Take in the next rows."""
        if self._candidates is None:
            names = id_candidates(batch.schema.names)
            self._candidates = {name: Candidate(name) for name in names}
        for column, array in zip(batch.schema, batch.columns, strict=True):
            profile = self.profiles.setdefault(column.name, ColumnProfile(column.name, self._style))
            meta = (column.metadata or {}).get(b"json", b"").decode()
            profile.add(array, meta, self.n_rows)
            if column.name in self._candidates:
                self._candidates[column.name].add(array)
        if self.n_rows < PREVIEW_ROWS:
            self.first_rows.append(batch.slice(0, PREVIEW_ROWS - self.n_rows))
        self.n_rows += batch.num_rows

    def fitting_ids(self) -> list[Candidate]:
        """The candidates of a type that ids can have."""
        return [
            candidate
            for candidate in (self._candidates or {}).values()
            if self.profiles[candidate.name].type in _ID_TYPES
        ]

    def undecided(self, missing: Mapping[str, int | None]) -> list[str]:
        """Columns of which all rows must be seen, though so many values are known to be missing."""
        open_ids = {each.name for each in self.fitting_ids() if each.refusal is None}
        return [
            name
            for name, profile in self.profiles.items()
            if name in open_ids
            or missing[name] is None
            or profile.depends_on_values
            or not profile.examples
        ]


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
