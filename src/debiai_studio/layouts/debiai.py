"""DebiAI's layouts and widget configurations, as arrangements and settings of our widgets.

DebiAI's own document is kept beside what is made of it, so that its API gives back what it was
given.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from debiai_studio.projects.model import LOCAL, LOCAL_NAMES


class _Given(BaseModel):
    model_config = ConfigDict(extra="allow")

    name: str = Field(min_length=1)
    description: str = ""
    projectId: str  # noqa: N815  # DebiAI's spelling
    dataProviderId: str  # noqa: N815  # the same

    @property
    def source(self) -> str:
        """The source of its project, as it is called here."""
        return LOCAL if self.dataProviderId in LOCAL_NAMES else self.dataProviderId


class DebiaiPlace(BaseModel):
    """A widget and its place in DebiAI's grid: columns of 12, rows of 100 pixels."""

    model_config = ConfigDict(extra="allow")

    widgetKey: str  # noqa: N815  # DebiAI's spelling
    x: int = Field(ge=0, le=1000)
    y: int = Field(ge=0, le=100_000)
    width: int = Field(ge=1, le=1000)
    height: int = Field(ge=1, le=1000)
    config: dict[str, Any] | None = None
    name: str | None = None


class DebiaiLayout(_Given):
    """A layout as DebiAI's page sends it and its folder has it."""

    layout: list[DebiaiPlace]
    lastLayoutSaved: bool = False  # noqa: N815  # DebiAI's spelling
    selectedColorColumn: str | None = None  # noqa: N815  # the same


class DebiaiConfiguration(_Given):
    """The settings of a widget as DebiAI's page sends them and its folder has them."""

    configuration: dict[str, Any]


# DebiAI's key of a widget: our kind, and our names of its settings.
WIDGETS: dict[str, tuple[str, dict[str, str]]] = {
    "ConfusionMatrix": (
        "confusion_matrix",
        {"columnTIndex": "truth", "columnPIndex": "prediction"},
    ),
    "CorrelationMatrix": (
        "correlation_matrix",
        {"selectedColumns": "columns", "selectedMatrixType": "method"},
    ),
    "DensityPlot2D": (
        "density_plot",
        {
            "columnX": "x",
            "columnY": "y",
            "contourNumber": "levels",
            "colorScale": "scale",
            "reverseColorScale": "reverse",
        },
    ),
    "DistributionPlot": ("distribution", {"columnX": "column", "bins": "bins"}),
    "IntervalPlot": (
        "interval_plot",
        {
            "columnX": "x",
            "columnY": "y",
            "columnLower": "lower",
            "columnUpper": "upper",
            "smooth": "smooth",
        },
    ),
    "NightStarsPlot": (
        "night_stars_plot",
        {"columnX": "x", "columnY": "y", "absX": "absolute_x", "absY": "absolute_y"},
    ),
    "ParallelCategories": (
        "parallel_categories",
        {"selectedColumns": "columns", "weightColumn": "weight"},
    ),
    "ParallelCoordinate": ("parallel_coordinates", {"selectedColumns": "columns"}),
    "PointPlot": (
        "point_plot",
        {"columnX": "x", "columnY": "y", "bins": "bins", "absolute": "absolute"},
    ),
    "PointPlot3D": (
        "point_plot_3d",
        {
            "columnX": "x",
            "columnY": "y",
            "columnZ": "z",
            "pointSize": "size_px",
            "pointOpacity": "opacity",
        },
    ),
    "RangesliderPlot": (
        "range_slider_plot",
        {"columnX": "x", "columnsY1": "y1", "columnsY2": "y2"},
    ),
    "SampleArray": (
        "sample_table",
        {"selectedColumns": "columns", "sortedColumn": "sort", "reverseSort": "descending"},
    ),
    "Statistics": ("statistics", {}),
}
# Of these, DebiAI writes the words of its own page.
_IN_LOWER_CASE = {"method", "scale"}
# A row of DebiAI's grid has 100 pixels, one of ours 40.
_ROWS = 100 / 40

Schemas = Mapping[str, type[BaseModel]]


def settings_of(key: str, configuration: Mapping[str, Any], schemas: Schemas) -> dict[str, Any]:
    """Our settings of a widget of DebiAI; what ours has no place for is left out."""
    kind, names = WIDGETS.get(key, (key, {}))
    found = {
        ours: _lower(ours, configuration[theirs])
        for theirs, ours in names.items()
        if configuration.get(theirs) is not None
    }
    if kind not in schemas:
        return found
    try:
        schemas[kind].model_validate(found)
    except ValidationError as error:
        wrong = {problem["loc"][0] for problem in error.errors() if problem["loc"]}
        return {name: value for name, value in found.items() if name not in wrong}
    return found


def document_of(layout: DebiaiLayout, schemas: Schemas) -> dict[str, Any]:
    """The document of a layout of DebiAI; a widget that is not known keeps its key as kind."""
    return {
        "v": 1,
        "colour": layout.selectedColorColumn,
        "widgets": [_widget(one, place, schemas) for place, one in enumerate(layout.layout)],
        "debiai": layout.model_dump(exclude_unset=True),
    }


def _widget(one: DebiaiPlace, place: int, schemas: Schemas) -> dict[str, Any]:
    kind, _ = WIDGETS.get(one.widgetKey, (one.widgetKey, {}))
    top, bottom = (round(rows * _ROWS) for rows in (one.y, one.y + one.height))
    return {
        "id": f"w{place}",
        "kind": kind,
        **({"name": one.name} if one.name else {}),
        "settings": settings_of(one.widgetKey, one.config or {}, schemas),
        "x": one.x,
        "y": top,
        "w": one.width,
        "h": bottom - top,
    }


def _lower(ours: str, value: Any) -> Any:
    return value.lower() if ours in _IN_LOWER_CASE and isinstance(value, str) else value
