"""Columns of numbers made comparable, for algorithms that measure distances."""

from __future__ import annotations

import importlib
from types import ModuleType
from typing import Any

import numpy as np
import numpy.typing as npt

from debiai_studio.algorithms.errors import InvalidInput, PackageMissing

Matrix = npt.NDArray[np.float64]


def scikit_learn(module: str) -> ModuleType:
    """A module of scikit-learn. Raises PackageMissing when the extra is not installed."""
    try:
        return importlib.import_module(f"sklearn.{module}")
    except ImportError as error:
        raise PackageMissing("scikit-learn") from error


def complete_rows(features: Matrix, least: int, *, scale: bool) -> tuple[Matrix, Any]:
    """The rows without missing or infinite values, and which those are [rows].

    With ``scale`` each column has mean 0 and deviation 1; one that is the same everywhere is 0.
    Raises InvalidInput when fewer than ``least`` rows are complete.
    """
    complete = np.isfinite(features).all(axis=1)
    n_complete = int(np.count_nonzero(complete))
    if n_complete < least:
        raise InvalidInput(
            "features", f"have values in all columns in {n_complete:,} rows; {least:,} are needed."
        )
    rows = features[complete]
    if scale:
        deviation = rows.std(axis=0)
        rows = (rows - rows.mean(axis=0)) / np.where(deviation > 0, deviation, 1.0)
    return rows, complete


def spread(values: npt.NDArray[Any], complete: npt.NDArray[np.bool_]) -> Matrix:
    """Values of the complete rows as a column of all rows, NaN for the others."""
    column = np.full(len(complete), np.nan)
    column[complete] = values
    return column
