"""Making projects of blocks, and adding, changing and reading their samples."""

from __future__ import annotations

import threading
from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import Any

import numpy as np
import pyarrow as pa
from pyroaring import BitMap

from debiai_studio.blocks.description import checked_levels, checked_project_name
from debiai_studio.blocks.errors import AlreadySet, BadBlocks, ProjectExists
from debiai_studio.blocks.model import BlockStructure
from debiai_studio.blocks.patience import Patience
from debiai_studio.blocks.ports import NewProject, StructureCatalogue, structure_of
from debiai_studio.blocks.tree import Path, rows_of, sample_id
from debiai_studio.blocks.values import as_json, fitted, whole_numbers
from debiai_studio.datasets.decimals import is_exact_as_decimals
from debiai_studio.datasets.errors import UnknownSamples, UnsuitableValues
from debiai_studio.datasets.model import Column, ColumnType, DataSet
from debiai_studio.datasets.ports import Numbers
from debiai_studio.datasets.service import Change, DataSets
from debiai_studio.datasets.shape import NewColumn, widened, with_columns
from debiai_studio.projects.errors import UnknownProject
from debiai_studio.projects.model import LOCAL, Project, ProjectRef
from debiai_studio.projects.service import Projects

ORIGIN = "DebiAI client"
ID_NAME = "Data ID"

_AT_ONCE = 65_536
_SHOWN = 5


