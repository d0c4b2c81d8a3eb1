"""Whether a model told the right class."""

from __future__ import annotations

from typing import Any, NamedTuple

import pyarrow as pa
import pyarrow.compute as pc

from debiai_studio.algorithms.errors import InvalidInput
from debiai_studio.algorithms.hints import Values


class ClassificationMetric(NamedTuple):
    """What is told of each row, and of all.

    Attributes:
        binary_error: True where the prediction is not the ground truth.
        binary_success: True where it is.
        accuracy: Share of right predictions, 0 to 1, among the rows that have both values.
        correct_predictions: How many are right.
        compared: How many rows have both values.
    """

    binary_error: list[bool | None]
    binary_success: list[bool | None]
    accuracy: float
    correct_predictions: int
    compared: int


def classification_metric(ground_truth: Values, predictions: Values) -> ClassificationMetric:
    """Classification metric.

    Compares the predicted class with the true one, row by row. A row that lacks one of them is
    neither right nor wrong: it has no value and does not count.

    Args:
        ground_truth: The true classes.
        predictions: The predicted classes.
    """
    if len(ground_truth) != len(predictions):
        raise InvalidInput("predictions", "must be as long as the ground truth.")
    truth, told = _alike(ground_truth, predictions)
    right = pc.equal(truth, told)
    compared = len(right) - right.null_count
    correct = int(pc.sum(right).as_py() or 0)
    return ClassificationMetric(
        binary_error=pc.invert(right),
        binary_success=right,
        accuracy=correct / compared if compared else float("nan"),
        correct_predictions=correct,
        compared=compared,
    )


def _alike(one: pa.Array[Any], other: pa.Array[Any]) -> tuple[pa.Array[Any], pa.Array[Any]]:
    """Of one type: numbers with numbers exactly, all else as text."""
    if one.type.equals(other.type):
        return one, other
    if pa.types.is_integer(one.type) and pa.types.is_floating(other.type):
        return _whole(one, other)
    if pa.types.is_floating(one.type) and pa.types.is_integer(other.type):
        whole, decimals = _whole(other, one)
        return decimals, whole
    return one.cast(pa.string()), other.cast(pa.string())


def _whole(whole: pa.Array[Any], decimals: pa.Array[Any]) -> tuple[pa.Array[Any], pa.Array[Any]]:
    """Decimals that are whole numbers of 64 bits as such; others as what no whole number is."""
    fits = pc.and_(pc.equal(pc.round(decimals), decimals), pc.less(pc.abs(decimals), 2.0**63))
    exact = pc.if_else(fits, decimals, 0.0).cast(pa.int64())
    told = pc.if_else(fits, exact.cast(pa.string()), "not whole")
    return whole.cast(pa.string()), told
