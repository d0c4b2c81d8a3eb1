"""What a sender reads from a method: once, not for each delivery."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Generic, TypeVar

from debiai_studio.exports.model import ExportMethod

T = TypeVar("T")


class Parsed(Generic[T]):
    """``parse`` depends on the method alone; what it raises is raised each time."""

    def __init__(self, parse: Callable[[ExportMethod], T]) -> None:
        self._parse = parse
        self._known: dict[str, tuple[ExportMethod, T]] = {}

    def of(self, method: ExportMethod) -> T:
        """What was read from the method as it is now."""
        method = replace(method, last_used_at=None)
        known = self._known.get(method.id)
        if known is None or known[0] != method:
            known = self._known[method.id] = (method, self._parse(method))
        return known[1]
