"""DebiAI Studio: explore data and models, select the samples that matter, send them on."""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from debiai_studio.client import connect
    from debiai_studio.session import open_session as open  # noqa: A004 - said with its package

__version__ = "0.1.0"
__all__ = ["__version__", "connect", "open"]


def __getattr__(name: str) -> Any:
    """``open`` brings the whole server along: it is loaded when it is first used."""
    if name == "open":
        return import_module("debiai_studio.session").open_session
    if name == "connect":
        return import_module("debiai_studio.client").connect
    message = f"module {__name__!r} has no attribute {name!r}"
    raise AttributeError(message)
