"""Why a data provider, or a project of one, cannot be used.

StudioError
├── NotFound
│   ├── UnknownProvider
│   └── UnknownFetch           nothing of the project is being fetched
├── Invalid
│   └── InvalidProvider        its name or its address cannot be used
├── Conflict
│   ├── ProviderExists
│   ├── ProviderDefined        the operator defined it, so the page cannot remove it
│   ├── FetchUnderWay
│   ├── FetchEnding            all of it came, so it cannot be cancelled any more
│   └── OtherIds               ids came as text, numbers are kept (or the other way round)
├── Forbidden
│   └── ProvidersFixed         the operator switched adding or removing off
├── Gone
│   └── FetchCancelled
└── Unavailable
    └── ProviderTrouble
        ├── ProviderUnreachable   no answer
        ├── ProviderRefused       an answer that says no, or that it failed
        ├── NothingReadable       no sample of a project came
        └── BadAnswer             an answer that the contract does not know
"""

from __future__ import annotations

from debiai_studio.errors import Conflict, Forbidden, Gone, Invalid, NotFound, Unavailable


class UnknownProvider(NotFound):
    """There is no such data provider."""

    code = "providers.unknown"
    title = "Unknown data provider"

    def __init__(self, name: str) -> None:
        super().__init__(f'There is no data provider "{name}".')
        self.name = name


class UnknownFetch(NotFound):
    """Nothing of the project is being fetched, and nothing waits to go on."""

    code = "providers.unknown_fetch"
    title = "Nothing is fetched"

    def __init__(self, provider: str, project: str) -> None:
        super().__init__(f'Nothing of "{project}" is being fetched from "{provider}".')
        self.provider = provider
        self.project = project


class InvalidProvider(Invalid):
    """The name or the address of a data provider cannot be used."""

    code = "providers.invalid"
    title = "Data provider not valid"

    def __init__(self, name: str, reason: str) -> None:
        super().__init__(f'The data provider "{name}": {reason}')
        self.name = name
        self.reason = reason


class ProviderExists(Conflict):
    """Another data provider has the name."""

    code = "providers.exists"
    title = "Data provider exists"

    def __init__(self, name: str) -> None:
        super().__init__(f'There is a data provider "{name}" already; choose another name.')
        self.name = name


class ProviderDefined(Conflict):
    """The operator defined it."""

    code = "providers.defined_elsewhere"
    title = "Defined by the operator"

    def __init__(self, name: str, place: str) -> None:
        super().__init__(f'The data provider "{name}" is defined by {place}; remove it there.')
        self.name = name


class FetchUnderWay(Conflict):
    """The project is being fetched."""

    code = "providers.fetch_under_way"
    title = "Being fetched"

    def __init__(self, provider: str, project: str) -> None:
        super().__init__(
            f'"{project}" is being fetched from "{provider}"; wait for it, or cancel it.'
        )
        self.provider = provider
        self.project = project


class FetchEnding(Conflict):
    """All of it came, and is being kept."""

    code = "providers.fetch_ending"
    title = "Too late"

    def __init__(self, project: str) -> None:
        super().__init__(f'All of "{project}" came and is being kept; wait for the end.')


class OtherIds(Conflict):
    """The ids are of another type than those that are kept."""

    code = "providers.other_ids"
    title = "Other kind of ids"

    def __init__(self, project: str, kept: str) -> None:
        super().__init__(
            f'The samples of "{project}" were kept by ids of the type {kept}, and other ids came. '
            "Delete the project here and fetch it again."
        )
        self.project = project


class ProvidersFixed(Forbidden):
    """The operator switched it off."""

    code = "providers.fixed"
    title = "Switched off"

    def __init__(self, what: str, key: str) -> None:
        super().__init__(
            f"{what} data providers in the page is switched off ([DATA_PROVIDERS_CONFIG] {key} = "
            "false); they are listed in the section [DATA_PROVIDERS] of config.ini."
        )


class FetchCancelled(Gone):
    """The fetch was cancelled; what came is kept for going on."""

    code = "providers.cancelled"
    title = "Cancelled"

    def __init__(self, project: str) -> None:
        super().__init__(f'Fetching "{project}" was cancelled.')


class ProviderTrouble(Unavailable):
    """A data provider did not do what it was asked."""


class ProviderUnreachable(ProviderTrouble):
    """There was no answer."""

    code = "providers.unreachable"
    title = "Data provider not reachable"

    def __init__(self, name: str, reason: str) -> None:
        super().__init__(f'The data provider "{name}" cannot be reached: {reason}')
        self.name = name
        self.reason = reason


class ProviderRefused(ProviderTrouble):
    """It answered with a status that is no success."""

    code = "providers.refused"
    title = "Data provider refused"

    def __init__(self, name: str, request: str, status: int, text: str) -> None:
        said = f": {text}" if text else "."
        super().__init__(f'The data provider "{name}" answered {status} to {request}{said}')
        self.name = name
        self.status = status


class NothingReadable(ProviderTrouble):
    """No sample of a project came."""

    code = "providers.nothing_readable"
    title = "No sample came"

    def __init__(self, project: str, reason: str) -> None:
        super().__init__(f'No sample of "{project}" came: {reason}')
        self.project = project


class BadAnswer(ProviderTrouble):
    """Its answer is not what the contract says."""

    code = "providers.bad_answer"
    title = "Answer not understood"

    def __init__(self, name: str, request: str, reason: str) -> None:
        super().__init__(
            f'The data provider "{name}" answered {request} with something else than the contract '
            f"of data providers says: {reason}."
        )
        self.name = name
