"""Hints for parameters of functions that are algorithms, beside Python's own.

``list[float]``, ``list[int]``, ``list[str]`` and ``list[bool]`` take a column, or values given by
hand, as a list with None where a value is missing. ``float``, ``int``, ``str``, ``bool`` and
``Literal[...]`` take one value; ``Annotated[int, Field(ge=1, le=9)]`` (pydantic) bounds it.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Annotated

import numpy as np
import numpy.typing as npt
import pyarrow as pa

NUMBERS = "numbers"
FEATURES = "features"
VALUES = "values"

# A column of numbers, float64 [rows]; NaN where a value is missing.
Numbers = Annotated[npt.NDArray[np.float64], NUMBERS]
# Several columns of numbers, float64 [rows, columns]; NaN where a value is missing.
Features = Annotated[npt.NDArray[np.float64], FEATURES]
# A column of any type, as it is kept; null where a value is missing.
Values = Annotated[pa.Array, VALUES]
# Call it now and then with the share that is done, 0 to 1.
Progress = Callable[[float], None]
