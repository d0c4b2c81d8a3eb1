"""A project of flights in a real catalogue, and the export services on top of it."""

from __future__ import annotations

import itertools
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pyarrow as pa
import pytest
from sqlalchemy import Engine
from tests.real.schemas import schema_of

from debiai_studio.datasets.model import Column, ColumnType
from debiai_studio.datasets.service import DataSets
from debiai_studio.engine.local import LocalEngine
from debiai_studio.events import Events
from debiai_studio.exports.definitions import Definition
from debiai_studio.exports.delivery import Ending
from debiai_studio.exports.drafts import Drafts
from debiai_studio.exports.fetching import Fetching
from debiai_studio.exports.fitting import Fitting
from debiai_studio.exports.methods.registry import build_senders
from debiai_studio.exports.methods.surroundings import Surroundings
from debiai_studio.exports.model import Origin
from debiai_studio.exports.outline import Outlines
from debiai_studio.exports.ports import Sender
from debiai_studio.exports.queue import Claim
from debiai_studio.exports.references import References
from debiai_studio.exports.registry import ExportMethods, MethodRules
from debiai_studio.exports.rendering import Renderer, format_of
from debiai_studio.exports.secrets import Vault
from debiai_studio.exports.service import Exports
from debiai_studio.exports.spool import Spool, SpoolRules
from debiai_studio.projects.model import ProjectRef
from debiai_studio.projects.service import Projects
from debiai_studio.selections.digests import SetDigests
from debiai_studio.selections.service import Selections
from debiai_studio.storage.catalogue.database import open_catalogue
from debiai_studio.storage.catalogue.export_methods import MethodTable
from debiai_studio.storage.catalogue.group_commit import GroupCommit
from debiai_studio.storage.catalogue.outbox import SqlOutbox
from debiai_studio.storage.catalogue.projects import ProjectStore
from debiai_studio.storage.catalogue.queue import SqlQueue
from debiai_studio.storage.catalogue.selections import SelectionStore
from debiai_studio.storage.samples.database import arrow_type
from debiai_studio.storage.samples.store import StoredSamples
from debiai_studio.storage.samples.writer import SampleWriter

MOMENT = datetime(2026, 11, 22, 16, 40, 0, 123456, tzinfo=UTC)
PUBLIC_URL = "https://studio.example"
HOUR = timedelta(hours=1)
LATER = MOMENT + timedelta(days=1)
FLIGHTS = ProjectRef("local", "flights")
WIRE = "wire = post, http://localhost:3012/export/"
OLD = "old = post, http://localhost:3012/export/, payload=debiai-1.0"

COLUMNS = {
    "dep_delay": (ColumnType.NUMBER, [15.0, 90.5, 90.6, 0.0, None, float("nan"), float("inf")]),
    "arr_delay": (ColumnType.NUMBER, [-4.0, 60.25, 1.0, 0.0, 3.0, 2.0, 1.0]),
    "distance": (ColumnType.INTEGER, [200, 1400, 1401, 199, 500, None, 9007199254740993]),
    "carrier": (ColumnType.TEXT, ["AA", "DL", "UA", "", None, "É", "B6"]),
    "time_hour": (ColumnType.TIME, [datetime(2013, 1, d, 10, tzinfo=UTC) for d in range(1, 8)]),
    "local_time": (ColumnType.TIME, [datetime(2013, 1, d, 10) for d in range(1, 8)]),  # noqa: DTZ001
    "tags": (ColumnType.ARRAY, ["[]"] * 7),
}


def definition(text: str, origin: Origin = Origin.CONFIG, place: str = "config.ini") -> Definition:
    name, _, rest = text.partition(" = ")
    return Definition(name, rest, origin, place)


