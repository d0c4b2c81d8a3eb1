"""The engine on this machine: every question is answered from codes, in memory maps."""

from __future__ import annotations

import os
import shutil
import threading
from collections import OrderedDict
from collections.abc import Callable, Hashable
from concurrent.futures import Future, ThreadPoolExecutor
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
from pyroaring import BitMap

from debiai_studio.datasets.model import Column, DataSet
from debiai_studio.datasets.predicate import And, Predicate, leaves
from debiai_studio.engine.cache import ByteCache
from debiai_studio.engine.colour import colour_of
from debiai_studio.engine.errors import Abandoned
from debiai_studio.engine.filters import passing, truth, without
from debiai_studio.engine.frame import Frame, Frames, scope_frame
from debiai_studio.engine.measures import has_estimate, measure_rows
from debiai_studio.engine.members import members_of
from debiai_studio.engine.model import Answer, Counts, MeasureResult, Query, Scope, Step, View
from debiai_studio.engine.plan import Measure
from debiai_studio.engine.ports import ValueReader
from debiai_studio.engine.profile import profile_of
from debiai_studio.engine.rows import Mask, Rows, places_of, scope_key
from debiai_studio.engine.sampling import (
    SAMPLE_ROWS,
    SAMPLED_FROM,
    every_of,
    sampled_rows,
    sampling_of,
)
from debiai_studio.engine.store import CodeStore
from debiai_studio.errors import StudioError

# Masks, bins and orders derived from codes; codes themselves are memory-mapped.
CACHE_BYTES = 2 * 1024**3
# Projects whose memory maps stay open.
OPEN_STORES = 8

Version = tuple[int, int, int, int, tuple[tuple[int, int], ...]]


