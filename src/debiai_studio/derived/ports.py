"""What derived columns need from storage."""

from __future__ import annotations

from typing import Protocol

import pyarrow as pa

from debiai_studio.datasets.model import DataSet
from debiai_studio.expressions.tree import Bound


class Evaluator(Protocol):
    """Computes expressions where the values are."""

    def first_values(
        self, dataset: DataSet, bound: Bound, model_number: int | None, count: int
    ) -> pa.Table:
        """``sample_no`` and ``value`` of the first ``count`` stored rows, deleted ones too."""
        ...
