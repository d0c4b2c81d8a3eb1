"""The functions that are algorithms: the built-in ones, and those of entry points."""

from __future__ import annotations

import contextlib
from collections.abc import Iterable
from importlib.metadata import EntryPoint, entry_points

from debiai_studio import __version__
from debiai_studio.algorithms.errors import AlgorithmFailed, UnknownAlgorithm
from debiai_studio.algorithms.kinds import KINDS
from debiai_studio.algorithms.model import Algorithm
from debiai_studio.algorithms.signature import Function, described

GROUP = "debiai_studio.algorithms"
BUILT_IN = "built-in"

_OWN = {function.__name__: function for function in KINDS}


def offered() -> tuple[list[Algorithm], list[str]]:
    """All that can be described, built-in ones first, and why others cannot."""
    found = [
        described(name, function, version=__version__, author="DebiAI Studio")
        for name, function in _OWN.items()
    ]
    problems = []
    taken = set(_OWN)
    for point in entry_points(group=GROUP):
        origin = point.dist.name if point.dist else point.value
        if point.name in taken:
            problems.append(f'"{point.name}" of {origin} has a name that is taken.')
            continue
        taken.add(point.name)
        try:
            version = point.dist.version if point.dist else None
            found.append(described(point.name, _loaded(point), version=version, author=origin))
        except Exception as error:  # noqa: BLE001 - one package must not hide the others
            problems.append(f'"{point.name}" of {origin} cannot be used: {error}')
    return found, problems


def function_of(name: str) -> Function:
    """The function. Raises UnknownAlgorithm, AlgorithmFailed, and what its module raises."""
    if name in _OWN:
        return _OWN[name]
    points: Iterable[EntryPoint] = entry_points(group=GROUP, name=name)
    with contextlib.suppress(StopIteration):
        return _loaded(next(iter(points)))
    raise UnknownAlgorithm(BUILT_IN, name, list(_OWN))


def _loaded(point: EntryPoint) -> Function:
    function: Function = point.load()
    if not callable(function):
        raise AlgorithmFailed(f"{point.value} is not a function.")
    return function
