"""Whether whole numbers can become decimals."""

from __future__ import annotations

import numpy as np
import pyarrow as pa

from debiai_studio.datasets.model import Column, DataSet
from debiai_studio.datasets.ports import Values

_AT_ONCE = 65_536


def is_exact_as_decimals(values: Values, dataset: DataSet, column: Column) -> bool:
    """Whether no stored whole number of a column would be rounded as a decimal of 64 bits."""
    for start in range(0, dataset.next_sample_no, _AT_ONCE):
        numbers = np.arange(start, min(start + _AT_ONCE, dataset.next_sample_no))
        try:
            values.rows(numbers, [column]).column(column.field).cast(pa.float64())
        except pa.ArrowInvalid:
            return False
    return True
