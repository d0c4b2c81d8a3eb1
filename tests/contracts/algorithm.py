"""The contract suite of algorithms that are functions: what holds for every one, built in or not.

``AlgorithmContract(function)`` needs nothing but the function: it is described, and called with
its defaults on awkward columns, as its process calls it.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pyarrow as pa

from debiai_studio.algorithms.model import Algorithm, Input
from debiai_studio.algorithms.ports import Argument, Column
from debiai_studio.algorithms.signature import array_of, called, described
from debiai_studio.errors import StudioError

N_ROWS = 60


def awkward_columns() -> dict[str, pa.Array[Any]]:
    """Columns [60] with what data has: gaps, NaN, infinities, one value only, whole numbers."""
    random = np.random.default_rng(5)
    values = random.normal(size=N_ROWS)
    values[3] = np.nan
    values[7] = np.inf
    return {
        "plain": pa.array(random.normal(size=N_ROWS)),
        "awkward": pa.array([None if n % 11 == 0 else float(v) for n, v in enumerate(values)]),
        "constant": pa.array(np.full(N_ROWS, 4.0)),
        "whole": pa.array(random.integers(0, 4, N_ROWS)),
    }


class AlgorithmContract:
    """What every function that is an algorithm must do."""

    def __init__(self, function: Callable[..., Any]) -> None:
        self.function = function
        self.algorithm: Algorithm = described(
            function.__name__, function, version="1", author="tests"
        )

    def check_all(self) -> None:
        self.describes_itself()
        columns = awkward_columns()
        self.gives_what_it_declares(columns)
        self.gives_the_same_again(columns)
        self.leaves_its_inputs_alone(columns)
        self.fails_with_a_sentence_or_answers({name: one[:1] for name, one in columns.items()})
        nothing = pa.nulls(N_ROWS, pa.float64())
        self.fails_with_a_sentence_or_answers(dict.fromkeys(columns, nothing))

    def describes_itself(self) -> None:
        assert self.algorithm.name
        assert self.algorithm.name != self.function.__name__, "the docstring's first line"
        assert self.algorithm.description.endswith(".")
        for one in (*self.algorithm.inputs, *self.algorithm.outputs):
            assert one.description.endswith("."), one.name
            assert one.type != "any", one.name

    def gives_what_it_declares(self, columns: dict[str, pa.Array[Any]]) -> None:
        """Each declared output, a list with a value for each row where one is declared."""
        told: list[float] = []
        outputs = called(self.function, self._arguments(columns), told.append)
        assert list(outputs) == [output.name for output in self.algorithm.outputs]
        for output in self.algorithm.outputs:
            array = array_of(output.name, outputs[output.name])
            assert (array is not None) == (output.type == "array"), output.name
            if array is not None:
                assert len(array) == N_ROWS, output.name
        assert all(0 <= share <= 1 for share in told)
        assert told == sorted(told)

    def gives_the_same_again(self, columns: dict[str, pa.Array[Any]]) -> None:
        first, again = (_text(self._arrays(columns)) for _ in range(2))
        assert first == again

    def leaves_its_inputs_alone(self, columns: dict[str, pa.Array[Any]]) -> None:
        before = _text(columns)
        self._arrays(columns)
        assert _text(columns) == before

    def fails_with_a_sentence_or_answers(self, columns: dict[str, pa.Array[Any]]) -> None:
        """On too little, or on nothing but gaps."""
        n_rows = len(next(iter(columns.values())))
        refusal, arrays = None, {}
        try:
            arrays = self._arrays(columns)
        except StudioError as error:
            refusal = str(error)
        assert refusal is None or refusal.endswith(".")
        assert refusal or {len(one) for one in arrays.values()} == {n_rows}

    def _arrays(self, columns: dict[str, pa.Array[Any]]) -> dict[str, pa.Array[Any]]:
        outputs = called(self.function, self._arguments(columns), lambda _: None)
        arrays = {name: array_of(name, value) for name, value in outputs.items()}
        return {name: array for name, array in arrays.items() if array is not None}

    def _arguments(self, columns: dict[str, pa.Array[Any]]) -> dict[str, Argument]:
        names = list(columns)
        return {
            one.name: self._argument(one, place, columns, names)
            for place, one in enumerate(self.algorithm.inputs)
            if one.required
        }

    def _argument(
        self, one: Input, place: int, columns: dict[str, pa.Array[Any]], names: list[str]
    ) -> Argument:
        if one.type == "columns":
            return [Column(name, columns[name]) for name in names]
        assert one.type == "array", f"{one.name} needs a default"
        name = names[place % len(names)]
        return Column(name, columns[name])


def _text(columns: dict[str, pa.Array[Any]]) -> str:
    """What tells whether values are the same, NaN among them."""
    return str({name: values.to_pylist() for name, values in columns.items()})
