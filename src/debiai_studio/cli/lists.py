"""Options of DebiAI that take several addresses: ``-dp http://a http://b``."""

from __future__ import annotations

from collections.abc import Sequence

_TAKE_SEVERAL = ("-dp", "--data-provider", "-ap", "--algo-provider")


def spread(arguments: Sequence[str]) -> list[str]:
    """The arguments with such an option before each of its addresses."""
    spread_out: list[str] = []
    option: str | None = None  # of which an address came last
    for argument in arguments:
        is_first = bool(spread_out) and spread_out[-1] in _TAKE_SEVERAL
        if is_first:
            option = spread_out[-1]
        elif option is not None and argument.lower().startswith(("http://", "https://")):
            spread_out.append(option)
        else:
            option = None
        spread_out.append(argument)
    return spread_out