@dataclass
class World:
    """One data folder with everything that exports need."""

    folder: Path
    catalogue: Engine
    store: ProjectStore
    samples: StoredSamples
    datasets: DataSets
    projects: Projects
    selections: Selections
    digests: SetDigests
    outbox: SqlOutbox
    events: Events

    def add_project(
        self, ids: pa.Array, columns=None, name: str = "flights", predictions=None
    ) -> ProjectRef:
        """``predictions``: numbers by model, the result ``pred`` of each."""
        columns, predictions = columns or {}, predictions or {}
        result = [Column("pred", ColumnType.NUMBER, "r0")] if predictions else []
        described = [
            Column(key, kind, f"c{i}", zoned=key == "time_hour")
            for i, (key, (kind, _)) in enumerate(columns.items())
        ]
        id_type = ColumnType.INTEGER if pa.types.is_integer(ids.type) else ColumnType.TEXT
        staging = self.store.staging_folder / name
        writer = SampleWriter(staging, id_type, described, result, [*predictions])
        arrays = [
            pa.array(values, arrow_type(column), from_pandas=False)
            for column, (_, values) in zip(described, columns.values(), strict=True)
        ]
        batch = pa.RecordBatch.from_arrays(arrays, names=[column.field for column in described])
        results = {
            model: pa.record_batch({"r0": pa.array(values, pa.float64())})
            for model, values in predictions.items()
        }
        writer.write(ids, batch, results)
        project = self.store.create(
            ProjectRef("local", name),
            staging,
            writer.finish(),
            origin="test",
            id_name="id",
            id_type=id_type,
            sample_columns=described,
            result_columns=result,
            models=[*predictions],
        )
        return project.ref

    def methods(self, *texts: str | Definition, **settings) -> ExportMethods:
        rules = MethodRules(
            [text if isinstance(text, Definition) else definition(text) for text in texts],
            creation=settings.get("creation", True),
            deletion=settings.get("deletion", True),
        )
        exports_folder = self.folder / "exports"
        return ExportMethods(
            store=MethodTable(self.catalogue),
            vault=settings.get("vault") or Vault(b"key"),
            senders=self.senders(),
            rules=rules,
            exports_folder=exports_folder,
            environ=settings.get("environ", {}),
            events=self.events,
        )

    def exports(self, *texts: str, clock=lambda: MOMENT, few: int = 0, **settings) -> Exports:
        """Those of fewer than ``few`` samples are rendered when they are accepted."""
        methods = self.methods(*(texts or (WIRE, OLD)), **settings)
        renderer = self.renderer(few)
        outlines = Outlines(self.datasets, renderer)
        return Exports(
            drafts=Drafts(self.projects, self.datasets, self.selections),
            methods=methods,
            outbox=self.outbox,
            renderer=renderer,
            outlines=outlines,
            fitting=Fitting(
                methods=methods,
                senders=self.senders(),
                outlines=outlines,
                references=self.references(clock, settings.get("lifetime", HOUR)),
            ),
            clock=clock,
        )

    def references(self, clock=lambda: MOMENT, lifetime: timedelta = HOUR) -> References:
        return References(b"key", PUBLIC_URL, lifetime, clock)

    def fetching(self, clock=lambda: MOMENT) -> Fetching:
        return Fetching(self.outbox, self.datasets, self.references(clock), clock=clock)

    def senders(self) -> dict[str, Sender]:
        page_folders = (self.folder / "exports",)
        return build_senders(Surroundings(page_folders=page_folders, public_url=PUBLIC_URL))

    def run(self, delivery_id: str) -> tuple[SqlQueue, Claim]:
        """Let an attempt be under way."""
        queue = SqlQueue(GroupCommit(self.catalogue), self.outbox, clock=lambda: LATER)
        self.outbox.retry_now(delivery_id)  # to the head of the queue
        [claim] = queue.claim("test", lambda *_: 1)
        assert claim.delivery.id == delivery_id
        return queue, claim

    def deliver(self, delivery_id: str) -> None:
        """Let it have arrived."""
        queue, claim = self.run(delivery_id)
        queue.finish(claim, Ending("delivered"))

    def spool(self, clock=lambda: MOMENT, **rules) -> Spool:
        return Spool(self.renderer(), self.outbox, SpoolRules(**rules), clock=clock)

    def renderer(self, few: int = 0) -> Renderer:
        return Renderer(self.datasets, self.folder / "studio" / "spool", few=few)

    def bytes_of(self, delivery_id: str) -> bytes:
        """The document of a delivery; one in JSON is as its schema says."""
        row = self.outbox.accepted(delivery_id)
        with self.renderer().document(row).open() as file:
            data = file.read()
        if row.kind != "data" and format_of(row) == "json":
            schema_of(data)
        return data


@pytest.fixture
def catalogue_url(tmp_path):
    """SQLite; modules about the catalogue import the fixture of both databases instead."""
    return f"sqlite:///{tmp_path / 'catalogue.db'}"


@pytest.fixture
def world(tmp_path, catalogue_url):
    catalogue = open_catalogue(catalogue_url)
    store = ProjectStore(catalogue, tmp_path / "studio")
    events = Events()
    samples = StoredSamples(store.projects_folder, store.tombstones)
    datasets = DataSets(store, samples, events)
    engine = LocalEngine(samples.reader, lambda dataset: tmp_path / "codes" / dataset.folder)
    kept = SelectionStore(catalogue)
    digests = SetDigests(kept, datasets, events)
    moments = itertools.count()
    yield World(
        folder=tmp_path,
        catalogue=catalogue,
        store=store,
        samples=samples,
        datasets=datasets,
        projects=Projects(store, events),
        selections=Selections(kept, datasets, engine, events, digests),
        digests=digests,
        outbox=SqlOutbox(
            GroupCommit(catalogue), clock=lambda: MOMENT + timedelta(seconds=next(moments))
        ),
        events=events,
    )
    engine.close()
    samples.close()
    catalogue.dispose()


@pytest.fixture
def flights(world):
    """Seven flights with awkward values."""
    return world.add_project(pa.array([f"f{i}" for i in range(7)]), COLUMNS)
