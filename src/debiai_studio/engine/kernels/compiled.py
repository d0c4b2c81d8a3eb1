"""How a loop is compiled: without the GIL, and kept on disk between starts."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar, cast

import numba

F = TypeVar("F", bound=Callable[..., Any])


def kernel(function: F) -> F:
    """Compile at the first call for the types given."""
    return cast("F", numba.njit(nogil=True, cache=True)(function))


def reordering_kernel(function: F) -> F:
    """Likewise, where sums may be taken in any order: several are then taken at once."""
    anyhow = {"reassoc", "contract"}
    return cast("F", numba.njit(nogil=True, cache=True, fastmath=anyhow)(function))
