"""Why an algorithm cannot be used, or did not give what it should.

StudioError
├── NotFound
│   ├── UnknownProvider
│   ├── UnknownAlgorithm
│   └── UnknownExperiment
├── Invalid
│   ├── InvalidProvider      a name or an address that cannot be used
│   ├── InvalidInput         what was given for an input does not fit
│   ├── InvalidColumnName    a column cannot be called that
│   ├── NothingToRunOn       no sample is in the rows that were asked for
│   └── AlgorithmFailed      it ran and raised, or gave something that cannot be understood
├── Conflict
│   ├── ProviderExists
│   ├── ProviderConfigured   it is defined outside the page
│   ├── ExperimentUnderWay
│   └── ExperimentEnded      nothing left to cancel
├── Forbidden
│   └── ProvidersFixed       the operator lets nobody add or remove any
└── Unavailable
    ├── ProviderUnreachable
    ├── PackageMissing       an algorithm needs an extra
    ├── TooManyRuns          as many run directly as may
    ├── AlgorithmDied        its process ended without a word
    ├── AlgorithmTimedOut
    └── ServerStopped        the server ended while it ran
"""

from __future__ import annotations

from difflib import get_close_matches

from debiai_studio.errors import Conflict, Forbidden, Invalid, NotFound, Unavailable


def _hint(name: str, known: list[str]) -> str:
    near = get_close_matches(name, known, 1)
    return f' Did you mean "{near[0]}"?' if near else ""


class UnknownProvider(NotFound):
    """There is no such provider."""

    code = "algorithms.unknown_provider"
    title = "Unknown algorithm provider"

    def __init__(self, name: str, known: list[str]) -> None:
        super().__init__(f'There is no algorithm provider "{name}".{_hint(name, known)}')
        self.name = name


class UnknownAlgorithm(NotFound):
    """The provider has no such algorithm."""

    code = "algorithms.unknown"
    title = "Unknown algorithm"

    def __init__(self, provider: str, algorithm: str, known: list[str]) -> None:
        hint = _hint(algorithm, known)
        super().__init__(f'"{provider}" offers no algorithm "{algorithm}".{hint}')
        self.provider = provider
        self.algorithm = algorithm


class UnknownExperiment(NotFound):
    """The project has no such experiment."""

    code = "algorithms.unknown_experiment"
    title = "Unknown experiment"

    def __init__(self, experiment_id: str) -> None:
        super().__init__(f'This project has no experiment "{experiment_id}".')
        self.experiment_id = experiment_id


class InvalidProvider(Invalid):
    """A provider cannot have this name or address."""

    code = "algorithms.invalid_provider"
    title = "Provider not valid"


class InvalidInput(Invalid):
    """What was given for an input does not fit."""

    code = "algorithms.invalid_input"
    title = "Input not valid"

    def __init__(self, name: str, reason: str) -> None:
        super().__init__(f'The input "{name}" {reason}')
        self.name = name


class InvalidColumnName(Invalid):
    """A column cannot be called that."""

    code = "algorithms.invalid_column_name"
    title = "Column name not possible"

    def __init__(self, name: str, reason: str) -> None:
        super().__init__(f'A column cannot be called "{name}": {reason}')
        self.name = name


class NothingToRunOn(Invalid):
    """No sample is in the rows that were asked for."""

    code = "algorithms.nothing_to_run_on"
    title = "No samples"

    def __init__(self) -> None:
        super().__init__("No sample is in the rows that were asked for; change the filters.")


class AlgorithmFailed(Invalid):
    """It ran and raised, or gave something that cannot be understood."""

    code = "algorithms.failed"
    title = "The algorithm failed"


class ProviderExists(Conflict):
    """The name is taken."""

    code = "algorithms.provider_exists"
    title = "Name taken"

    def __init__(self, name: str) -> None:
        super().__init__(f'There is an algorithm provider "{name}" already; choose another name.')
        self.name = name


class ProviderConfigured(Conflict):
    """It is defined outside the page."""

    code = "algorithms.provider_configured"
    title = "Provider configured"

    def __init__(self, name: str, place: str) -> None:
        super().__init__(f'"{name}" is defined by {place}; remove it there.')
        self.name = name


class ExperimentUnderWay(Conflict):
    """It has not ended."""

    code = "algorithms.under_way"
    title = "Still under way"

    def __init__(self) -> None:
        super().__init__("The experiment is still under way; cancel it first.")


class ExperimentEnded(Conflict):
    """Nothing is left to cancel."""

    code = "algorithms.ended"
    title = "Already ended"

    def __init__(self, state: str) -> None:
        super().__init__(f"The experiment has ended already: {state}.")


class ProvidersFixed(Forbidden):
    """The operator lets nobody add or remove any."""

    code = "algorithms.providers_fixed"
    title = "Not allowed"

    def __init__(self, what: str) -> None:
        super().__init__(
            f"Algorithm providers cannot be {what} in the page; the operator switched that off."
        )


class ProviderUnreachable(Unavailable):
    """It does not answer as an algorithm provider should."""

    code = "algorithms.unreachable"
    title = "Provider not reachable"

    def __init__(self, name: str, reason: str) -> None:
        super().__init__(f'The algorithm provider "{name}" cannot be used: {reason}')
        self.name = name


class PackageMissing(Unavailable):
    """An algorithm needs a package that is not installed."""

    code = "algorithms.package_missing"
    title = "Package missing"

    def __init__(self, package: str) -> None:
        super().__init__(
            f"This algorithm needs the package {package}: "
            'pip install "debiai-studio[algorithms]", then run it again.'
        )
        self.package = package


class TooManyRuns(Unavailable):
    """As many run directly as may."""

    code = "algorithms.too_many_runs"
    title = "Too many runs"

    def __init__(self, most: int) -> None:
        super().__init__(f"{most} algorithms run already; try again when one has ended.")
        self.most = most


class AlgorithmDied(Unavailable):
    """Its process ended without a word."""

    code = "algorithms.died"
    title = "The algorithm's process ended"

    def __init__(self, exit_code: int) -> None:
        super().__init__(
            f"The process of the algorithm ended without an answer (exit code {exit_code}); "
            "nothing was changed. The log of the server may tell more."
        )
        self.exit_code = exit_code


class AlgorithmTimedOut(Unavailable):
    """It took longer than it was given."""

    code = "algorithms.timed_out"
    title = "Out of time"

    def __init__(self, seconds: int) -> None:
        super().__init__(
            f"The algorithm did not end within {seconds:,} s and was stopped; nothing was changed. "
            "Give it more time or fewer rows."
        )
        self.seconds = seconds


class ServerStopped(Unavailable):
    """The server ended while it ran."""

    code = "algorithms.server_stopped"
    title = "Interrupted"

    def __init__(self) -> None:
        super().__init__("The server stopped while the algorithm ran; run it again.")
