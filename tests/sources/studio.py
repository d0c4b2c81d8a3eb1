"""Sources over real storage, and a writer in memory for tests of single steps."""

from __future__ import annotations

import pyarrow as pa
from pyroaring import BitMap

from debiai_studio.datasets.service import DataSets
from debiai_studio.egress import EgressPolicy
from debiai_studio.events import Events
from debiai_studio.projects.model import ProjectRef
from debiai_studio.sources.columns import project_columns
from debiai_studio.sources.download import HttpDownload
from debiai_studio.sources.formats import Formats
from debiai_studio.sources.importing import Goal, import_rows
from debiai_studio.sources.inspection import inspected
from debiai_studio.sources.ports import WrittenSamples
from debiai_studio.sources.service import ImportRequest, Sources
from debiai_studio.storage.catalogue.database import open_catalogue
from debiai_studio.storage.catalogue.projects import ProjectStore
from debiai_studio.storage.samples.store import StoredSamples

WRITER = "debiai_studio.storage.samples.writer:SampleWriter"


class TellingEvents(Events):
    """Remembers what was published; ``when`` is called with each event of an import, ``looking``
    with each of an inspection."""

    def __init__(self):
        super().__init__()
        self.told = []
        self.when = self.looking = lambda _data: None

    def publish(self, topic, data):
        self.told.append((topic, data))
        super().publish(topic, data)
        if topic == "import":
            self.when(data)
        elif topic == "inspection":
            self.looking(data)


class Studio:
    """Everything that an import touches, in one folder."""

    def __init__(self, folder):
        self.folder = folder
        folder.mkdir(exist_ok=True)
        self.events = TellingEvents()
        self._catalogue = open_catalogue(f"sqlite:///{folder / 'catalogue.db'}")
        self.store = ProjectStore(self._catalogue, folder)
        self._samples = StoredSamples(self.store.projects_folder, self.store.tombstones)
        self.datasets = DataSets(self.store, self._samples, self.events)
        self.sources = Sources(
            folder,
            projects=self.store,
            events=self.events,
            writer=WRITER,
            download=HttpDownload(EgressPolicy.of(private=True)),
        )

    def close(self):
        self.sources.close()
        self._samples.close()
        self._catalogue.dispose()

    def start(self, path, **changes):
        (file_id,) = self.sources.open_path(str(path))
        found = self.sources.inspect(file_id)
        request = {"project": found.project, "id_column": found.id_column, **changes}
        return self.sources.start(ImportRequest(file_id=file_id, **request))

    def ended(self, job):
        """The job once it has ended; closing the pool of one thread waits for it."""
        self.sources._jobs._pool.submit(lambda: None).result()
        return self.sources.job(job.id)

    def imported(self, path, **changes):
        return self.ended(self.start(path, **changes))

    def rows(self, project):
        """Every row as a dict, id first."""
        ref = ProjectRef("local", project)
        dataset = self.datasets.of(ref)
        everything = BitMap(range(dataset.next_sample_no))
        batches = self.datasets.row_batches(ref, everything)
        return [row for batch in batches for row in batch.to_pylist()]

    def remains(self):
        """Files of imports and projects that are on disk."""
        return sorted(
            str(path.relative_to(self.folder))
            for name in ("staging", "projects")
            for path in (self.folder / name).rglob("*")
        )


class MemoryWriter:
    """Keeps what it is given; duplicate ids are found by Python."""

    def __init__(self):
        self.ids, self.values, self.results = [], [], {}

    def write(self, ids, values, results):
        self.ids += ids.to_pylist()
        self.values.append(values)
        for model, batch in results.items():
            self.results.setdefault(model, []).append(batch)
        return len(self.ids)

    def check_duplicates(self):
        positions = {}
        for position, value in enumerate(self.ids):
            positions.setdefault(value, []).append(position)
        return [(value, found) for value, found in positions.items() if len(found) > 1]

    def finish(self):
        return WrittenSamples((), len(self.ids), dict.fromkeys(self.results, len(self.ids)))

    def abort(self):
        self.ids.clear()


def look(path):
    """What inspection finds in a file."""
    _, table = Formats.installed().open([path])
    return inspected(table, lambda *_: None)


def column(path, name):
    """The draft of one column."""
    return next(each for each in look(path).columns if each.name == name)


def read_whole(path, findings=None, drafts=None):
    """The sample columns as they would be imported, by name, without an id column."""
    drafts = drafts or (findings or look(path)).columns
    plain = [draft.model_copy(update={"model": None, "result": None}) for draft in drafts]
    columns = project_columns(plain, None)
    writer = MemoryWriter()
    _, table = Formats.installed().open([path])
    import_rows(table, columns, writer, Goal(path.name), lambda *_: None)
    whole = pa.Table.from_batches(writer.values)
    return whole.rename_columns([each.name for each in columns.sample_columns])
