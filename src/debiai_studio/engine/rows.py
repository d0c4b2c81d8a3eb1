"""The rows of a scope: samples, or samples x models, without ever joining them."""

from __future__ import annotations

from collections.abc import Callable, Hashable
from dataclasses import dataclass, replace
from hashlib import blake2b
from typing import Any, Literal, TypeVar

import numpy as np
import numpy.typing as npt
import pyarrow as pa
from pyroaring import BitMap

from debiai_studio.datasets.model import Column, ColumnType, DataSet, Model
from debiai_studio.engine import kernels
from debiai_studio.engine.cache import ByteCache
from debiai_studio.engine.codes import FIRST, Coded
from debiai_studio.engine.coding import places_in
from debiai_studio.engine.errors import UnknownColumn, Unsuitable
from debiai_studio.engine.members import marks_of
from debiai_studio.engine.model import Scope
from debiai_studio.engine.store import CodeStore

Mask = npt.NDArray[np.uint8]
Unit = Literal["rows", "samples"]
Family = Literal["sample", "result", "model"]

A = TypeVar("A", bound=npt.NDArray[Any])
T = TypeVar("T")

MODEL_COLUMN = "model"


@dataclass(frozen=True, slots=True)
class Place:
    """Where a column of the scope comes from; ``model`` is set for ``<model>.<result>``."""

    column: Column
    family: Family
    stored: Column
    model: int | None = None


def places_of(dataset: DataSet, scope: Scope) -> dict[str, Place]:
    """The columns that rows of this scope have, by name, in drawn order."""
    places = {c.name: Place(c, "sample", c) for c in dataset.sample_columns}

    def add(column: Column, family: Family, stored: Column, model: int | None = None) -> None:
        name = column.name if column.name not in places else f"{column.name} (result)"
        places[name] = Place(replace(column, name=name), family, stored, model)

    chosen = chosen_models(dataset, scope)
    if chosen and scope.models_as == "rows":
        column = Column(MODEL_COLUMN, ColumnType.TEXT, MODEL_COLUMN)
        add(column, "model", column)
        for result in dataset.result_columns:
            add(result, "result", result)
    elif chosen:
        for index in chosen:
            for result in dataset.result_columns:
                named = replace(result, name=f"{dataset.models[index].id}.{result.name}")
                add(named, "result", result, index)
    return places


def chosen_models(dataset: DataSet, scope: Scope) -> list[int]:
    """The positions of the scope's models among the data set's. Raises UnknownColumn."""
    known = [model.id for model in dataset.models]
    for model_id in scope.models:
        if model_id not in known:
            raise UnknownColumn(model_id, known)
    return [known.index(model_id) for model_id in dict.fromkeys(scope.models)]


