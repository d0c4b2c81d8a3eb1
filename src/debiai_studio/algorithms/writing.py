"""Outputs become columns: of the samples, or results of the model whose results were given."""

from __future__ import annotations

import time
from collections.abc import Mapping, Sequence

import numpy as np
import pyarrow as pa
from pyroaring import BitMap

from debiai_studio.algorithms.model import Algorithm
from debiai_studio.algorithms.outputs import NewValues
from debiai_studio.algorithms.ports import Control
from debiai_studio.datasets.model import Column, DataSet
from debiai_studio.datasets.ports import Numbers
from debiai_studio.datasets.results import ResultValues
from debiai_studio.datasets.service import DataSets
from debiai_studio.datasets.shape import NewColumn
from debiai_studio.projects.errors import ProjectBusy
from debiai_studio.projects.model import ProjectRef

_SECONDS_BETWEEN_TRIES = 0.2


class Writing:
    """Puts the values of a run beside the samples, in one change."""

    def __init__(self, datasets: DataSets) -> None:
        self._datasets = datasets

    def put(
        self,
        ref: ProjectRef,
        *,
        algorithm: Algorithm,
        model: str | None,
        columns: Sequence[NewValues],
        names: Mapping[str, str],
        numbers: Numbers,
        before: BitMap,
        control: Control,
    ) -> None:
        """Write the values of these samples; for those of ``before`` beside them they go missing.

        Waits while another change of the project is under way. Raises UnsuitableValues, and what
        ``control`` tells.
        """
        everyone = self._existing(ref, model, before | BitMap(numbers))
        places = _places(numbers, everyone)
        given = {names[one.output]: (one.type, one.values.take(places)) for one in columns}
        while True:
            control.check()
            try:
                if model is None:
                    made = [
                        NewColumn(name, type_, group=algorithm.name)
                        for name, (type_, _) in given.items()
                    ]
                    values = {name: array for name, (_, array) in given.items()}
                    self._datasets.put_values(ref, made, everyone, values)
                else:
                    there = np.ones(len(everyone), bool)
                    results = {
                        name: ResultValues(type_, array, there)
                        for name, (type_, array) in given.items()
                    }
                    self._datasets.put_results(ref, model, everyone, results)
            except ProjectBusy:
                time.sleep(_SECONDS_BETWEEN_TRIES)
            else:
                return

    def _existing(self, ref: ProjectRef, model: str | None, samples: BitMap) -> Numbers:
        """Those that still exist, and have results of the model, ascending."""
        left = samples - self._datasets.deleted(self._datasets.of(ref))
        if model is not None:
            left &= self._datasets.with_results(ref, model)
        return np.asarray(left.to_array(), np.int64)


def columns_of(dataset: DataSet, model: str | None) -> tuple[Column, ...]:
    """Where the columns of an experiment are."""
    return dataset.sample_columns if model is None else dataset.result_columns


def _places(numbers: Numbers, everyone: Numbers) -> pa.Array[int]:
    """The place of each sample among ``numbers``, ascending; null where it is none of them."""
    found = np.searchsorted(numbers, everyone)
    inside = np.clip(found, 0, len(numbers) - 1)
    return pa.array(inside, mask=numbers[inside] != everyone)
