"""The data side of the program, opened on a folder; opening it again is a restart."""

from __future__ import annotations

import secrets
from pathlib import Path

import numpy as np
import pyarrow as pa
from pyroaring import BitMap

from debiai_studio.datasets.model import Column, ColumnType, DataSet
from debiai_studio.datasets.predicate import OneOf, Range
from debiai_studio.datasets.service import DataSets
from debiai_studio.engine.model import Query
from debiai_studio.events import Events
from debiai_studio.failpoints import UNARMED, Failpoints
from debiai_studio.layouts.service import Layouts, States
from debiai_studio.projects.model import LOCAL, ProjectRef
from debiai_studio.projects.service import Projects
from debiai_studio.selections.digests import SetDigests
from debiai_studio.selections.service import Selections
from debiai_studio.selections.versions import SelectionVersions
from debiai_studio.storage.catalogue.database import open_catalogue
from debiai_studio.storage.catalogue.group_commit import GroupCommit
from debiai_studio.storage.catalogue.layouts import LayoutStore
from debiai_studio.storage.catalogue.outbox import SqlOutbox
from debiai_studio.storage.catalogue.projects import ProjectStore
from debiai_studio.storage.catalogue.selections import SelectionStore
from debiai_studio.storage.catalogue.states import StateStore
from debiai_studio.storage.samples.store import StoredSamples
from debiai_studio.storage.samples.writer import SampleWriter

VALUE = Column("value", ColumnType.NUMBER, "c0")
LABEL = Column("label", ColumnType.TEXT, "c1")
SCORE = Column("score", ColumnType.NUMBER, "r0")


def numbers_of(reader, model_number=None):
    """All sample numbers that a reader gives, as one array."""
    return np.concatenate([np.zeros(0, np.int64), *reader.number_batches(model_number)])


def values_of(reader, column, model_number=None) -> pa.Array:
    """All values of a column that a reader gives, as one array."""
    return pa.concat_arrays([values for _, values in reader.batches(column, model_number)])


class FilteringEngine:
    """Selects by one range or one_of filter on a sample column; enough to save selections."""

    def __init__(self, store: StoredSamples) -> None:
        self._store = store

    def select(self, dataset: DataSet, query: Query) -> BitMap:
        reader = self._store.reader(dataset)
        numbers = numbers_of(reader)
        samples = BitMap(numbers) - reader.deleted()
        if query.scope.samples is not None:
            samples &= query.scope.samples
        filters = query.filters
        if filters is None:
            return samples
        if not isinstance(filters, Range | OneOf):
            (selected,) = query.selections.values()
            return samples & selected
        column = next(c for c in dataset.sample_columns if c.name == filters.column)
        values = values_of(reader, column).to_pylist()
        if isinstance(filters, OneOf):
            passing = [value in filters.values for value in values]
        else:
            low, high = float(filters.min or "-inf"), float(filters.max or "inf")
            passing = [value is not None and low <= value <= high for value in values]
        return samples & BitMap(numbers[np.array(passing, bool)])


class Studio:
    """Everything that keeps data, below one folder."""

    def __init__(
        self, folder: Path, failpoints: Failpoints = UNARMED, catalogue: str | None = None
    ) -> None:
        self.folder = folder
        folder.mkdir(parents=True, exist_ok=True)
        self._url = catalogue or f"sqlite:///{folder}/catalogue.sqlite"
        self._engine = open_catalogue(self._url)
        self.events = Events()
        self.catalogue = ProjectStore(self._engine, folder, failpoints)
        self.catalogue.clean_up()
        self.store = StoredSamples(
            self.catalogue.projects_folder, self.catalogue.tombstones, failpoints
        )
        self.datasets = DataSets(self.catalogue, self.store, self.events)
        self.projects = Projects(
            self.catalogue,
            self.events,
            lambda project: self.store.forget(project.key),
            self.datasets.alone,
        )
        kept = SelectionStore(self._engine)
        self.digests = SetDigests(kept, self.datasets, self.events)
        self.selections = Selections(
            kept, self.datasets, FilteringEngine(self.store), self.events, self.digests
        )
        self.versions = SelectionVersions(self.selections, self.datasets)
        self.layouts = Layouts(LayoutStore(self._engine))
        self.outbox = SqlOutbox(GroupCommit(self._engine))
        self.states = States(StateStore(self._engine))

    def reopened(self) -> Studio:
        """The same data after a restart."""
        return Studio(self.folder, catalogue=self._url)

    def close(self) -> None:
        self.store.close()
        self._engine.dispose()

    def make(
        self,
        ids: list[str] | list[int],
        values: dict[str, list],
        columns: list[Column],
        *,
        name: str = "flights",
        results: dict[str, list[dict]] | None = None,
        result_columns: list[Column] | None = None,
    ) -> ProjectRef:
        """Import a project; values by field."""
        integer = bool(ids) and isinstance(ids[0], int)
        id_type = ColumnType.INTEGER if integer else ColumnType.TEXT
        results = results or {}
        staging = self.catalogue.staging_folder / secrets.token_hex(4)
        writer = SampleWriter(staging, id_type, columns, result_columns or [], list(results))
        arrays = {field: pa.array(column) for field, column in values.items()}
        batch = pa.record_batch(list(arrays.values()), list(arrays))
        per_model = {model: pa.RecordBatch.from_pylist(rows) for model, rows in results.items()}
        writer.write(pa.array(ids, pa.int64() if integer else pa.string()), batch, per_model)
        project = self.catalogue.create(
            ProjectRef(LOCAL, name),
            staging,
            writer.finish(),
            origin="test",
            id_name="id",
            id_type=id_type,
            sample_columns=columns,
            result_columns=result_columns or [],
            models=list(results),
        )
        return project.ref

    def make_small(self, count: int = 10, name: str = "flights") -> ProjectRef:
        """Samples s0, s1 …: value = position, label = "even" or "odd"; one model, even ones."""
        return self.make(
            [f"s{n}" for n in range(count)],
            {
                "c0": [float(n) for n in range(count)],
                "c1": ["even" if n % 2 == 0 else "odd" for n in range(count)],
            },
            [VALUE, LABEL],
            name=name,
            results={"m": [{"r0": float(n) if n % 2 == 0 else None} for n in range(count)]},
            result_columns=[SCORE],
        )

    def rows(self, ref: ProjectRef, samples: BitMap | None = None) -> list[dict]:
        """Rows of the samples (all that exist), as downloads have them."""
        if samples is None:
            dataset = self.datasets.of(ref)
            samples = BitMap(range(dataset.next_sample_no)) - self.datasets.deleted(dataset)
        return [row for b in self.datasets.row_batches(ref, samples) for row in b.to_pylist()]

    def ids(self, ref: ProjectRef, samples: BitMap) -> list:
        return [id_ for b in self.datasets.id_batches(ref, samples) for id_ in b.to_pylist()]


def batch(ids: list, **columns: list) -> pa.RecordBatch:
    """Rows to append, by column name."""
    return pa.record_batch({"id": pa.array(ids), **{k: pa.array(v) for k, v in columns.items()}})
