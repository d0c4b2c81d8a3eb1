"""Algo-providers in the three layers: a section of names, variables, and the command line."""

from __future__ import annotations

from collections.abc import Iterable

from debiai_studio.algorithms.model import AlgoProvider, valid_url
from debiai_studio.configuration.errors import ConfigurationInvalid

SECTION = "ALGO_PROVIDERS"
VARIABLE = "DEBIAI_ALGO_PROVIDER_"
OPTION = "--algo-provider"


def defined(name: str, url: str, place: str) -> AlgoProvider:
    """Raises ConfigurationInvalid for what is no name or no address."""
    usable = valid_url(url)
    if not name:
        raise ConfigurationInvalid(place, "an algo-provider needs a name.")
    if usable is None:
        raise ConfigurationInvalid(
            place, f'"{url}" is not allowed; allowed is an address such as http://localhost:8000.'
        )
    return AlgoProvider(name, usable, place)


def of_command_line(urls: Iterable[str]) -> list[AlgoProvider]:
    """Those of ``-ap``, called AlgoProvider-0, AlgoProvider-1 and so on."""
    return [defined(f"AlgoProvider-{n}", url, OPTION) for n, url in enumerate(urls)]
