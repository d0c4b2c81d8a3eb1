"""From what came of a project to a project that is kept here, like any other."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

import numpy as np
import pyarrow as pa
from pyroaring import BitMap

from debiai_studio.blocks.values import fitted
from debiai_studio.datasets.model import Category, ColumnType, DataSet
from debiai_studio.datasets.results import ResultValues
from debiai_studio.datasets.service import DataSets
from debiai_studio.datasets.shape import NewColumn, Reshaped, with_columns_of, with_models_of
from debiai_studio.projects.errors import UnknownProject
from debiai_studio.projects.model import ProjectRef
from debiai_studio.projects.service import Projects
from debiai_studio.providers.errors import OtherIds
from debiai_studio.providers.kinds import fitting
from debiai_studio.providers.model import Fetched, Id, Missing, RemoteColumn
from debiai_studio.providers.ports import FetchedStore, NewProject
from debiai_studio.providers.spool import Chunk, Plan, Spool
from debiai_studio.selections.service import Selections

ID_NAME = "Data ID"

# Results are written in large portions: each is one change of the model's table.
_PORTION = 200_000
_MOST_MISSING = 10_000
_MARK = "data provider"
_LARGEST = 2**63
_NO_SLASH = "\N{DIVISION SLASH}"


def address_of(provider: str, project: str) -> ProjectRef:
    """How a provider's project is named here; a slash cannot stand in an address."""
    return ProjectRef(provider, project.replace("/", _NO_SLASH))


