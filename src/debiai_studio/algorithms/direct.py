"""Algorithms used as DebiAI's API uses them: values in, values out, nothing of it is kept."""

from __future__ import annotations

import math
import threading
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import orjson
import pyarrow as pa

from debiai_studio.algorithms.contract import write_algorithm
from debiai_studio.algorithms.debiai_names import (
    INTEGRATED,
    INTEGRATED_URL,
    id_here,
    name_here,
    name_there,
    renamed,
)
from debiai_studio.algorithms.errors import AlgorithmFailed, InvalidInput, TooManyRuns
from debiai_studio.algorithms.functions import BUILT_IN
from debiai_studio.algorithms.inputs import value_of
from debiai_studio.algorithms.model import Algorithm, Input
from debiai_studio.algorithms.ports import (
    Argument,
    Call,
    Column,
    Control,
    Offer,
    Provider,
    Returned,
)
from debiai_studio.algorithms.providers import AlgoProviders
from debiai_studio.algorithms.signature import array_of

SECONDS = 600
# Each holds a thread of the server, and may take much memory in a process of its own.
MOST = 4
_WAIT_SECONDS = 5.0


@dataclass(frozen=True, slots=True)
class GivenValue:
    """The value of an input, and the name of the column that it came from."""

    name: str
    value: Any
    label: str | None = None


class DirectUse:
    """What DebiAI's API does with algorithms. Thread-safe."""

    def __init__(self, providers: AlgoProviders) -> None:
        self._providers = providers
        self._lock = threading.Lock()
        self._under_way: set[Control] = set()
        self._places = threading.BoundedSemaphore(MOST)

    def described(self) -> list[dict[str, Any]]:
        """Every provider in DebiAI's shape; the algorithms of one that does not answer are null."""
        return [_described(offer) for offer in self._providers.offers(refresh=True)]

    def use(
        self, provider: str, algorithm_id: str, given: Sequence[GivenValue]
    ) -> list[dict[str, Any]]:
        """The outputs, as DebiAI's API writes them.

        Raises UnknownProvider, UnknownAlgorithm, InvalidInput, TooManyRuns, AlgorithmTimedOut, and
        what ``Provider.run`` raises.
        """
        own = provider in (INTEGRATED, BUILT_IN)
        found, algorithm = self._providers.find(
            BUILT_IN if own else provider, id_here(algorithm_id) if own else algorithm_id
        )
        call = Call(algorithm, _arguments(algorithm, given, own=own))
        if not self._places.acquire(timeout=_WAIT_SECONDS):
            raise TooManyRuns(MOST)
        try:
            outputs = self._run(found, call)
        finally:
            self._places.release()
        return [
            {"name": name_there(one.name) if own else one.name, "value": _plain(one)}
            for one in outputs
        ]

    def _run(self, provider: Provider, call: Call) -> Sequence[Returned]:
        control = Control(SECONDS, lambda _step, _fraction: None)
        with self._lock:
            self._under_way.add(control)
        control.begin()
        try:
            return provider.run(call, control)
        finally:
            control.over()
            with self._lock:
                self._under_way.discard(control)

    def close(self) -> None:
        """End what is under way."""
        with self._lock:
            controls = list(self._under_way)
        for control in controls:
            control.cancel()


def _described(offer: Offer) -> dict[str, Any]:
    own = offer.url is None
    algorithms = [renamed(one) if own else one for one in offer.algorithms]
    return {
        "name": INTEGRATED if own else offer.name,
        "url": offer.url or INTEGRATED_URL,
        "status": offer.problem is None,
        "algorithms": None if offer.problem else [write_algorithm(one) for one in algorithms],
    }


def _arguments(
    algorithm: Algorithm, given: Sequence[GivenValue], *, own: bool
) -> Mapping[str, Argument]:
    known = {one.name: one for one in algorithm.inputs}
    values: dict[str, GivenValue] = {}
    for each in given:
        name = name_here(each.name, known) if own else each.name
        if name not in known:
            raise InvalidInput(each.name, f'is none of "{algorithm.name}".')
        if name in values:
            raise InvalidInput(each.name, "is given twice.")
        try:
            orjson.dumps(each.value)
        except TypeError as error:
            raise InvalidInput(each.name, f"cannot be passed on as it is: {error}.") from error
        values[name] = each
    longest = max((_length(known[n], each.value) for n, each in values.items()), default=0)
    found: dict[str, Argument] = {}
    for name, one in known.items():
        if name in values:
            found[name] = _argument(one, values[name], longest)
        elif one.required:
            raise InvalidInput(name_there(name) if own else name, "is missing.")
        elif one.default is not None:
            found[name] = one.default
    return found


def _length(one: Input, value: Any) -> int:
    if not isinstance(value, list):
        return 0
    if one.type == "columns":
        return max((len(each) for each in value if isinstance(each, list)), default=0)
    return len(value) if one.type in ("array", "any") else 0


def _argument(one: Input, given: GivenValue, longest: int) -> Argument:
    label = given.label or one.name
    if one.type == "columns":
        every = given.value if isinstance(given.value, list) else [None]
        columns = [_column(f"{label} {n}", each, longest) for n, each in enumerate(every, 1)]
        if not columns or None in columns:
            raise InvalidInput(one.name, "takes a list of lists, all of one length.")
        return [column for column in columns if column is not None]
    value = value_of(one, given.value)
    return _column(label, value, longest) or value


def _column(label: str, value: Any, longest: int) -> Column | None:
    """The values as those of rows; None for what is none, or of another length."""
    if not isinstance(value, list) or len(value) != longest:
        return None
    try:
        array = array_of(label, value)
    except AlgorithmFailed:
        return None  # values of several types go as they are
    plain = array is not None and not pa.types.is_nested(array.type)
    return Column(label, array) if array is not None and plain else None


def _plain(one: Returned) -> Any:
    value = one.value.to_pylist() if isinstance(one.value, pa.Array) else one.value
    return [_json(each) for each in value] if isinstance(value, list) else _json(value)


def _json(value: Any) -> Any:
    """NaN is null, DebiAI's page reads the infinities as words; what JSON lacks is text."""
    if value is not None and not isinstance(value, bool | int | float | str | list | dict):
        return str(value)
    if not isinstance(value, float) or math.isfinite(value):
        return value
    return None if math.isnan(value) else "Infinity" if value > 0 else "-Infinity"
