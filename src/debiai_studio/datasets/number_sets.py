"""Sets of sample numbers from arrays of them."""

from __future__ import annotations

from array import array

import numpy as np
import numpy.typing as npt
from pyroaring import BitMap


def set_of(numbers: npt.NDArray[np.int64]) -> BitMap:
    """The set of these sample numbers."""
    # pyroaring 1.2 takes an array.array whole; of a NumPy array it asks for each number.
    whole = array("I")
    whole.frombytes(numbers.astype(np.uint32).tobytes())
    return BitMap(whole)
