"""Confusion matrix: which classes are taken for which."""

from __future__ import annotations

from typing import Any, ClassVar, Literal

from pydantic import BaseModel, ConfigDict, Field

from debiai_studio.datasets.model import Column
from debiai_studio.engine.plan import Confusion, Plan
from debiai_studio.widgets.columns import PLOTTABLE, chosen, column_field, told_classes_of
from debiai_studio.widgets.ports import Size


class ConfusionMatrixSettings(BaseModel):
    """What a confusion matrix compares."""

    model_config = ConfigDict(extra="ignore")

    truth: str = column_field("Truth", "The column with the true classes: the rows of the matrix.")
    prediction: str = column_field(
        "Prediction", "The column with the predicted classes: the columns of the matrix."
    )
    shares: Literal["by_row", "by_column", "of_all", "counts"] = Field(
        default="by_row",
        title="Shares",
        description="Of the true class (by row), of the predicted one (by column), or of all.",
    )
    by_colour: bool = Field(
        default=True, title="One for each colour", description="Beside the matrix of all colours."
    )


class ConfusionMatrix:
    """Which classes are taken for which."""

    kind: ClassVar[str] = "confusion_matrix"
    title: ClassVar[str] = "Confusion matrix"
    description: ClassVar[str] = "Which true classes are predicted as which, with scores."
    icon: ClassVar[str] = "grid-3x3"
    brushes: ClassVar[tuple[str, ...]] = ("values",)
    size: ClassVar[tuple[int, int]] = (6, 9)
    settings: ClassVar[type[BaseModel]] = ConfusionMatrixSettings
    former_kinds: ClassVar[tuple[str, ...]] = ()
    costly: ClassVar[bool] = False

    def suggest(self, columns: list[Column]) -> dict[str, Any]:
        """A true class and what a model made of it."""
        truth, prediction = told_classes_of(columns)
        return {
            "truth": truth.name if truth else "",
            "prediction": prediction.name if prediction else "",
        }

    def plan(self, settings: ConfusionMatrixSettings, columns: list[Column], _size: Size) -> Plan:
        """One confusion of two columns."""
        truth = chosen(columns, settings.truth, "Truth", PLOTTABLE)
        prediction = chosen(columns, settings.prediction, "Prediction", PLOTTABLE)
        return Plan({"confusion": Confusion(truth, prediction)})
