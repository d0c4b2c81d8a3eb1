"""Answering a page: widget settings become plans, the engine answers them in one pass."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from debiai_studio.datasets.model import Column, ColumnType
from debiai_studio.engine.model import Answer, View
from debiai_studio.engine.plan import Plan
from debiai_studio.engine.ports import Engine
from debiai_studio.errors import StudioError
from debiai_studio.plugins.registry import Registry, UnknownPlugin
from debiai_studio.projects.model import ProjectRef
from debiai_studio.selections.rule import Rule
from debiai_studio.selections.service import Selections
from debiai_studio.widgets.errors import InvalidSettings, UnknownWidget
from debiai_studio.widgets.kinds import BUILT_IN
from debiai_studio.widgets.ports import Size, Widget

# A text column with more values than this is not suggested by itself.
MAX_SUGGESTED_TEXTS = 200
# Fewer classes than this with the same counts may be chance.
_LEAST_CLASSES = 3


class WidgetQuestion(BaseModel):
    """One widget of the page: its id there, its kind, its settings and its drawing area."""

    model_config = ConfigDict(extra="forbid")

    id: str
    kind: str
    settings: dict[str, Any] = Field(default_factory=dict)
    width: int = Field(default=400, ge=1, le=8192)
    height: int = Field(default=300, ge=1, le=8192)


class AnalysisQuestion(BaseModel):
    """What one redraw of an analysis page needs.

    With ``may_sample`` large data is answered from a sample of its rows, at once and marked so.
    """

    model_config = ConfigDict(extra="forbid")

    rule: Rule = Rule()
    colour: str | None = None
    widgets: list[WidgetQuestion] = Field(default_factory=list, max_length=100)
    steps: bool = False
    may_sample: bool = False


def installed_widgets() -> Registry[Widget]:
    """The built-in widgets, and those of entry points of the group."""
    return Registry(
        "debiai_studio.widgets",
        BUILT_IN,
        lambda widget: widget.kind,
        former=lambda widget: widget.former_kinds,
    )


class Widgets:
    """The kinds of widgets, and the answers they draw."""

    def __init__(self, registry: Registry[Widget], selections: Selections, engine: Engine) -> None:
        self._registry = registry
        self._selections = selections
        self._engine = engine

    def kinds(self) -> list[Widget]:
        """Every kind, in catalogue order."""
        return list(self._registry)

    def columns(self, ref: ProjectRef, rule: Rule) -> list[tuple[Column, str | None]]:
        """The columns of an analysis (``model`` and results included).

        Each with the name of the result that it is, without that of its model.
        """
        dataset, query = self._selections.resolve(ref, rule)
        results = {column.field: column.name for column in dataset.result_columns}
        columns = self._engine.columns(dataset, query.scope)
        return [(column, results.get(column.field)) for column in columns]

    def suggest(self, ref: ProjectRef, rule: Rule, kind: str) -> dict[str, Any]:
        """Settings to start with. Raises UnknownWidget naming the known kinds."""
        widget = self._widget(kind)
        dataset, query = self._selections.resolve(ref, rule)
        columns = self._engine.columns(dataset, query.scope)
        telling = _telling(columns, self._engine.profile(dataset))
        return widget.suggest(telling or columns)

    def answer(
        self,
        ref: ProjectRef,
        question: AnalysisQuestion,
        is_over: Callable[[], bool] = lambda: False,
    ) -> Answer:
        """Answer every widget; one that cannot be answered gets an error of its own.

        Raises Abandoned soon after ``is_over`` tells that nobody waits any more.
        """
        dataset, query = self._selections.resolve(ref, question.rule)
        columns = self._engine.columns(dataset, query.scope)
        views: list[View] = []
        errors: dict[str, Exception] = {}
        for asked in question.widgets:
            try:
                widget = self._widget(asked.kind)
                plan = _plan(widget, asked, columns)
                views.append(View(asked.id, plan, costly=widget.costly))
            except StudioError as error:
                errors[asked.id] = error
        query = replace(
            query,
            colour=question.colour,
            views=tuple(views),
            steps=question.steps,
            may_sample=question.may_sample,
        )
        answer = self._engine.answer(dataset, query, is_over)
        answer.errors.update(errors)
        return answer

    def _widget(self, kind: str) -> Widget:
        try:
            return self._registry.get(kind)
        except UnknownPlugin as error:
            raise UnknownWidget(kind, error.known) from error


def _plan(widget: Widget, asked: WidgetQuestion, columns: list[Column]) -> Plan:
    try:
        settings = widget.settings.model_validate(asked.settings)
    except ValidationError as error:
        first = error.errors()[0]
        setting = ".".join(str(part) for part in first["loc"])
        raise InvalidSettings(asked.kind, setting, first["msg"]) from error
    return widget.plan(settings, columns, Size(asked.width, asked.height))


def _telling(columns: list[Column], profile: list[dict[str, Any]]) -> list[Column]:
    """The columns worth a first look: neither constant, nor mostly unique, nor repeated."""
    facts: dict[str, dict[str, Any]] = {}
    for figure in profile:
        name, model = figure["name"], figure["model"]
        facts.setdefault(name, figure)
        facts[f"{model}.{name}"] = figure

    def tells(column: Column) -> bool:
        distinct: int | None = facts.get(column.name, {}).get("distinct", 2)
        if not column.type.is_plottable or distinct is None:
            return False
        most = MAX_SUGGESTED_TEXTS if column.type is ColumnType.TEXT else distinct
        return 1 < distinct <= most

    seen: set[tuple[int, ...]] = set()
    telling = []
    for column in filter(tells, columns):
        counts = _fingerprint(column, facts.get(column.name, {}))
        if counts not in seen:  # else the same classes by other names, as a code and its full name
            telling.append(column)
        if counts is not None:
            seen.add(counts)
    return telling


def _fingerprint(column: Column, figures: dict[str, Any]) -> tuple[int, ...] | None:
    """The counts of a column's texts, when they all differ: another column has them by no chance.

    None when some counts are equal, as in a balanced experiment, or when texts are left out.
    """
    if column.type is not ColumnType.TEXT:
        return None
    counts = tuple(figures.get("histogram", ()))
    complete = figures.get("distinct") == len(counts)
    telling = complete and len(counts) >= _LEAST_CLASSES and len(set(counts)) == len(counts)
    return counts if telling else None
