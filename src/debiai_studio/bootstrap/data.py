"""Builds what keeps and reads the samples."""

from __future__ import annotations

from contextlib import ExitStack
from dataclasses import dataclass

from sqlalchemy import Engine as Catalogue

from debiai_studio.blocks.models import BlockModels
from debiai_studio.blocks.patience import Patience
from debiai_studio.blocks.service import Blocks
from debiai_studio.datasets.service import DataSets
from debiai_studio.egress import EgressPolicy
from debiai_studio.engine.local import LocalEngine
from debiai_studio.events import Events
from debiai_studio.projects.model import Project
from debiai_studio.projects.service import Projects
from debiai_studio.selections.digests import SetDigests
from debiai_studio.selections.service import Selections
from debiai_studio.settings import Settings
from debiai_studio.sources.download import HttpDownload
from debiai_studio.sources.service import Sources
from debiai_studio.storage.catalogue.block_structures import StructureStore
from debiai_studio.storage.catalogue.projects import ProjectStore
from debiai_studio.storage.catalogue.selections import SelectionStore
from debiai_studio.storage.empty_projects import EmptyProjects
from debiai_studio.storage.samples.store import StoredSamples
from debiai_studio.storage.samples.writer import SampleWriter


@dataclass(frozen=True, slots=True)
class DataParts:
    """The services about samples, and the stores behind them."""

    events: Events
    store: ProjectStore
    engine: LocalEngine
    projects: Projects
    datasets: DataSets
    selections: Selections
    digests: SetDigests
    sources: Sources
    blocks: Blocks
    block_models: BlockModels
    samples: StoredSamples
    new_project: EmptyProjects

    def remove_deleted(self) -> None:
        """Give back the data of deleted projects that no delivery needs."""
        for project_key in self.store.remove_folders():
            self.samples.forget(project_key)


def build_data(settings: Settings, catalogue: Catalogue, stack: ExitStack) -> DataParts:
    """Build them; ``stack`` closes them at the end."""
    events = Events()
    store = ProjectStore(catalogue, settings.studio_folder)
    store.clean_up()
    samples = StoredSamples(store.projects_folder, store.tombstones)
    stack.callback(samples.close)
    engine = LocalEngine(samples.reader, lambda dataset: samples.folder_of(dataset) / "codes")
    stack.callback(engine.close)
    datasets = DataSets(store, samples, events)

    def forget(project: Project) -> None:
        engine.forget(project.key)
        samples.forget(project.key)

    projects = Projects(store, events, forget, datasets.alone)
    kept = SelectionStore(catalogue)
    digests = SetDigests(kept, datasets, events)
    stack.callback(digests.stop)
    selections = Selections(kept, datasets, engine, events, digests)
    sources = Sources(
        settings.studio_folder,
        projects=store,
        events=events,
        writer=f"{SampleWriter.__module__}:{SampleWriter.__qualname__}",
        # Addresses come from the command line, so from the operator.
        download=HttpDownload(EgressPolicy.of(private=True)),
    )
    sources.clean_up()
    stack.callback(sources.close)
    structures, patience = StructureStore(catalogue), Patience()
    new_project = EmptyProjects(store)
    blocks = Blocks(structures, projects, datasets, new_project, patience)
    return DataParts(
        events=events,
        store=store,
        engine=engine,
        projects=projects,
        datasets=datasets,
        selections=selections,
        digests=digests,
        sources=sources,
        blocks=blocks,
        block_models=BlockModels(structures, blocks, datasets, patience),
        samples=samples,
        new_project=new_project,
    )