class Rows:
    """The rows of one scope of one data set, with what was already worked out about them.

    A row is (block, sample number): one block per model when models are rows, else one.
    """

    def __init__(self, store: CodeStore, scope: Scope, cache: ByteCache) -> None:
        self.store = store
        self.scope = scope
        self.dataset = store.dataset
        self.key = (self.dataset.project_key, store.key, scope_key(scope))
        self.cache = cache
        self.weight = 1  # how many rows of the scope each one stands for
        self._places = places_of(self.dataset, scope)
        self._chosen = chosen_models(self.dataset, scope)
        self.per_model = bool(self._chosen) and scope.models_as == "rows"
        self.mask = self._mask()
        self.blocks, self.n_samples = self.mask.shape
        self.total_rows = int(np.count_nonzero(self.mask))
        self.total_samples = int(np.count_nonzero(self.any_block(self.mask)))

    @property
    def models(self) -> list[Model]:
        """The chosen models; with models as rows, one per block."""
        return [self.dataset.models[index] for index in self._chosen]

    @property
    def columns(self) -> list[Column]:
        """The columns of a row."""
        return [place.column for place in self._places.values()]

    def place(self, name: str) -> Place:
        """Where a column comes from. Raises UnknownColumn."""
        if name not in self._places:
            raise UnknownColumn(name, list(self._places))
        return self._places[name]

    def coded(self, name: str) -> Coded:
        """A column's codes, [1 or blocks, samples]. Raises UnknownColumn or Unsuitable."""
        place = self.place(name)
        if not place.column.type.is_plottable:
            raise Unsuitable(name, f"it holds a value of type {place.column.type} in each row.")
        return self.kept(("coded", name), lambda: self._coded(place), _held)

    def totals(self, name: str, unit: Unit = "rows") -> npt.NDArray[np.uint32]:
        """How many rows of the scope have each code."""

        def count() -> npt.NDArray[np.uint32]:
            coded = self.coded(name)
            counts = np.zeros(coded.size, np.uint32)
            kernels.tally(coded.codes, self.counted(self.mask, unit), counts)
            return counts

        return self.array(("totals", name, unit), count)

    def array(self, key: Hashable, make: Callable[[], A]) -> A:
        """An array that depends on this scope alone, from the cache when it is there."""
        return self.kept(key, make, lambda made: made.nbytes)

    def kept(self, key: Hashable, make: Callable[[], T], size: Callable[[T], int]) -> T:
        """Anything that depends on this scope alone."""
        return self.cache.get((*self.key, key), make, size)

    def recall(self, key: Hashable) -> object | None:
        """What ``keep`` kept of this scope; None when it is not there any more."""
        return self.cache.recall((*self.key, key))

    def keep(self, key: Hashable, made: object, taken: int) -> None:
        """Keep something about this scope, in place of what had the same key, as long as may be."""
        self.cache.keep((*self.key, key), made, taken)

    def counted(self, mask: Mask, unit: Unit) -> Mask:
        """The mask itself, or with samples as the unit each sample's first row in it."""
        if unit == "rows" or self.blocks == 1:
            return mask
        first = mask.copy()
        taken = mask[0].copy()
        for block in range(1, self.blocks):
            first[block] &= taken ^ 1
            taken |= mask[block]
        return first

    def spread(self, values: A) -> A:
        """Values of samples or rows, [1 or blocks, samples], one for each row."""
        if len(values) == self.blocks:
            return values
        return np.broadcast_to(values, self.mask.shape)  # type: ignore[return-value]

    def numbers_of(self, places: npt.NDArray[np.uint32]) -> npt.NDArray[np.uint32]:
        """The sample number at each place of [samples]."""
        return places

    @staticmethod
    def any_block(mask: Mask) -> Mask:
        """The samples of which some row is marked."""
        joined: Mask = mask[0] if len(mask) == 1 else np.bitwise_or.reduce(mask, axis=0)
        return joined

    def samples(self, members: BitMap) -> Mask:
        """The mask of a set of samples, [1, samples]."""
        return marks_of(members, self.dataset.next_sample_no)[None]

    def _coded(self, place: Place) -> Coded:
        if place.family == "sample":
            return self.store.sample_column(place.stored)
        if place.family == "model":
            return self._model_codes(place.column)
        coded = self.store.result_column(place.stored)
        slabs = self._chosen if place.model is None else [place.model]
        if slabs == list(range(len(coded.codes))):
            return replace(coded, column=place.column)
        return Coded(place.column, coded.dictionary, np.ascontiguousarray(coded.codes[slabs]))

    def _model_codes(self, column: Column) -> Coded:
        names = [model.id for model in self.models]
        ranks = [sorted(names).index(name) + FIRST for name in names]
        codes = np.repeat(np.array(ranks, np.uint16)[:, None], self.n_samples, axis=1)
        return Coded(column, pa.array(sorted(names), pa.large_string()), codes)

    def _mask(self) -> Mask:
        reader = self.store.reader
        n_samples = self.dataset.next_sample_no
        alive = np.zeros((1, n_samples), np.uint8)
        for numbers in reader.number_batches():
            _mark(alive[0], numbers)
        if deleted := reader.deleted():
            alive &= self.samples(deleted) ^ 1
        if self.scope.samples is not None:
            alive &= self.samples(self.scope.samples)
        if not self._chosen:
            return alive
        present = np.zeros((len(self._chosen), n_samples), np.uint8)
        for block, index in enumerate(self._chosen):
            for numbers in reader.number_batches(self.dataset.models[index].number):
                _mark(present[block], numbers)
        join = np.bitwise_and if self.scope.results == "intersection" else np.bitwise_or
        joined = join.reduce(present, axis=0, keepdims=True)
        return alive & joined & present if self.per_model else alive & joined


def _mark(marks: Mask, numbers: npt.NDArray[np.int64]) -> None:
    """Mark samples by ascending number; those beyond the marks are left out."""
    numbers = numbers[: np.searchsorted(numbers, len(marks))]
    if len(numbers):
        marks[places_in(numbers)] = 1


def _held(coded: Coded) -> int:
    """The bytes that codes take of memory: none where they are mapped from the store's files."""
    return coded.codes.nbytes if coded.codes.flags.owndata else 0


def scope_key(scope: Scope) -> Hashable:
    """What tells one scope from another."""
    samples = scope.samples
    digest = None if samples is None else blake2b(samples.serialize(), digest_size=16).digest()
    return (scope.models, scope.results, scope.models_as, digest)
