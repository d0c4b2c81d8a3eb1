"""Models of projects of blocks, and their results."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import numpy as np
import pyarrow as pa
from pyroaring import BitMap

from debiai_studio.blocks.description import checked_expected, checked_model_name
from debiai_studio.blocks.errors import AlreadySet, BadResults, BadStructure, ModelExists
from debiai_studio.blocks.model import TYPES, BlockStructure, ExpectedResult
from debiai_studio.blocks.patience import Patience
from debiai_studio.blocks.ports import StructureCatalogue, structure_of
from debiai_studio.blocks.service import Blocks
from debiai_studio.blocks.tree import Path, results_of
from debiai_studio.blocks.values import as_json, fitted, type_of
from debiai_studio.datasets.model import ColumnType, DataSet
from debiai_studio.datasets.results import ResultValues
from debiai_studio.datasets.service import DataSets
from debiai_studio.datasets.shape import (
    Reshaped,
    model_of,
    with_model,
    without_model,
    without_result,
)
from debiai_studio.projects.model import ProjectRef

_SHOWN = 5


class BlockModels:
    """Models by id, and results by the names of blocks. Changes wait as those of ``Blocks``."""

    def __init__(
        self,
        structures: StructureCatalogue,
        blocks: Blocks,
        datasets: DataSets,
        patience: Patience,
    ) -> None:
        self._structures = structures
        self._blocks = blocks
        self._datasets = datasets
        self._patience = patience

    def set_expected(self, ref: ProjectRef, expected: object) -> None:
        """Name the results that models give, once. Raises BadStructure, AlreadySet."""
        checked = checked_expected(expected)

        def change() -> None:
            dataset = self._datasets.of(ref)
            before = structure_of(self._structures, dataset)
            if before.expected is not None and before.expected != checked:
                raise AlreadySet("expected results")
            self._keep(dataset, before, checked)

        self._patience.run(ref, change)

    def add_expected(self, ref: ProjectRef, one: object) -> Sequence[ExpectedResult]:
        """One more expected result; all of them then. Raises BadStructure, UnsuitableValues.

        Its ``default``, if it has one, becomes the value of each result that is there.
        """
        (checked,) = checked_expected([one])

        def change() -> Sequence[ExpectedResult]:
            dataset = self._datasets.of(ref)
            before = structure_of(self._structures, dataset)
            expected = checked_expected([*(before.expected or ()), checked])
            after = replace(before, expected=expected)
            if checked.get("default") is not None:
                self._fill(ref, dataset, after, checked)
            self._keep(dataset, before, expected)
            return expected

        return self._patience.run(ref, change)

    def remove_expected(self, ref: ProjectRef, name: object) -> Sequence[ExpectedResult]:
        """Without an expected result and its values; the others. Raises BadStructure."""

        def change() -> Sequence[ExpectedResult]:
            dataset = self._datasets.of(ref)
            before = structure_of(self._structures, dataset)
            left = tuple(one for one in before.expected or () if one["name"] != name)
            if len(left) == len(before.expected or ()):
                raise BadStructure(f'There is no expected result "{name}".')
            self._datasets.reshape(ref, lambda found: without_result(found, str(name)))
            self._keep(dataset, before, left)
            return left

        return self._patience.run(ref, change)

    def create(
        self,
        ref: ProjectRef,
        name: object,
        metadata: dict[str, object],
        *,
        created_at: str | None = None,
    ) -> None:
        """A model without results, made now or before. Raises BadName, ModelExists."""
        checked = checked_model_name(name)
        at = created_at or datetime.now(UTC).isoformat(timespec="milliseconds").replace(
            "+00:00", "Z"
        )

        def plan(dataset: DataSet) -> Reshaped:
            if any(model.id == checked for model in dataset.models):
                raise ModelExists(checked)
            return with_model(dataset, checked, at, metadata)

        self._patience.run(ref, lambda: self._datasets.reshape(ref, plan))

    def delete(self, ref: ProjectRef, model_id: str) -> None:
        """Remove a model with its results. Raises UnknownModel."""
        self._patience.run(
            ref,
            lambda: self._datasets.reshape(ref, lambda before: without_model(before, model_id)),
        )

    def samples(self, ref: ProjectRef, model_id: str) -> BitMap:
        """The samples that have a result. Raises UnknownModel."""
        return self._datasets.with_results(ref, model_id)

    def put(self, ref: ProjectRef, model_id: str, tree: object, order: Sequence[str] | None) -> int:
        """Give samples results of a model; how many samples.

        Those that had some get the new values. Raises UnknownModel, BadResults, UnsuitableValues.
        """
        structure = self._blocks.structure(ref)
        if structure.expected is None:
            raise BadResults("The expected results of this project were not set yet.")
        names = _checked_order(structure, order)
        given = results_of(structure, tree)
        for path, values in given:
            if not isinstance(values, list) or len(values) != len(names):
                count = len(values) if isinstance(values, list) else "no list of"
                raise BadResults(
                    f'Sample "{" / ".join(path)}" came with {count} results, '
                    f"{len(names)} are expected."
                )

        def change() -> int:
            dataset = self._datasets.of(ref)
            model_of(dataset, model_id)
            numbers = self._numbers_of(dataset, structure, [path for path, _ in given])
            by_number = np.argsort(numbers)
            columns = {
                name: _result(dataset, structure, name, [given[at][1][place] for at in by_number])
                for place, name in enumerate(names)
            }
            if len(given) and columns:
                self._datasets.put_results(ref, model_id, numbers[by_number], columns)
            return len(given)

        return self._patience.run(ref, change)

    def results(
        self, ref: ProjectRef, model_id: str, ids: Sequence[str]
    ) -> dict[str, tuple[Any, ...]]:
        """By id, in the order of the expected results; samples without one are left out.

        Raises UnknownModel, UnknownSamples.
        """
        dataset = self._datasets.of(ref)
        model = model_of(dataset, model_id)
        expected = self._blocks.structure(ref).expected or ()
        known = {column.name: column for column in dataset.result_columns}
        having = self._datasets.with_results(ref, model_id)
        numbers = self._blocks.existing(dataset, ids)
        there = [place for place, number in enumerate(numbers.tolist()) if number in having]
        numbers, found = numbers[there], [ids[place] for place in there]
        columns = [known[one["name"]] for one in expected if one["name"] in known]
        stored = self._datasets.values(dataset).results(model.number, numbers, columns)
        values = [
            as_json(known[one["name"]], stored.column(known[one["name"]].field))
            if one["name"] in known
            else [None] * len(found)
            for one in expected
        ]
        return dict(zip(found, zip(*values, strict=True), strict=True)) if values else {}

    def _keep(
        self, dataset: DataSet, before: BlockStructure, expected: tuple[ExpectedResult, ...]
    ) -> None:
        levels = before.levels if before.is_kept else ()
        self._structures.put(dataset.project_key, BlockStructure(levels, expected))

    def _fill(
        self, ref: ProjectRef, dataset: DataSet, structure: BlockStructure, one: ExpectedResult
    ) -> None:
        for model in dataset.models:
            samples = np.asarray(self.samples(ref, model.id).to_array(), np.int64)
            if len(samples):
                values = _result(dataset, structure, one["name"], [one["default"]] * len(samples))
                self._datasets.put_results(ref, model.id, samples, {one["name"]: values})

    def _numbers_of(
        self, dataset: DataSet, structure: BlockStructure, paths: list[Path]
    ) -> np.ndarray[Any, np.dtype[np.int64]]:
        ids = self._blocks.ids_of(dataset, structure, paths)
        numbers = self._datasets.existing(dataset, ids)
        unknown = np.flatnonzero(numbers < 0)
        if len(unknown):
            shown = ", ".join(f'"{" / ".join(paths[place])}"' for place in unknown[:_SHOWN])
            more = f" and {len(unknown) - _SHOWN} more" if len(unknown) > _SHOWN else ""
            raise BadResults(f"There are no samples {shown}{more} in this project.")
        order = np.argsort(numbers, kind="stable")
        again = np.flatnonzero(np.diff(numbers[order]) == 0)
        if len(again):
            one, other = (" / ".join(paths[place]) for place in order[again[0] :][:2])
            raise BadResults(f'"{one}" and "{other}" are the same sample.')
        return numbers


def _checked_order(structure: BlockStructure, order: Sequence[str] | None) -> Sequence[str]:
    expected = [one["name"] for one in structure.expected or ()]
    if order is None:
        return expected
    for name in order:
        if name not in expected:
            raise BadResults(f'"{name}" is not an expected result.')
    if len(set(order)) < len(order):
        raise BadResults("An expected result is named twice.")
    return order


def _result(
    dataset: DataSet, structure: BlockStructure, name: str, values: list[Any]
) -> ResultValues:
    type_ = next((c.type for c in dataset.result_columns if c.name == name), None)
    if type_ is None:
        declared = next(one["type"] for one in structure.expected or () if one["name"] == name)
        type_ = TYPES.get(declared) or type_of(values)
        # Results are compared between models, of which a later one may give decimals.
        type_ = ColumnType.NUMBER if type_ is ColumnType.INTEGER else type_
    array = fitted(name, type_, values)
    found = ColumnType.NUMBER if pa.types.is_floating(array.type) else type_
    return ResultValues(found, array, np.ones(len(values), bool))
