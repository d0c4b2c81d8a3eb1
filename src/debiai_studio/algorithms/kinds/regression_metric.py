"""How far a model is off."""

from __future__ import annotations

from typing import Annotated, NamedTuple

import numpy as np
import pyarrow as pa
from pydantic import Field

from debiai_studio.algorithms.errors import InvalidInput
from debiai_studio.algorithms.hints import Numbers


class RegressionMetric(NamedTuple):
    """What is told of each row, and of all.

    Attributes:
        error: Ground truth minus prediction.
        absolute_error: The same without its sign.
        binary_error: True where the absolute error is above the ceiling.
        binary_success: True where it is not.
        error_percentage: Rows above the ceiling, in % of the rows that have both values.
        success_percentage: The others, in %.
        compared: How many rows have both values.
    """

    error: Numbers
    absolute_error: Numbers
    binary_error: list[bool | None]
    binary_success: list[bool | None]
    error_percentage: float
    success_percentage: float
    compared: int


def regression_metric(
    ground_truth: Numbers,
    predictions: Numbers,
    ceiling: Annotated[float, Field(ge=0)] = 5,
) -> RegressionMetric:
    """Regression metric.

    The error of each prediction, and whether it is acceptable. A row that lacks a value is neither
    acceptable nor not: it has no value and does not count.

    Args:
        ground_truth: The true values.
        predictions: The predicted values.
        ceiling: The largest error that is acceptable.
    """
    if len(ground_truth) != len(predictions):
        raise InvalidInput("predictions", "must be as long as the ground truth.")
    error = ground_truth - predictions
    missing = np.isnan(error)
    above = np.abs(error) > ceiling
    compared = int(np.count_nonzero(~missing))
    n_above = int(np.count_nonzero(above))
    return RegressionMetric(
        error=error,
        absolute_error=np.abs(error),
        binary_error=pa.array(above, mask=missing),
        binary_success=pa.array(~above, mask=missing),
        error_percentage=100 * n_above / compared if compared else float("nan"),
        success_percentage=100 * (compared - n_above) / compared if compared else float("nan"),
        compared=compared,
    )
