"""The widget contract, server side: settings in, a plan of named measures out.

A widget is one file in ``widgets/kinds`` and one line in its ``__init__``, or an entry point of
the group ``debiai_studio.widgets``. It is pure: which rows it sees (every filter but its own)
and how the plan is answered is the engine's business, so every widget is linked and scales.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, ClassVar, Protocol

from pydantic import BaseModel

from debiai_studio.datasets.model import Column
from debiai_studio.engine.plan import Plan


@dataclass(frozen=True, slots=True)
class Size:
    """The drawing area in CSS pixels, without header and axes' margins."""

    width: int
    height: int


class Widget(Protocol):
    """A kind of widget.

    ``settings`` is a pydantic model; the form in the page is generated from its JSON schema.
    A field that names a column carries ``json_schema_extra={"format": "column", "types": [...]}``
    (``"columns"`` for a list), so that the form offers the right ones.
    """

    kind: ClassVar[str]
    title: ClassVar[str]
    description: ClassVar[str]
    icon: ClassVar[str]  # a Lucide icon name
    brushes: ClassVar[tuple[str, ...]]  # of: range, box, lasso, axes, values
    size: ClassVar[tuple[int, int]]  # default grid columns (of 12) x rows (of 40 px)
    settings: ClassVar[type[BaseModel]]
    former_kinds: ClassVar[tuple[str, ...]]
    costly: ClassVar[bool]  # its answer may take seconds: asked apart, once a brush rests

    def suggest(self, columns: list[Column]) -> dict[str, Any]:
        """Settings that show something useful for these columns."""
        ...

    def plan(self, settings: Any, columns: list[Column], size: Size) -> Plan:
        """The measures this widget draws. Raises UnknownColumn or Unsuitable (with a sentence)."""
        ...