def now() -> str:
    """UTC, ISO 8601, milliseconds."""
    return datetime.now(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


@dataclass(frozen=True, slots=True)
class _Names:
    """The names of columns and results here, in the provider's order; equal ones told apart."""

    id_name: str
    columns: list[str]
    results: list[str]


class Keeper:
    """Makes projects of fetches, and brings those that are there up to date."""

    def __init__(
        self,
        projects: Projects,
        datasets: DataSets,
        selections: Selections,
        new_project: NewProject,
        fetched: FetchedStore,
    ) -> None:
        self._projects = projects
        self._datasets = datasets
        self._selections = selections
        self._new_project = new_project
        self._fetched = fetched

    def keep(self, plan: Plan, spool: Spool) -> Fetched:
        """Add and change the samples that came, and take out those that are listed no more.

        Samples keep their numbers, so selections stay. May be called again after it ended early.
        Raises OtherIds, and what changes of data sets raise.
        """
        ref = address_of(plan.provider, plan.project)
        before = self._fetched.all().get(ref)
        dataset = self._made(ref, plan)
        names = _named(dataset.id_name, plan)
        kinds = _Kinds(plan, spool)
        types = [
            fitting(c.type, found)
            for c, found in zip(plan.structure.columns, kinds.columns, strict=True)
        ]
        columns = [
            NewColumn(name, type_, _category(c), c.group)
            for name, type_, c in zip(names.columns, types, plan.structure.columns, strict=True)
        ]
        former = before.columns if before else ()
        self._datasets.reshape(ref, lambda found: with_columns_of(found, columns, former))
        self._datasets.append(ref, _batches(plan, spool, dataset.id_type, names, columns))
        self._remove_gone(ref, plan)
        self._put_results(ref, plan, spool, names.results, kinds.results)
        self._put_selections(ref, plan)
        moment = now()
        kept = Fetched(
            project_key=dataset.project_key,
            remote_id=plan.project,
            updated=plan.structure.updated,
            fetched_at=moment,
            checked_at=moment,
            n_listed=len(plan.ids),
            columns=tuple(names.columns),
            n_missing=len(kinds.missing),
            missing=tuple(kinds.missing[:_MOST_MISSING]),
            notes=(*plan.notes, *_type_notes(plan.structure.columns, types)),
        )
        self._fetched.put(kept)
        return kept

    def _made(self, ref: ProjectRef, plan: Plan) -> DataSet:
        is_whole = bool(plan.ids) and all(_is_whole(id_) for id_ in plan.ids)
        id_type = ColumnType.INTEGER if is_whole else ColumnType.TEXT
        try:
            dataset = self._datasets.of(ref)
        except UnknownProject:
            self._new_project(
                ref,
                origin=plan.url,
                id_name=_free(ID_NAME, {column.name for column in plan.structure.columns}),
                id_type=id_type,
                name=plan.structure.name or plan.project,
            )
            return self._datasets.of(ref)
        if dataset.id_type is ColumnType.INTEGER and not is_whole and plan.ids:
            raise OtherIds(plan.project, dataset.id_type.value)
        return dataset

    def _remove_gone(self, ref: ProjectRef, plan: Plan) -> None:
        """Take out what is listed no more, unless fewer are listed than there are said to be."""
        if len(plan.ids) < (plan.structure.n_samples or 0):
            return
        dataset = self._datasets.of(ref)
        listed = self._datasets.existing(dataset, _id_array(dataset.id_type, plan.ids))
        gone = BitMap(range(dataset.next_sample_no)) - self._datasets.deleted(dataset)
        gone -= BitMap(listed[listed >= 0])
        for ids in list(self._datasets.id_batches(ref, gone)) if gone else ():
            self._datasets.delete_samples(ref, ids)

    def _put_results(
        self,
        ref: ProjectRef,
        plan: Plan,
        spool: Spool,
        names: list[str],
        kinds: list[set[str]],
    ) -> None:
        types = [
            fitting(column.type, found)
            for column, found in zip(plan.structure.results, kinds, strict=True)
        ]

        def reshape(dataset: DataSet) -> Reshaped:
            wanted = [(m.id, m.name, m.metadata) for m in plan.models]
            return with_models_of(
                dataset, _MARK, wanted, dict(zip(names, types, strict=True)), now()
            )

        after = self._datasets.reshape(ref, reshape)
        by_mark = {model.metadata.get(_MARK): model.id for model in after.models}
        for model in plan.models:
            portion: dict[str, list[Any]] = {}
            for number in range(plan.n_chunks):
                portion |= spool.get(number).results[model.id]
                if len(portion) >= _PORTION or number == plan.n_chunks - 1:
                    self._put_portion(ref, by_mark[model.id], portion, names, types)
                    portion = {}

    def _put_portion(
        self,
        ref: ProjectRef,
        model_id: str,
        portion: dict[str, list[Any]],
        names: list[str],
        types: list[ColumnType],
    ) -> None:
        dataset = self._datasets.of(ref)
        numbers = self._datasets.existing(dataset, _id_array(dataset.id_type, list(portion)))
        order = np.argsort(numbers, kind="stable")
        # A result of a sample whose values did not come has no place to go.
        order = order[numbers[order] >= 0]
        if not len(order):
            return
        rows = list(portion.values())
        there = np.ones(len(order), bool)
        results = {
            name: ResultValues(type_, fitted(name, type_, [rows[at][place] for at in order]), there)
            for place, (name, type_) in enumerate(zip(names, types, strict=True))
        }
        self._datasets.put_results(ref, model_id, numbers[order], results)

    def _put_selections(self, ref: ProjectRef, plan: Plan) -> None:
        """Selections of the provider become selections here; one that changed, a new version."""
        dataset = self._datasets.of(ref)
        kept = {one.name: one for one in self._selections.list(ref)}
        for selection in plan.selections:
            numbers = self._datasets.existing(dataset, _id_array(dataset.id_type, selection.ids))
            members = BitMap(numbers[numbers >= 0])
            known = kept.get(selection.name)
            if not members or (known and self._selections.members(ref, known.id) == members):
                continue
            rule = {"by": f"data provider {plan.provider}", "samples": len(members)}
            self._selections.save_members(ref, selection.name, members, rule)


class _Kinds:
    """What all chunks together hold: kinds by column and by result, and what is missing."""

    def __init__(self, plan: Plan, spool: Spool) -> None:
        self.columns: list[set[str]] = [set() for _ in plan.structure.columns]
        self.results: list[set[str]] = [set() for _ in plan.structure.results]
        self.missing: list[Missing] = []
        for number in range(plan.n_chunks):
            chunk = spool.get(number)
            for known, found in (
                (self.columns, chunk.kinds),
                (self.results, chunk.result_kinds),
            ):
                for kinds, more in zip(known, found, strict=True):
                    kinds.update(more)
            self.missing += chunk.missing


def _batches(
    plan: Plan, spool: Spool, id_type: ColumnType, names: _Names, columns: list[NewColumn]
) -> Iterator[pa.RecordBatch]:
    for number in range(plan.n_chunks):
        chunk: Chunk = spool.get(number)
        if not chunk.rows:
            continue
        arrays = {names.id_name: _id_array(id_type, list(chunk.rows))}
        for column, values in zip(columns, zip(*chunk.rows.values(), strict=True), strict=True):
            arrays[column.name] = fitted(column.name, column.type, list(values))
        yield pa.record_batch(arrays)


def _named(id_name: str, plan: Plan) -> _Names:
    taken = {id_name}
    columns = []
    for column in plan.structure.columns:
        columns.append(_free(column.name, taken))
        taken.add(columns[-1])
    taken = set()
    results = []
    for column in plan.structure.results:
        results.append(_free(column.name, taken))
        taken.add(results[-1])
    return _Names(id_name, columns, results)


def _free(name: str, taken: set[str]) -> str:
    number, free = 1, name
    while free in taken:
        number += 1
        free = f"{name} ({number})"
    return free


def _id_array(id_type: ColumnType, ids: list[Id] | list[str]) -> pa.Array[Any]:
    texts = pa.array([str(id_) for id_ in ids], pa.string())
    return texts.cast(pa.int64()) if id_type is ColumnType.INTEGER else texts


def _is_whole(id_: Id) -> bool:
    return isinstance(id_, int) and -_LARGEST <= id_ < _LARGEST


def _category(column: RemoteColumn) -> Category:
    known = {category.value for category in Category}
    return Category(column.category) if column.category in known else Category.OTHER


def _type_notes(columns: list[RemoteColumn], types: list[ColumnType]) -> list[str]:
    return [
        f'"{column.name}" is said to hold {column.type} values, and holds others; kept as text.'
        for column, type_ in zip(columns, types, strict=True)
        if type_ is ColumnType.TEXT and column.type not in ("text", "auto")
    ]