class Blocks:
    """The samples of projects as a tree of blocks.

    Projects that were imported have one level, whose names are the sample ids. Changes of one
    project wait for each other, a minute at most (ProjectBusy). All or nothing, each of them.
    """

    def __init__(
        self,
        structures: StructureCatalogue,
        projects: Projects,
        datasets: DataSets,
        new_project: NewProject,
        patience: Patience,
    ) -> None:
        self._structures = structures
        self._projects = projects
        self._datasets = datasets
        self._new_project = new_project
        self._patience = patience
        self._creating = threading.Lock()

    def create(self, name: str, *, origin: str = ORIGIN, created_at: str | None = None) -> Project:
        """A project without samples, made now or before. Raises BadName, ProjectExists."""
        ref = ProjectRef(LOCAL, checked_project_name(name))
        with self._creating:
            try:
                self._projects.get(ref)
            except UnknownProject:
                return self._new_project(ref, origin=origin, id_name=ID_NAME, created_at=created_at)
        raise ProjectExists

    def delete(self, ref: ProjectRef) -> None:
        """Remove a project. Raises UnknownProject."""
        self._patience.run(ref, lambda: self._projects.delete(ref))

    def structure(self, ref: ProjectRef) -> BlockStructure:
        """The levels and the expected results. Raises UnknownProject."""
        return structure_of(self._structures, self._datasets.of(ref))

    def set_levels(self, ref: ProjectRef, levels: object) -> None:
        """Describe the blocks, once. Raises BadStructure, AlreadySet."""
        checked = checked_levels(levels)

        def change() -> None:
            dataset = self._datasets.of(ref)
            before = structure_of(self._structures, dataset)
            if before.levels and before.levels != checked:
                raise AlreadySet("levels of blocks")
            if not before.is_kept:
                return
            after = replace(before, levels=checked)
            self._structures.put(dataset.project_key, after)
            self._make_columns(ref, dataset, after.columns(dataset.id_name))

        self._patience.run(ref, change)

    def add(self, ref: ProjectRef, tree: object) -> Change:
        """Add the samples of a tree, and change the values of those that are there.

        Raises BadBlocks, UnsuitableValues.
        """
        structure = self.structure(ref)
        if not structure.levels:
            raise BadBlocks("The block structure of this project was not set yet.")
        rows = rows_of(structure, tree)
        if not rows.paths:
            return Change(0, 0, 0, self._datasets.of(ref).data_version)

        def change() -> Change:
            dataset = self._datasets.of(ref)
            if structure.is_kept:
                dataset = self._make_columns(ref, dataset, structure.columns(dataset.id_name))
            by_name = {column.name: column for column in dataset.sample_columns}
            arrays = {dataset.id_name: self.ids_of(dataset, structure, rows.paths)}
            for name, values in zip(structure.names(dataset), rows.columns(), strict=True):
                if name is not None:
                    column = by_name[name]
                    arrays[name] = fitted(name, column.type, values, zoned=column.zoned)
            self._widen(ref, dataset, arrays)
            return self._datasets.append(ref, [pa.record_batch(arrays)])

        return self._patience.run(ref, change)

    def ids_of(
        self, dataset: DataSet, structure: BlockStructure, paths: Sequence[Path]
    ) -> pa.Array[Any]:
        """The ids of samples by their paths. Raises UnsuitableValues."""
        if structure.is_kept:
            return pa.array([sample_id(path) for path in paths], pa.string())
        return _typed(dataset, [path[-1] for path in paths])

    def existing(self, dataset: DataSet, ids: Sequence[str]) -> Numbers:
        """The numbers of samples, in the order asked. Raises UnknownSamples."""
        numbers = self._datasets.existing(dataset, _typed(dataset, ids))
        unknown = np.flatnonzero(numbers < 0)
        if len(unknown):
            raise UnknownSamples([ids[place] for place in unknown[:_SHOWN]], len(unknown))
        return numbers

    def ids(self, ref: ProjectRef, first: int | None, last: int | None) -> Iterator[str]:
        """The ids of samples from the ``first`` to the ``last`` place in the order of import."""
        dataset = self._datasets.of(ref)
        samples = BitMap(range(dataset.next_sample_no)) - self._datasets.deleted(dataset)
        wanted = samples[max(first or 0, 0) : None if last is None else max(last + 1, 0)]
        return self.ids_of_samples(ref, wanted)

    def ids_of_samples(self, ref: ProjectRef, samples: BitMap) -> Iterator[str]:
        """The ids as text, in the order of import."""
        for batch in self._datasets.id_batches(ref, samples):
            yield from map(str, batch.to_pylist())

    def rows(self, ref: ProjectRef, ids: Sequence[str]) -> dict[str, tuple[Any, ...]]:
        """The values of samples by id, for ``orjson``. Raises UnknownSamples."""
        dataset = self._datasets.of(ref)
        names = structure_of(self._structures, dataset).names(dataset)
        by_name = {column.name: column for column in dataset.sample_columns}
        columns = [by_name[name] for name in names if name in by_name]
        numbers = self.existing(dataset, ids)
        stored = self._datasets.values(dataset).rows(numbers, _distinct(columns))
        values = [
            list(ids)
            if name is None
            else as_json(by_name[name], stored.column(by_name[name].field))
            for name in names
        ]
        return dict(zip(ids, zip(*values, strict=True), strict=True)) if values else {}

    def _make_columns(self, ref: ProjectRef, dataset: DataSet, columns: list[NewColumn]) -> DataSet:
        known = {column.name for column in dataset.sample_columns}
        if known.issuperset(column.name for column in columns):
            return dataset
        return self._datasets.reshape(ref, lambda before: with_columns(before, columns))

    def _widen(self, ref: ProjectRef, dataset: DataSet, arrays: dict[str, pa.Array[Any]]) -> None:
        """Have columns of whole numbers take the decimals that came.

        Where that would round a stored number, decimals that are whole become whole numbers.
        """
        wide = []
        for column in dataset.sample_columns:
            decimals = arrays.get(column.name)
            if column.type is not ColumnType.INTEGER or decimals is None:
                continue
            if not pa.types.is_floating(decimals.type):
                continue
            if is_exact_as_decimals(self._datasets.values(dataset), dataset, column):
                wide.append(column.name)
            else:
                arrays[column.name] = whole_numbers(column.name, decimals)
        if wide:
            self._datasets.reshape(ref, lambda before: widened(before, wide))


def _typed(dataset: DataSet, ids: Sequence[str]) -> pa.Array[Any]:
    texts = pa.array(ids, pa.string())
    if dataset.id_type is ColumnType.TEXT:
        return texts
    try:
        return texts.cast(pa.int64())
    except pa.ArrowInvalid as error:
        raise UnsuitableValues(dataset.id_name, dataset.id_type.value, f"{error}.") from error


def _distinct(columns: list[Column]) -> list[Column]:
    return list({column.field: column for column in columns}.values())
