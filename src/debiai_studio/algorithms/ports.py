"""What algorithms need from providers, and from storage."""

from __future__ import annotations

import threading
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Protocol

import pyarrow as pa

from debiai_studio.algorithms.errors import AlgorithmTimedOut
from debiai_studio.algorithms.model import AlgoProvider, Algorithm, Experiment


class CancelledError(Exception):
    """A person stopped the run."""


@dataclass(frozen=True, slots=True)
class Column:
    """A column that is given: its name, and its values in the order of the rows."""

    label: str
    values: pa.Array[Any]


# A value given by hand, a column, or several.
Argument = Any | Column | Sequence[Column]


@dataclass(frozen=True, slots=True)
class Call:
    """One run: the algorithm, and what is given by the name of the input."""

    algorithm: Algorithm
    arguments: Mapping[str, Argument]


@dataclass(slots=True)
class Returned:
    """One output: a value of JSON, or an Arrow array."""

    name: str
    value: Any


class Control:
    """How a run tells its progress, and how it is ended from another thread."""

    def __init__(self, seconds: int, tell: Callable[[str, float | None], None]) -> None:
        self.tell = tell
        self._seconds = seconds
        self._lock = threading.Lock()
        self._end: Callable[[], None] | None = None
        self._reason: Exception | None = None
        self._timer: threading.Timer | None = None

    def begin(self) -> None:
        """Time runs from now on."""
        self._timer = threading.Timer(self._seconds, self._stop, [AlgorithmTimedOut(self._seconds)])
        self._timer.daemon = True
        self._timer.start()

    def over(self) -> None:
        """Time runs no more."""
        if self._timer is not None:
            self._timer.cancel()

    def cancel(self) -> None:
        """End it, or let it not begin."""
        self._stop(CancelledError())

    def ends_by(self, end: Callable[[], None]) -> None:
        """What ends the work that begins now; called at once when it is to end already."""
        with self._lock:
            self._end = end
            stopped = self._reason is not None
        if stopped:
            end()

    def check(self) -> None:
        """Raises CancelledError or AlgorithmTimedOut once it is to end."""
        if self._reason is not None:
            raise self._reason

    def _stop(self, reason: Exception) -> None:
        with self._lock:
            self._reason = self._reason or reason
            end = self._end
        if end is not None:
            end()


class Provider(Protocol):
    """Where algorithms come from. Thread-safe."""

    def algorithms(self) -> Sequence[Algorithm]:
        """What it offers. Raises ProviderUnreachable."""
        ...

    def run(self, call: Call, control: Control) -> list[Returned]:
        """Run one.

        Raises AlgorithmFailed, AlgorithmDied, PackageMissing, ProviderUnreachable, and what
        ``Control.check`` raises.
        """
        ...


class ExperimentStore(Protocol):
    """Experiments of present projects. Thread-safe; each call is one transaction."""

    def put(self, experiment: Experiment) -> None:
        """Keep it, in place of the one with its id. Raises UnknownData."""
        ...

    def list(self, project_key: int) -> Sequence[Experiment]:
        """All of a project, the newest first."""
        ...

    def get(self, experiment_id: str) -> Experiment | None:
        """One experiment."""
        ...

    def unended(self) -> Sequence[Experiment]:
        """Those that wait or run, of every project."""
        ...

    def delete(self, experiment_id: str) -> None:
        """Forget it."""
        ...


class ProviderStore(Protocol):
    """The providers that were made in the page."""

    def list(self) -> Sequence[AlgoProvider]:
        """In the order of their making."""
        ...

    def add(self, provider: AlgoProvider) -> bool:
        """Whether the name was free."""
        ...

    def delete(self, name: str) -> bool:
        """Whether there was one."""
        ...


@dataclass(slots=True)
class Offer:
    """A provider with what it offers, or why it offers nothing."""

    name: str
    url: str | None
    place: str | None
    algorithms: Sequence[Algorithm] = field(default_factory=list)
    problem: str | None = None
