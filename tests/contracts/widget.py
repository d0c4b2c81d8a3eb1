"""The contract suite of widgets: what holds for every kind, built in or of another package.

``WidgetContract(widget)`` needs nothing but the widget. ``check_all`` plans it with the settings
it suggests, answers the plan on awkward data, and compares every measure with NumPy and pandas.
"""

from __future__ import annotations

import re
from typing import Any

import pytest
from tests.engine.agreement import Agreement
from tests.engine.world import World

from debiai_studio.datasets.predicate import Not, Range
from debiai_studio.engine.model import Scope, View
from debiai_studio.errors import StudioError
from debiai_studio.widgets.ports import Size, Widget

BRUSHES = {"range", "box", "lasso", "axes", "values"}
SIZE = Size(300, 200)
SCOPES = (
    Scope(),
    Scope(("zeta", "alpha", "mid.dle"), "union"),
    Scope(("alpha",), "union", "columns"),
)
LEAF = Range(id="a", column="score", min="0.2", max="0.8")
FILTERS = (None, LEAF, Not(child=LEAF))


class WidgetContract:
    """What every kind of widget must do."""

    def __init__(self, widget: Widget) -> None:
        self.widget = widget

    def describes_itself(self) -> None:
        assert re.fullmatch(r"[a-z][a-z0-9_]*", self.widget.kind)
        assert self.widget.title
        assert self.widget.description.endswith(".")
        assert re.fullmatch(r"[a-z0-9-]+", self.widget.icon)
        assert set(self.widget.brushes) <= BRUSHES
        columns, rows = self.widget.size
        assert 1 <= columns <= 12
        assert rows >= 1

    def has_a_form(self) -> None:
        """Every setting has a title and a default; one that names columns says which suit."""
        schema = self.widget.settings.model_json_schema()
        assert not schema.get("required")
        for name, setting in schema["properties"].items():
            assert setting["title"] != name, name
            if setting.get("format") in ("column", "columns"):
                assert setting["types"], name

    def suggests_what_it_can_plan(self, columns: list[Any]) -> None:
        settings = self.widget.settings.model_validate(self.widget.suggest(columns))
        assert self.widget.plan(settings, columns, SIZE).measures

    def says_what_is_missing(self) -> None:
        """Without any column there is nothing to suggest, and a plan says so in a sentence."""
        settings = self.widget.settings.model_validate(self.widget.suggest([]))
        try:
            self.widget.plan(settings, [], SIZE)
        except StudioError as error:
            assert str(error).endswith(".")  # noqa: PT017  (a table needs no column)

    def answers_like_numpy_and_pandas(self, world: World, colour: str | None) -> None:
        for scope in SCOPES:
            columns = world.engine.columns(world.dataset, scope)
            settings = self.widget.settings.model_validate(self.widget.suggest(columns))
            view = View("w", self.widget.plan(settings, columns, SIZE))
            for filters in FILTERS:
                self._agree(world, view, scope, filters, colour)

    @staticmethod
    def _agree(world: World, view: View, scope: Scope, filters: Any, colour: str | None) -> None:
        answer = world.ask(view, scope=scope, filters=filters, colour=colour)
        assert not answer.errors
        agreement = Agreement(world, scope, filters, answer.colour)
        for name, measure in view.plan.measures.items():
            agreement.check(measure, answer.views["w"][name])


def check_all(widget: Widget, world: World) -> None:
    """The whole contract; for the tests of another package."""
    contract = WidgetContract(widget)
    contract.describes_itself()
    contract.has_a_form()
    contract.says_what_is_missing()
    contract.suggests_what_it_can_plan(world.engine.columns(world.dataset, Scope()))
    for colour in (None, "text"):
        contract.answers_like_numpy_and_pandas(world, colour)


def each_widget(registry: Any) -> Any:
    """Parametrises a test over the kinds of a registry."""
    return pytest.mark.parametrize("widget", list(registry), ids=registry.names())