class LocalEngine:
    """Implements ``Engine``. ``close`` ends its threads; caches on disk stay for the next start."""

    def __init__(
        self,
        reader_of: Callable[[DataSet], ValueReader],
        cache_folder: Callable[[DataSet], Path],
        *,
        cache_bytes: int = CACHE_BYTES,
        sampled_from: int = SAMPLED_FROM,
        sample_rows: int = SAMPLE_ROWS,
    ) -> None:
        self._sampled_from = sampled_from
        self._sample_rows = sample_rows
        self._reader_of = reader_of
        self._cache_folder = cache_folder
        self._cache = ByteCache(cache_bytes)
        self._stores: OrderedDict[Version, CodeStore] = OrderedDict()
        self._folders: dict[int, Path] = {}
        self._lock = threading.Lock()
        cores = os.cpu_count() or 1
        self._pool = ThreadPoolExecutor(cores, "engine")
        # Costly views never take all cores, nor a thread that a quick one waits for.
        self._costly_pool = ThreadPoolExecutor(max(1, cores // 2), "engine-costly")
        # A sample is answered while the exact figures of the question before are counted.
        self._sampled_pool = ThreadPoolExecutor(cores, "engine-sampled")

    def close(self) -> None:
        """End the threads; called once, when no question is under way."""
        self._pool.shutdown()
        self._costly_pool.shutdown()
        self._sampled_pool.shutdown()
        with self._lock:
            self._stores.clear()
        self._cache.drop(lambda _key: True)

    def columns(self, dataset: DataSet, scope: Scope) -> list[Column]:
        """The columns that rows of this scope have (``model`` and results included)."""
        return [place.column for place in places_of(dataset, scope).values()]

    def answer(
        self, dataset: DataSet, query: Query, is_over: Callable[[], bool] = lambda: False
    ) -> Answer:
        """Answer every view. Raises UnknownColumn, Unsuitable or InvalidFilter for the whole."""
        everything = rows = self._rows(dataset, query.scope)
        if query.may_sample:
            every = every_of(rows, sampled_from=self._sampled_from, sample_rows=self._sample_rows)
            if every > 1:
                rows = sampled_rows(rows, every)
        is_sampled = rows is not everything
        passed = passing(rows, query.filters, query.selections)
        _check(is_over)
        colour = colour_of(rows, query.colour)
        frames = Frames(rows, colour)
        pending = self._start_views(frames, query, passed, is_over)
        each = frames.of(None, query.filters, passed, "rows")
        groups = each.by_place(colour.group, colour.groups).diagonal().tolist()
        answer = Answer(
            data_version=dataset.data_version,
            counts=Counts(
                each.estimated,
                (each.selected if rows.blocks == 1 else _marked(rows.any_block(passed)))
                * rows.weight,
                everything.total_rows,
                everything.total_samples,
            ),
            steps=_steps(rows, query) if query.steps and not is_sampled else [],
            colour=colour.meta(rows, groups),
            views={},
            errors={},
            sampling=sampling_of(rows, passed) if is_sampled else None,
        )
        for view_id, measures in pending.items():
            try:
                answer.views[view_id] = {name: f.result() for name, f in measures.items()}
            except StudioError as error:
                answer.errors[view_id] = error
        frames.keep()
        return answer

    def select(self, dataset: DataSet, query: Query) -> BitMap:
        """The distinct samples that pass every filter: exactly those that ``answer`` counts."""
        rows = self._rows(dataset, query.scope)
        passed = rows.any_block(passing(rows, query.filters, query.selections))
        return members_of(passed)

    def profile(self, dataset: DataSet) -> list[dict[str, Any]]:
        """The figures of every column, in the source's order, results per model behind them."""

        def make() -> list[dict[str, Any]]:
            rows = self._rows(dataset, Scope())
            figures = [profile_of(rows, c, c.name, None) for c in dataset.sample_columns]
            for model in dataset.models:
                rows = self._rows(dataset, Scope(models=(model.id,), models_as="columns"))
                results = rows.columns[len(dataset.sample_columns) :]
                for column, named in zip(dataset.result_columns, results, strict=True):
                    figures.append(profile_of(rows, column, named.name, model))
            return figures

        found: list[dict[str, Any]] = self._store(dataset).document("profile", make)
        return found

    def warm(self, dataset: DataSet, is_over: Callable[[], bool] = lambda: False) -> None:
        """Build the codes of one column after the other, until it ``is_over``."""
        store = self._store(dataset)
        results = dataset.result_columns if dataset.models else ()
        for build, columns in (
            (store.sample_column, dataset.sample_columns),
            (store.result_column, results),
        ):
            for column in columns:
                if is_over():
                    return
                if column.type.is_plottable:
                    build(column)

    def forget(self, project_key: int) -> None:
        """Drop every cache of a project, on disk too."""
        with self._lock:
            for version in [v for v in self._stores if v[0] == project_key]:
                del self._stores[version]
            folder = self._folders.pop(project_key, None)
        self._cache.drop(lambda key: isinstance(key, tuple) and key[0] == project_key)
        if folder is not None:
            shutil.rmtree(folder, ignore_errors=True)

    def _store(self, dataset: DataSet) -> CodeStore:
        models = tuple((model.number, model.n_results) for model in dataset.models)
        version = (
            dataset.project_key, dataset.data_version, dataset.next_sample_no,
            dataset.n_deleted, models,
        )  # fmt: skip
        with self._lock:
            if version not in self._stores:
                folder = self._cache_folder(dataset)
                self._folders[dataset.project_key] = folder
                self._stores[version] = CodeStore(dataset, self._reader_of, folder)
            self._stores.move_to_end(version)
            while len(self._stores) > OPEN_STORES:
                _, closed = self._stores.popitem(last=False)
                # Opened again it has another key: what was kept under this one is out of reach.
                self._cache.drop(partial(_is_of, closed.key))
            return self._stores[version]

    def _rows(self, dataset: DataSet, scope: Scope) -> Rows:
        store = self._store(dataset)
        key = (dataset.project_key, store.key, "rows", scope_key(scope))
        return self._cache.get(
            key, lambda: Rows(store, scope, self._cache), lambda rows: rows.mask.nbytes
        )

    def _start_views(
        self, frames: Frames, query: Query, passed: Mask, is_over: Callable[[], bool]
    ) -> dict[str, dict[str, Future[MeasureResult]]]:
        rows = frames.rows
        origins = {leaf.origin for leaf in leaves(query.filters)}
        pending: dict[str, dict[str, Future[MeasureResult]]] = {}
        for view in query.views:
            if rows.weight > 1 and not has_estimate(view.plan.measures.values()):
                continue
            _check(is_over)
            unit = view.plan.unit
            if view.id in origins:
                own = without(query.filters, view.id)
                frame = frames.of(view.id, own, passing(rows, own, query.selections), unit)
            else:
                frame = frames.of(None, query.filters, passed, unit)
            scope = scope_frame(rows, frames.colour, unit)
            pending[view.id] = self._start_view(view, frame, scope, is_over)
        return pending

    def _start_view(
        self, view: View, frame: Frame, scope: Frame, is_over: Callable[[], bool]
    ) -> dict[str, Future[MeasureResult]]:
        pool = self._costly_pool if view.costly else self._pool
        if frame.rows.weight > 1:
            pool = self._sampled_pool

        def measured(measure: Measure) -> MeasureResult:
            _check(is_over)
            return measure_rows(measure, frame, scope)

        return {
            name: pool.submit(measured, measure) for name, measure in view.plan.measures.items()
        }


def _check(is_over: Callable[[], bool]) -> None:
    if is_over():
        raise Abandoned


def _is_of(store_key: str, key: Hashable) -> bool:
    return isinstance(key, tuple) and key[1] == store_key


def _marked(mask: Mask) -> int:
    return int(np.count_nonzero(mask.view(np.bool_)))


def _steps(rows: Rows, query: Query) -> list[Step]:
    """Distinct samples left after each child of the root, one after the other."""
    root = query.filters
    if root is None:
        return []
    left = rows.mask
    steps = []
    children: tuple[Predicate, ...] = root.children if isinstance(root, And) else (root,)
    for child in children:
        left = left & truth(rows, child, query.selections)
        steps.append(Step(child.id, _marked(rows.any_block(left))))
    return steps
