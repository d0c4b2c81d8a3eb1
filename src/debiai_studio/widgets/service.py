"""Answering a page: widget settings become plans, the engine answers them in one pass."""

from __future__ import annotations

from typing import Any

from pydantic import BaseModel, ConfigDict, Field

from debiai_studio.datasets.model import Column
from debiai_studio.engine.model import Answer
from debiai_studio.projects.model import ProjectRef
from debiai_studio.selections.rule import Rule
from debiai_studio.widgets.ports import Widget


class WidgetQuestion(BaseModel):
    """One widget of the page: its id there, its kind, its settings and its drawing area."""

    model_config = ConfigDict(extra="forbid")

    id: str
    kind: str
    settings: dict[str, Any] = Field(default_factory=dict)
    width: int = Field(default=400, ge=1, le=8192)
    height: int = Field(default=300, ge=1, le=8192)


class AnalysisQuestion(BaseModel):
    """What one redraw of an analysis page needs."""

    model_config = ConfigDict(extra="forbid")

    rule: Rule = Rule()
    colour: str | None = None
    widgets: list[WidgetQuestion] = Field(default_factory=list, max_length=100)
    steps: bool = False


class Widgets:
    """The kinds of widgets, and the answers they draw."""

    def kinds(self) -> list[Widget]:
        """Every kind, in catalogue order."""
        raise NotImplementedError

    def columns(self, ref: ProjectRef, rule: Rule) -> list[Column]:
        """The columns of an analysis (``model`` and results included)."""
        raise NotImplementedError

    def suggest(self, ref: ProjectRef, rule: Rule, kind: str) -> dict[str, Any]:
        """Settings to start with. Raises UnknownWidget naming the known kinds."""
        raise NotImplementedError

    def answer(self, ref: ProjectRef, question: AnalysisQuestion) -> Answer:
        """Answer every widget; one that cannot be answered gets an error of its own."""
        raise NotImplementedError
