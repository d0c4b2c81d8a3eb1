from __future__ import annotations

from dataclasses import replace

import pytest
from tests.contracts.widget import WidgetContract, check_all, each_widget
from tests.engine.world import awkward_world, world_of

from debiai_studio.datasets.model import Category, Column, ColumnType
from debiai_studio.engine.errors import UnknownColumn, Unsuitable
from debiai_studio.engine.model import Query, Scope
from debiai_studio.engine.plan import BinnedStatistics
from debiai_studio.projects.model import ProjectRef
from debiai_studio.widgets.errors import ColumnNotChosen, InvalidSettings, UnknownWidget
from debiai_studio.widgets.kinds.point_plot import PointPlot, PointPlotSettings
from debiai_studio.widgets.ports import Size
from debiai_studio.widgets.service import (
    AnalysisQuestion,
    WidgetQuestion,
    Widgets,
    installed_widgets,
)

T = ColumnType
REF = ProjectRef("local", "x")


@pytest.fixture(scope="module")
def world():
    with awkward_world() as made:
        yield made


class Resolved:
    """Selections that resolve every rule to one data set."""

    def __init__(self, world) -> None:
        self._world = world

    def resolve(self, _ref, rule):
        return self._world.dataset, Query(Scope(rule.models), rule.filters)


@pytest.fixture
def widgets(world):
    return Widgets(installed_widgets(), Resolved(world), world.engine)


@each_widget(installed_widgets())
def test_every_kind_keeps_the_contract(widget, world):
    check_all(widget, world)


@each_widget(installed_widgets())
def test_every_kind_answers_on_a_project_of_one_constant_column(widget):
    with world_of({"score": (T.NUMBER, [0.5] * 3)}) as made:
        contract = WidgetContract(widget)
        columns = list(made.dataset.sample_columns)
        contract.suggests_what_it_can_plan(columns)


class Listening:
    """An engine that keeps what it is asked."""

    def __init__(self, engine) -> None:
        self._engine = engine
        self.query = None

    def columns(self, dataset, scope):
        return self._engine.columns(dataset, scope)

    def answer(self, dataset, query, *rest):
        self.query = query
        return self._engine.answer(dataset, query, *rest)


def test_the_engine_is_told_which_widgets_are_costly(world):
    engine = Listening(world.engine)
    kinds = ("correlation_matrix", "parallel_coordinates")
    asked = [WidgetQuestion(id=kind, kind=kind) for kind in kinds]
    widgets = Widgets(installed_widgets(), Resolved(world), engine)
    widgets.answer(REF, AnalysisQuestion(widgets=asked))
    told = {view.id: view.costly for view in engine.query.views}
    assert told == {"correlation_matrix": True, "parallel_coordinates": False}


FLIGHTS = [
    Column("carrier", T.TEXT, "c0", Category.CONTEXT),
    Column("distance", T.INTEGER, "c1", Category.INPUT),
    Column("dep_delay", T.NUMBER, "c2", Category.INPUT),
    Column("arr_delay", T.NUMBER, "c3", Category.GROUNDTRUTH),
    Column("time_hour", T.TIME, "c4", Category.CONTEXT),
]


def test_the_first_point_plot_shows_the_truth_against_what_is_named_alike():
    assert PointPlot().suggest(FLIGHTS) == {"x": "dep_delay", "y": "arr_delay"}


def test_a_point_plot_plans_statistics_only_when_they_are_shown():
    settings = PointPlotSettings(x="distance", y="arr_delay", display="both", bins=12)
    plan = PointPlot().plan(settings, FLIGHTS, Size(3000, 100))
    assert plan.measures["stats"] == BinnedStatistics("distance", "arr_delay", 12)
    assert (plan.measures["raster"].width, plan.measures["raster"].height) == (512, 50)
    points = settings.model_copy(update={"display": "points"})
    assert set(PointPlot().plan(points, FLIGHTS, Size(9, 9)).measures) == {"raster", "points"}


def test_a_widget_that_cannot_be_answered_leaves_the_others_alone(widgets):
    asked = {
        "good": ("distribution", {"column": "count"}),
        "unknown": ("pie", {}),
        "empty": ("point_plot", {}),
        "gone": ("distribution", {"column": "cuont"}),
        "text": ("range_slider_plot", {"x": "count", "y1": ["text"]}),
        "bins": ("distribution", {"column": "count", "bins": 0}),
    }
    question = AnalysisQuestion(
        widgets=[WidgetQuestion(id=i, kind=k, settings=s) for i, (k, s) in asked.items()]
    )
    answer = widgets.answer(REF, question)
    assert set(answer.views) == {"good"}
    assert {name: type(error) for name, error in answer.errors.items()} == {
        "unknown": UnknownWidget,
        "empty": ColumnNotChosen,
        "gone": UnknownColumn,
        "text": Unsuitable,
        "bins": InvalidSettings,
    }


def test_suggestions_leave_out_what_is_constant_or_all_different(widgets):
    rule = AnalysisQuestion().rule
    names = widgets.suggest(REF, rule, "parallel_coordinates")["columns"]
    assert names
    assert not {"constant", "nothing", "list"} & set(names)


def test_with_models_a_page_starts_with_their_errors():
    results = [Column(name, T.NUMBER, f"r{i}") for i, name in enumerate(["prediction", "error"])]
    wide = [replace(column, name=f"ridge.{column.name}") for column in results]
    for added, error in ((results, "error"), (wide, "ridge.error")):
        assert PointPlot().suggest([*FLIGHTS, *added]) == {"x": "distance", "y": error}


def suggested_axes(columns):
    rule = AnalysisQuestion().rule
    with world_of({name: (T.TEXT, values) for name, values in columns.items()}) as made:
        widgets = Widgets(installed_widgets(), Resolved(made), made.engine)
        return widgets.suggest(REF, rule, "parallel_coordinates")["columns"]


def test_suggestions_name_classes_once_though_two_columns_have_them():
    codes = ["UA"] * 3 + ["DL"] * 2 + ["AA"]
    names = {"UA": "United", "DL": "Delta", "AA": "American"}
    axes = suggested_axes({"carrier": codes, "airline": [names[code] for code in codes]})
    assert axes == ["carrier"]


def test_suggestions_keep_the_factors_of_a_balanced_experiment():
    axes = suggested_axes({"light": list("aabbcc"), "road": list("xyzxyz")})
    assert axes == ["light", "road"]


def test_an_unknown_kind_names_the_known_ones(widgets):
    with pytest.raises(UnknownWidget, match="point_plot, range_slider_plot"):
        widgets.suggest(REF, AnalysisQuestion().rule, "pie")
